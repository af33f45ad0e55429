"""Scripts: what a few people do to one to three requests, chosen by a seed from what is possible at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from bot.core.people import Team, Via
from bot.core.request.commands import Do, Note, Ticket
from bot.core.request.deadlines import next_due
from bot.core.request.model import Draft, Request, Status, Weight
from bot.core.request.table import MOVES, Action, By, is_legal
from tests.faults.world import Deed

# Who opens what; the fourth has a creator's deadline, so that it is handed over when Moscow is closed.
_KINDS = (
    ("sveta", "creator_selection", "RU", None), ("sveta", "creator_selection", "RU", None), ("jordan", "creator_selection", "US", None), ("sveta", "concept", "RU", None),
    ("jordan", "brand_deviation", "US", timedelta(hours=20)), ("sveta", "contract", "RU", None),
    ("anna", "brand_guidelines", "RU", None), ("jordan", "draft_content", "US", None),
)  # fmt: skip
_TALKERS = ("sveta", "pavel", "jordan", "katya", "priya", "anna", "oleg", "marina")
_MUST, _WISH = Note("Clause 4 is missing"), Note("A warmer tone", Weight.WISH)
_HURRY, _HURRY_AFTER_OPENING = 0.45, 0.85
_MINUTE = timedelta(minutes=1)
_GAPS = (
    timedelta(0),
    timedelta(0),
    timedelta(seconds=2),
    timedelta(seconds=20),
    timedelta(seconds=70),
    20 * _MINUTE,
    180 * _MINUTE,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a script: time that passes first, then updates that come in together. ``again`` are delivered twice,
    ``vanishes`` says that somebody deletes a card; in a ``hurry`` the next step comes before this one's messages are sent."""

    gap: timedelta
    deeds: tuple[Deed, ...] = ()
    again: bool = False
    vanishes: bool = False
    hurry: bool = False


class Author:
    """Writes the next step of one script, looking at how the requests stand."""

    def __init__(self, rng: Random) -> None:
        self._rng, self._count, self._hurried = rng, 0, False

    def next(self, now: datetime, requests: Sequence[tuple[Request, Team]]) -> Step:
        step = self._any(now, requests)
        if self._hurried:
            step = replace(step, gap=timedelta(seconds=step.gap > timedelta(0)) if step.deeds else step.gap)
        # While first cards are under way, the next comes more often.
        is_new = any(deed.draft for deed in step.deeds)
        self._hurried = bool(step.deeds) and self._rng.random() < (_HURRY_AFTER_OPENING if is_new else _HURRY)
        return replace(step, hurry=self._hurried)

    def _any(self, now: datetime, requests: Sequence[tuple[Request, Team]]) -> Step:
        rng = self._rng
        gap = rng.choice(_GAPS)
        if not requests or (len(requests) < 3 and rng.random() < 0.12):
            return Step(gap, (self._opening(now + gap),))
        draw = rng.random()
        request, team = rng.choice(requests)
        if draw < 0.14:
            return self._moment(now, request, team)
        if draw < 0.20:
            return Step(gap + timedelta(seconds=2), (self._absence(now, team),))
        if draw < 0.25:
            return Step(gap, (self._acting(request),), vanishes=True)
        if draw < 0.33:
            return Step(gap, (self._acting(request),), again=True)
        if draw < 0.48:
            other = rng.choice(requests)[0]
            return Step(gap, (self._acting(request), self._acting(rng.choice((request, other)))))
        if draw < 0.53:
            twice = self._acting(request)
            return Step(gap, (twice, replace(twice, id=self._id())))
        return Step(gap, (self._acting(request),))

    def _id(self) -> str:
        self._count += 1
        return str(self._count)

    def _moment(self, now: datetime, request: Request, team: Team) -> Step:
        """Nobody does anything until the clock brings something; at most two days are waited for it."""
        due = next_due(request, team)
        at = due.at if due else now + 60 * _MINUTE
        return Step(min(max(at - now, timedelta(0)), timedelta(days=2)))

    def _opening(self, now: datetime) -> Deed:
        person, kind, market, left = self._rng.choice(_KINDS)
        number = self._id()
        text = "In the shop. " * self._rng.choice((0, 1, 1, 9))
        return Deed(number, person, draft=Draft(kind, market, f"Text {number}", text, needed_by=now + left if left else None))

    def _absence(self, now: datetime, team: Team) -> Deed:
        person = self._rng.choice(("pavel", "anna", "sveta", "priya"))
        if self._rng.random() < 0.3:
            return Deed(self._id(), person)
        first = now.date() + timedelta(days=self._rng.choice((0, 0, 1)))
        return Deed(self._id(), person, away=(first, first + timedelta(days=self._rng.choice((0, 2)))))

    def _acting(self, request: Request) -> Deed:
        person, action, ticket = self._aim(request)
        number = self._id()
        notes = ((_MUST,), (_MUST, _WISH)) if action in _NEEDS_REMARKS else ((),)
        do = Do(
            action, person, "post", ticket, self._rng.choice(notes), f"Words {number}", self._rng.choice(_TALKERS),
            confirmed=(1,) if action is Action.CONFIRM_FIXED else (),
        )  # fmt: skip
        if action is Action.RESUBMIT and self._rng.random() < 0.2:
            do = replace(do, text="")
        return Deed(number, person, do, request.id, revision=request.revision)

    def _aim(self, request: Request) -> tuple[str, Action, Ticket | None]:
        """Mostly the right person with the right button; now and then somebody else, or an old button."""
        rng, word = self._rng, request.last_word
        waiting = [(step, part) for step in request.open_steps for part in step.waiting]
        if word and rng.random() < 0.2:
            return word.by, Action.TAKE_BACK, None
        if rng.random() < 0.15:
            return rng.choice((*_TALKERS, request.requested_by)), rng.choice((Action.SAY, Action.SAY, Action.ASK_BRIDGE)), None
        if (ask := request.extra_round_ask) and ask.wanted:
            return rng.choice(ask.wanted), rng.choice((Action.GRANT_ROUND, Action.REFUSE_ROUND)), None
        if waiting and rng.random() < 0.9:
            step, part = rng.choice(waiting)
            by = By.GAP_HOLDER if part.via is Via.GAP else By.OWNER
            legal = [
                m.action for m in MOVES if is_legal(m.action, request.status, by, step.act, last_round=request.is_last_round)
            ]
            usual = [action for action in legal if action in (Action.YES, Action.SEND_BACK, Action.RATIFY, Action.OPINION)]
            ticket = Ticket(step.number, request.round, request.text_version)
            person = part.person if rng.random() < 0.93 else rng.choice(_TALKERS)
            return person, rng.choice(usual * 2 + legal if usual else legal or [Action.YES]), ticket
        return request.requested_by, self._of_requester(request), None

    def _of_requester(self, request: Request) -> Action:
        if request.status is Status.RETURNED:
            return self._rng.choice((Action.RESUBMIT, Action.RESUBMIT, Action.RESUBMIT, Action.WITHDRAW))
        return self._rng.choice((Action.ANSWER, Action.CONFIRM_FIXED, Action.SAY, Action.WITHDRAW, Action.YES))


_NEEDS_REMARKS = {
    Action.SEND_BACK, Action.YES_WITH_REMARKS, Action.ASK_EXTRA_ROUND, Action.OBJECT, Action.RATIFY_WITH_REMARKS,
}  # fmt: skip
