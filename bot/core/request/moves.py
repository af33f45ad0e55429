"""What each action brings about once it is known to be legal, and what it needs to be complete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.core.people import Chosen, Via
from bot.core.playbook.model import Act, PersonId
from bot.core.request import checklist, notices, owners, ratify, route, talk
from bot.core.request import events as e
from bot.core.request.commands import Do, Note
from bot.core.request.deadlines import taken_over
from bot.core.request.effects import Refusal, Refused
from bot.core.request.handover import Obstacle, why_not
from bot.core.request.model import Assignment, LastWord, Outcome, Remark, Status, StepRun, Weight
from bot.core.request.relevance import asked_of, open_questions
from bot.core.request.table import Action
from bot.core.request.turn import Turn
from bot.core.wording import text

MAX_TEXT = 10_000
MAX_REMARKS = 50

Owned = Callable[[Turn, StepRun, Do], Refused | None]
Plain = Callable[[Turn, Do], Refused | None]


def _numbered(turn: Turn, by: PersonId, notes: tuple[Note, ...]) -> tuple[Remark, ...]:
    first = len(turn.state.remarks) + 1
    return tuple(Remark(first + i, by, turn.state.round, note.text, note.weight) for i, note in enumerate(notes))


def _without_remarks(do: Do) -> Refused | None:
    if not do.remarks:
        return Refused(Refusal.REMARKS_MISSING, text("refusal.remarks_missing"))
    return None


def _without_text(do: Do) -> Refused | None:
    if not do.text.strip():
        return Refused(Refusal.REASON_MISSING, text("refusal.reason_missing"))
    return None


def too_long(do: Do) -> Refused | None:
    """Refuses what no card could carry; a draft's text has a limit of its own, in ``opening``."""
    notes = [note.text for note in do.remarks]
    words = (*notes, *(proof.value for proof in do.proofs), do.text if do.action is not Action.RESUBMIT else "")
    if max(len(notes), len(do.proofs)) > MAX_REMARKS or any(len(part) > MAX_TEXT for part in words):
        return Refused(Refusal.TOO_LONG, text("refusal.too_long", limit=MAX_TEXT, remarks=MAX_REMARKS))
    return None


def _right_is_used_up(turn: Turn, step: StepRun) -> Refused | None:
    """The limits hold at the moment of the answer, whatever was true at the hand-over (rule 15)."""
    why = ratify.refusal(turn, step)
    if why is None:
        return None
    reason = Refusal.RIGHT_PAUSED if why is Obstacle.DEBT else Refusal.RIGHT_USED_UP
    return Refused(reason, text("refusal.right", why=why_not(turn.playbook, turn.state.draft, why)))


def _unchecked(turn: Turn, step: StepRun) -> Refused | None:
    """The final yes waits for the checklist's blocking items."""
    return checklist.refusal(turn) if step.act is Act.DECIDE else None


