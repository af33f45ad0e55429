"""YAML text into a tree that remembers its lines. Only plain data: no tags, no objects, no bombs, no duplicate keys.

YAML 1.2's words for true and false only: a market called NO stays Norway.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from bot.core.playbook.faults import Fault, KeyPath, Mark, fault

MAX_BYTES = 1 << 20
_MAX_NODES = 50_000
_MAX_DEPTH = 40
_NO_CHARACTER = "special characters are not allowed"  # YAML's own words for them, raw or escaped

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line it was written on. ``keys`` are the lines of a mapping's keys."""

    value: dict[str, Node] | list[Node] | Scalar
    mark: Mark
    keys: dict[str, Mark] | None = None

    def plain(self) -> object:
        """The value without its lines."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, list):
            return [child.plain() for child in self.value]
        return self.value


class Unreadable(Exception):
    """The file cannot be read as a tree at all; carries the one fault that says why."""

    def __init__(self, reason: Fault) -> None:
        super().__init__(reason.code)
        self.reason = reason


class _Loader(yaml.SafeLoader):
    """The safe loader with YAML 1.2's few implicit types."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own way)
    _composed = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Counts while reading: a file of a mebibyte can hold half a million values, and takes as long."""
        self._composed += 1
        if self._composed > _MAX_NODES:
            raise _TooMany
        return super().compose_node(parent, index)


class _TooMany(Exception):
    """The file has more values than any playbook."""


_YAML = "tag:yaml.org,2002:"
_WRITTEN = {
    "bool": re.compile(r"(?:true|false|True|False)\Z"),
    "int": re.compile(r"[-+]?[0-9]+\Z"),
    "float": re.compile(r"[-+]?[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+)?\Z"),
    "null": re.compile(r"(?:~|null|Null|)\Z"),
}
_FIRST = {"bool": [*"tTfF"], "int": [*"-+0123456789"], "float": [*"-+0123456789"], "null": [*"~nN", ""]}
for _tag, _pattern in _WRITTEN.items():
    _Loader.add_implicit_resolver(_YAML + _tag, _pattern, _FIRST[_tag])


def read_tree(file: str, data: bytes) -> tuple[Node, list[Fault]]:
    """The file as a tree, with the faults that leave a tree standing (duplicate keys, odd keys).

    Raises ``Unreadable`` with one fault when there is no tree to go on with.
    """
    start = Mark(file, 1)
    if len(data) > MAX_BYTES:
        raise Unreadable(fault(start, (), "too_large", limit="1 MiB"))
    try:
        root = _composed(file, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(fault(Mark(file, line), (), "not_utf8")) from None
    except RecursionError:
        raise Unreadable(fault(start, (), "too_deep")) from None
    if not isinstance(root, yaml.MappingNode):
        raise Unreadable(fault(start, (), "not_a_mapping"))
    builder = _Builder(file)
    return builder.build(root, ()), builder.faults


def _composed(file: str, text: str) -> yaml.Node | None:
    try:
        loader = _Loader(text)
        try:
            return loader.get_single_node()
        except (ValueError, OverflowError):  # an escape such as \UFFFFFFFF that is no character
            raise Unreadable(fault(Mark(file, loader.line + 1), (), "not_yaml", problem=_NO_CHARACTER)) from None
    except _TooMany:
        raise Unreadable(fault(Mark(file, loader.line + 1), (), "too_many")) from None
    except yaml.reader.ReaderError as error:
        line, reason = text.count("\n", 0, error.position), error.reason
    except yaml.MarkedYAMLError as error:
        line, reason = error.problem_mark.line if error.problem_mark else 0, error.problem
    raise Unreadable(fault(Mark(file, line + 1), (), "not_yaml", problem=reason or "unreadable"))


class _Builder:
    def __init__(self, file: str) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._open: list[int] = []
        self._count = 0

    def build(self, node: yaml.Node, path: KeyPath) -> Node:
        self._count += 1
        mark = self._mark(node)
        if self._count > _MAX_NODES or id(node) in self._open:
            raise Unreadable(fault(mark, path, "alias_bomb"))
        if len(self._open) > _MAX_DEPTH:
            raise Unreadable(fault(mark, path, "too_deep"))
        self._open.append(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path, mark)
            if isinstance(node, yaml.SequenceNode):
                self._refuse_tag(node, "seq", path, mark)
                return Node([self.build(child, (*path, i)) for i, child in enumerate(node.value)], mark)
            return Node(self._scalar(node, path, mark), mark)
        finally:
            self._open.pop()

    def _mapping(self, node: yaml.MappingNode, path: KeyPath, mark: Mark) -> Node:
        self._refuse_tag(node, "map", path, mark)
        value: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        for key, place, child in self._pairs(node, path):
            if key in value:
                self.faults.append(fault(place, (*path, key), "duplicate_key", key=key))
            value[key], keys[key] = self.build(child, (*path, key)), place
        return Node(value, mark, keys)

    def _pairs(self, node: yaml.MappingNode, path: KeyPath) -> Iterator[tuple[str, Mark, yaml.Node]]:
        for key, child in node.value:
            mark = self._mark(key)
            if isinstance(key, yaml.ScalarNode):
                self._scalar(key, path, mark)
                yield key.value, mark, child
            else:
                self.faults.append(fault(mark, path, "odd_key"))

    def _scalar(self, node: yaml.Node, path: KeyPath, mark: Mark) -> Scalar:
        kind, text = node.tag.removeprefix(_YAML), str(node.value)
        if yaml.reader.Reader.NON_PRINTABLE.search(text):
            raise Unreadable(fault(mark, path, "not_yaml", problem=_NO_CHARACTER))
        if kind != "str" and not (kind in _WRITTEN and _WRITTEN[kind].match(text)):
            self.faults.append(fault(mark, path, "tag", tag=node.tag))
            return text
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() == "true"
        if kind == "int" and len(text) < 20:
            return int(text)
        return float(text) if kind == "float" else text

    def _refuse_tag(self, node: yaml.Node, plain: str, path: KeyPath, mark: Mark) -> None:
        if node.tag != _YAML + plain:
            self.faults.append(fault(mark, path, "tag", tag=node.tag))

    def _mark(self, node: yaml.Node) -> Mark:
        return Mark(self._file, node.start_mark.line + 1)
