"""The example brands and short ways to load them, whole or edited. No expectations here."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

import yaml

from bot.core.playbook import Fault, Loaded, load
from tests.ready import brand

FOLDER = Path(__file__).parents[3] / "playbooks"
BRANDS = ("brand-a.yaml", "brand-a-berlin.yaml", "mosty/brand-one.yaml", "mosty/brand-two.yaml")
BRAND_A = (FOLDER / "brand-a.yaml").read_text(encoding="utf-8")


def shipped(file: str) -> Loaded:
    """One of the example brands, as it stands in the folder."""
    return brand(file)


def loaded(text: str | bytes, **others: str) -> Loaded:
    """A file ``brand.yaml`` with this text; ``others`` are files beside it, by their name without the ending."""
    files = {"brand": text, **others}
    return load("brand.yaml", lambda name: _bytes(files, name))


def _bytes(files: Mapping[str, str | bytes], name: str) -> bytes:
    text = files.get(name.removesuffix(".yaml"))
    if text is None:
        raise FileNotFoundError(2, "No such file", name)
    return text.encode() if isinstance(text, str) else text


def edited(old: str, new: str, text: str = BRAND_A) -> str:
    """The text with the first occurrence of ``old`` replaced; it must be there."""
    assert old in text
    return text.replace(old, new, 1)


def line_of(part: str, text: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def told(faults: tuple[Fault, ...]) -> set[tuple[str, str, int]]:
    """What a fault says, without its sentences: code, path of the key, line."""
    return {(fault.code, fault.path, fault.mark.line) for fault in faults}


def tree(file: str = "brand-a.yaml") -> dict[str, object]:
    """A brand's plain data with the keys and scalars as the file writes them."""
    data = deepcopy(shipped(file).data)
    assert isinstance(data, dict)
    return data


def written(data: object) -> str:
    """Data as YAML again: strings that would read as something else are quoted."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=1000)
