"""``soglas rehearse``: what would happen to a request, without sending anything."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

import typer

from bot.commands import Failed, app, terminal
from bot.commands.files import load_good
from bot.commands.moments import iso, parse_amount, parse_moment
from bot.core.people import Absence, Team
from bot.core.playbook.model import Playbook
from bot.core.rehearsal import ACTIONS, Deed, Report, Scenario, creator_moments, rehearse, step_moments
from bot.core.request.model import Draft, Request, StepRun
from bot.core.timeline import Entry
from bot.core.wording import Localized, text
from bot.speech import Reader, say, show


@app.command("rehearse")
def rehearse_request(
    file: Annotated[str, typer.Argument(metavar="PLAYBOOK")],
    kind: Annotated[str, typer.Option()],
    market: Annotated[str, typer.Option()],
    by: Annotated[str, typer.Option(help="Who asks: a person of the playbook.")],
    at: Annotated[str, typer.Option(help="When, like 2027-02-19T21:00Z.")],
    needed_by: Annotated[str | None, typer.Option()] = None,
    amount: Annotated[str | None, typer.Option(help='Like "500 USD".')] = None,
    round_: Annotated[int, typer.Option("--round", min=1)] = 1,
    away: Annotated[list[str] | None, typer.Option(help='Like "oleg 2027-05-04..2027-05-14".')] = None,
    then: Annotated[list[str] | None, typer.Option(help='Like "2027-02-22T09:00Z katya yes".')] = None,
    until: Annotated[str | None, typer.Option()] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Rehearse a request on a clock of its own: the same rules as the live bot."""
    reader = terminal()
    book = load_good(file, reader).playbook
    assert book is not None
    _known(book, kind, market, by, round_)
    draft = Draft(
        kind, market, "rehearsal", needed_by=parse_moment(needed_by) if needed_by is not None else None,
        amount=parse_amount(amount) if amount is not None else None,
    )  # fmt: skip
    absences = tuple(_absence(book, value) for value in away or [])
    deeds = tuple(_deed(book, value) for value in then or [])
    scenario = Scenario(draft, by, parse_moment(at), round_, absences, deeds, parse_moment(until) if until is not None else None)
    report = rehearse(book, scenario)
    print(json.dumps(_data(book, scenario, report), ensure_ascii=False) if as_json else _readable(book, report, reader))
    raise typer.Exit(0 if report.state else 1)


def _known(book: Playbook, kind: str, market: str, by: str, round_: int) -> None:
    named = (
        (text("cli.name.kind"), kind, book.decisions), (text("cli.name.market"), market, book.markets),
        (text("cli.name.person"), by, book.people),
    )  # fmt: skip
    for what, name, known in named:
        if name not in known:
            raise Failed("unknown_name", what=what, name=name, known=", ".join(known))
    path = book.decisions[kind].path_for(market)
    if path and round_ > path.rounds:
        raise Failed("unknown_name", what=text("cli.name.round"), name=str(round_), known=f"1–{path.rounds}")


def _person(book: Playbook, person: str) -> str:
    if person not in book.people:
        raise Failed("unknown_name", what=text("cli.name.person"), name=person, known=", ".join(book.people))
    return person


def _absence(book: Playbook, value: str) -> Absence:
    person, _, days = value.strip().partition(" ")
    first, _, last = days.strip().partition("..")
    try:
        absence = Absence(_person(book, person), date.fromisoformat(first), date.fromisoformat(last or first))
    except ValueError:
        raise Failed("bad_away", value=value) from None
    if absence.last < absence.first:
        raise Failed("bad_away", value=value)
    return absence


def _deed(book: Playbook, value: str) -> Deed:
    parts = value.split()
    if len(parts) != 3:
        raise Failed("bad_then", value=value, problem=text("cli.then.three_words"))
    if parts[2] not in ACTIONS:
        raise Failed("bad_then", value=value, problem=text("cli.then.no_action", action=parts[2]))
    return Deed(parse_moment(parts[0]), _person(book, parts[1]), parts[2])


def _data(book: Playbook, scenario: Scenario, report: Report) -> dict[str, object]:
    state, found = report.state, report.contacts
    team = Team(book, absences=scenario.absences)
    return {
        "brand": book.id,
        "version": None,
        "kind": scenario.draft.kind,
        "market": scenario.draft.market,
        "status": str(state.status) if state else "refused",
        "steps": [_step(team, state, step) for step in state.steps] if state else [],
        "timeline": [_entry(entry) for entry in report.timeline],
        "refusals": [{"at": iso(refusal.at), "by": refusal.by, "why": refusal.why} for refusal in report.refusals],
        "contacts": {
            "main": found.main, "deputy": found.deputy, "creative_feedback": list(found.creative_feedback),
            "final_content": found.final_content, "final_contract": found.final_contract, "this_request": found.this_request,
        } if found else None,
    }  # fmt: skip


def _step(team: Team, state: Request, step: StepRun) -> dict[str, object]:
    roles = [role for part in step.assignments for role in part.roles]
    owners = [part.person for part in step.assignments]
    remind_at, escalate_at = step_moments(step)
    last_call_at, hand_over_at = creator_moments(team, state, step)
    return {
        "act": str(step.act), "role": roles[0] if len(roles) == 1 else roles, "owners": owners,
        "round": step.round, "rounds": state.rounds, "opened": iso(step.opened_at), "remind_at": iso(remind_at),
        "escalate_at": iso(escalate_at), "last_call_at": iso(last_call_at), "hand_over_at": iso(hand_over_at),
        "local": step.local, "provisional": step == state.local_decision,
        "closed": iso(step.closed_at), "outcome": str(step.outcome) if step.outcome else None,
    }  # fmt: skip


def _entry(entry: Entry) -> dict[str, object]:
    return {"at": iso(entry.at), "what": entry.what, "step": entry.step, "to": list(entry.to), "why": entry.why}


def _readable(book: Playbook, report: Report, reader: Reader) -> str:
    lines = [
        f"{iso(entry.at)}  {entry.what:<15} {_names(book, entry.to, reader)}  {entry.why}".rstrip() for entry in report.timeline
    ]
    lines += [f"{iso(refusal.at)}  refused         {refusal.by}  {refusal.why}" for refusal in report.refusals]
    if state := report.state:
        kind, market = book.decisions[state.draft.kind].title, book.markets[state.draft.market].title
        head = text(
            "cli.rehearse.head",
            kind=Localized(kind),
            market=Localized(market),
            who=book.name(state.requested_by),
            status=str(state.status),
        )
        lines.insert(0, say(head, reader))
    return "\n".join(lines)


def _names(book: Playbook, people: tuple[str, ...], reader: Reader) -> str:
    return ", ".join(show(book.name(person), reader) for person in people)
