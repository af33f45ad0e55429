"""Everything the loader refuses: one small edit of a good file, and the fault with its place."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.core.playbook.brands import BRAND_A, edited, line_of, loaded, told

SELECTION_RU = "{rounds: 5, steps: [{decide: ru_market_lead, within: 8h}]}"
SELECTION = "decisions.creator_selection"
DEVIATION_US = "decisions.brand_deviation.local_authority.US"
LEGAL_STEP = "{review: legal, within: 8h}"
CONTRACT_STEPS = "decisions.contract.path.steps"
GUIDELINE_STEPS = "decisions.brand_guidelines.path.steps"
HEARD = "{consult: us_market_lead, within: 4h, waits: true}"
US_DAYS = "worked: [Columbus Day, Veterans Day]"
BRIDGE_US = "market: US\n    holder: null"


class Edit(NamedTuple):
    """An edit of brand A and the fault it earns: at the edit's own line, or at the line where ``on`` stands."""

    old: str
    new: str
    code: str
    path: str
    on: str = ""


KEYS = (
    Edit("review_every_days: 45", "reviev_every_days: 45", "unknown_key", "reviev_every_days"),
    Edit("review_every_days: 45", "zzz: 45", "stray_key", "zzz"),
    Edit("    currency: RUB", "    curency: RUB", "unknown_key", "markets.RU.curency"),
    Edit("    currency: RUB", "    curency: RUB", "missing", "markets.RU.currency", "  RU:\n"),
    Edit("within: 8h}]}", "withing: 8h}]}", "unknown_key", f"{SELECTION}.paths.RU.steps[0].withing"),
    Edit("{between: [brand", "{betwen: [brand", "unknown_key", "direct_lines[0].betwen"),
    Edit("id: brand-a\n", "id: brand-a\nid: brand-b\n", "duplicate_key", "id", "id: brand-b"),
    Edit("    currency: RUB", "    currency: RUB\n    currency: EUR", "duplicate_key", "markets.RU.currency", "currency: EUR"),
    Edit("id: brand-a\n", "? [a, b]\n: 1\nid: brand-a\n", "odd_key", ""),
    Edit("coordinator: coordinator\n", "", "missing", "coordinator", "soglas: 1"),
    Edit("id: brand-a", "id: brand a!", "bad_name", "id"),
    Edit("  marina: {", "  'marina o': {", "bad_name", "people.marina o"),
)
REFERENCES = (
    Edit("{decide: ru_market_lead, within: 8h}", "{decide: ru_markt_lead, within: 8h}", "unknown_role_near",
         f"{SELECTION}.paths.RU.steps[0].decide"),
    Edit(LEGAL_STEP, "{review: {any_of: [legal, zzzzz]}, within: 8h}", "unknown_role", f"{CONTRACT_STEPS}[1].review.any_of[1]"),
    Edit("coordinator: coordinator\n", "coordinator: q\n", "unknown_role", "coordinator"),
    Edit("US: bridge_us}", "US: bridge_uk}", "unknown_role_near", "bridges.US"),
    Edit("{RU: bridge_ru,", "{XX: bridge_ru,", "unknown_market", "bridges.XX"),
    Edit("{RU: ru_creator_relations,", "{RUS: ru_creator_relations,", "unknown_market_near", "creators.main_contact.RUS"),
    Edit("[brand_director, us_creator_relations]", "[brand_director, ceo]", "unknown_role", "direct_lines[0].between[1]"),
    Edit("role: us_market_lead", "role: us_marketlead", "unknown_role_near", f"{DEVIATION_US}.role"),
    Edit("granted_by: [signatory,", "granted_by: [signatories,", "unknown_role_near", "extra_round.granted_by[0]"),
    Edit("    owner: legal", "    owner: lawyer-in-chief", "unknown_role", "checklists.ads_ru.owner"),
    Edit("    holder: marina", "    holder: marena", "unknown_person_near", "roles.brand_director.holder"),
    Edit("    deputies: [anna]", "    deputies: [boris]", "unknown_person", "roles.brand_director.deputies[0]"),
    Edit("    deputies: [anna]", "    deputies: [marina]", "deputy_twice", "roles.brand_director.deputies[0]"),
    Edit("    deputies: [anna]", "    deputies: [anna, anna]", "deputy_twice", "roles.brand_director.deputies[1]"),
    Edit("signed_by: priya", "signed_by: prya", "unknown_person_near", "markets.US.signed_by"),
    Edit("Орлова}, market: RU", "Орлова}, market: RO", "unknown_market_near", "people.marina.market"),
    Edit("    market: RU\n    holder: marina", "    market: DE\n    holder: marina", "unknown_market",
         "roles.brand_director.market"),
    Edit("checklist: ads_ru", "checklist: ads_uk", "unknown_checklist_near", "decisions.draft_content.paths.RU.checklist"),
    Edit("[concept, draft_content]", "[concept, drafts]", "unknown_kind_near", "creators.creative_kinds[1]"),
    Edit("contract_kind: contract", "contract_kind: zzz", "unknown_kind", "creators.contract_kind"),
)  # fmt: skip
PATHS = (
    Edit("[{decide: ru_market_lead, within: 8h}]", "[{review: ru_market_lead, within: 8h}]", "one_decide",
         f"{SELECTION}.paths.RU.steps"),
    Edit(LEGAL_STEP, "{decide: legal, within: 8h}", "one_decide", CONTRACT_STEPS, "steps:\n        - {review: coordinator"),
    Edit("{review: coordinator, within: 4h}", "{decide: brand_director, within: 4h}", "one_decide", CONTRACT_STEPS,
         "steps:\n        - {decide: brand_director, within: 4h}"),
    Edit("steps: [{decide: ru_market_lead, within: 8h}]", "steps: []", "empty", f"{SELECTION}.paths.RU.steps"),
    Edit(f"- {HEARD}\n        - {{decide: brand_director, within: 8h}}",
         f"- {{decide: brand_director, within: 8h}}\n        - {HEARD}", "decide_last", f"{GUIDELINE_STEPS}[0]"),
    Edit(LEGAL_STEP, "{review: legal, consult: legal, within: 8h}", "one_act", f"{CONTRACT_STEPS}[1]"),
    Edit(LEGAL_STEP, "{within: 8h}", "one_act", f"{CONTRACT_STEPS}[1]"),
    Edit(LEGAL_STEP, "{review: legal, within: 8h, waits: true}", "waits_only_consult", f"{CONTRACT_STEPS}[1]"),
    Edit(HEARD, "{consult: us_market_lead, within: 4h, once: true}", "once_only_review", f"{GUIDELINE_STEPS}[0]"),
    Edit(LEGAL_STEP, "{review: {at_least: 3, of: [legal, coordinator]}, within: 8h}", "who", f"{CONTRACT_STEPS}[1].review"),
    Edit(LEGAL_STEP, "{review: {at_least: 0, of: [legal]}, within: 8h}", "who", f"{CONTRACT_STEPS}[1].review"),
    Edit(LEGAL_STEP, "{review: {all_of: []}, within: 8h}", "who", f"{CONTRACT_STEPS}[1].review"),
    Edit(LEGAL_STEP, "{review: {all_of: [legal, legal]}, within: 8h}", "who", f"{CONTRACT_STEPS}[1].review"),
    Edit(LEGAL_STEP, "{review: [legal], within: 8h}", "who", f"{CONTRACT_STEPS}[1].review"),
    Edit(f"RU: {SELECTION_RU}", f"ZZ: {SELECTION_RU}", "market_without_path", f"{SELECTION}.paths", "paths:\n      ZZ:"),
    Edit(f"RU: {SELECTION_RU}", f"ZZ: {SELECTION_RU}", "unknown_market", f"{SELECTION}.paths.ZZ"),
    Edit("    path: {rounds: 3, steps: [{decide: brand_manager, within: 4h}]}\n", "", "central_without_path",
         "decisions.brand_deviation", "  brand_deviation:"),
    Edit("    path: {rounds: 3,", f"    paths: {{RU: {SELECTION_RU}}}\n    path: {{rounds: 3,", "central_with_paths",
         "decisions.brand_deviation.paths"),
    Edit("    scope: local\n    paths", f"    scope: local\n    path: {SELECTION_RU}\n    paths", "local_with_path",
         f"{SELECTION}.path", f"path: {SELECTION_RU}"),
    Edit("    paths:\n", "    local_authority: {}\n    paths:\n", "local_with_authority", f"{SELECTION}.local_authority"),
    Edit("flexibility: flexible\n    scope: central", "flexibility: fixed\n    scope: central", "fixed_with_authority",
         "decisions.brand_deviation.local_authority", "local_authority:"),
    Edit("ratified_by: brand_manager", "ratified_by: us_creator_relations", "ratified_at_home", f"{DEVIATION_US}.ratified_by"),
    Edit("rounds: 5", "rounds: 0", "number", f"{SELECTION}.paths.RU.rounds"),
    Edit("scope: local", "scope: lokal", "choice", f"{SELECTION}.scope"),
)  # fmt: skip
PLACES = (
    Edit("Europe/Moscow", "Europe/Moskow", "unknown_timezone", "markets.RU.timezone"),
    Edit("Europe/Moscow", "Europe", "unknown_timezone", "markets.RU.timezone"),
    Edit("Europe/Moscow", "../../etc/passwd", "unknown_timezone", "markets.RU.timezone"),
    Edit("country: RU", "country: RUS", "unknown_country", "markets.RU.holidays.country"),
    Edit("country: RU", "country: RU, subdivision: MOW", "unknown_subdivision", "markets.RU.holidays.subdivision"),
    Edit("currency: RUB", "currency: RUR0", "unknown_currency", "markets.RU.currency"),
    Edit("500 USD\n", "500 USX\n", "unknown_currency", f"{DEVIATION_US}.up_to"),
    Edit(US_DAYS, "worked: [Colombus Day]", "unknown_holiday", "markets.US.holidays.worked[0]"),
    Edit(US_DAYS, "worked: ['2027-02-16']", "no_holiday_that_day", "markets.US.holidays.worked[0]"),
    Edit(US_DAYS, "worked: ['2027-13-16']", "date", "markets.US.holidays.worked[0]"),
    Edit(US_DAYS, "worked: ['20270215']", "date", "markets.US.holidays.worked[0]"),
    Edit(US_DAYS, "worked: ['2027-W07-1']", "date", "markets.US.holidays.worked[0]"),
    Edit("closed: [2026-11-27", "closed: [2026-11-31", "date", "markets.US.holidays.closed[0]"),
    Edit("closed: [2026-11-27", "closed: [2026-W48-5", "date", "markets.US.holidays.closed[0]"),
    Edit("closed: [2026-11-27", "closed: [1926-11-27", "date", "markets.US.holidays.closed[0]"),
    Edit("short_days: ignore", "short_days: yes", "choice", "markets.RU.holidays.short_days"),
)
TEXTS = (
    Edit("{en: Moscow, ru: Москва}", "{en: Moscow}", "text_missing", "markets.RU.title"),
    Edit("{en: Marina Orlova, ru: Марина Орлова}", "{ru: Марина Орлова}", "text_missing", "people.marina.name"),
    Edit("{en: Brand Director, ru: Директор по бренду}", "{en: Brand Director, ru: ''}", "text_missing",
         "roles.brand_director.title"),
    Edit("      ru: Последнее слово за Москвой, но сначала мнение Нью-Йорка.\n", "", "text_missing",
         "decisions.brand_guidelines.note", "note:\n      en: Moscow has the final say"),
    Edit(', ru: "В видео пометка и видна, и произнесена."', "", "text_missing", "checklists.ads_us.items[1].text"),
    Edit("languages: [en, ru]", "languages: [en, ru, de]", "text_missing", "title", "title: {en"),
    Edit("{en: Moscow, ru: Москва}", "Moscow", "wrong_type", "markets.RU.title"),
    Edit(f"{BRIDGE_US}", "market: US\n    holder: sam", "bridge_one_language", "bridges.US", "bridges: {"),
    Edit("language: ru", "language: Русский", "bad_name", "markets.RU.language"),
)  # fmt: skip
NOTATIONS = (
    Edit("within: 8h", "within: 2d", "duration", f"{SELECTION}.paths.RU.steps[0].within"),
    Edit("within: 8h", "within: 0h", "duration", f"{SELECTION}.paths.RU.steps[0].within"),
    Edit("within: 8h", "within: 8", "duration", f"{SELECTION}.paths.RU.steps[0].within"),
    Edit("extra_round:", "undo: 60\nextra_round:", "seconds", "undo"),
    Edit("remind_at: 50%", "remind_at: 150%", "share", "escalation.remind_at"),
    Edit('"10:00-19:00"', '"19:00-10:00"', "hours_order", "markets.RU.hours"),
    Edit('"10:00-19:00"', '"10:00-10:00"', "hours_order", "markets.RU.hours"),
    Edit('"10:00-19:00"', '"10:00-24:01"', "hours", "markets.RU.hours"),
    Edit('"10:00-19:00"', '"10-19"', "hours", "markets.RU.hours"),
    Edit('{mon-fri: "10:00-19:00"}', "{}", "hours", "markets.RU.hours"),
    Edit('mon-fri: "10:00-19:00"', 'mon-fri: "10:00-19:00", fri: "10:00-18:00"', "hours_twice", "markets.RU.hours"),
    Edit('mon-fri: "10:00', 'fri-mon: "10:00', "day", "markets.RU.hours"),
    Edit('mon-fri: "10:00', 'mon-: "10:00', "day", "markets.RU.hours"),
    Edit('mon-fri: "10:00', 'пн-пт: "10:00', "day", "markets.RU.hours"),
    Edit('quiet: "20:00-09:30"', 'quiet: "20:00-20:00"', "quiet", "markets.RU.quiet"),
    Edit("500 USD\n", "$500\n", "money", f"{DEVIATION_US}.up_to"),
    Edit("messages_per_decision: 8", "messages_per_decision: 1.0e999", "number", "targets.messages_per_decision"),
    Edit("{local: 6,", "{local: inf,", "number", "targets.decision_hours.local"),
    Edit("{local: 6,", "{local: -6,", "number", "targets.decision_hours.local"),
    Edit("rework_rate: 0.35", "rework_rate: nan", "number", "targets.rework_rate"),
    Edit("review_by: 2027-01-31", "review_by: 31.01.2027", "date", "checklists.ads_ru.review_by"),
    Edit("evidence: link", "evidence: video", "choice", "checklists.ads_ru.items[3].evidence"),
    Edit("blocking: true", "blocking: maybe", "wrong_type", "checklists.ads_ru.items[0].blocking"),
    Edit("soglas: 1", "soglas: 2", "choice", "soglas"),
)
EDITS = (*KEYS, *REFERENCES, *PATHS, *PLACES, *TEXTS, *NOTATIONS)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit.code}-{edit.new[:30]}")
def test_the_loader_refuses(edit: Edit) -> None:
    """Each of these edits is refused with its code, the path of the key and the line where it stands."""
    text = edited(edit.old, edit.new)
    result = loaded(text)
    assert result.playbook is None
    line = line_of(edit.on, text) if edit.on else line_of(edit.old, BRAND_A)
    assert (edit.code, edit.path, line) in told(result.faults)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit.code}-{edit.new[:30]}")
