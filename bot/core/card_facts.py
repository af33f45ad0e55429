"""The facts on a card: a label and a value each, as messages to be worded. What is not known is left out, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.campaign import Track, is_open
from bot.core.people import Team
from bot.core.playbook.model import Act, ChecklistItem, MarketId, Path, PersonId, Playbook
from bot.core.request import checklist
from bot.core.request.handover import Obstacle, authority, back_at, local_choice, next_attempt, obstacle, why_not
from bot.core.request.model import Assignment, Draft, Evidence, File, Outcome, Request, Saying, Status, StepRun
from bot.core.wording import Field, Listed, Localized, Moment, Text, WorkingTime, counted, text
from bot.core.worktime import windows
from bot.core.worktime.calendar import has_decree

_MEGABYTE, _TENTHS_MATTER = 1024 * 1024, 100  # from 10 MB on nobody asks for tenths
_LATEST = 3  # sayings on the card; the rest stand under it in the conversation
_WORTH_SAYING = timedelta(minutes=1)  # a hand-over later than that was late: the bot was down


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what it is about and what is so. A plain string is somebody's own words."""

    label: Text
    value: Field


def facts(request: Request, team: Team, reader: PersonId, step: StepRun | None, now: datetime) -> tuple[Fact, ...]:
    """The facts for one reader, most needed first."""
    shown = step or request.local_step or request.main_step
    return (
        *_deadline(shown, reader, team, now),
        *_handed_over(request, team, now),
        *_check(request, team),
        *_asked(request, team, now),
        *_path(request, team, now),
        *_round(request),
        *_checklist(request, team.playbook),
        *_files(request.draft),
        *_elsewhere(request, team, reader, now),
        *_clause(request, team.playbook, shown, reader),
    )


def _deadline(step: StepRun | None, reader: PersonId, team: Team, now: datetime) -> Iterator[Fact]:
    if step is None or not step.waiting:
        return
    part = next((p for p in step.waiting if p.person == reader), None) or min(step.waiting, key=lambda p: p.due_at)
    left = team.windows(part.person).worked(now, part.due_at)
    if left:
        yield Fact(text("fact.deadline"), text("fact.deadline.value", due=Moment(part.due_at), left=WorkingTime(left)))
    else:
        yield Fact(text("fact.deadline"), text("fact.deadline.late", due=Moment(part.due_at)))


def _handed_over(request: Request, team: Team, now: datetime) -> Iterator[Fact]:
    """Who may decide as well, and how late that came; why a deadline is at risk; or what is planned."""
    main, local, needed_by = request.main_step, request.local_step, request.draft.needed_by
    if main is None:
        return
    if local:
        yield _local(request, team, main, local)
    if main.at_risk and needed_by and now < needed_by:
        opening = min(team.opening(part.person, now) for part in main.waiting)
        why = why_not(team.playbook, request.draft, Obstacle(main.at_risk))
        yield Fact(text("fact.at_risk"), text("fact.at_risk.value", why=why, back=back_at(opening, now)))
    elif local is None and (planned := next_attempt(team, request, main)) and obstacle(team, request, planned) is None:
        right = authority(team.playbook, request.draft)
        assert right is not None
        heir = team.playbook.name(local_choice(team, request, right, planned).person)
        yield Fact(text("fact.plan"), text("fact.plan.value", when=Moment(planned), who=heir))


def _local(request: Request, team: Team, main: StepRun, local: StepRun) -> Fact:
    source = next((s for s in reversed(request.steps) if s.handed_over_at and s.number < local.number), main)
    planned = source.hand_over_tried or local.opened_at
    message = "fact.handed_over.late" if local.opened_at - planned >= _WORTH_SAYING else "fact.handed_over.value"
    who = Listed(tuple(team.playbook.name(part.person) for part in local.waiting))
    return Fact(text("fact.handed_over"), text(message, who=who, when=Moment(local.opened_at), planned=Moment(planned)))


def _check(request: Request, team: Team) -> Iterator[Fact]:
    """How the check of a local decision stands, and how many of the market's decisions wait for theirs."""
    check, right = request.ratification, authority(team.playbook, request.draft)
    if check is None or right is None:
        return
    if check.is_open:
        market = Localized(team.playbook.markets[request.draft.market].title)
        debt = text("fact.debt.value", count=team.uses.unchecked, most=right.open_at_most, market=market)
        yield Fact(text("fact.debt"), debt)
    elif check.closed_by:
        who, when = team.playbook.name(check.closed_by), Moment(check.closed_at or check.opened_at)
        yield Fact(text("fact.check"), text(f"fact.check.{check.outcome}", who=who, when=when))


