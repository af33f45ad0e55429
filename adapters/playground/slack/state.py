"""What a person entered as Slack's typed state, `values[block_id][action_id]`, built from the blocks."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any

from adapters.playground.slack.stored_file import ending
from adapters.playground.slack.surfaces import elements_of

Json = dict[str, Any]
# What a person enters: a word, several, or the file objects of what they attached.
Entry = str | list[str] | list[Json] | None
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
    "file_input": ("files", "initial_files"),
}
MANY = frozenset({"selected_options", "selected_users", "files"})
MOST_FILES = 10


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
        kept = known if known and stands(element, known) else initial(element)
        state.setdefault(block["block_id"], {})[element["action_id"]] = kept
    return state


def stands(element: Json, known: Json) -> bool:
    """Whether what was picked is still possible: a view that was updated may no longer offer it."""
    field, _ = FIELDS[element["type"]]
    if known["type"] != element["type"]:
        return False
    if not field.startswith("selected_option") or element["type"] == "external_select":
        return True
    chosen = known[field] if field in MANY else [known[field]] if known[field] else []
    return all(each in offered(element) for each in chosen)


def offered(element: Json) -> list[Json]:
    """Every option, grouped or not."""
    grouped = [each for group in element.get("option_groups") or [] for each in group["options"]]
    return [*(element.get("options") or []), *grouped]


def initial(element: Json) -> Json:
    """The state of an element nobody has touched."""
    field, start = FIELDS[element["type"]]
    return {"type": element["type"], field: element.get(start, [] if field in MANY else None)}


def entered(element: Json, entry: Entry) -> Json:
    """The state after a person entered this; ValueError when the screen would not let them."""
    field, _ = FIELDS[element["type"]]
    if field == "files":
        return {"type": element["type"], field: attached(element, entry)}
    if field in MANY:
        wanted: list[Any] = [entry] if isinstance(entry, str) else list(entry or [])
        value: Any = [one(element, field, each) for each in wanted]
    elif isinstance(entry, list):
        raise ValueError(f"{element['type']} takes one value, not {entry!r}")
    else:
        value = None if entry is None or entry == "" else one(element, field, entry)
    return {"type": element["type"], field: value}


def attached(element: Json, entry: Entry) -> list[Json]:
    """The file objects, when the picker would take files of these kinds and so many of them."""
    files = [] if entry is None else entry
    if not isinstance(files, list) or not all(isinstance(each, dict) for each in files):
        raise ValueError(f"file_input takes a list of (name, bytes), not {entry!r}")
    objects = [each for each in files if isinstance(each, dict)]
    if len(objects) > element.get("max_files", MOST_FILES):
        raise ValueError(f"{element['action_id']} takes no more than {element.get('max_files', MOST_FILES)} files")
    kinds = element.get("filetypes")
    for each in objects:
        if kinds and ending(each["name"]) not in kinds and each["filetype"] not in kinds:
            raise ValueError(f"{element['action_id']} takes {kinds}, not {each['name']}")
    return objects


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
    for each in offered(element):
        if each["value"] == value:
            return dict(each)
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
