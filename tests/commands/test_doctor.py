"""``soglas doctor``: one line for everything the bot needs, and nothing is made, changed or given away by looking."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.playground.slack import SlackStandIn
from adapters.playground.telegram import TelegramStandIn
from bot.commands import examining
from bot.commands.examining import Heard, State, of_clock
from bot.core.playbook.model import Playbook
from storage.opening import open_store
from storage.upgrade import upgrade
from tests.commands.terminal import BRAND_A, Said, Terminal
from tests.core.playbook.brands import shipped
from tests.storage.server import database, migrated

TELEGRAM_TOKEN, BOT_TOKEN, APP_TOKEN = "42:hidden-telegram", "xoxb-hidden-bot", "xapp-hidden-app"


@dataclass
class Services:
    """Both messengers' stand-ins in a thread of their own: the command runs a loop of its own in this one."""

    telegram: str
    slack: str

    def settings(self, **more: str) -> dict[str, str]:
        return {
            "SOGLAS_TELEGRAM_TOKEN": TELEGRAM_TOKEN, "SOGLAS_TELEGRAM_API_URL": self.telegram,
            "SOGLAS_SLACK_BOT_TOKEN": BOT_TOKEN, "SOGLAS_SLACK_APP_TOKEN": APP_TOKEN, "SOGLAS_SLACK_API_URL": self.slack,
            **more,
        }  # fmt: skip


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    def now() -> datetime:
        return datetime.now(UTC)

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    telegram = TelegramStandIn(token=TELEGRAM_TOKEN, now=now)
    slack = SlackStandIn(bot_token=BOT_TOKEN, app_token=APP_TOKEN, now=now)
    for one in (telegram, slack):
        asyncio.run_coroutine_threadsafe(one.start(), loop).result()
    yield Services(telegram.base_url.removesuffix("/bot"), slack.api_url)
    for one in (telegram, slack):
        asyncio.run_coroutine_threadsafe(one.stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def everybody(terminal: Terminal, *, without: str = "") -> None:
    """Everybody of brand A gets an account."""
    book = shipped("brand-a.yaml").playbook
    assert book is not None
    people = [person for person in book.people if person != without]
    lines = [f"{person}: {{telegram: {1000 + number}}}" for number, person in enumerate(people)]
    assert terminal("accounts", "import", terminal.file("accounts.yaml", "\n".join(lines))).code == 0


def states(said: Said) -> dict[str, str]:
    """What ``--json`` says of each thing looked at."""
    told = json.loads(said.out)
    assert told["ok"] == (said.code == 0) and said.err == ""
    return {check["name"]: check["state"] for check in told["checks"]}


def test_where_all_is_well_every_line_says_so(at_work: Terminal, services: Services) -> None:
    """Exit 0, a line for each thing, no secret in any of them, in both languages."""
    everybody(at_work)
    at_work.sets(**services.settings())
    said = at_work("doctor")
    assert (said.code, said.err) == (0, ""), said.out
    lines = said.out.splitlines()
    assert all(line.startswith(("ok: ", "note: ")) for line in lines)
    assert any("Telegram accepts the token of @" in line for line in lines)
    assert any("Europe/Moscow" in line for line in lines) and any("RU 20" in line for line in lines)
    russian = at_work("doctor", "--lang", "ru")
    assert russian.code == 0 and russian.out.startswith("в порядке: Настройки годятся. Мессенджеры: Telegram, Slack.\n")
    assert len(russian.out.splitlines()) == len(lines)
    assert "hidden" not in said.out + russian.out


def test_a_token_that_is_not_accepted(at_work: Terminal, services: Services) -> None:
    """Each of the three, told with the setting it comes from and without the token; the others are fine."""
    everybody(at_work)
    for name, check, refused in (
        ("SOGLAS_TELEGRAM_TOKEN", "telegram", "42:hidden-wrong"),
        ("SOGLAS_SLACK_BOT_TOKEN", "slack", "xoxb-hidden-wrong"),
        ("SOGLAS_SLACK_APP_TOKEN", "slack_app", "xapp-hidden-wrong"),
    ):
        at_work.sets(**services.settings(**{name: refused}))
        said = at_work("doctor", "--json")
        assert said.code == 1 and "hidden" not in said.out
        assert [one for one, state in states(said).items() if state == "wrong"] == [check]
        assert name in next(line["what"] for line in json.loads(said.out)["checks"] if line["name"] == check)


def test_a_service_that_is_not_there(at_work: Terminal, services: Services) -> None:
    """Nobody listens, or somebody else does: told with the setting of the address."""
    everybody(at_work)
    elsewhere = {"SOGLAS_TELEGRAM_API_URL": "http://127.0.0.1:9", "SOGLAS_SLACK_API_URL": "http://127.0.0.1:9/api/"}
    at_work.sets(**services.settings(**elsewhere))
    said = at_work("doctor")
    assert said.code == 1 and "hidden" not in said.out
    for service in ("Telegram", "Slack"):
        assert f"problem: {service} cannot be reached (no connection)." in said.out
    assert "SOGLAS_TELEGRAM_API_URL" in said.out and "SOGLAS_SLACK_API_URL" in said.out
    assert "note: The clock was not checked" in said.out


def test_nothing_is_made_by_looking(soglas: Terminal) -> None:
    """Without a messenger and without a database: both are said, and there is none afterwards either."""
    said = soglas("doctor", "--json")
    assert said.code == 1
    assert {"settings": "wrong", "database": "wrong"}.items() <= states(said).items()
    assert not (soglas.folder / "soglas.db").exists()


def test_settings_that_cannot_be_read(soglas: Terminal) -> None:
    """Told like everything else, and nothing further is looked at with them."""
    soglas.sets(SOGLAS_HTTP_PORT="many", SOGLAS_TELEGRAM_TOKEN="42:hidden")
    said = soglas("doctor")
    assert said.code == 1 and said.out.count("\n") == 1 and "SOGLAS_HTTP_PORT" in said.out and "hidden" not in said.out


@pytest.mark.parametrize(
    "given",
    [
        {"TELEGRAM_MODE": "webhook", "TELEGRAM_TOKEN": "1:a"},
        {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": "https://a.example:81", "TELEGRAM_WEBHOOK_SECRET": "x"},
        {"SLACK_APP_TOKEN": "xapp-hidden"},
        {"SLACK_MODE": "http"},
        {},
    ],
)  # fmt: skip
def test_what_keeps_it_from_starting_is_a_problem_here(soglas: Terminal, given: dict[str, str]) -> None:
    """``run`` and ``doctor`` judge the settings alike: whatever the one refuses, the other tells, with the same words."""
    soglas.sets(SOGLAS_TELEGRAM_API_URL="http://127.0.0.1:9", **{f"SOGLAS_{name}": value for name, value in given.items()})
    refused = soglas("run")
    said = soglas("doctor")
    assert (refused.code, said.code) == (1, 1)
    lines = refused.err.splitlines()
    assert len(lines) % 2 == 0 and lines
    told = [line.removeprefix("problem: ") for line in said.out.splitlines()]
    assert {" ".join(pair) for pair in zip(lines[::2], lines[1::2], strict=True)} <= set(told)
    assert "The settings can be used" not in said.out


def test_a_part_of_the_work_needs_less(soglas: Terminal) -> None:
    """Asked about a worker, it does not miss what only the process that takes deliveries needs."""
    given = {"SOGLAS_TELEGRAM_MODE": "webhook", "SOGLAS_TELEGRAM_TOKEN": "1:a", "SOGLAS_TELEGRAM_API_URL": "http://127.0.0.1:9"}
    soglas.sets(**given)
    assert "SOGLAS_PUBLIC_URL" in soglas("doctor").out
    worker = soglas("doctor", "--role", "worker").out
    assert "SOGLAS_PUBLIC_URL" not in worker and "--role worker needs PostgreSQL" in worker


def test_a_folder_that_is_not_there_is_to_be_made(soglas: Terminal) -> None:
    """The folder is what is missing: to upgrade first would only fail."""
    soglas.sets(SOGLAS_DATABASE_URL=f"sqlite:///{soglas.folder}/deep/soglas.db")
    said = soglas("doctor").out
    assert f"problem: The folder {soglas.folder}/deep for the database does not exist. Make it, or " in said
    (soglas.folder / "deep").mkdir()
    assert "There is no database" in soglas("doctor").out


@pytest.mark.parametrize("kind", ["older", "other", "folder"])
def test_a_database_that_does_not_fit(soglas: Terminal, kind: str) -> None:
    """An older schema, a file that is no database, a place that is none: said, and left as it was."""
    path = soglas.folder / "soglas.db"
    if kind == "older":
        upgrade(f"sqlite:///{path}", "0002")
    elif kind == "other":
        path.write_text("not a database at all, but long enough to be looked at " * 20)
    else:
        soglas.sets(SOGLAS_DATABASE_URL="mysql://soglas:hidden@db/soglas")
    before = path.read_bytes() if path.exists() else b""
    said = soglas("doctor", "--json")
    assert states(said)["database"] == "wrong" and "hidden" not in said.out
    assert (path.read_bytes() if path.exists() else b"") == before


def test_people_nobody_can_write_to(at_work: Terminal) -> None:
    """Whoever has a role and no account that works is named; so is a database without a playbook."""
    everybody(at_work, without="pavel")
    said = at_work("doctor", "--lang", "ru")
    assert "проблема: Нет связи с 1 человеком, у которого есть роль: Павел Громов." in said.out
    at_work.sets(SOGLAS_DATABASE_URL=f"sqlite:///{at_work.folder}/empty.db")
    assert at_work("db", "upgrade").code == 0
    assert states(at_work("doctor", "--json"))["playbooks"] == "wrong"


def _with_zone(zone: str) -> Playbook:
    book = shipped("brand-a.yaml").playbook
    assert book is not None
    markets = {name: market.model_copy(update={"timezone": zone}) for name, market in book.markets.items()}
    return book.model_copy(update={"markets": markets})


def test_time_zones_and_holidays_that_are_not_known(tmp_path: Path) -> None:
    """A zone this machine has never heard of; moved days that should have been published, and those that need not yet."""
    assert examining._zones([_with_zone("Europe/Moscow")]).state is State.OK
    assert examining._zones([_with_zone("Europe/Atlantis")]).state is State.WRONG
    book = shipped("brand-a.yaml").playbook
    assert book is not None

    def seen(day: datetime) -> list[tuple[State, str]]:
        found = examining._holidays([book], day.date())
        return [(check.state, str(check.what.fields["places"])) for check in found]

    assert [state for state, _ in seen(datetime(2025, 11, 1))] == [State.OK]
    # 2090 is decreed when 2089 is nearly over.
    assert [state for state, _ in seen(datetime(2089, 3, 1))] == [State.WRONG, State.NOTE]
    ((state, places),) = seen(datetime(2089, 11, 1))
    assert state is State.WRONG and "RU 2089" in places and "RU 2090" in places


async def test_a_clock_that_goes_wrong() -> None:
    """Further from a service than a Date header can be wrong: told with how far, and only then."""

    class Now:
        def now(self) -> datetime:
            return datetime(2026, 11, 24, 9, tzinfo=UTC)

    def heard(seconds: float) -> Heard:
        return Heard("Slack", Now().now() + timedelta(seconds=seconds), Now().now())

    (fine,) = await of_clock([heard(3), heard(-9)], None, Now())
    assert fine.state is State.OK
    for apart in (-75, 75):
        (wrong,) = await of_clock([heard(3), heard(apart)], None, Now())
        assert (wrong.state, wrong.what.count) == (State.WRONG, 75)


def test_on_postgresql_whoever_works_is_named(soglas: Terminal) -> None:
    """Which duties somebody has, without taking them; and the database's own clock is compared."""
    url = database(migrated())
    soglas.sets(SOGLAS_DATABASE_URL=url)
    assert soglas("playbook", "import", BRAND_A, "--agreed").code == 0
    assert "note: No process works on this database now." in soglas("doctor").out
    loop = asyncio.new_event_loop()
    store = open_store(url)
    assert loop.run_until_complete(store.leads("sender"))
    loop.run_until_complete(store.run(lambda tx: tx.beat("telegram.polled", datetime(2026, 11, 24, 9, tzinfo=UTC))))
    said = soglas("doctor")
    assert "Processes at work have these duties: sender and the last poll of Telegram at" in said.out
    assert "ok: The clock agrees with: PostgreSQL." in said.out
    assert loop.run_until_complete(store.leads("sender"))
    loop.run_until_complete(store.close())
    loop.close()
