"""``soglas demo``: starts with nothing, says where it is, stops when told."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

import httpx
import pytest

from adapters.playground.front import DEMO_TOKEN
from tests.commands.terminal import BRAND_A, PLAYBOOKS, going, process

QUIET = ("demo", "--no-browser", "--port")


def leftovers() -> set[Path]:
    return set(Path(tempfile.gettempdir()).glob("soglas-demo-*"))


@pytest.mark.parametrize("file", ["mosty/brand-one.yaml", "brand-a-berlin.yaml"])
async def test_the_demo_starts_and_stops(tmp_path: Path, file: str) -> None:
    """Any playbook can be shown, also one whose people read a language without a catalogue; it stops within ten seconds."""
    path = PLAYBOOKS / file
    if "berlin" in file:
        path = tmp_path / "berlin.yaml"
        berlin = (
            (PLAYBOOKS / file).read_text().replace("extends: brand-a.yaml", f"extends: {BRAND_A}").replace("[de, en]", "[de]")
        )
        path.write_text(berlin)
    before = leftovers()
    async with going(*QUIET, "0", "--playbook", str(path), cwd=tmp_path) as demo:
        url = (await demo.says("Soglas demo is ready:")).rpartition(" ")[2]
        async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {DEMO_TOKEN}"}) as client:
            assert (await client.get("/")).status_code == 200
            assert (await client.get("/ready")).json() == {"status": "ready"}
            brand = "brand-one" if "one" in file else "brand-a-berlin"
            assert (await client.get(f"/api/playbooks/{brand}")).status_code == 200
        said = await demo.told_to_stop()
    assert (said.code, said.err) == (0, "")
    assert leftovers() <= before
    assert not list(tmp_path.glob("*.db"))


async def test_the_demo_stops_while_it_is_starting(tmp_path: Path) -> None:
    """Told to stop before it is ready, it ends in order and leaves no folder behind."""
    before = leftovers()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    async with going(*QUIET, str(port), cwd=tmp_path) as demo:
        while demo.process.returncode is None:
            try:
                async with httpx.AsyncClient() as client:
                    await client.get(f"http://127.0.0.1:{port}/", timeout=0.2)
            except httpx.ReadTimeout:
                break  # it has the port and does not answer yet
            except httpx.ConnectError:
                continue
        said = await demo.told_to_stop()
    assert said.code == 0, said.err
    assert "Traceback" not in said.err
    assert leftovers() <= before


def test_a_port_in_use(tmp_path: Path) -> None:
    """The port is named with the system's reason, and where another one is chosen."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process(*QUIET, port, cwd=tmp_path).fails(f"Port {port} on 127.0.0.1 cannot be used: Address already in use.")


def test_a_playbook_with_faults_is_not_shown(tmp_path: Path) -> None:
    """The faults are told and nothing starts."""
    (tmp_path / "broken.yaml").write_text("soglas: 1\n")
    said = process(*QUIET, "0", "--playbook", "broken.yaml", cwd=tmp_path)
    assert (said.code, said.out) == (1, "")
    assert "broken.yaml:1: id: The key “id” is missing." in said.err
