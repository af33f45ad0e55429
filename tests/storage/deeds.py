"""Decisions to record and jobs to put, made by the real rules. No expectations here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from bot.core.people import Team
from bot.core.request import decide
from bot.core.request.commands import Do, Open
from bot.core.request.effects import Decision
from bot.core.request.model import Draft, Request, RequestId
from bot.core.request.table import Action
from bot.core.wording import Text
from bot.ports import Job, Store
from tests.core.request.brands import brand_a

T0 = datetime(2026, 11, 24, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
A1 = RequestId("A-1")


def opening(request: str = "A-1", by: str = "sveta", at: datetime = T0) -> Decision:
    """The decision that opens a request for a list of creators."""
    draft = Draft("creator_selection", "RU", "List for January")
    decision = decide(None, Open(RequestId(request), by, draft, "a" * 64), Team(brand_a()), at)
    assert isinstance(decision, Decision)
    return decision


def answered(state: Request, action: Action = Action.YES, words: str = "") -> Decision:
    """The decision that the market lead's answer comes to."""
    decision = decide(state, Do(action, "pavel", text=words), Team(brand_a()), T0 + timedelta(minutes=5))
    assert isinstance(decision, Decision)
    return decision


async def opened(store: Store, request: str = "A-1", by: str = "sveta", at: datetime = T0) -> Request:
    decision = opening(request, by, at)
    await store.run(lambda tx: tx.record(None, decision))
    return decision.state


def job(
    key: str = "tell:1", due: datetime = T0, *, kind: Literal["card", "tell", "wake"] = "tell", urgent: bool = False,
    text: Text | None = None, person: str = "anna",
) -> Job:  # fmt: skip
    return Job(key, kind, A1, person, due, text, urgent)


async def claimed(
    store: Store, at: datetime = T0, *, limit: int = 10, lease: float = 60, kinds: tuple[str, ...] = ("tell",)
) -> list[Job]:
    until = at + timedelta(seconds=lease)
    return list(await store.run(lambda tx: tx.claim(at, until, limit, kinds)))
