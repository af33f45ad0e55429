"""Brand A and small variants of it, built from its own data. No expectations here."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from bot.core.playbook import Playbook
from tests.core.playbook.brands import loaded, shipped, tree, written

REVIEW = "{review: legal, within: 8h}"
DECIDE = "{decide: brand_director, within: 8h}"


@cache
def brand_a() -> Playbook:
    book = shipped("brand-a.yaml").playbook
    assert book is not None
    return book


@cache
def variant(*steps: str, rounds: int = 3, edits: str = "{}", local: bool = False) -> Playbook:
    """Brand A whose contracts go another way; ``edits`` is laid over the rest of the file, key by key.

    With ``local`` New York and Moscow may decide contracts locally, as they may decide deviations.
    """
    data: dict[str, Any] = deepcopy(tree())
    path = {"rounds": rounds, "steps": [yaml.safe_load(step) for step in steps or (REVIEW, DECIDE)]}
    _lay(data, {"decisions": {"contract": {"path": path}}})
    if local:
        rights = data["decisions"]["brand_deviation"]["local_authority"]
        _lay(data, {"decisions": {"contract": {"flexibility": "flexible", "local_authority": deepcopy(rights)}}})
    _lay(data, yaml.safe_load(edits))
    found = loaded(written(data))
    assert found.playbook, found.faults
    return found.playbook


def _lay(data: dict[str, object], edits: dict[str, object]) -> None:
    for key, value in edits.items():
        there = data.get(key)
        if isinstance(value, dict) and isinstance(there, dict) and key != "path":
            _lay(there, value)
        else:
            data[key] = value
