"""What is logged: one form for ours and the libraries' records, stable names, and neither a secret nor anybody's words."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, ValidationError
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from bot import sentry
from bot.core.request.commands import Do, Note
from bot.core.request.model import Draft, Weight
from bot.core.request.table import Action
from bot.logs import catch_the_rest, set_up
from bot.ports import Broken, Gone, NotAccepted, Unclear, Unreachable
from bot.service import Done
from tests.office import BOOK, BRAND, START, office

ROOT = Path(__file__).parents[1]
SECRET = "123456:AAE-very-secret-token-0001"
UNKNOWN_TOKENS = ("987654321:AAEunknownunknownunknownunknownunk", "xoxb-1-unknown-secret", "xapp-1-A-unknown")
# Everything people can write or are called carries the word.
MARK = "ZAUBERWORT"
_LOGGED = re.compile(r"\blog\.(?:debug|info|warning|error|exception|critical)\(\s*([^,)\s]+)")


@pytest.fixture(autouse=True)
def _left_as_found() -> Iterator[None]:
    """The process's logging is put back for the tests that follow."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    structlog.reset_defaults()


def logged(capsys: pytest.CaptureFixture[str]) -> list[str]:
    structlog.get_logger("soglas.test").info("card_sent", url=f"https://api.telegram.org/bot{SECRET}/sendMessage", to="katya")
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
    assert [record["event"] for record in records] == ["card_sent", "library_said", "sweep_failed", "library_said"]
    assert [record["level"] for record in records] == ["info", "warning", "error", "error"]
    assert all(record["timestamp"].endswith("Z") for record in records)
    assert [(records[n]["library"], records[n]["message"]) for n in (1, 3)] == [
        ("a.library", "refused %s"), ("asyncio", "task failed"),
    ]  # fmt: skip
    for record in (records[2], records[3]):
        assert re.fullmatch(r"ValueError\n  .*test_logs\.py:\d+ logged", record["exception"])