def _yes(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    if refused := _right_is_used_up(turn, step) or _unchecked(turn, step):
        return refused
    turn.happen(e.StepAnswered(step.number, Outcome.YES))
    route.settle(turn, step, Outcome.YES)
    return None


def _yes_with_remarks(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    if refused := _right_is_used_up(turn, step) or _unchecked(turn, step) or _without_remarks(do):
        return refused
    remarks = _numbered(turn, do.by, do.remarks)
    turn.happen(e.StepAnswered(step.number, Outcome.YES_WITH_REMARKS, remarks=remarks))
    notices.remarks_given(turn, remarks)
    route.settle(turn, step, Outcome.YES_WITH_REMARKS)
    return None


def _opinion(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    turn.happen(e.StepAnswered(step.number, Outcome.OPINION, do.text.strip()))
    route.settle(turn, step, Outcome.OPINION)
    return None


def _send_back(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    if refused := _without_remarks(do):
        return refused
    _return(turn, step.number, _numbered(turn, do.by, do.remarks))
    return None


def _return(turn: Turn, step: int, remarks: tuple[Remark, ...]) -> None:
    route.close(turn, step, Outcome.SENT_BACK)
    route.overtake(turn)
    turn.happen(e.SentBack(step, remarks))
    notices.sent_back(turn, remarks)


def _ask_extra_round(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    if refused := _without_remarks(do):
        return refused
    if turn.state.extra_round_ask or turn.state.extra_rounds >= turn.playbook.extra_round.at_most:
        return Refused(Refusal.ROUND_LIMIT, text("refusal.round_limit", rounds=turn.state.rounds))
    wanted = _grantors(turn)
    if turn.playbook.extra_round.granted_by and not wanted:
        return Refused(Refusal.ROUND_LIMIT, text("refusal.round_limit", rounds=turn.state.rounds))
    turn.happen(e.ExtraRoundAsked(step.number, _numbered(turn, do.by, do.remarks), wanted))
    if do.by in wanted:
        turn.happen(e.ExtraRoundAgreed(step.number))
    notices.extra_round_asked(turn, tuple(person for person in wanted if person != do.by))
    _grant_when_all_agree(turn)
    return None


def _grantors(turn: Turn) -> tuple[PersonId, ...]:
    """Everyone named in `extra_round`: words or roles, as people; nobody grants on their own request."""
    book, author, market = turn.playbook, turn.state.author, turn.state.draft.market
    found: list[PersonId] = []
    for who in book.extra_round.granted_by:
        if who == "signatory":
            signing = (book.markets[market].signed_by, *book.signatories())
            found.append(next((person for person in signing if person != author), author))
        else:
            found.append(turn.team.choose(book.coordinator if who == "coordinator" else who, author, turn.now).person)
    return tuple(person for person in dict.fromkeys(found) if person != author)


def _reject(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    if refused := _without_text(do) or _right_is_used_up(turn, step):
        return refused
    route.close(turn, step.number, Outcome.REJECTED)
    route.overtake(turn)
    turn.happen(e.Rejected(do.text.strip(), provisional=step.local))
    route.ended(turn, step, "rejected")
    return None


def _ratify(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    turn.happen(e.StepAnswered(step.number, Outcome.RATIFIED))
    route.close(turn, step.number, Outcome.RATIFIED)
    turn.happen(e.Ratified(step.number))
    notices.checked(turn, "notice.ratified", ())
    return None


def _ratify_with_remarks(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    if refused := _without_remarks(do):
        return refused
    remarks = _numbered(turn, do.by, do.remarks)
    turn.happen(e.StepAnswered(step.number, Outcome.RATIFIED_WITH_REMARKS))
    route.close(turn, step.number, Outcome.RATIFIED_WITH_REMARKS)
    turn.happen(e.Ratified(step.number, remarks))
    notices.checked(turn, "notice.ratified_with_remarks", remarks)
    return None


def _object(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    """What was done stays done; what must be changed is the requester's to change."""
    if refused := _without_remarks(do):
        return refused
    remarks = _numbered(turn, do.by, tuple(replace(note, weight=Weight.MUST_FIX) for note in do.remarks))
    turn.happen(e.StepAnswered(step.number, Outcome.OBJECTED))
    route.close(turn, step.number, Outcome.OBJECTED)
    turn.happen(e.Objected(step.number, remarks))
    notices.checked(turn, "notice.objected", remarks)
    return None


def _ask(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    if refused := _without_text(do):
        return refused
    turn.happen(e.QuestionAsked(step.number, len(turn.state.questions) + 1, do.text.strip()))
    notices.question(turn, do.text.strip())
    return None


def may_take_over(turn: Turn, step: StepRun, part: Assignment) -> tuple[PersonId, ...]:
    """To whom a part may be passed: the deputies of its roles; a gap to anybody; never to who has a part already."""
    book = turn.playbook
    if part.via is Via.GAP:
        candidates = tuple(book.people)
    else:
        candidates = tuple(deputy for role in part.roles for deputy in book.roles[role].deputies)
    barred = {turn.state.author, *owners.barred(turn.state, step.act), *(other.person for other in step.assignments)}
    barred |= turn.team.unreachable
    return tuple(p for p in dict.fromkeys(candidates) if p not in barred and not turn.team.has_left(p, part.roles))


def _pass_on(turn: Turn, step: StepRun, do: Do) -> Refused | None:
    part = step.part_of(do.by)
    assert part is not None
    if do.to not in may_take_over(turn, step, part):
        return Refused(Refusal.NO_SUCH_PERSON, text("refusal.no_such_person"))
    choice = Chosen(do.to, Via.PASSED_ON, part.on_behalf_of or part.person, "passed_on")
    taken = taken_over(turn.team, part, choice, turn.now)
    turn.happen(e.PassedOn(step.number, do.by, taken))
    notices.asked(turn, step, taken)
    return None


def _grant_round(turn: Turn, do: Do) -> Refused | None:
    ask = turn.state.extra_round_ask
    assert ask is not None
    turn.happen(e.ExtraRoundAgreed(ask.step))
    _grant_when_all_agree(turn)
    return None


def _grant_when_all_agree(turn: Turn) -> None:
    ask = turn.state.extra_round_ask
    if ask and set(ask.wanted) <= set(ask.granted):
        turn.happen(e.ExtraRoundGranted(ask.step))
        # Others may have made remarks since: the numbers are given anew.
        notes = tuple(Note(remark.text, remark.weight) for remark in ask.remarks)
        _return(turn, ask.step, _numbered(turn, ask.by, notes))


def _refuse_round(turn: Turn, do: Do) -> Refused | None:
    ask = turn.state.extra_round_ask
    assert ask is not None
    turn.happen(e.ExtraRoundRefused(ask.step, do.text.strip()))
    notices.extra_round_refused(turn, ask.by)
    return None


def _answer(turn: Turn, do: Do) -> Refused | None:
    if refused := _without_text(do):
        return refused
    unanswered = [q for q in open_questions(turn.state) if do.question in (None, q.number)]
    if not unanswered:
        return Refused(Refusal.NOT_POSSIBLE, text("refusal.no_question"))
    turn.happen(e.QuestionAnswered(unanswered[0].number, do.text.strip()))
    notices.answer(turn, unanswered[0].by, do.text.strip())
    return None


def _confirm_fixed(turn: Turn, do: Do) -> Refused | None:
    numbers = tuple(r.number for r in turn.state.to_fix if not do.confirmed or r.number in do.confirmed)
    if not numbers:
        return Refused(Refusal.NOT_POSSIBLE, text("refusal.nothing_to_fix"))
    turn.happen(e.RemarksConfirmed(numbers))
    notices.corrected(turn, numbers)
    return None


def _resubmit(turn: Turn, do: Do) -> Refused | None:
    new_text = do.text.strip() or turn.state.draft.text
    links = turn.state.draft.links if do.links is None else do.links
    confirmed = tuple(r.number for r in turn.state.remarks if r.number in do.confirmed and not r.confirmed)
    turn.happen(e.Resubmitted(new_text, links, confirmed, do.files))
    route.start(turn)
    return None


def _withdraw(turn: Turn, do: Do) -> Refused | None:
    route.overtake(turn)
    turn.happen(e.Withdrawn(do.text.strip()))
    return None


def _take_back(turn: Turn, do: Do) -> Refused | None:
    """Undo: who made the latest decision says it was a mistake, in time, and nobody has acted on it (the memory ends then)."""
    word = turn.state.last_word
    assert word is not None
    # Held messages have not been sent yet, and are not sent any more.
    told = () if turn.playbook.hold else _have_heard(turn, word)
    turn.happen(e.TakenBack(word.step))
    for person in sorted(asked_of(turn.state)):
        # Cards that stand follow by themselves; a first one that was late may have been dropped while nothing was asked.
        turn.show(person)
    notices.taken_back(turn, tuple(person for person in told if person != do.by))
    return None


def _have_heard(turn: Turn, word: LastWord) -> tuple[PersonId, ...]:
    """Whoever was told of the decision besides seeing it on a card; what was held for their morning is simply not sent."""
    state, step = turn.state, turn.state.steps[word.step]
    if state.status is Status.OPEN and len(state.remarks) == word.remarks:
        return ()
    decided = state.local_decision if step.act is Act.RATIFY else None
    people = dict.fromkeys(p for p in (state.requested_by, decided.closed_by if decided else None) if p)
    return tuple(person for person in people if turn.team.free_time(person, word.at) <= turn.now)


OWNED: dict[Action, Owned] = {
    Action.YES: _yes,
    Action.YES_WITH_REMARKS: _yes_with_remarks,
    Action.OPINION: _opinion,
    Action.SEND_BACK: _send_back,
    Action.ASK_EXTRA_ROUND: _ask_extra_round,
    Action.REJECT: _reject,
    Action.ASK: _ask,
    Action.PASS_ON: _pass_on,
    Action.RATIFY: _ratify,
    Action.RATIFY_WITH_REMARKS: _ratify_with_remarks,
    Action.OBJECT: _object,
}
# What may be taken back for a moment; questions and hand-overs are no decisions.
ANSWERS = frozenset(OWNED) - {Action.ASK, Action.PASS_ON, Action.ASK_EXTRA_ROUND}
PLAIN: dict[Action, Plain] = {
    Action.GRANT_ROUND: _grant_round,
    Action.REFUSE_ROUND: _refuse_round,
    Action.ANSWER: _answer,
    Action.CONFIRM_FIXED: _confirm_fixed,
    Action.RESUBMIT: _resubmit,
    Action.WITHDRAW: _withdraw,
    Action.TAKE_BACK: _take_back,
    Action.EVIDENCE: checklist.give,
    Action.ASK_BRIDGE: talk.ask_bridge,
    Action.TRANSLATE: talk.translate,
    Action.SAY: talk.say,
}
