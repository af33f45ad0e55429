"""Whether every tap came to exactly one outcome, and every outcome from a tap."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot import buttons
from bot.core.cards import Input
from bot.core.request import decide
from bot.core.request.commands import Do
from bot.core.request.effects import Refused
from bot.core.request.model import Request
from bot.core.request.table import Action
from bot.ports import Transaction
from bot.teams import team_of
from tests.kills.records import Delivered, Move
from tests.kills.scene import Act

_TOKEN = re.compile(r"w\d+w")
# What a tap alone comes to, by the name of its event.
_COMES_TO: dict[Action, tuple[str, ...]] = {
    Action.YES: ("step_answered",), Action.OPINION: ("step_answered",), Action.RATIFY: ("ratified",), Action.TAKE_BACK: ("taken_back",), Action.CONFIRM_FIXED: ("remarks_confirmed",),
    Action.GRANT_ROUND: ("extra_round_agreed", "extra_round_granted"), Action.REFUSE_ROUND: ("extra_round_refused",),
}  # fmt: skip
Acts = Mapping[tuple[str, str], Act]


class Decisions:
    """An update is marked in the commit of its decision, right after it: where one process writes, no other mark is between
    them. Where several do, ``waits`` is how long the mark may take."""

    def __init__(
        self,
        acts: Acts,
        inbox: Mapping[tuple[str, str], Delivered],
        histories: Mapping[str, list[Move]],
        waits: timedelta | None = None,
    ) -> None:
        self._acts, self._inbox, self._histories, self._waits = acts, inbox, histories, waits
        self._marks = sorted((row.handled_at, key) for key, row in inbox.items() if row.handled_at)
        self.came_out: dict[tuple[str, str], Move] = {}
        self.refused: set[tuple[str, str]] = set()
        self.broken: list[str] = []

    def handled(self, key: tuple[str, str]) -> datetime | None:
        row = self._inbox.get(key)
        return row.handled_at if row else None

    def check(self, tx: Transaction) -> None:
        self._nothing_is_forgotten()
        for move in sorted((m for moves in self._histories.values() for m in moves), key=lambda move: move.at):
            if move.by is not None and move.through != "crowd":
                self._came_from_an_act(move)
        self._the_rest_was_refused(tx)
        self._words_are_used_once()

    def _nothing_is_forgotten(self) -> None:
        """A tap that the platform holds confirmed is written down and handled. Where the person was warned it may be."""
        lost = [act for key, act in self._acts.items() if key not in self._inbox and not act.warned]
        self.broken += [f"confirmed and forgotten: {act}" for act in lost]
        self.broken += [f"written down and never handled: {row}" for row in self._inbox.values() if row.handled_at is None]

    def _came_from_an_act(self, move: Move) -> None:
        """Of that very person, marked in the same commit, and of nothing else before."""
        fitting = []
        for _, key in self._marked_after(move.at):
            act = self._acts.get(key)
            if act and act.person == move.by and key not in self.came_out and _fits(act, move):
                fitting.append(key)
        if fitting:
            self.came_out[fitting[0]] = move
        else:
            told = "comes from nothing this person did, or from something that was decided already"
            next_one = [self._acts.get(key, key) for _, key in self._marked_after(move.at)[:1]]
            self.broken.append(f"{move} {told}; marked next: {next_one}")

    def _marked_after(self, at: datetime) -> list[tuple[datetime, tuple[str, str]]]:
        first = bisect_left(self._marks, (at, ("", "")))
        if self._waits is None:
            return self._marks[first : first + 1]
        return self._marks[first : bisect_left(self._marks, (at + self._waits, ("", "")))]

    def _the_rest_was_refused(self, tx: Transaction) -> None:
        """A tap that alone is a decision and brought none must have been one that the rules refuse, as it then stood."""
        for key, act in self._acts.items():
            code, row = buttons.parse(act.data), self._inbox.get(key)
            if code is None or code.input is not Input.NOTHING or row is None or key in self.came_out or not row.handled_at:
                continue
            do = Do(code.action, act.person, act.messenger, code.ticket)
            # A refusal is given first, and its update marked afterwards.
            states = self._standing(code.request, act.at, row.handled_at)
            could = [s for s in states if not isinstance(decide(s, do, team_of(tx, s, row.handled_at), row.handled_at), Refused)]
            self.refused.add(key)
            if len(could) == len(states):
                self.broken.append(f"lost: {act}, handled at {row.handled_at:%H:%M:%S.%f}")

    def _standing(self, request: str, since: datetime, until: datetime) -> list[Request]:
        """Every state there was while it may have been decided on."""
        moves = self._histories[request]
        before = [move.after for move in moves if move.at <= since]
        return [*before[-1:], *(move.after for move in moves if since < move.at <= until)]

    def _words_are_used_once(self) -> None:
        said: Counter[tuple[str, str]] = Counter()
        for moves in self._histories.values():
            for move in moves:
                said.update({(move.by or "", token): 1 for token in set(_TOKEN.findall(move.bodies))})
        self.broken += [f"words used twice: {one}" for one, times in said.items() if times > 1]


def _fits(act: Act, move: Move) -> bool:
    code = buttons.parse(act.data)
    if act.messenger != move.through:
        return False
    if code is None:
        return True  # words, a form, a question's button: which one is seen by the instant alone
    wanted = _COMES_TO.get(code.action, ())
    fits = code.input is Input.NOTHING and any(event.fact.type in wanted for event in move.events)
    # What is taken back is a step before the one whose card has the button.
    is_there = code.action is Action.TAKE_BACK or move.step in (None, code.ticket.step)
    return fits and is_there and code.request == move.request
