"""The input blocks that forms are made of, each within Slack's limits."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.cutting import Cutter, utf16
from adapters.slack.blocks import Block, plain
from bot.core.wording import Text, text
from bot.speech import Reader, say

MAX_INPUT, MAX_SELECT, MAX_FILES = 3000, 100, 10
_MAX_OPTION, _MAX_CHECKBOXES, _MAX_LABEL, _MAX_SHORT = 75, 10, 2000, 24
Item = tuple[str, str]  # an option's value and its words


def short(message: str, reader: Reader) -> str:
    """A form's title, or the word on its button."""
    return Cutter().fit(say(text(message), reader), _MAX_SHORT)


def field(
    block_id: str, label: Text, element: Block, reader: Reader, *, optional: bool = False, hint: Text | None = None
) -> Block:
    words = Cutter().fit(say(label, reader), _MAX_LABEL)
    block = {"type": "input", "block_id": block_id, "optional": optional, "label": plain(words), "element": element}
    return {**block, "hint": plain(Cutter().fit(say(hint, reader), _MAX_LABEL))} if hint else block


def written(initial: str = "", *, lines: bool = True, most: int = MAX_INPUT) -> Block:
    """A box to write in; what does not fit is not put in."""
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": lines, "max_length": most}
    return {**element, "initial_value": initial} if initial and utf16(initial) <= most else element


def address(initial: str = "") -> Block:
    element: Block = {"type": "url_text_input", "action_id": "value"}
    return {**element, "initial_value": initial} if initial and len(initial) <= MAX_INPUT else element


def upload(most: int = MAX_FILES) -> Block:
    return {"type": "file_input", "action_id": "value", "max_files": most}


def words(block_id: str, label: str, reader: Reader, *, optional: bool = False, initial: str = "") -> Block:
    return field(block_id, text(label), written(initial), reader, optional=optional)


def ticks(block_id: str, label: Text, items: Sequence[Item], reader: Reader, given: frozenset[str] = frozenset()) -> list[Block]:
    """One group for every ten: more do not fit into one."""
    blocks = []
    for group, some in enumerate(groups(items, _MAX_CHECKBOXES)):
        element: Block = {"type": "checkboxes", "action_id": "value", "options": options(some)}
        if ticked := [option for option in element["options"] if option["value"] in given]:
            element["initial_options"] = ticked
        blocks.append(field(f"{block_id}{group or ''}", label, element, reader, optional=True))
    return blocks


def choice(items: Sequence[Item], chosen: str = "") -> Block:
    element: Block = {"type": "static_select", "action_id": "value"}
    if len(items) <= MAX_SELECT:
        element["options"] = options(items)
    else:
        element["option_groups"] = [
            {"label": plain(Cutter().fit(f"{some[0][1]} …", _MAX_OPTION)), "options": options(some)}
            for some in groups(items, MAX_SELECT)
        ]
    found = next((option for option in options(items) if option["value"] == chosen), None)
    return {**element, "initial_option": found} if found else element


def options(items: Sequence[Item]) -> list[Block]:
    return [{"text": plain(Cutter().fit(shown, _MAX_OPTION)), "value": value} for value, shown in items]


def is_whole(shown: str) -> bool:
    """Whether an option shows all of its words."""
    return len(shown) <= _MAX_OPTION


def groups(items: Sequence[Item], size: int) -> list[Sequence[Item]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
