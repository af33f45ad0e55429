"""Block Kit as a table: every block and element the stand-in knows, with the limits Slack documents.

Limits: @slack/types 3.2.0 doc comments and slack_sdk.models constants. What is not in the table is refused,
so a new kind of block is added here first.
"""

from collections.abc import Iterator
from typing import Any

from adapters.playground.slack.grammar import (
    Check,
    Shape,
    anything,
    boolean,
    enum,
    fault,
    integer,
    items,
    one_of,
    string,
)

ID = string(255)
KIND: Check = anything  # `one_of` has already read it


def between(least: int, most: int) -> Check:
    """A whole number in a range."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        yield from integer(value, pointer)
        if isinstance(value, int) and not least <= value <= most:
            yield fault(f"must be between {least} and {most}", pointer)

    return check


def rising(least: str, most: str) -> Check:
    """One field is not larger than the other, when both are there."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        low, high = (as_number(value.get(key)) for key in (least, most))
        if low is not None and high is not None and low > high:
            yield fault(f"{least} must not be greater than {most}", pointer)

    return check


def as_number(value: Any) -> float | None:
    """A number however it was written, or None."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def plain(limit: int) -> Check:
    """A plain_text object."""
    return one_of({"plain_text": Shape({"type": KIND, "text": string(limit)}, {"emoji": boolean})})


def text(limit: int) -> Check:
    """A plain_text or mrkdwn object."""
    mrkdwn = Shape({"type": KIND, "text": string(limit)}, {"verbatim": boolean})
    return one_of({"plain_text": plain(limit), "mrkdwn": mrkdwn})


def any_of(*keys: str) -> Check:
    """At least one of these fields is there."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not any(value.get(key) for key in keys):
            yield fault(f"missing required field: {' or '.join(keys)}", pointer)

    return check


def initial_offered(value: Any, pointer: str) -> Iterator[str]:
    """What is chosen at first is one of the options, letter by letter."""
    if not isinstance(value, dict):
        return
    offered = [
        *listed(value, "options"),
        *(o for g in listed(value, "option_groups") for o in listed(g, "options")),
    ]
    first = [value["initial_option"]] if value.get("initial_option") else listed(value, "initial_options")
    if any(option not in offered for option in first):
        yield fault("initial option must match an option", pointer)


