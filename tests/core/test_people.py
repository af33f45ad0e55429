"""When it is polite to write to somebody: quiet hours and days off are theirs."""

from __future__ import annotations

import pytest

from bot.core.people import Team
from tests.core.request.brands import brand_a, variant
from tests.core.request.desk import away, z


@pytest.mark.parametrize(
    ("person", "at", "polite"),
    [
        ("oleg", "2026-11-23T08:00Z", "2026-11-23T08:00Z"),  # at work
        ("oleg", "2026-11-23T16:30Z", "2026-11-23T16:30Z"),  # after work, not quiet yet
        ("oleg", "2026-11-23T17:00Z", "2026-11-24T07:00Z"),  # 20:00 in Moscow: quiet
        ("oleg", "2026-11-23T06:29Z", "2026-11-23T07:00Z"),  # 09:29: still quiet, so not before the opening
        ("oleg", "2026-11-23T06:30Z", "2026-11-23T06:30Z"),  # 09:30: quiet no more
        ("oleg", "2026-11-28T09:00Z", "2026-11-30T07:00Z"),  # a Saturday
        ("oleg", "2027-02-20T09:00Z", "2027-02-20T09:00Z"),  # a Saturday that Moscow works
        ("priya", "2026-11-26T16:00Z", "2026-11-30T14:00Z"),  # Thanksgiving
        ("katya", "2026-11-23T17:30Z", "2026-11-23T17:30Z"),  # at work in her market's quiet hours
        ("katya", "2026-11-23T18:00Z", "2026-11-24T09:00Z"),
    ],
)
def test_nobody_is_disturbed(person: str, at: str, polite: str) -> None:
    """A message waits for the opening when it would come in quiet hours or on a day off, and only then."""
    assert Team(brand_a()).polite_time(person, z(at)) == z(polite)


def test_without_quiet_hours_only_working_time_is_polite() -> None:
    """Where nobody wrote down quiet hours, everybody is left alone whenever they do not work."""
    team = Team(variant(edits="markets: {RU: {quiet: null}}"))
    assert team.polite_time("oleg", z("2026-11-23T16:00Z")) == z("2026-11-24T07:00Z")


def test_an_absence_is_in_the_persons_own_days() -> None:
    """A day away begins and ends at the person's own midnight, its last day included."""
    team = Team(brand_a(), absences=(away("priya", "2026-11-24", "2026-11-25"),))
    assert not team.is_away("priya", z("2026-11-24T04:59Z"))
    assert team.is_away("priya", z("2026-11-24T05:00Z"))
    assert team.is_away("priya", z("2026-11-26T04:59Z"))
    assert not team.is_away("priya", z("2026-11-26T05:00Z"))
    assert not team.is_working("priya", z("2026-11-24T15:00Z"))
    assert not team.is_away("sam", z("2026-11-24T15:00Z"))