def _asked(request: Request, team: Team, now: datetime) -> Iterator[Fact]:
    draft = request.draft
    yield Fact(text("fact.requester"), team.playbook.name(request.requested_by))
    if draft.creator:
        handed_in = text("fact.creator.author", name=draft.creator) if draft.by_creator else draft.creator
        yield Fact(text("fact.creator"), handed_in)
    if draft.amount:
        yield Fact(text("fact.amount"), draft.amount)
    if draft.needed_by:
        passed = request.status is Status.OPEN and draft.needed_by <= now
        value = text("fact.needed_by.passed", when=Moment(draft.needed_by)) if passed else Moment(draft.needed_by)
        yield Fact(text("fact.needed_by"), value)
        yield from _unknown_years(request, team.playbook, draft.needed_by.year)


def _unknown_years(request: Request, book: Playbook, year: int) -> Iterator[Fact]:
    """A year whose days off no government has announced yet: the moments that follow from the deadline may move."""
    people = (part.person for step in request.open_steps for part in step.waiting)
    for market in dict.fromkeys(book.people[person].market for person in people):
        holidays = book.markets[market].holidays
        if holidays and not has_decree(holidays.country, year):
            title = Localized(book.markets[market].title)
            yield Fact(text("fact.no_decree"), text("gap.no_decree", market=title, year=str(year)))


def _round(request: Request) -> Iterator[Fact]:
    message = "fact.round.last" if request.is_last_round else "fact.round.value"
    yield Fact(text("fact.round"), text(message, round=request.round, rounds=request.rounds))


def _path(request: Request, team: Team, now: datetime) -> Iterator[Fact]:
    """Who before, who now, who after; a step that is still to come is named by whom it would go to today."""
    path = team.playbook.decisions[request.draft.kind].path_for(request.draft.market)
    assert path is not None
    runs = {step.position: step for step in request.steps if step.round == request.round and step.on_path}
    items = [_stop(request, team, path, index, runs.get(index), now) for index in range(len(path.steps))]
    beside = (step for step in request.steps if step.round == request.round and not step.on_path)
    items += [_ran(team, step) for step in beside if step.outcome is not Outcome.TAKEN_BACK]
    yield Fact(text("fact.path"), Listed(tuple(items), "arrow"))


def _stop(request: Request, team: Team, path: Path, index: int, run: StepRun | None, now: datetime) -> Text:
    step = path.steps[index]
    if run is not None:
        return _ran(team, run)
    people = [team.choose(role, request.author, now).person for role in step.who.roles]
    state = "skipped" if step.once and request.round > 1 and index in request.done_once else "next"
    names = Listed(tuple(team.playbook.name(person) for person in dict.fromkeys(people)))
    return text(f"path.{state}", act=text(f"act.{step.act}"), who=names)


def _ran(team: Team, run: StepRun) -> Text:
    state = "now" if run.is_open else _ENDS.get(run.outcome or Outcome.OVERTAKEN, "done")
    names = Listed(tuple(team.playbook.name(person) for person in dict.fromkeys(part.person for part in run.assignments)))
    return text(f"path.{state}", act=text(f"act.{'local' if run.local else run.act}"), who=names)


_ENDS = {Outcome.OVERTAKEN: "overtaken", Outcome.TIME_UP: "time_up", Outcome.SENT_BACK: "sent_back", Outcome.REJECTED: "rejected"}


def _checklist(request: Request, book: Playbook) -> Iterator[Fact]:
    """Each item of the checklist with its evidence; what still stands in the way of the final yes comes first."""
    asked = checklist.items(book, request)
    if not asked:
        return
    lacking = checklist.missing(book, request)
    head = counted("fact.checklist.missing", len(lacking)) if lacking else text("fact.checklist.complete")
    yield Fact(text("fact.checklist"), head)
    for item in lacking:
        yield Fact(text("fact.item.blocking"), Localized(item.text))
    for item in asked:
        if found := checklist.given(request, item):
            yield Fact(text("fact.item.given"), _evidence(item, found))
        elif item not in lacking:
            yield Fact(text("fact.item.open"), Localized(item.text))


def _evidence(item: ChecklistItem, found: Evidence) -> Field:
    value = found.file.name if found.file else found.value
    return text("fact.item.evidence", item=Localized(item.text), value=value) if value else Localized(item.text)


def _files(draft: Draft) -> Iterator[Fact]:
    if draft.files:
        yield Fact(text("fact.files"), Listed(tuple(named(file) for file in draft.files)))