def listed(value: Any, key: str) -> list[Any]:
    """The list under `key`, empty when there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def choice(value: Any, pointer: str) -> Iterator[str]:
    """A select offers something, and starts on something it offers."""
    yield from any_of("options", "option_groups")(value, pointer)
    yield from initial_offered(value, pointer)


CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": enum("primary", "danger")},
)
OPTION = Shape({"text": plain(75), "value": string(150)}, {"description": plain(75)})
RICH_OPTION = Shape({"text": text(75), "value": string(150)}, {"description": text(75)})
LINK_OPTION = Shape({"text": plain(75), "value": string(150)}, {"description": plain(75), "url": string(3000)})
OPTION_GROUP = Shape({"label": plain(75), "options": items(OPTION, 100)})
OFFERED: dict[str, Check] = {
    "options": items(OPTION, 100),
    "option_groups": items(OPTION_GROUP, 100),
}


def element(*required_too: tuple[str, Check], whole: Check = anything, **optional: Check) -> Shape:
    """An interactive element: every one has a type and may have an action_id."""
    return Shape({"type": KIND, **dict(required_too)}, {"action_id": ID, **optional}, whole)


def picker(*, whole: Check = anything, **optional: Check) -> Shape:
    """An element with a placeholder that may ask for confirmation."""
    return element(whole=whole, placeholder=plain(150), confirm=CONFIRM, focus_on_load=boolean, **optional)


DISPATCH = Shape({"trigger_actions_on": items(enum("on_enter_pressed", "on_character_entered"), 2)})


def typed(*, whole: Check = anything, **optional: Check) -> Shape:
    """An element a person types into."""
    return element(
        placeholder=plain(150),
        initial_value=string(3000, least=0),
        focus_on_load=boolean,
        dispatch_action_config=DISPATCH,
        whole=whole,
        **optional,
    )


IMAGE_ELEMENT = Shape({"type": KIND, "image_url": string(3000), "alt_text": string(2000)})
BUTTON = element(
    ("text", plain(75)),
    value=string(2000),
    url=string(3000),
    style=enum("primary", "danger"),
    confirm=CONFIRM,
    accessibility_label=string(75),
)
OVERFLOW = element(("options", items(LINK_OPTION, 5)), confirm=CONFIRM)
CHOSEN = items(ID, 100)
MOST: dict[str, Check] = {"max_selected_items": between(1, 100)}
PICKED: dict[str, Check] = {
    "static_select": picker(whole=choice, initial_option=OPTION, **OFFERED),
    "multi_static_select": picker(whole=choice, initial_options=items(OPTION, 100), **MOST, **OFFERED),
    "external_select": picker(initial_option=OPTION, min_query_length=integer),
    "users_select": picker(initial_user=ID),
    "multi_users_select": picker(initial_users=CHOSEN, **MOST),
    "conversations_select": picker(initial_conversation=ID, default_to_current_conversation=boolean, filter=anything),
    "channels_select": picker(initial_channel=ID),
    "datepicker": picker(initial_date=string(10)),
    "timepicker": picker(initial_time=string(5), timezone=string(100)),
    "datetimepicker": element(initial_date_time=between(10**9, 10**10 - 1), confirm=CONFIRM, focus_on_load=boolean),
    "radio_buttons": element(
        ("options", items(RICH_OPTION, 10)),
        whole=initial_offered,
        initial_option=RICH_OPTION,
        confirm=CONFIRM,
        focus_on_load=boolean,
    ),
    "checkboxes": element(
        ("options", items(RICH_OPTION, 10)),
        whole=initial_offered,
        initial_options=items(RICH_OPTION, 10),
        confirm=CONFIRM,
        focus_on_load=boolean,
    ),
}
TYPED: dict[str, Check] = {
    "plain_text_input": typed(
        multiline=boolean,
        min_length=between(0, 3000),
        max_length=between(1, 3000),
        whole=rising("min_length", "max_length"),
    ),
    "email_text_input": typed(),
    "url_text_input": typed(),
    "number_input": Shape(
        {"type": KIND, "is_decimal_allowed": boolean},
        {
            "action_id": ID,
            "placeholder": plain(150),
            "initial_value": string(3000),
            "min_value": string(30),
            "max_value": string(30),
            "focus_on_load": boolean,
            "dispatch_action_config": DISPATCH,
        },
        rising("min_value", "max_value"),
    ),
}
FILE_INPUT = element(filetypes=items(string(30), 100), max_files=between(1, 10))
IN_ACTIONS: dict[str, Check] = {"button": BUTTON, "overflow": OVERFLOW, **PICKED}
IN_ACCESSORY: dict[str, Check] = {**IN_ACTIONS, "image": IMAGE_ELEMENT}
IN_INPUT: dict[str, Check] = {**PICKED, **TYPED, "file_input": FILE_INPUT}
IN_CONTEXT: dict[str, Check] = {"plain_text": plain(3000), "mrkdwn": text(3000), "image": IMAGE_ELEMENT}


def block(required: dict[str, Check], whole: Check = anything, **optional: Check) -> Shape:
    """A block: every one has a type and may have a block_id."""
    return Shape({"type": KIND, **required}, {"block_id": ID, **optional}, whole)


BLOCKS: dict[str, Check] = {
    "section": block(
        {},
        any_of("text", "fields"),
        text=text(3000),
        fields=items(text(2000), 10),
        accessory=one_of(IN_ACCESSORY),
        expand=boolean,
    ),
    "divider": block({}),
    "header": block({"text": plain(150)}),
    "context": block({"elements": items(one_of(IN_CONTEXT), 10)}),
    "actions": block({"elements": items(one_of(IN_ACTIONS), 25)}),
    "image": block({"image_url": string(3000), "alt_text": string(2000)}, title=plain(2000)),
    "input": block(
        {"label": plain(2000), "element": one_of(IN_INPUT)},
        hint=plain(2000),
        optional=boolean,
        dispatch_action=boolean,
    ),
    "rich_text": block({"elements": anything}),
    "markdown": block({"text": string(12000)}),
}
VIEW_FIELDS: dict[str, Check] = {
    "callback_id": ID,
    "private_metadata": string(3000, least=0),
    "external_id": ID,
}
MODAL = Shape(
    {"type": KIND, "title": plain(24), "blocks": items(one_of(BLOCKS), 100)},
    {
        "submit": plain(24),
        "close": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        **VIEW_FIELDS,
    },
)
HOME = Shape({"type": KIND, "blocks": items(one_of(BLOCKS), 100)}, VIEW_FIELDS)
