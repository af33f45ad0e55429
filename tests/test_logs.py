"""What is logged: one form for ours and the libraries' records, and no secret in any of them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import set_up

SECRET = "123456:AAE-very-secret-token-0001"


@pytest.fixture(autouse=True)
def _left_as_found() -> Iterator[None]:
    """The process's logging is put back for the tests that follow."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def logged(capsys: pytest.CaptureFixture[str]) -> list[str]:
    structlog.get_logger("soglas.test").info("card_sent", url=f"https://api.telegram.org/bot{SECRET}/sendMessage", to="катя")
    logging.getLogger("a.library").warning("refused %s", SECRET)
    try:
        raise ValueError(f"the token `{SECRET}` was rejected")
    except ValueError:
        structlog.get_logger("soglas.test").exception("sweep_failed")
        logging.getLogger("asyncio").exception("task failed")
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.splitlines()


def test_json_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Every record, ours and the libraries', with its traceback, is one JSON object on one line."""
    set_up("json", (SECRET,))
    records = [json.loads(line) for line in logged(capsys)]
    assert [record["event"] for record in records] == ["card_sent", f"refused {'…'}", "sweep_failed", "task failed"]
    assert [record["level"] for record in records] == ["info", "warning", "error", "error"]
    assert all(record["timestamp"].endswith("Z") for record in records)
    assert "ValueError" in records[2]["exception"]


@pytest.mark.parametrize("form", ["json", "text", "auto"])
def test_no_secret_reaches_the_log(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Not in a field, not in a library's message and not inside an exception's own words."""
    set_up(form, (SECRET, ""))
    said = "\n".join(logged(capsys))
    assert SECRET not in said
    assert "…" in said and "катя" in said


def test_the_libraries_do_not_chat(capsys: pytest.CaptureFixture[str]) -> None:
    """What the libraries tell about ordinary requests, with the token in the address, is not written at all."""
    set_up("text")
    for name in ("httpx", "telegram.ext", "slack_sdk", "anything"):
        logging.getLogger(name).info("POST https://api.telegram.org/bot%s/getMe", SECRET)
    assert capsys.readouterr().err == ""
