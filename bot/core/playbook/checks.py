"""Faults of meaning: references that lead nowhere, paths without one final say, texts missing in a language.

The checks read the merged data itself, not the model, so that they still speak when the shape is wrong elsewhere:
all faults are told together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from babel.core import get_global

from bot.core.money import parse_money
from bot.core.playbook.faults import KeyPath, Problem, problem
from bot.core.playbook.scalars import iso_date
from bot.core.worktime.calendar import (
    country_is_known,
    known_holiday_names,
    public_holiday_names,
    subdivision_is_known,
)

Data = dict[str, object]
Check = Callable[[Data], Iterator[Problem]]
_ACTS = ("consult", "review", "decide")
_NAMES_TO_COMPARE = 200  # comparing names is slow; a file with more of them is told without suggestions


def check_all(data: Data) -> list[Problem]:
    """Every fault of meaning in the merged data."""
    return [found for check in CHECKS for found in check(data)]


def _table(value: object, *keys: str | int) -> Data:
    """The mapping at a place, or an empty one where something else stands (the shape's faults tell of that)."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _rows(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _reference(path: KeyPath, value: object, known: Data, what: str) -> Iterator[Problem]:
    if not isinstance(value, str) or value in known:
        return
    close = get_close_matches(value, known, n=1, cutoff=0.5) if len(known) <= _NAMES_TO_COMPARE else []
    if close:
        yield problem(path, f"unknown_{what}_near", name=value, nearest=close[0])
    else:
        yield problem(path, f"unknown_{what}", name=value)


def _paths(data: Data) -> Iterator[tuple[KeyPath, Data]]:
    for kind, decision in _table(data, "decisions").items():
        if path := _table(decision, "path"):
            yield ("decisions", kind, "path"), path
        for market, found in _table(decision, "paths").items():
            if isinstance(found, dict):
                yield ("decisions", kind, "paths", market), found


def people_and_markets(data: Data) -> Iterator[Problem]:
    markets, people = _table(data, "markets"), _table(data, "people")
    for group in ("people", "roles"):
        for key, value in _table(data, group).items():
            yield from _reference((group, key, "market"), _table(value).get("market"), markets, "market")
    for key, value in markets.items():
        yield from _reference(("markets", key, "signed_by"), _table(value).get("signed_by"), people, "person")
    for key, value in _table(data, "roles").items():
        role = _table(value)
        yield from _reference(("roles", key, "holder"), role.get("holder"), people, "person")
        named = {role.get("holder")} if isinstance(role.get("holder"), str) else set()
        for index, deputy in enumerate(_rows(role.get("deputies"))):
            path: KeyPath = ("roles", key, "deputies", index)
            yield from _reference(path, deputy, people, "person")
            if isinstance(deputy, str) and deputy in named:
                yield problem(path, "deputy_twice", name=deputy)
            named.add(str(deputy))


def role_references(data: Data) -> Iterator[Problem]:
    roles, markets = _table(data, "roles"), _table(data, "markets")
    yield from _reference(("coordinator",), data.get("coordinator"), roles, "role")
    for place in (("bridges",), ("creators", "main_contact")):
        for market, role in _table(data, *place).items():
            yield from _reference((*place, market), market, markets, "market")
            yield from _reference((*place, market), role, roles, "role")
    for index, line in enumerate(_rows(data.get("direct_lines"))):
        for end, role in enumerate(_rows(_table(line).get("between"))):
            yield from _reference(("direct_lines", index, "between", end), role, roles, "role")
    for name, checklist in _table(data, "checklists").items():
        yield from _reference(("checklists", name, "owner"), _table(checklist).get("owner"), roles, "role")
    granting = {"signatory": None, "coordinator": None, **roles}
    for index, who in enumerate(_rows(_table(data, "extra_round").get("granted_by"))):
        yield from _reference(("extra_round", "granted_by", index), who, granting, "role")


def _step_roles(who: object) -> Iterator[tuple[KeyPath, object]]:
    if isinstance(who, str):
        yield (), who
    for group in ("all_of", "any_of", "of"):
        for index, role in enumerate(_rows(_table(who).get(group))):
            yield (group, index), role


def steps(data: Data) -> Iterator[Problem]:
    roles, checklists = _table(data, "roles"), _table(data, "checklists")
    for path, found in _paths(data):
        acts = [next((act for act in _ACTS if act in _table(step)), "") for step in _rows(found.get("steps"))]
        if acts and acts.count("decide") != 1:
            yield problem((*path, "steps"), "one_decide", count=acts.count("decide"))
        elif acts and acts[-1] != "decide":
            yield problem((*path, "steps", acts.index("decide")), "decide_last")
        for index, (step, act) in enumerate(zip(_rows(found.get("steps")), acts, strict=True)):
            for inner, role in _step_roles(_table(step).get(act)):
                yield from _reference((*path, "steps", index, act, *inner), role, roles, "role")
        yield from _reference((*path, "checklist"), found.get("checklist"), checklists, "checklist")


def scopes(data: Data) -> Iterator[Problem]:
    markets = _table(data, "markets")
    for kind, value in _table(data, "decisions").items():
        decision, path = _table(value), ("decisions", kind)
        if decision.get("scope") == "local":
            yield from _local(path, decision, markets)
        if decision.get("scope") == "central":
            if not _table(decision, "path"):
                yield problem(path, "central_without_path")
            if "paths" in decision:
                yield problem((*path, "paths"), "central_with_paths", at_key=True)


def _local(path: KeyPath, decision: Data, markets: Data) -> Iterator[Problem]:
    if "path" in decision:
        yield problem((*path, "path"), "local_with_path", at_key=True)
    if "local_authority" in decision:
        yield problem((*path, "local_authority"), "local_with_authority", at_key=True)
    for market in markets:
        if market not in _table(decision, "paths"):
            yield problem((*path, "paths"), "market_without_path", market=market)
    for market in _table(decision, "paths"):
        yield from _reference((*path, "paths", market), market, markets, "market")


def local_authorities(data: Data) -> Iterator[Problem]:
    roles, markets = _table(data, "roles"), _table(data, "markets")
    for kind, value in _table(data, "decisions").items():
        authorities = _table(value, "local_authority")
        if authorities and _table(value).get("flexibility") == "fixed":
            yield problem(("decisions", kind, "local_authority"), "fixed_with_authority", at_key=True)
        for market, found in authorities.items():
            path: KeyPath = ("decisions", kind, "local_authority", market)
            authority = _table(found)
            yield from _reference(path, market, markets, "market")
            for key in ("role", "ratified_by"):
                yield from _reference((*path, key), authority.get(key), roles, "role")
            home = {key: _table(roles, str(authority.get(key))).get("market") for key in ("role", "ratified_by")}
            if home["role"] and home["role"] == home["ratified_by"]:
                yield problem((*path, "ratified_by"), "ratified_at_home", market=str(home["role"]))
            if money := parse_money(str(authority.get("up_to"))):
                yield from _currency((*path, "up_to"), money.currency)


def _currency(path: KeyPath, code: object) -> Iterator[Problem]:
    if isinstance(code, str) and code not in get_global("all_currencies"):
        yield problem(path, "unknown_currency", value=code)


def places(data: Data) -> Iterator[Problem]:
    for key, value in _table(data, "markets").items():
        market, path = _table(value), ("markets", key)
        zone = market.get("timezone")
        if isinstance(zone, str) and not _zone_exists(zone):
            yield problem((*path, "timezone"), "unknown_timezone", value=zone)
        yield from _currency((*path, "currency"), market.get("currency"))
        yield from _holidays((*path, "holidays"), _table(market, "holidays"))


def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not found is a KeyError, a folder or a bad name the others
        return False
    return True


def _holidays(path: KeyPath, rules: Data) -> Iterator[Problem]:
    country, subdivision = rules.get("country"), rules.get("subdivision")
    if not isinstance(country, str):
        return
    if not country_is_known(country):
        yield problem((*path, "country"), "unknown_country", value=country)
        return
    if isinstance(subdivision, str) and not subdivision_is_known(country, subdivision):
        yield problem((*path, "subdivision"), "unknown_subdivision", value=subdivision, country=country)
        return
    where = subdivision if isinstance(subdivision, str) else None
    for index, worked in enumerate(_rows(rules.get("worked"))):
        yield from _worked((*path, "worked", index), str(worked), country, where)


def _worked(path: KeyPath, worked: str, country: str, subdivision: str | None) -> Iterator[Problem]:
    day = iso_date(worked)
    if day is None:
        if worked[:4].isdigit():
            yield problem(path, "date", value=worked)
            return
        known = known_holiday_names(country, subdivision)
        if worked not in known:
            close = get_close_matches(worked, known, n=1, cutoff=0.4)
            yield problem(path, "unknown_holiday", value=worked, nearest=close[0] if close else "–", country=country)
        return
    if day.weekday() < 5 and not public_holiday_names(country, subdivision, day):
        yield problem(path, "no_holiday_that_day", value=worked, country=country)


def texts(data: Data) -> Iterator[Problem]:
    wanted = [language for language in _rows(data.get("languages")) if isinstance(language, str)]
    for path, found in _texts(data):
        missing = [language for language in wanted if not found.get(language)]
        for language in missing:
            yield problem(path, "text_missing", language=language)


def _texts(data: Data) -> Iterator[tuple[KeyPath, Data]]:
    places: list[tuple[KeyPath, str, object]] = [((), "title", data)]
    for group, keys in (("markets", ("title",)), ("people", ("name",)), ("roles", ("title",)), ("decisions", ("title", "note"))):
        places += [((group, name), key, value) for name, value in _table(data, group).items() for key in keys]
    for name, checklist in _table(data, "checklists").items():
        rows = enumerate(_rows(_table(checklist).get("items")))
        places += [(("checklists", name, "items", index), "text", item) for index, item in rows]
    for path, key, value in places:
        if isinstance(_table(value).get(key), dict):
            yield (*path, key), _table(value, key)


def bridges(data: Data) -> Iterator[Problem]:
    spoken_here = set(map(str, _rows(data.get("languages"))))
    for market, role in _table(data, "bridges").items():
        holder = str(_table(data, "roles", str(role)).get("holder"))
        languages = set(map(str, _rows(_table(data, "people", holder).get("languages"))))
        if holder in _table(data, "people") and len(languages & spoken_here) < min(2, len(spoken_here)):
            yield problem(("bridges", market), "bridge_one_language", person=holder)


def creators(data: Data) -> Iterator[Problem]:
    kinds, found = _table(data, "decisions"), _table(data, "creators")
    for index, kind in enumerate(_rows(found.get("creative_kinds"))):
        yield from _reference(("creators", "creative_kinds", index), kind, kinds, "kind")
    for key in ("content_kind", "contract_kind"):
        yield from _reference(("creators", key), found.get(key), kinds, "kind")


CHECKS: tuple[Check, ...] = (
    people_and_markets, role_references, steps, scopes, local_authorities, places, texts, bridges, creators,
)  # fmt: skip
