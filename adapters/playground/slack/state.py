"""What a person entered as Slack's typed state, `values[block_id][action_id]`, built from the blocks."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from adapters.playground.slack.surfaces import elements_of

Json = dict[str, Any]
Entry = str | list[str] | None
State = dict[str, dict[str, Json]]

# Type of element -> the state's field, and the element's field with what it starts on.
FIELDS: dict[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}
MANY = frozenset({"selected_options", "selected_users"})
REQUIRED = "Please complete this required field."


def stateful(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every block and element of it that holds what a person enters."""
    for block in blocks:
        for element in elements_of(block):
            if element["type"] in FIELDS:
                yield block, element


def state_of(blocks: list[Json], picked: State) -> State:
    """The whole state: what was entered, and what the elements start on where nothing was."""
    state: State = {}
    for block, element in stateful(blocks):
        known = picked.get(block["block_id"], {}).get(element["action_id"])
        state.setdefault(block["block_id"], {})[element["action_id"]] = known or initial(element)
    return state


def initial(element: Json) -> Json:
    """The state of an element nobody has touched."""
    field, start = FIELDS[element["type"]]
    return {"type": element["type"], field: element.get(start, [] if field in MANY else None)}


def entered(element: Json, entry: Entry) -> Json:
    """The state after a person entered this; ValueError when the screen would not let them."""
    field, _ = FIELDS[element["type"]]
    if field in MANY:
        wanted = [entry] if isinstance(entry, str) else list(entry or [])
        value: Any = [one(element, field, each) for each in wanted]
    elif isinstance(entry, list):
        raise ValueError(f"{element['type']} takes one value, not {entry!r}")
    else:
        value = None if entry is None or entry == "" else one(element, field, entry)
    return {"type": element["type"], field: value}


def one(element: Json, field: str, entry: str) -> Any:
    """One entry as the state spells it."""
    if field.startswith("selected_option"):
        return option(element, entry)
    if field == "selected_date":
        return date.fromisoformat(entry).isoformat()
    if field == "selected_time":
        return time.fromisoformat(entry).strftime("%H:%M")
    return int(entry) if field == "selected_date_time" else entry


def option(element: Json, value: str) -> Json:
    """The offered option with this value; a person cannot choose another."""
    grouped = [each for group in element.get("option_groups") or [] for each in group["options"]]
    for offered in [*(element.get("options") or []), *grouped]:
        if offered["value"] == value:
            return dict(offered)
    if element["type"] == "external_select":
        return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
    raise ValueError(f"{value!r} is not offered by {element.get('action_id')}")


def fill(blocks: list[Json], picked: State, values: dict[str, dict[str, Entry]]) -> State:
    """The state after a person filled the form; LookupError for a field that is not on the screen."""
    state = state_of(blocks, picked)
    places = {(block["block_id"], element["action_id"]): element for block, element in stateful(blocks)}
    for block_id, actions in values.items():
        for action_id, entry in actions.items():
            if (block_id, action_id) not in places:
                raise LookupError(f"the view has no field {block_id}/{action_id}; it has {sorted(places)}")
            state[block_id][action_id] = entered(places[block_id, action_id], entry)
    return state


def unfinished(blocks: list[Json], state: State) -> dict[str, str]:
    """What Slack's own screen complains about before anything is sent, by block_id."""
    errors: dict[str, str] = {}
    for block, element in stateful(blocks):
        field, _ = FIELDS[element["type"]]
        value = state[block["block_id"]][element["action_id"]][field]
        if block["type"] != "input":
            continue
        if value in (None, "", []):
            if not block.get("optional"):
                errors[block["block_id"]] = REQUIRED
        elif sentence := wrong(element, value):
            errors[block["block_id"]] = sentence
    return errors


def wrong(element: Json, value: Any) -> str | None:
    """The complaint about one filled field, or None."""
    kind = element["type"]
    if kind == "plain_text_input" and len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    if kind == "plain_text_input" and len(value) > element.get("max_length", 3000):
        return f"Please enter no more than {element.get('max_length', 3000)} characters."
    if kind == "number_input" and not number(value):
        return "Please enter a valid number."
    if kind in MANY_AT_MOST and len(value) > element.get("max_selected_items", len(value)):
        return f"Please select no more than {element['max_selected_items']} items."
    return None


MANY_AT_MOST = frozenset({"multi_static_select", "multi_users_select"})


def number(value: str) -> bool:
    """Whether the number field's screen takes it."""
    try:
        float(value)
    except ValueError:
        return False
    return True