def named(file: File) -> Text:
    """A file's name with its size as people read it: 40 KB, 2.4 MB, 180 MB."""
    tenths = file.size * 10 // _MEGABYTE
    if tenths >= _TENTHS_MATTER:
        return text("file.megabytes", name=file.name, size=tenths // 10)
    if tenths >= 10:
        return text("file.some_megabytes", name=file.name, size=tenths // 10, tenth=tenths % 10)
    return text("file.kilobytes", name=file.name, size=max(1, file.size // 1024))


def _elsewhere(request: Request, team: Team, reader: PersonId, now: datetime) -> Iterator[Fact]:
    """The other side's clock: the markets of those who have to do with the request, except the reader's own."""
    book = team.playbook
    own = book.people[reader].market
    people = [request.requested_by, *(part.person for step in request.open_steps for part in step.waiting)]
    for market in dict.fromkeys(book.people[person].market for person in people):
        if market != own and request.closed_at is None:
            yield _clock(book, market, now)


def _clock(book: Playbook, market: MarketId, now: datetime) -> Fact:
    hours, zone = windows(book.market_calendar(market)), book.markets[market].timezone
    time = Moment(now, zone, "time")
    if hours.is_open(now):
        value = text("fact.clock.open", time=time, until=Moment(hours.closing(now), zone, "time"))
    else:
        value = text("fact.clock.closed", time=time, opens=Moment(hours.opening(now)))
    return Fact(text("fact.clock", market=Localized(book.markets[market].title)), value)


def roles(book: Playbook, part: Assignment) -> Field:
    """Every role a person answers for in a step: several when they hold more than one of a group (rule 9)."""
    return Listed(tuple(book.role_title(role) for role in part.roles))


def _clause(request: Request, book: Playbook, step: StepRun | None, reader: PersonId) -> Iterator[Fact]:
    kind = book.decisions[request.draft.kind]
    part = step.part_of(reader) if step and step.is_open else None
    if step and part and not step.on_path:
        what = "local" if step.local else "ratify"
        fields: dict[str, Field] = {"kind": Localized(kind.title), "role": roles(book, part)}
        if part.on_behalf_of and part.on_behalf_of != reader:
            what, fields["holder"] = f"{what}.deputy", book.name(part.on_behalf_of)
        yield Fact(text("fact.clause"), Text(f"fact.clause.{what}", fields))
    elif step and part:
        role = roles(book, part)
        if part.on_behalf_of and part.on_behalf_of != reader:
            value = text(
                "fact.clause.deputy",
                kind=Localized(kind.title),
                step=step.position + 1,
                role=role,
                holder=book.name(part.on_behalf_of),
            )
        else:
            value = text("fact.clause.value", kind=Localized(kind.title), step=step.position + 1, role=role)
        yield Fact(text("fact.clause"), value)
    yield Fact(text(f"fact.note.{kind.flexibility}"), Localized(kind.note))


def talk(request: Request, team: Team) -> tuple[Fact, ...]:
    """Opinions, questions and answers, in the order they were given."""
    book, found = team.playbook, []
    for step in request.steps:
        for part in step.assignments:
            if step.act is Act.CONSULT and part.answer:
                value: Field = part.answer.text or text("talk.no_objections")
                found.append((part.answer.at, Fact(text("talk.opinion", who=book.name(part.person)), value)))
    for question in request.questions:
        found.append((question.at, Fact(text("talk.question", who=book.name(question.by)), question.text)))
        if question.answer is not None and question.answered_at:
            found.append((question.answered_at, Fact(text("talk.answer", who=book.name(request.requested_by)), question.answer)))
    for saying in request.talk[-_LATEST:]:
        found += [(saying.at, fact) for fact in _said(book, saying)]
    return tuple(fact for _, fact in sorted(found, key=lambda pair: pair[0]))


def _said(book: Playbook, saying: Saying) -> Iterator[Fact]:
    """Somebody's own words, and under them what a bridge has made of them, marked as that."""
    who = book.name(saying.by)
    label = text("talk.asked_bridge", who=who, bridge=book.name(saying.to)) if saying.to else text("talk.said", who=who)
    if saying.text:
        yield Fact(label, saying.text)
    if saying.files:
        yield Fact(label, Listed(tuple(named(file) for file in saying.files)))
    for translation in saying.translations:
        yield Fact(text("talk.translated", who=book.name(translation.by), author=who), translation.text)


def launch(book: Playbook, tracks: tuple[Track, ...]) -> Iterator[Fact]:
    """The joint launch gate of a campaign: open, or which market is missing and who it waits for."""
    if not tracks:
        return
    lines = tuple(_track(book, track) for track in tracks)
    gate = "fact.launch.open" if is_open(tracks) else "fact.launch.closed"
    yield Fact(text("fact.launch"), text(gate, tracks=Listed(lines, "and")))


def _track(book: Playbook, track: Track) -> Text:
    names = Listed(tuple(book.name(person) for person in track.waits_for), "or")
    how = "provisional" if track.provisional else str(track.status)
    how = "waits" if names.items and how == "open" else how
    return text(f"launch.{how}", market=Localized(book.markets[track.market].title), id=track.request, who=names)
