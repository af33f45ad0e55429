"""From a file's name to a playbook in one go: read, overlay, check, digest. All faults come back together."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.playbook.checks import check_all
from bot.core.playbook.digest import digest
from bot.core.playbook.faults import Fault, KeyPath, Mark, Problem, fault
from bot.core.playbook.model import Playbook
from bot.core.playbook.overlay import Source, read_overlaid
from bot.core.playbook.reading import Node, Unreadable
from bot.core.playbook.shape import shape_problems


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading: a playbook with its merged data and digest, or the faults that keep it from being one."""

    playbook: Playbook | None
    data: object
    digest: str
    faults: tuple[Fault, ...]


def load(file: str, source: Source) -> Loaded:
    """Loads a playbook file and whatever it extends. Never raises for what the file says."""
    try:
        tree, faults = read_overlaid(file, source)
    except Unreadable as error:
        return Loaded(None, None, "", (error.reason,))
    data = tree.plain()
    assert isinstance(data, dict)
    playbook, problems = shape_problems(data)
    problems += check_all(data)
    faults += [_placed(tree, found) for found in _each_once(problems)]
    faults.sort(key=lambda found: (found.mark.file, found.mark.line))
    return Loaded(playbook if not faults else None, data, digest(data), tuple(faults))


def _each_once(problems: list[Problem]) -> list[Problem]:
    return list({(found.path, found.code, found.fields): found for found in problems}.values())


def _placed(tree: Node, found: Problem) -> Fault:
    return fault(_mark(tree, found.path, found.at_key), found.path, found.code, **dict(found.fields))


def _mark(tree: Node, path: KeyPath, at_key: bool) -> Mark:
    """The line of a place, or of the nearest place above it that was written down."""
    node, mark = tree, tree.mark
    for key in path:
        value = node.value
        if isinstance(value, dict) and key in value:
            mark = (node.keys or {}).get(str(key), mark)
            node = value[str(key)]
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            node = value[key]
            mark = node.mark
        else:
            return mark
    return mark if at_key or isinstance(node.value, dict | list) else node.mark