def test_a_fault_is_told_once(edit: Edit) -> None:
    """One edit never floods the reader: each fault comes once, and there are few of them."""
    faults = loaded(edited(edit.old, edit.new)).faults
    assert len({(fault.code, fault.path, *fault.what.fields.items()) for fault in faults}) == len(faults)
    assert len(faults) <= 3 or edit.path == "title"


def test_all_faults_are_told_together() -> None:
    """A file with a fault of every sort tells all of them at once, in the order of its lines."""
    codes = (
        "unknown_key", "unknown_person_near", "one_act", "unknown_timezone", "unknown_holiday", "text_missing", "hours_order",
        "ratified_at_home", "unknown_currency", "number", "choice", "share", "unknown_kind_near",
    )  # fmt: skip
    some = [next(edit for edit in EDITS if edit.code == code) for code in codes]
    text = BRAND_A
    for edit in some:
        text = edited(edit.old, edit.new, text)
    faults = loaded(text).faults
    assert {(fault.code, fault.path) for fault in faults} == {(edit.code, edit.path) for edit in some}
    lines = [fault.mark.line for fault in faults]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("old", "new", "nearest"),
    [
        ("review_every_days: 45", "reviev_every_days: 45", "review_every_days"),
        ("    currency: RUB", "    curency: RUB", "currency"),
        ("within: 8h}]}", "withing: 8h}]}", "within"),
        ("decide: ru_market_lead", "decide: ru_markt_lead", "ru_market_lead"),
        ("holder: marina", "holder: marena", "marina"),
        ("Орлова}, market: RU", "Орлова}, market: RUU", "RU"),
        ("checklist: ads_ru", "checklist: add_ru", "ads_ru"),
        ("[concept, draft_content]", "[concept, drafts]", "draft_content"),
        (US_DAYS, "worked: [Colombus Day]", "Columbus Day"),
    ],
)
def test_the_nearest_name_is_suggested(old: str, new: str, nearest: str) -> None:
    """A misspelt key or name is told together with the one that was probably meant."""
    faults = loaded(edited(old, new)).faults
    assert [fault.mend.fields["nearest"] for fault in faults if "nearest" in fault.mend.fields] == [nearest]


def test_a_stray_key_lists_the_known_ones() -> None:
    """A key that resembles nothing is told together with all keys known at that place."""
    known = next(fault.mend.fields["known"] for fault in loaded(edited("id: brand-a", "zzz: 1\nid: brand-a")).faults)
    assert {"id", "extends", "markets", "undo"} <= set(str(known).split(", "))


def test_a_fault_names_the_file_it_stands_in() -> None:
    """In a file laid over another, a fault is told with the file and line where that very value is written."""
    over = "extends: base.yaml\nid: over\nroles:\n  legal: {holder: nobody}\n"
    faults = loaded(over, base=edited("Europe/Moscow", "Europe/Moskow")).faults
    places = {(fault.mark.file, fault.mark.line, fault.code) for fault in faults}
    line = line_of("Europe/Moscow", BRAND_A)
    assert places == {("base.yaml", line, "unknown_timezone"), ("brand.yaml", 4, "unknown_person")}
