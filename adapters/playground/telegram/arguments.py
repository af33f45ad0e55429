"""The methods a bot may call and the arguments of each, in one table, and how arguments are read.

Telegram ignores an argument it does not know. The stand-in refuses it: what is ignored is a silent mistake.
Arguments for topics, channels, business accounts and payments are left out, because nothing here has those.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Literal

from adapters.playground.telegram.records import Document
from adapters.playground.telegram.refusal import Refused, bad_request

Kind = Literal["text", "number", "flag", "json", "chat", "file"]

_SEND: dict[str, Kind] = {
    "chat_id": "chat",
    "parse_mode": "text",
    "disable_notification": "flag",
    "protect_content": "flag",
    "reply_parameters": "json",
    "reply_markup": "json",
}

_CAPTIONED: dict[str, Kind] = {**_SEND, "caption": "text"}
_SEEN: dict[str, Kind] = {**_CAPTIONED, "show_caption_above_media": "flag", "has_spoiler": "flag"}

METHODS: dict[str, dict[str, Kind]] = {
    "getMe": {},
    "getUpdates": {"offset": "number", "limit": "number", "timeout": "number", "allowed_updates": "json"},
    "setWebhook": {
        "url": "text",
        "secret_token": "text",
        "max_connections": "number",
        "allowed_updates": "json",
        "drop_pending_updates": "flag",
    },
    "getWebhookInfo": {},
    "deleteWebhook": {"drop_pending_updates": "flag"},
    "sendMessage": {**_SEND, "text": "text", "link_preview_options": "json"},
    "sendPhoto": {**_SEEN, "photo": "file"},
    "sendVideo": {
        **_SEEN,
        "video": "file",
        "duration": "number",
        "width": "number",
        "height": "number",
        "supports_streaming": "flag",
    },
    "sendDocument": {**_CAPTIONED, "document": "file", "disable_content_type_detection": "flag"},
    "sendMediaGroup": {
        "chat_id": "chat",
        "media": "json",
        "disable_notification": "flag",
        "protect_content": "flag",
        "reply_parameters": "json",
    },
    "editMessageText": {
        "chat_id": "chat",
        "message_id": "number",
        "text": "text",
        "parse_mode": "text",
        "link_preview_options": "json",
        "reply_markup": "json",
    },
    "editMessageReplyMarkup": {"chat_id": "chat", "message_id": "number", "reply_markup": "json"},
    "deleteMessage": {"chat_id": "chat", "message_id": "number"},
    "answerCallbackQuery": {
        "callback_query_id": "text",
        "text": "text",
        "show_alert": "flag",
        "cache_time": "number",
    },
    "getFile": {"file_id": "text"},
    "getChat": {"chat_id": "chat"},
    "sendChatAction": {"chat_id": "chat", "action": "text"},
    "setMyCommands": {"commands": "json", "scope": "json", "language_code": "text"},
    "getMyCommands": {"scope": "json", "language_code": "text"},
    "deleteMyCommands": {"scope": "json", "language_code": "text"},
    "setChatMenuButton": {"chat_id": "chat", "menu_button": "json"},
    "getChatMenuButton": {"chat_id": "chat"},
    "setMyDescription": {"description": "text", "language_code": "text"},
    "setMyShortDescription": {"short_description": "text", "language_code": "text"},
}

# Telegram does not mind the case of a method's name.
_NAMES = {name.lower(): name for name in METHODS}
_ATTACHED = "attach://"


def method_named(name: str) -> str:
    """The method in its usual spelling; 404 for one the stand-in does not have."""
    if name.lower() not in _NAMES:
        raise Refused(404, "Not Found: method not found")
    return _NAMES[name.lower()]


class Arguments:
    """The arguments of one request, read by kind."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def text(self, name: str) -> str:
        value = self._values.get(name, "")
        return value if isinstance(value, str) else str(value)

    def number(self, name: str, default: int = 0) -> int:
        value = self._values.get(name, default)
        return value if isinstance(value, int) else default

    def flag(self, name: str) -> bool:
        return self._values.get(name) is True

    def value(self, name: str) -> object:
        """The value as it was decoded, None when it was not given."""
        return self._values.get(name)


def decoded(method: str, raw: Mapping[str, object]) -> dict[str, object]:
    """The request's fields as values; raises 400 for an unknown argument or a value of the wrong kind."""
    kinds = METHODS[method]
    files = {f"{_ATTACHED}{name}": value for name, value in raw.items() if isinstance(value, Document)}
    values = {name: _read(name, kinds[name], value) for name, value in raw.items() if name in kinds}
    wanted = set(_attachments([*raw.values(), *values.values()]))
    for name in raw:
        if name not in kinds and f"{_ATTACHED}{name}" not in files.keys() & wanted:
            raise bad_request(f'unknown argument "{name}" of {method}')
    return {name: _with_files(value, files) for name, value in values.items()}


def _attachments(value: object) -> Iterator[str]:
    """The names of uploads that stand in place of files, at any depth."""
    if isinstance(value, str) and value.startswith(_ATTACHED):
        yield value
    elif isinstance(value, list | dict):
        for each in value if isinstance(value, list) else value.values():
            yield from _attachments(each)


def _with_files(value: object, files: Mapping[str, Document]) -> object:
    if isinstance(value, str):
        return files.get(value, value)
    if isinstance(value, list):
        return [_with_files(each, files) for each in value]
    if isinstance(value, dict):
        return {name: _with_files(each, files) for name, each in value.items()}
    return value


def _read(name: str, kind: Kind, value: object) -> object:
    if not isinstance(value, str):
        return value
    if kind == "number":
        return _number(name, value)
    if kind == "flag":
        return value.lower() in ("true", "1", "yes")
    if kind == "chat":
        return int(value) if re.fullmatch(r"-?[0-9]+", value) else value
    if kind == "json":
        return _json(name, value)
    return value


def _number(name: str, value: str) -> int:
    if not re.fullmatch(r"-?[0-9]+", value):
        raise bad_request(f'argument "{name}" must be a number')
    return int(value)


def _json(name: str, value: str) -> object:
    try:
        return json.loads(value)
    except ValueError as error:
        raise bad_request(f"can't parse {name} JSON object") from error
