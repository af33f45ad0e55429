"""The three example brands: they load, and they tell exactly the gaps they have."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import yaml

from bot.core.playbook import Act, Playbook, gaps
from tests.core.playbook.brands import BRAND_A, BRANDS, FOLDER, edited, loaded, shipped, told

TODAY = date(2026, 11, 22)


def book(file: str) -> Playbook:
    found = shipped(file)
    assert found.playbook is not None, found.faults
    return found.playbook


def gap_codes(playbook: Playbook | None, today: date = TODAY) -> set[tuple[str, str]]:
    assert playbook is not None
    return {(gap.code, gap.subject) for gap in gaps(playbook, today)}


@pytest.mark.parametrize("file", BRANDS)
def test_the_examples_load(file: str) -> None:
    """Every example brand loads without a fault."""
    found = shipped(file)
    assert found.faults == ()
    assert found.playbook is not None


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("brand-a.yaml", {"vacant_role bridge_us"}),
        ("brand-a-berlin.yaml", {"vacant_role bridge_us", "vacant_role bridge_de"}),
        (
            "mosty/brand-one.yaml",
            {
                *(f"no_deputy {role}" for role in ("coordinator", "legal", "final_say_ru", "final_say_us")),
                *("no_bridge RU", "no_bridge US"),
            },
        ),
        (
            "mosty/brand-two.yaml",
            {*(f"no_deputy {role}" for role in ("legal", "final_say_ru", "final_say_us")), "no_bridge RU"},
        ),
    ],
)
def test_the_gaps_of_the_examples(file: str, expected: set[str]) -> None:
    """Each example brand shows exactly the gaps it has: nothing silent, nothing invented."""
    assert {f"{code} {subject}" for code, subject in gap_codes(book(file))} == expected


def test_people_shared_by_an_agency_are_no_playbook() -> None:
    """The agency's shared file alone is refused for what only a brand can say."""
    assert told(shipped("mosty/people.yaml").faults) == {
        *(("missing", key, 2) for key in ("id", "title", "decisions")),
        ("missing", "markets.RU.signed_by", 7),
        ("unknown_kind", "creators.creative_kinds[0]", 42),
        ("unknown_kind", "creators.content_kind", 43),
        ("unknown_kind", "creators.contract_kind", 44),
    }


def leaves(data: object, path: tuple[object, ...] = ()) -> dict[tuple[object, ...], object]:
    if isinstance(data, dict):
        return {place: leaf for key, child in data.items() for place, leaf in leaves(child, (*path, key)).items()}
    return {path: data}


def test_berlin_edits_no_key_of_the_others() -> None:
    """The third market is an overlay of additions: every value of Moscow and New York stays as it was."""
    before, after = leaves(shipped("brand-a.yaml").data), leaves(shipped("brand-a-berlin.yaml").data)
    lines = after.pop(("direct_lines",))
    assert isinstance(lines, list)
    assert lines[:1] == before.pop(("direct_lines",))
    assert len(lines) == 3
    assert before.items() <= after.items()
    new = {"DE", "de", "lena", "jonas", "de_market_lead", "de_creator_relations", "bridge_de", "ads_de"}
    assert all(new.intersection(place) for place in after.keys() - before.keys())


def test_a_step_reads_as_the_file_writes_it() -> None:
    """Paths, owners, times and the rest of brand A come out as written."""
    brand = book("brand-a.yaml")
    path = brand.decisions["draft_content"].path_for("RU")
    assert path is not None
    assert [(step.act, step.who.roles, step.within) for step in path.steps] == [
        (Act.CONSULT, ("brand_manager",), timedelta(hours=4)),
        (Act.REVIEW, ("ru_creator_relations",), timedelta(hours=4)),
        (Act.DECIDE, ("ru_market_lead",), timedelta(hours=8)),
    ]
    assert brand.decisions["creator_selection"].path_for("DE") is None
    assert brand.undo == timedelta(seconds=60)
    assert brand.signatories() == ("marina", "priya")
    assert brand.calendar("katya").hours != brand.market_calendar("RU").hours
    assert brand.calendar("pavel") == brand.market_calendar("RU")
    assert brand.quiet("katya") == (20 * 60, 9 * 60 + 30)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2027-01-31", set()),
        ("2027-02-01", {("checklist_overdue", "ads_ru")}),
        ("2027-09-30", {("checklist_overdue", "ads_ru"), ("checklist_overdue", "ads_us")}),
    ],
)
def test_a_checklist_past_its_date(today: str, expected: set[tuple[str, str]]) -> None:
    """A checklist is a gap from the day after ``review_by``, and not on that day yet."""
    found = gap_codes(book("brand-a.yaml"), date.fromisoformat(today))
    assert found == {("vacant_role", "bridge_us"), *expected}


@pytest.mark.parametrize(("today", "years"), [("2031-09-30", {2031}), ("2031-10-01", {2031, 2032})])
def test_a_year_without_a_decree(today: str, years: set[int]) -> None:
    """A year whose moved days Russia has not decreed is a gap; the next year's from October on."""
    found = gap_codes(book("mosty/brand-one.yaml"), date.fromisoformat(today))
    assert {subject for code, subject in found if code == "no_decree"} == {f"RU {year}" for year in years}


def test_a_role_many_kinds_need() -> None:
    """A role without deputy is a gap once half of the kinds need it, and not before."""
    deputy = "holder: pavel\n    deputies: [anna]"
    assert ("no_deputy", "ru_market_lead") in gap_codes(loaded(edited(deputy, "holder: pavel")).playbook)
    lawyer = "holder: oleg\n    deputies: [irina]"
    assert ("no_deputy", "legal") not in gap_codes(loaded(edited(lawyer, "holder: oleg")).playbook)


def test_a_vacant_role_with_a_deputy_is_still_vacant() -> None:
    """A role nobody holds is a gap even while deputies stand in."""
    assert ("vacant_role", "legal") in gap_codes(loaded(edited("holder: oleg", "holder: null")).playbook)


def test_blanks_around_an_amount_are_forgiven() -> None:
    """An amount with a blank at its end is that amount, in that currency."""
    assert loaded(edited("up_to: 500 USD", "up_to: '500 USD '")).faults == ()


def test_a_market_called_no_stays_norway() -> None:
    """A market ``NO`` and the language ``no`` are names: YAML's old words for false mean nothing here."""
    swaps = {
        "  US:\n": "  NO:\n",
        "      US:": "      NO:",
        "market: US": "market: NO",
        "US: ": "NO: ",
        "languages: [en]": "languages: [no]",
    }
    text = BRAND_A
    for old, new in swaps.items():
        text = text.replace(old, new)
    found = loaded(text)
    assert found.faults == ()
    assert found.playbook is not None
    assert list(found.playbook.markets) == ["RU", "NO"]
    assert found.playbook.people["priya"].languages == ["no"]
    on = loaded(edited("  marina: {", "  on: {name: {en: 'off', ru: y}, market: RU, languages: [no, yes]}\n  marina: {"))
    assert on.playbook is not None
    assert on.playbook.people["on"].languages == ["no", "yes"]


def test_the_examples_are_ordinary_yaml() -> None:
    """The examples hold nothing that another reader of YAML would refuse."""
    files = sorted(FOLDER.rglob("*.yaml"))
    assert len(files) == 5
    for file in files:
        assert isinstance(yaml.safe_load(file.read_text(encoding="utf-8")), dict)
