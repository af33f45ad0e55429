"""What Slack's own screen says to a person before a form is sent; nothing of it reaches the app."""

from typing import Any

from adapters.playground.slack.state import FIELDS, State, stateful

Json = dict[str, Any]
REQUIRED = "Please complete this required field."
LIMITED = frozenset({"multi_static_select", "multi_users_select"})
TEXT_LIMIT = 3000


def unfinished(blocks: list[Json], state: State) -> dict[str, str]:
    """The complaints by block_id; an empty dict lets the form go."""
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
    if kind == "plain_text_input":
        return wrong_length(element, value)
    if kind == "number_input":
        return wrong_number(element, value)
    if kind == "url_text_input" and not str(value).startswith(("http://", "https://")):
        return "Please enter a valid URL."
    if kind == "email_text_input" and "@" not in value:
        return "Please enter a valid email address."
    if kind in LIMITED and len(value) > element.get("max_selected_items", len(value)):
        return f"Please select no more than {element['max_selected_items']} items."
    return None


def wrong_length(element: Json, value: str) -> str | None:
    """Too few or too many characters."""
    most = element.get("max_length", TEXT_LIMIT)
    if len(value) < element.get("min_length", 0):
        return f"Please enter at least {element['min_length']} characters."
    return f"Please enter no more than {most} characters." if len(value) > most else None


def wrong_number(element: Json, value: str) -> str | None:
    """No number, no whole one where one is wanted, or out of its range."""
    try:
        number = float(value)
    except ValueError:
        return "Please enter a valid number."
    if not element["is_decimal_allowed"] and "." in value:
        return "Please enter a whole number."
    if "min_value" in element and number < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and number > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return None
