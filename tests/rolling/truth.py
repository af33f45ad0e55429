"""What must be so when everybody has gone: nothing lost, doubled or left silent, and every card shows the truth."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from adapters.playground.cast import TELEGRAM
from bot.core.request.deadlines import next_due
from bot.core.request.relevance import asked_of
from bot.ports import Transaction
from bot.teams import team_of
from tests.kills.chats import Chats, Shown, _lasting, _plain
from tests.kills.decisions import Decisions
from tests.kills.records import Move, Records, histories, inbox
from tests.kills.scene import Scene
from tests.kills.trial import _answers
from tests.rolling import drawn
from tests.rolling.report import Report
from tests.rolling.town import Town
from tests.rolling.versions import PYTHON, Version

_WAITS = timedelta(seconds=30)
_DRAWS = 20


class OfPeople(Decisions):
    """What comes over HTTP comes from no tap."""

    def _came_from_an_act(self, move: Move) -> None:
        if move.through != "http":
            super()._came_from_an_act(move)


class Truth:
    """Looked at by the code of this checkout, past the processes. ``instants``: when all was at rest, and when nobody lived:
    what the clock changes on a card (a button that is there for some minutes) may have been changed in between, or not yet."""

    def __init__(self, town: Town, old: Version, records: Records, report: Report, instants: tuple[datetime, datetime]) -> None:
        self._town, self._old, self._records, self._report = town, old, records, report
        self._scene: Scene = town.scene
        self._now, self._end = instants

    async def broken(self, opened: list[str]) -> list[str]:
        """Every promise that does not hold."""
        moves, scene = histories(self._records), self._scene
        decisions = OfPeople(scene.acts, inbox(self._records), moves, _WAITS)
        await scene.store.read(decisions.check)
        chats = Chats(scene)
        again, self._report.asked_twice = chats.twice(self._records)
        found = [*decisions.broken, *self._silent(), *self._openings(opened, moves)]
        found += [f"sent twice: {one}" for one in again]
        found += [line for some in moves.values() for line in await scene.store.read(partial(_neglected, some, self._now))]
        found += await self._untrue(chats)
        self._count(decisions, moves)
        return found

    def _silent(self) -> Iterator[str]:
        """In Telegram a button that goes on spinning, in Slack one with a warning at it."""
        spinning = set(self._scene.telegram.unanswered())
        for act in self._scene.acts.values():
            if act.callback in spinning:
                yield f"no answer: {act}"
            if act.warned:
                yield f"failed before the eyes of whoever tapped: {act}"

    def _openings(self, opened: list[str], moves: Mapping[str, list[Move]]) -> Iterator[str]:
        """What was said to be open is there once, and nothing else."""
        yield from (f"{one}: given {times} times" for one, times in Counter(opened).items() if times > 1)
        yield from (f"{one}: was opened and is gone" for one in set(opened) - moves.keys())
        yield from (f"{one}: nobody was told that it is open" for one in moves.keys() - set(opened))

    # cards

    async def _untrue(self, chats: Chats) -> list[str]:
        """Cards that show neither what this version draws nor what the older one does, from the state as it is."""
        new, later = [await self._scene.store.read(partial(drawn.drawings, at)) for at in (self._now, self._end)]
        shown = {" ".join(place): one for place, one in chats.shown.items()}
        lost = [f"a card that is nowhere: {key}" for key in new.keys() - shown.keys()]
        present = new.keys() & shown.keys()
        other = [key for key in present if _seen(shown[key]) not in (_wanted(new[key]), _wanted(later[key]))]
        if not other:
            return lost
        old = await asyncio.to_thread(self._drawn_by_old)
        wrong = [key for key in other if _seen(shown[key]) != _wanted(old[key])]
        self._report.old_drawings = len(other) - len(wrong)
        return lost + [f"card {key} shows\n{_seen(shown[key])}\ninstead of\n{_wanted(new[key])}" for key in wrong]

    def _drawn_by_old(self) -> dict[str, drawn.Drawing]:
        done = subprocess.run(
            [PYTHON, str(Path(drawn.__file__)), self._scene.url, self._now.isoformat()],
            cwd=self._old.folder, env=self._old.environment({}), capture_output=True, timeout=_DRAWS, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"the old version cannot draw the cards: {done.stderr.decode()[-2000:]}"
        found: dict[str, drawn.Drawing] = json.loads(done.stdout)
        return found

    def _count(self, decisions: Decisions, moves: Mapping[str, list[Move]]) -> None:
        report, scene = self._report, self._scene
        report.taps, report.requests = len(scene.acts), len(moves)
        report.decisions, report.refused = len(decisions.came_out), len(decisions.refused)
        people = (actor for actor in scene.actors.values() if actor.messenger == TELEGRAM)
        answers = {one.callback_id: one.at for actor in people for one in _answers(scene, actor.external)}
        taps = (act for act in scene.acts.values() if act.callback in answers)
        report.answers = [*self._town.answers, *((answers[act.callback] - act.at).total_seconds() for act in taps)]


def _seen(one: Shown) -> object:
    return [*map(_lasting, one.blocks)] or [_lasting(one.text), [list(key) for key in one.buttons]]


def _wanted(drawing: drawn.Drawing) -> object:
    is_slack = not drawing or isinstance(drawing[0], dict)
    return [_lasting(_plain(block)) for block in drawing] if is_slack else [_lasting(drawing[0]), drawing[1]]


def _neglected(moves: list[Move], now: datetime, tx: Transaction) -> list[str]:
    """What a request lacks: somebody who owns each open step, a moment, a card for everybody asked."""
    request = moves[-1].after
    found = [f"{request.id}: step {step.number} waits for nobody" for step in request.open_steps if not step.waiting]
    due = next_due(request, team_of(tx, request, now))
    if due and (due.at <= now or not tx.first_job(f"wake:{request.id}")):
        found.append(f"{request.id}: {due} and nobody is woken for it")
    if without := asked_of(request) - {copy.person for copy in tx.copies(request.id)}:
        found.append(f"{request.id}: {without} are asked and have no card")
    return found
