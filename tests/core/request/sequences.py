"""Random teams and random moves for the test of any sequence. No expectations here.

A move is nine bytes, each a choice: drawing them in one piece is what makes thousands of sequences cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from bot.core.people import Absence, Team, Uses, Via
from bot.core.request import Request, Status
from bot.core.request.commands import Command, Do, Note, Proof, Ticket, Wake
from bot.core.request.model import Weight
from bot.core.request.table import MOVES, Action, By, is_legal
from tests.core.request.brands import DECIDE, brand_a, variant
from tests.core.request.desk import z

BOOKS = (
    brand_a(),
    variant(rounds=1),
    variant("{review: {all_of: [legal, us_market_lead, bridge_us]}, within: 4h}", DECIDE, rounds=2),
    variant("{consult: {any_of: [brand_manager, sam_role]}, within: 1h}", "{review: coordinator, within: 1h, once: true}",
            "{decide: {at_least: 2, of: [legal, us_market_lead, brand_manager]}, within: 2h}", rounds=1,
            edits="roles: {sam_role: {title: {en: S, ru: S}, market: US, holder: sam}}"),
    variant("{consult: bridge_us, within: 2h, waits: true}", "{decide: {any_of: [coordinator, bridge_ru]}, within: 1h}", rounds=1,
            edits="{extra_round: {at_most: 2, granted_by: [coordinator]}, escalation: {remind_at: 100%}}"),
    variant(DECIDE, local=True),
    variant(edits=f"decisions: {{contract: {{path: {{rounds: 3, steps: [{DECIDE}], checklist: ads_ru}}}}}}"),
    variant("{review: {all_of: [legal, us_market_lead]}, within: 4h}", DECIDE, rounds=1, edits="undo: 120s", local=True),
    variant("{consult: legal, within: 15m, waits: true}", "{consult: bridge_us, within: 1h}", "{review: coordinator, within: 1h}",
            "{decide: {any_of: [legal, brand_manager]}, within: 2h}", edits="undo: 1200s", local=True),
)  # fmt: skip
PEOPLE = sorted(brand_a().people)
ITEMS = {name: [item.id for item in one.items] for name, one in brand_a().checklists.items()}
START = z("2026-11-20T12:00Z")

FIRST = date(2026, 11, 19)

# Far away, in the next hours, when Moscow has closed, over the weekend, when New York has closed.
DEADLINES = tuple(
    map(z, ("2027-01-01T00:00Z", "2026-11-20T15:00Z", "2026-11-20T21:00Z", "2026-11-23T09:00Z", "2026-11-24T00:00Z"))
)
USES = (Uses(), Uses(), Uses(), Uses((START,) * 3), Uses(unchecked=4), Uses(unchecked=5))
ROLES = sorted(brand_a().roles)

WAITS = (0, 0, 1, 20, 90, 240, 600, 1440, 6000)
TICKETS = ("true", "true", "true", None, Ticket(-1, 1, 1), Ticket(0, 1, 1), Ticket(1, 1, 1), Ticket(2, 2, 2), Ticket(9, 0, 3))
MUST, WISH = Note("Clause 4"), Note("<b>&", Weight.WISH)
NOTES = ((MUST,), (MUST, WISH), (WISH,), ())
TEXTS = ("Why?", "Because", "")
ANYBODY = (*PEOPLE, None)
ACTIONS = (*Action, *range(2 * len(Action)))


@dataclass(frozen=True)
class Move:
    """Somebody's attempt: often the owner's, often with the right ticket; ``None`` as a person is the clock.

    A number as an action is one of the possible ones.
    """

    wait: int
    person: str | None
    who: int
    action: Action | int
    ticket: Ticket | str | None
    notes: tuple[Note, ...]
    text: str
    to: str
    awake: bool


def _move(piece: bytes) -> Move:
    wait, person, who, action, ticket, notes, text, to, awake = piece
    return Move(
        WAITS[wait % len(WAITS)], ANYBODY[person % len(ANYBODY)], who % 8, ACTIONS[action % len(ACTIONS)],
        TICKETS[ticket % len(TICKETS)], NOTES[notes % len(NOTES)], TEXTS[text % len(TEXTS)], PEOPLE[to % len(PEOPLE)],
        awake % 2 == 0,
    )  # fmt: skip


def _moves(drawn: bytes) -> list[Move]:
    return [_move(drawn[start : start + 9]) for start in range(0, len(drawn) - 8, 9)]


def _team(drawn: bytes) -> Team:
    """A book, up to two people who cannot be reached, up to two who are away, one role lost, a right used more or less."""
    book, uses, left, *rest = drawn
    unreachable = frozenset(PEOPLE[number] for number in rest[:2] if number < len(PEOPLE))
    absences = [
        Absence(PEOPLE[who % len(PEOPLE)], FIRST + timedelta(day % 10), FIRST + timedelta(day % 10 + more % 5))
        for who, day, more in (rest[2:5], rest[5:8])
        if who < 200
    ]
    playbook = BOOKS[book % len(BOOKS)]
    role = ROLES[left % len(ROLES)]
    lost = playbook.roles[role].holder if left < 2 * len(ROLES) else None
    gone = frozenset({(role, lost)}) if lost else frozenset[tuple[str, str]]()
    return Team(playbook, unreachable, tuple(absences), gone, USES[uses % len(USES)])


people = st.sampled_from(PEOPLE)
teams = st.binary(min_size=11, max_size=11).map(_team)
deadlines = st.sampled_from(DEADLINES)
moves = st.binary(min_size=5 * 9, max_size=12 * 9).map(_moves)


def command(state: Request, move: Move) -> Command:
    if move.action is Action.WAKE and move.person is None:
        return Wake()
    person, possible, ticket = _aimed(state, move)
    action = move.action if isinstance(move.action, Action) else possible[move.action % len(possible)]
    # Every item at once, with a link, which is words and a confirmation too; now and then it is taken back again.
    given = tuple(Proof(item, "https://example.com/proof", taken_back=move.awake) for item in ITEMS.get(state.checklist, ()))
    confirmed = (1,) if move.text else ()
    return Do(action, person, "test", ticket, move.notes, move.text, move.to, confirmed=confirmed, proofs=given)


def _aimed(state: Request, move: Move) -> tuple[str, list[Action], Ticket | None]:
    """Whose move it is, what they may do, and what stands on their button."""
    waiting = [(step, part) for step in state.open_steps for part in step.waiting]
    forged = move.ticket if isinstance(move.ticket, Ticket) else None
    if state.extra_round_ask and state.extra_round_ask.wanted and move.who % 2:
        wanted = state.extra_round_ask.wanted
        return wanted[state.revision % len(wanted)], [Action.GRANT_ROUND, Action.REFUSE_ROUND], forged
    if state.last_word and move.who == 7:
        return state.last_word.by, [Action.TAKE_BACK], forged
    if waiting and move.who < 6:
        step, part = waiting[move.who % len(waiting)]
        by = By.GAP_HOLDER if part.via is Via.GAP else By.OWNER
        possible = [m.action for m in MOVES if is_legal(m.action, state.status, by, step.act, last_round=state.is_last_round)]
        return part.person, possible, Ticket(step.number, state.round, state.text_version) if move.ticket == "true" else forged
    if waiting and move.who == 6:
        return move.person or state.requested_by, list(Action), forged
    return (
        state.requested_by,
        [Action.RESUBMIT if state.status is Status.RETURNED else Action.ANSWER, Action.CONFIRM_FIXED],
        forged,
    )
