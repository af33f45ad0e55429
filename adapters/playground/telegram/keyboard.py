"""Reads what a bot puts below a message, and refuses the buttons Telegram refuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from adapters.playground.telegram.html import utf16_length
from adapters.playground.telegram.records import Button
from adapters.playground.telegram.refusal import Refused, bad_request

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
LONGEST_DATA_BYTES = 64
LONGEST_PLACEHOLDER = 64
STYLES = ("primary", "success", "danger")
# What a button can do in Telegram; of these the stand-in plays only the first two.
ACTIONS = (
    "callback_data",
    "url",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


@dataclass(frozen=True)
class Markup:
    """What stands below a message, or is asked of its reader."""

    buttons: tuple[tuple[Button, ...], ...] = ()
    force_reply: bool = False
    placeholder: str | None = None


def read_markup(value: object) -> Markup:
    """The reply_markup of a new message."""
    if value is None:
        return Markup()
    if not isinstance(value, Mapping):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        _only(value, "inline_keyboard")
        return Markup(buttons=_rows(value["inline_keyboard"]))
    if "force_reply" in value:
        return _force_reply(value)
    raise bad_request("the stand-in plays only an inline keyboard or a forced reply")


def read_inline_markup(value: object) -> Markup:
    """The reply_markup of an edit: an edited message can carry an inline keyboard only."""
    markup = read_markup(value)
    if markup.force_reply:
        raise bad_request("inline keyboard expected")
    return markup


def _only(value: Mapping[str, object], *known: str) -> None:
    for name in value.keys() - set(known):
        raise bad_request(f'unknown field "{name}" of reply_markup')


def _force_reply(value: Mapping[str, object]) -> Markup:
    _only(value, "force_reply", "input_field_placeholder", "selective")
    if value["force_reply"] is not True:
        raise bad_request('field "force_reply" must be of type Boolean')
    placeholder = value.get("input_field_placeholder")
    if placeholder is not None and not isinstance(placeholder, str):
        raise bad_request('field "input_field_placeholder" must be of type String')
    if placeholder is not None and not 1 <= utf16_length(placeholder) <= LONGEST_PLACEHOLDER:
        raise bad_request("REPLY_MARKUP_INVALID")
    return Markup(force_reply=True, placeholder=placeholder)


def _rows(value: object) -> tuple[tuple[Button, ...], ...]:
    if not isinstance(value, list):
        raise bad_request('field "inline_keyboard" must be of type Array')
    rows = tuple(_row(row) for row in value)
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return tuple(row for row in rows if row)


def _row(value: object) -> tuple[Button, ...]:
    if not isinstance(value, list):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    if len(value) > MOST_IN_A_ROW:
        raise bad_request("reply markup is too long")
    return tuple(_button(button) for button in value)


def _button(value: object) -> Button:
    if not isinstance(value, Mapping):
        raise _unreadable("InlineKeyboardButton must be an Object")
    for name in value.keys() - {"text", "style", *ACTIONS}:
        raise _unreadable(f'unknown field "{name}"')
    text = value.get("text")
    if not isinstance(text, str):
        raise _unreadable('Can\'t find field "text"')
    if not text.strip():
        raise bad_request("inline keyboard button text is empty")
    data, url = _action(value)
    return Button(text, data, url, _style(value.get("style")))


def _style(value: object) -> str | None:
    if value is None or value in STYLES:
        return str(value) if value else None
    raise _unreadable("invalid button style specified")


def _action(value: Mapping[str, object]) -> tuple[str | None, str | None]:
    # An empty string counts as no action, as on the real server.
    given = [name for name in ACTIONS if value.get(name) not in (None, "")]
    if not given:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(given) > 1:
        # The real server takes the first it knows and forgets the rest; which one is a matter of luck.
        raise _unreadable(f"exactly one action expected, found {', '.join(given)}")
    action = value[given[0]]
    if not isinstance(action, str) or given[0] not in ("callback_data", "url"):
        raise _unreadable(f"the stand-in does not play {given[0]}")
    return (_data(action), None) if given[0] == "callback_data" else (None, _url(action))


def _data(data: str) -> str:
    if len(data.encode()) > LONGEST_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return url
    if parts.scheme not in ("http", "https", ""):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    # A host without a dot, "localhost" for one, is not a web address to Telegram.
    if "." not in (parts.hostname or ""):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return url


def _unreadable(words: str) -> Refused:
    return bad_request(f"can't parse inline keyboard button: {words}")
