"""``extends``: one file laid over another. Mappings merge key by key, lists and scalars replace, ``{add: [...]}`` appends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from bot.core.playbook.faults import Fault, Mark, fault
from bot.core.playbook.reading import Node, Unreadable, read_tree

Source = Callable[[str], bytes]
"""Gives the bytes of a file by its name; raises ``OSError`` where there is none."""

_MAX_FILES = 10  # one above another; a folder that links to itself would go on for ever


def read_overlaid(file: str, source: Source) -> tuple[Node, list[Fault]]:
    """The tree of a file with everything it extends beneath it. Raises ``Unreadable``."""
    return _read(file, source, (), Mark(file, 1))


def _read(file: str, source: Source, above: tuple[str, ...], asked: Mark) -> tuple[Node, list[Fault]]:
    if file in above:
        raise Unreadable(fault(asked, ("extends",), "extends_loop", files=" → ".join((*above, file))))
    if len(above) > _MAX_FILES:
        raise Unreadable(fault(asked, ("extends",), "too_deep"))
    try:
        data = source(file)
    except OSError as error:
        raise Unreadable(
            fault(asked, ("extends",) if above else (), "no_file", file=file, reason=error.strerror or "?")
        ) from None
    top, faults = read_tree(file, data)
    assert isinstance(top.value, dict)
    base_name = top.value.pop("extends", None)
    if base_name is None:
        return top, faults
    if not isinstance(base_name.value, str) or not base_name.value:
        return top, [*faults, fault(base_name.mark, ("extends",), "extends_value")]
    base, more = _read(_beside(file, base_name.value), source, (*above, file), base_name.mark)
    return _laid_over(base, top), [*more, *faults]


def _beside(file: str, name: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(file).parent / name).parts:
        if part == ".." and parts and parts[-1] not in ("..", "/"):
            parts.pop()
        else:
            parts.append(part)
    return str(PurePosixPath(*parts))


def _laid_over(base: Node, top: Node) -> Node:
    if isinstance(base.value, dict) and isinstance(top.value, dict):
        merged = dict(base.value)
        for key, node in top.value.items():
            merged[key] = _laid_over(merged[key], node) if key in merged else _appended(Node([], node.mark), node)
        return Node(merged, top.mark, {**(base.keys or {}), **(top.keys or {})})
    return _appended(base, top)


def _appended(base: Node, top: Node) -> Node:
    if isinstance(base.value, list) and isinstance(top.value, dict) and set(top.value) == {"add"}:
        more = top.value["add"].value
        if isinstance(more, list):
            return Node([*base.value, *more], top.mark)
    return top
