"""Whether Slack would take blocks or a view: the table of shapes, Slack's own models, unique ids."""

import copy
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SdkView

from adapters.playground.slack.grammar import fault, items, one_of
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.shapes import BLOCKS, HOME, MODAL

MESSAGE_BLOCKS = items(one_of(BLOCKS), 50, least=0)
VIEW = one_of({"modal": MODAL, "home": HOME})
VIEW_BYTES = 250_000

Json = dict[str, Any]


def check_message_blocks(blocks: Any) -> None:
    """Refuse what chat.* refuses as invalid_blocks."""
    faults = list(MESSAGE_BLOCKS(blocks, "/blocks"))
    if not faults:
        faults = [*duplicates(blocks, "/blocks"), *out_of_place(blocks, "message", "/blocks"), *model_faults(blocks, "/blocks")]
    if faults:
        raise Refused("invalid_blocks", *faults)


def check_view(view: Any, *, kind: str) -> None:
    """Refuse what views.* refuses; a wrong view is an invalid argument there, not an invalid block."""
    faults = list(VIEW(view, "/view"))
    if not faults:
        faults = [*view_faults(view, kind), *duplicates(view["blocks"], "/view/blocks")]
    if not faults:
        faults = model_faults(view["blocks"], "/view/blocks") + sdk_faults(SdkView(**view).validate_json, "/view")
    if faults:
        raise Refused("invalid_arguments", *faults)
    if len(str(view).encode()) > VIEW_BYTES:
        raise Refused("view_too_large")


def view_faults(view: Json, kind: str) -> Iterator[str]:
    """The rules about a view as a whole that no model knows."""
    if view["type"] != kind:
        yield fault(f"must be a {kind} view", "/view/type")
    inputs = any(block["type"] == "input" for block in view["blocks"])
    if kind == "modal" and inputs and not view.get("submit"):
        yield fault("must define `submit` to use an `input` block in modals", "/view")
    for number, block in enumerate(view["blocks"]):
        if block["type"] == "markdown":
            yield fault("unsupported type: markdown", f"/view/blocks/{number}/type")
    yield from out_of_place(view["blocks"], kind, "/view/blocks")
    focused = [each for block in view["blocks"] for each in elements_of(block) if each.get("focus_on_load")]
    if len(focused) > 1:
        yield fault("only one element may have `focus_on_load`", "/view/blocks")


def out_of_place(blocks: list[Json], kind: str, pointer: str) -> Iterator[str]:
    """A file can be asked for in a modal only."""
    for number, block in enumerate(blocks):
        if kind != "modal" and any(element["type"] == "file_input" for element in elements_of(block)):
            yield fault("unsupported type: file_input", f"{pointer}/{number}/element/type")


def duplicates(blocks: list[Json], pointer: str) -> Iterator[str]:
    """block_id is unique on its surface, action_id within its block."""
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        name = block.get("block_id")
        if name is not None and name in seen:
            yield fault(f"`block_id` already exists: {name}", f"{pointer}/{number}/block_id")
        seen.update([name] if name else [])
        names: set[str] = set()
        for place, element in enumerate(elements_of(block)):
            action = element.get("action_id")
            if action is not None and action in names:
                yield fault(f"`action_id` already exists: {action}", f"{pointer}/{number}/elements/{place}/action_id")
            names.update([action] if action else [])


def model_faults(blocks: list[Json], pointer: str) -> list[str]:
    """What slack_sdk's own models object to, nested elements included."""
    found = (sdk_faults(partial(read, block), f"{pointer}/{number}") for number, block in enumerate(blocks))
    return list(chain.from_iterable(found))


def read(block: Json) -> None:
    """`to_dict` validates the block and everything in it; the models take a copy apart."""
    for parsed in Block.parse_all([copy.deepcopy(block)]):
        parsed.validate_json()
        parsed.to_dict()


def sdk_faults(validate: Callable[[], None], pointer: str) -> list[str]:
    """The models raise their own error for a broken rule and plain ones for a shape they cannot read."""
    try:
        validate()
    except (SlackObjectFormationError, TypeError, KeyError, AttributeError, ValueError) as broken:
        return [fault(str(broken), pointer)]
    return []


def elements_of(block: Json) -> list[Json]:
    """The elements of a block a person can act on."""
    inside = block.get("elements", []) if block["type"] == "actions" else []
    return [*inside, *(block[key] for key in ("accessory", "element") if block.get(key))]


def with_ids(blocks: list[Json], new_id: Callable[[], str]) -> list[Json]:
    """The blocks as Slack keeps them: what the app left unnamed has been given a name."""
    kept = copy.deepcopy(blocks)
    for block in kept:
        block["block_id"] = block.get("block_id") or new_id()
        for element in elements_of(block):
            if element["type"] != "image":
                element["action_id"] = element.get("action_id") or new_id()
    return kept
