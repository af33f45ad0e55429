"""Gaps: what a playbook may lack, but never silently. A gap is named, shown and counted; it is not a fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.core.playbook.model import Kind, Playbook
from bot.core.wording import Localized, Text, text
from bot.core.worktime.calendar import has_decree

_SHARE_THAT_IS_MANY = 0.5
_DECREES_ARE_DUE = (10, 1)  # the next year's decree is published by then


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap: a code, what it is about (a role, market, checklist, year) and the sentence for people."""

    code: str
    subject: str
    what: Text


def gaps(playbook: Playbook, today: date) -> tuple[Gap, ...]:
    """Every gap of a playbook as seen on a day, in the order of the file."""
    return (*_vacant(playbook), *_alone(playbook), *_bridges(playbook), *_checklists(playbook, today), *_decrees(playbook, today))


def _vacant(playbook: Playbook) -> Iterator[Gap]:
    for name, role in playbook.roles.items():
        if role.holder is None:
            yield Gap("vacant_role", name, text("gap.vacant_role", role=Localized(role.title)))


def _alone(playbook: Playbook) -> Iterator[Gap]:
    """Roles without a deputy that at least half of the kinds need: one absence would stop the brand."""
    for name, role in playbook.roles.items():
        if role.holder is None or role.deputies:
            continue
        kinds = [kind for kind in playbook.decisions.values() if _needs(kind, name)]
        if len(kinds) >= _SHARE_THAT_IS_MANY * len(playbook.decisions):
            person = playbook.name(role.holder)
            yield Gap(
                "no_deputy",
                name,
                text("gap.no_deputy", role=Localized(role.title), person=person, kinds=len(kinds), all=len(playbook.decisions)),
            )


def _needs(kind: Kind, role: str) -> bool:
    return any(role in step.who.roles for _, path in kind.all_paths() for step in path.steps)


def _bridges(playbook: Playbook) -> Iterator[Gap]:
    if len(playbook.markets) < 2:
        return
    for name, market in playbook.markets.items():
        if name not in playbook.bridges:
            yield Gap("no_bridge", name, text("gap.no_bridge", market=Localized(market.title)))


def _checklists(playbook: Playbook, today: date) -> Iterator[Gap]:
    for name, checklist in playbook.checklists.items():
        if checklist.review_by < today:
            owner = playbook.role_title(checklist.owner)
            yield Gap(
                "checklist_overdue",
                name,
                text("gap.checklist_overdue", checklist=name, owner=owner, since=checklist.reviewed_on.isoformat()),
            )


def _decrees(playbook: Playbook, today: date) -> Iterator[Gap]:
    years = [today.year] + ([today.year + 1] if (today.month, today.day) >= _DECREES_ARE_DUE else [])
    for name, market in playbook.markets.items():
        for year in years:
            if market.holidays and not has_decree(market.holidays.country, year):
                yield Gap("no_decree", f"{name} {year}", text("gap.no_decree", market=Localized(market.title), year=str(year)))
