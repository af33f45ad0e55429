"""The files for running Soglas elsewhere say what is so: settings, commands and ports that exist."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings
from tests.deploy.commands import parses

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
UNIT = ROOT / "docs" / "deploy" / "soglas.service"
SETTINGS = {f"SOGLAS_{name.upper()}" for name in Settings.model_fields}
# `soglas run` promises to stop within this; whoever stops it must not be less patient.
STOPS_WITHIN = 10


def unit() -> RawConfigParser:
    found = RawConfigParser(strict=False)
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read(UNIT)
    return found


def instructions(name: str) -> list[str]:
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.removeprefix(name).strip() for line in joined.splitlines() if line.startswith(f"{name} ")]


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml", "docs/deploy/soglas.service"])
def test_every_setting_exists(file: str) -> None:
    """A name that the bot does not read would be a setting nobody notices to be without effect."""
    names = set(re.findall(r"SOGLAS_[A-Z_]+", (ROOT / file).read_text()))
    assert names
    assert names <= SETTINGS


def test_what_is_started_can_be_started() -> None:
    """The commands and options of the container, of compose and of the unit are those of the command line."""
    (entry,), (default,) = instructions("ENTRYPOINT"), instructions("CMD")
    assert yaml.safe_load(entry) == ["soglas"]
    parses(*yaml.safe_load(default))
    for name in ("web", "worker"):
        parses(*COMPOSE["services"][name]["command"])
    program, *words = shlex.split(unit()["Service"]["ExecStart"])
    assert program.endswith("/soglas")
    parses(*words)


def test_the_ports_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What listens, what is exposed, what is published and what is asked for its health is the same port and path."""
    (exposed,) = instructions("EXPOSE")
    web: dict[str, Any] = COMPOSE["services"]["web"]
    assert [ports.rsplit(":", 1)[1] for ports in web["ports"]] == [exposed]
    assert web["environment"]["SOGLAS_HTTP_PORT"] == exposed
    assert f"SOGLAS_HTTP_PORT={exposed}" in DOCKERFILE
    (health,) = instructions("HEALTHCHECK")
    assert "/health" in health
    compile(yaml.safe_load(health.split("CMD", 1)[1])[2], "healthcheck", "exec")


def test_the_image_is_checked_small_and_nobodys() -> None:
    """Hashes are checked, no registry is named, nothing runs as root, and no secret can get into a layer."""
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert "://" not in DOCKERFILE.replace("http://127.0.0.1", "").replace("sqlite:////", "")
    assert instructions("USER")[-1].split(":")[0] not in ("0", "root")
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
    assert not instructions("ARG")
    given = " ".join(instructions("ENV"))
    assert not re.search("TOKEN|SECRET|PASSWORD|DSN", given)


def test_only_what_is_built_from_gets_to_the_builder() -> None:
    """Everything that is copied is let in, and nothing else: a `.env` beside it stays where it is."""
    lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    copied = {word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]}
    assert lines[0] == "*"
    assert {line[1:] for line in lines if line[0] == "!"} == copied
    assert "**/.env" in lines
    assert all((ROOT / name).exists() for name in copied)


def test_whoever_stops_it_is_patient() -> None:
    """Docker and systemd wait longer than the bot takes to finish what is under way."""
    for name in ("web", "worker"):
        assert int(COMPOSE["services"][name]["stop_grace_period"].removesuffix("s")) > STOPS_WITHIN
    assert int(unit()["Service"]["TimeoutStopSec"]) > STOPS_WITHIN


def test_the_containers_are_locked_up_and_wait_for_the_database() -> None:
    """No rights, no writing but to memory; a database that is not there yet is waited for; its password is nobody's default."""
    for name in ("web", "worker"):
        service = COMPOSE["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["depends_on"]["postgres"]["condition"] == "service_healthy"
        assert "${POSTGRES_PASSWORD:?" in service["environment"]["SOGLAS_DATABASE_URL"]
    assert "healthcheck" in COMPOSE["services"]["postgres"]
    assert COMPOSE["services"]["postgres"]["volumes"][0].split(":")[0] in COMPOSE["volumes"]


def test_tools_stay_out_of_the_image() -> None:
    """What is left of the environment is what the bot needs, and none of what only developers do."""
    done = subprocess.run([sys.executable, ROOT / ".ci" / "slim", "--list"], capture_output=True, text=True, check=True)
    kept = done.stdout.split()
    assert {"soglas", "fastapi", "slack-bolt", "python-telegram-bot", "sqlalchemy", "typing-extensions"} <= set(kept)
    assert not {"pytest", "mypy", "ruff", "playwright", "tdjson", "uv", "pip"} & set(kept)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """No key is misspelt, no value is of the wrong kind."""
    copy = tmp_path / "soglas.service"
    program = unit()["Service"]["ExecStart"].split()[0]
    copy.write_text(UNIT.read_text().replace(program, "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