@pytest.mark.parametrize("form", ["json", "text", "auto"])
def test_no_secret_reaches_the_log(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Not in a field, not in a library's message and not inside an exception's own words; nor one nobody told us of."""
    set_up(form, (SECRET, ""))
    said = "\n".join(logged(capsys))
    for token in UNKNOWN_TOKENS:
        structlog.get_logger("soglas.test").info("called", url=f"https://a.example/{token}/x")
    structlog.get_logger("soglas.test").info("called", url="postgresql://soglas:pass-word@db/soglas")
    said += capsys.readouterr().err
    assert SECRET not in said and not any(token in said for token in (*UNKNOWN_TOKENS, "pass-word"))
    assert "…" in said and "katya" in said and "a.example" in said and "@db/soglas" in said


def test_the_libraries_do_not_chat(capsys: pytest.CaptureFixture[str]) -> None:
    """What the libraries tell about ordinary requests, with the token in the address, is not written at all."""
    set_up("text")
    for name in ("httpx", "telegram.ext", "slack_sdk", "anything"):
        logging.getLogger(name).info("POST https://api.telegram.org/bot%s/getMe", SECRET)
    assert capsys.readouterr().err == ""


class _Form(BaseModel):
    amount: int


def _misread() -> None:
    """Raises an error that quotes what it could not read, caused by one that quotes it, too."""
    try:
        _Form.model_validate({"amount": f"{MARK} euros"})
    except ValidationError as error:
        raise KeyError(f"{MARK} is missing") from error


async def _libraries_complain() -> None:
    """As they do when something of ours fails under them."""
    logging.getLogger("slack_bolt.AsyncApp").error(f"Unhandled request: {{'text': '{MARK}'}}")
    logging.getLogger("telegram.Bot").error("Bad request for %s", MARK)
    logging.getLogger("somebody.new").warning(f"{MARK} happened")
    asyncio.get_running_loop().call_exception_handler(
        {"message": f"Task exception was never retrieved: {MARK}", "exception": KeyError(MARK), "task": MARK}
    )
    for name in ("uvicorn.error", "apscheduler.executors.default"):
        try:
            _misread()
        except KeyError:
            logging.getLogger(name).exception("Exception in ASGI application\n")


async def test_nobodys_words_names_or_handles_are_logged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A working day on which everything fails that can: no title, text, remark, name, handle or token in any line of it."""
    set_up("json", (SECRET,))
    async with office(tmp_path) as at:
        draft = Draft("creator_selection", "RU", f"Title {MARK}", f"Text {MARK} " * 20, (f"https://{MARK}.example/",), f"@{MARK}")
        opened = await at.service.open(BRAND, "sveta", draft, through="test")
        assert isinstance(opened, Done)
        at.post.fails("post", "pavel", Unclear(MARK), ValueError(MARK), Gone(MARK))
        at.post.fails("attach", "sveta", NotAccepted(f"can't parse {MARK}"), RuntimeError(MARK))
        for _ in range(6):
            await at.settles()
            at.clock.set(at.clock.now().replace(second=at.clock.now().second + 9))
        remark = Note(f"Remark {MARK}", Weight.MUST_FIX)
        await at.service.do(opened.request.id, Do(Action.SEND_BACK, "pavel", text=MARK, remarks=(remark,)))
        at.post.fails("tell", "sveta", Unreachable(MARK))
        await at.settles()
        with closing(sqlite3.connect(at.path)) as connection:
            connection.execute("UPDATE request SET state = ?", (json.dumps({"id": MARK}),))
            connection.execute("UPDATE job SET due_at = 0")
            connection.commit()
        await at.settles()
        await _libraries_complain()
        try:
            _misread()
        except KeyError as error:
            structlog.get_logger("soglas.test").error("not_read", exc_info=error, words=f"{MARK} and more")
    said = capsys.readouterr().err
    assert len(said.splitlines()) > 12 and "not_sent" in said and "moment_failed" in said and "pydantic" in said
    for line in said.splitlines():
        assert MARK not in line and "x-pavel" not in line and "x-sveta" not in line and SECRET not in line
    assert BOOK.playbook is not None and START
    names = {name for person in BOOK.playbook.people.values() for name in person.name.values()}
    assert len(names) > 5 and not any(name in said for name in names)


def test_what_nobody_catches_is_told_in_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    """An error that ends the process or a thread is logged without its words."""
    set_up("json")
    catch_the_rest()
    error = KeyError(MARK)
    sys.excepthook(KeyError, error, None)
    thread = threading.Thread(target=_misread)
    thread.start()
    thread.join()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["crashed", "thread_crashed"]
    assert MARK not in str(lines)


def test_events_have_stable_names() -> None:
    """Every event of ours is one word in lower case, written out where it is logged: it can be looked for and counted."""
    files = [path for folder in ("bot", "adapters", "storage") for path in (ROOT / folder).rglob("*.py")]
    calls = [call for path in files for call in _LOGGED.findall(path.read_text(encoding="utf-8"))]
    assert len(calls) > 30
    assert [call for call in calls if not re.fullmatch(r'"[a-z]+(_[a-z]+)*"', call)] == []


class _Kept(Transport):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        self.sent += [item.payload.json or {} for item in envelope.items]


def test_sentry_hears_of_errors_and_of_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    """Types, places and the action's name: no words, no variables, no command line, no machine, no log lines before it."""
    kept = _Kept()
    report = sentry.set_up("https://public@sentry.invalid/1", "1.0", (SECRET,), transport=kept)
    set_up("json", (SECRET,), report)
    log = structlog.get_logger("soglas.test")
    log.warning("not_sent", words=f"{MARK} here")
    try:
        _misread()
    except KeyError:
        log.exception("not_handled", words=f"{MARK} here")
    logging.getLogger("a.library").error(f"Exception in {SECRET}")
    log.error("nobody_to_tell")
    sentry.set_up("", "1.0")
    assert [event.get("tags", {}).get("action") for event in kept.sent] == ["not_handled", "library_said", "nobody_to_tell"]
    causes = kept.sent[0]["exception"]["values"]
    assert [cause["type"] for cause in causes] == ["ValidationError", "KeyError"]
    assert {"function", "lineno"} <= set(causes[-1]["stacktrace"]["frames"][-1])
    sent = json.dumps(kept.sent)
    assert MARK not in sent and SECRET not in sent and "vars" not in sent and sys.argv[0] not in sent
    assert not {"server_name", "breadcrumbs", "extra", "request", "user", "modules"} & {
        key for event in kept.sent for key in event
    }
    assert MARK not in capsys.readouterr().err


def test_a_wrong_address_of_sentry_is_told_without_it() -> None:
    """The address is a secret."""
    with pytest.raises(Broken) as refused:
        sentry.set_up("not-an-address-zauberwort", "1.0")
    assert "zauberwort" not in str(refused.value)
