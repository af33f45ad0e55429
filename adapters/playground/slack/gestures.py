"""What a person's finger does to an element: the entry in `actions` that a block_actions payload carries."""

from typing import Any

from adapters.playground.slack.state import FIELDS, Entry, State, entered, option
from adapters.playground.slack.surfaces import elements_of

Json = dict[str, Any]


def gesture(
    screens: list[list[Json]],
    action_id: str,
    *,
    block_id: str | None,
    value: str | None,
    selected_option: str | None,
) -> Json:
    """The action on the newest of `screens` that has the element; on none of them it is a forged one.

    ValueError for a field of a form that Slack keeps to itself until the form is sent.
    """
    for blocks in screens:
        for block in blocks:
            if block_id in (None, block["block_id"]):
                for element in elements_of(block):
                    if element.get("action_id") == action_id:
                        if not dispatches(block):
                            raise ValueError(f"{action_id} sends nothing before the form is submitted: use fill_in")
                        return touched(block, element, value, selected_option)
    return forged(action_id, block_id or "forged", value, selected_option)


def dispatches(block: Json) -> bool:
    """Whether a change of the block's element is sent at once; in a form only where the app asked for it."""
    return block["type"] != "input" or bool(block.get("dispatch_action"))


def touched(block: Json, element: Json, value: str | None, selected_option: Entry) -> Json:
    """The element's own fields, as far as Slack repeats them, and what was chosen."""
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    if element["type"] == "button":
        known: Json = {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        return {**action, **known, **({"value": value} if value is not None else {})}
    if element["type"] == "overflow":
        return {**action, "selected_option": option(element, str(selected_option or ""))}
    placeholder = {"placeholder": element["placeholder"]} if "placeholder" in element else {}
    return {
        **action,
        **placeholder,
        **entered(element, selected_option if selected_option is not None else value),
    }


def forged(action_id: str, block_id: str, value: str | None, selected_option: str | None) -> Json:
    """A tap on something that is not there: the app alone must find out."""
    action: Json = {"action_id": action_id, "block_id": block_id}
    if selected_option is not None:
        text = {"type": "plain_text", "text": selected_option, "emoji": True}
        return {
            **action,
            "type": "static_select",
            "selected_option": {"text": text, "value": selected_option},
        }
    text = {"type": "plain_text", "text": action_id, "emoji": True}
    return {**action, "type": "button", "text": text, **({"value": value} if value is not None else {})}


def remember(picked: State, action: Json) -> None:
    """Keep what was chosen for later payloads; buttons and overflow menus hold nothing."""
    if action["type"] in FIELDS:
        field, _ = FIELDS[action["type"]]
        entry = {"type": action["type"], field: action[field]}
        picked.setdefault(action["block_id"], {})[action["action_id"]] = entry
