"""The people and both platforms around the processes, at the machine's own time: ``soglas run`` goes by no other clock."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adapters.playground.cast import TELEGRAM, Actor, cast
from adapters.playground.clock import MovableClock
from adapters.playground.slack import SlackStandIn
from adapters.playground.slack.link import Link
from adapters.playground.slack.records import Acked
from adapters.playground.telegram import TelegramStandIn
from bot.core.playbook import load
from bot.service import Service
from storage.opening import open_store
from tests.kills.life import SLACK_APP, SLACK_BOT, TELEGRAM_TOKEN, clock_of
from tests.kills.scene import _MANY, _PATH, _TOGETHER, Scene, _settle_in, _told
from tests.rolling.versions import Version

TOKEN = "rolling-api-token-01"
_FILE = "brand.yaml"


@dataclass(frozen=True, slots=True)
class Town:
    """The scene of the kills without kills, and what the processes are told of it."""

    scene: Scene
    answers: list[float]  # seconds until Slack's taps and forms were acknowledged

    @property
    def settings(self) -> dict[str, str]:
        scene = self.scene
        return {
            "SOGLAS_DATABASE_URL": scene.url,
            "SOGLAS_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
            "SOGLAS_TELEGRAM_API_URL": scene.telegram.base_url.removesuffix("/bot"),
            "SOGLAS_SLACK_BOT_TOKEN": SLACK_BOT,
            "SOGLAS_SLACK_APP_TOKEN": SLACK_APP,
            "SOGLAS_SLACK_API_URL": scene.slack.api_url,
            "SOGLAS_HTTP_PORT": "0",
            "SOGLAS_API_TOKENS": f"{scene.playbook.id}:{TOKEN}",
            "SOGLAS_LOG_FORMAT": "json",
        }


def round_the_clock(text: str) -> str:
    """A playbook whose people always work, and in whose contracts two of them are asked at the same time."""
    text = re.sub(r"hours: \{mon-fri: \"[0-9:-]+\"\}", 'hours: {mon-sun: "00:00-24:00"}', text)
    return re.sub(r"(?m)^ +(quiet|holidays):.*(\n {6,}.*)*\n", "", text).replace(_PATH, _TOGETHER, 1)


@asynccontextmanager
async def town(url: str, old: Version, log: Path, *, paced: bool) -> AsyncIterator[Town]:
    """The old version's own brand A, put in force and with its people hired by the old version's own commands."""
    file = old.folder / _FILE
    file.write_text(round_the_clock((old.root / "playbooks" / "brand-a.yaml").read_text(encoding="utf-8")), encoding="utf-8")
    loaded = load(_FILE, lambda name: (old.folder / name).read_bytes())
    assert loaded.playbook, loaded.faults
    at, since = datetime.now(UTC), time.monotonic()
    clock = clock_of(at, since)
    telegram, slack = _paced(clock) if paced else _patient(clock)
    await hires(old, url, cast(loaded.playbook).values())
    store = open_store(url)
    actors = dict(cast(loaded.playbook))
    scene = Scene(url, at, since, clock, telegram, slack, store, Service(store, clock), loaded.playbook, actors, log)
    found = Town(scene, [])
    slack.link.deliver = _timed(slack.link, found)  # type: ignore[method-assign]
    await telegram.start()
    await slack.start()
    try:
        for actor in actors.values():
            _settle_in(scene, actor)
        yield found
    finally:
        await slack.stop()
        await telegram.stop()
        await store.close()


def _paced(clock: MovableClock) -> tuple[TelegramStandIn, SlackStandIn]:
    telegram = TelegramStandIn(token=TELEGRAM_TOKEN, now=clock.now)
    return telegram, SlackStandIn(bot_token=SLACK_BOT, app_token=SLACK_APP, now=clock.now)


def _patient(clock: MovableClock) -> tuple[TelegramStandIn, SlackStandIn]:
    """Nobody is refused for being too fast."""
    telegram = TelegramStandIn(token=TELEGRAM_TOKEN, now=clock.now, per_second=_MANY, per_chat=_MANY)
    return telegram, SlackStandIn(bot_token=SLACK_BOT, app_token=SLACK_APP, now=clock.now, burst=_MANY)


def _timed(link: Link, to: Town) -> Callable[..., Any]:
    """Delivering as Slack does, noting what came of it and how long it took."""
    noted = _told(link, to.scene)

    async def timed(kind: str, payload: dict[str, Any], **how: Any) -> Acked:
        acked: Acked = await noted(kind, payload, **how)
        if kind == "interactive":
            to.answers.append(acked.seconds)
        return acked

    return timed


async def hires(version: Version, url: str, actors: Any) -> None:
    """Makes the database, its playbook and its accounts by commands of that version."""
    settings = {"SOGLAS_DATABASE_URL": url}
    (version.folder / "accounts.yaml").write_text("".join(map(_line, actors)), encoding="utf-8")
    for words in (("playbook", "import", _FILE, "--agreed"), ("accounts", "import", "accounts.yaml")):
        said = await version.says(*words, settings=settings)
        assert said.code == 0, said.err


def _line(actor: Actor) -> str:
    return f"{actor.person}: {{{'telegram' if actor.messenger == TELEGRAM else 'slack'}: {actor.external}}}\n"
