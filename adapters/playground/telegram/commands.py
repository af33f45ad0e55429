"""The methods about what a person finds beside the field for writing: the list of commands and the menu button."""

import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from adapters.playground.telegram.arguments import Arguments
from adapters.playground.telegram.refusal import Refused, bad_request
from adapters.playground.telegram.world import Person, World

DEFAULT_SCOPE = json.dumps({"type": "default"})
# The kinds of scope, and what each must say besides its kind.
SCOPES: dict[object, frozenset[str]] = {
    "default": frozenset(),
    "all_private_chats": frozenset(),
    "all_group_chats": frozenset(),
    "all_chat_administrators": frozenset(),
    "chat": frozenset({"chat_id"}),
    "chat_administrators": frozenset({"chat_id"}),
    "chat_member": frozenset({"chat_id", "user_id"}),
}
MOST_COMMANDS = 100
LONGEST_COMMAND = 32
LONGEST_COMMAND_DESCRIPTION = 256
_DEFAULT_BUTTON: dict[str, object] = {"type": "default"}
_BUTTON_FIELDS: dict[object, frozenset[str]] = {
    "default": frozenset(),
    "commands": frozenset(),
    "web_app": frozenset({"text", "web_app"}),
}


def set_my_commands(world: World, arguments: Arguments) -> object:
    scope, language = _scope(world, arguments), read_language(arguments)
    value = arguments.value("commands")
    if not isinstance(value, list):
        raise bad_request("expected an Array of BotCommand")
    if len(value) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.profile.commands[scope, language] = [_command(each) for each in value]
    return True


def get_my_commands(world: World, arguments: Arguments) -> object:
    commands = world.profile.commands.get((_scope(world, arguments), read_language(arguments)), [])
    return [{"command": command, "description": description} for command, description in commands]


def delete_my_commands(world: World, arguments: Arguments) -> object:
    world.profile.commands.pop((_scope(world, arguments), read_language(arguments)), None)
    return True


def set_chat_menu_button(world: World, arguments: Arguments) -> object:
    chat_id = _private_chat(world, arguments)
    value = arguments.value("menu_button")
    world.profile.menu_buttons[chat_id] = _DEFAULT_BUTTON if value is None else _menu_button(value)
    return True


def get_chat_menu_button(world: World, arguments: Arguments) -> object:
    known = world.profile.menu_buttons
    return known.get(_private_chat(world, arguments)) or known.get(None) or _DEFAULT_BUTTON


def chat_scope(chat_id: int) -> str:
    """The scope of one chat, as the key it is kept under."""
    return json.dumps({"chat_id": chat_id, "type": "chat"}, sort_keys=True)


def read_language(arguments: Arguments) -> str:
    language = arguments.text("language_code")
    if not re.fullmatch(r"(?:[a-z]{2})?", language):
        raise bad_request("invalid language code specified")
    return language


def _scope(world: World, arguments: Arguments) -> str:
    value = arguments.value("scope")
    if value is None:
        return DEFAULT_SCOPE
    if not isinstance(value, Mapping):
        raise _unreadable_scope("BotCommandScope must be an Object")
    wanted = SCOPES.get(value.get("type"))
    if wanted is None:
        raise _unreadable_scope("Unsupported type specified")
    for name in value.keys() - wanted - {"type"}:
        raise _unreadable_scope(f'unknown field "{name}"')
    for name in sorted(wanted):
        if name not in value:
            raise _unreadable_scope(f'Can\'t find field "{name}"')
    if not wanted:
        return json.dumps(value, sort_keys=True)
    chat_id = _as_number(value["chat_id"])
    if chat_id == "":
        raise _unreadable_scope("Empty chat_id specified")
    place = world.place(chat_id)
    if not isinstance(place, Person):
        world.reachable(chat_id)
    return json.dumps({**value, "chat_id": chat_id}, sort_keys=True)


def _as_number(value: object) -> object:
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?[0-9]+", value) else value


def _command(value: object) -> tuple[str, str]:
    if not isinstance(value, Mapping):
        raise bad_request("can't parse BotCommand: expected an Object")
    for name in value.keys() - {"command", "description"}:
        raise bad_request(f'can\'t parse BotCommand: unknown field "{name}"')
    command = str(value.get("command", "")).strip().removeprefix("/")
    description = str(value.get("description", "")).strip()
    if not command:
        raise bad_request("command must be non-empty")
    if len(command) > LONGEST_COMMAND:
        raise bad_request(f"command length must not exceed {LONGEST_COMMAND}")
    if not re.fullmatch(r"[a-z0-9_]+", command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > LONGEST_COMMAND_DESCRIPTION:
        raise bad_request(f"command description length must not exceed {LONGEST_COMMAND_DESCRIPTION}")
    return command, description


def _private_chat(world: World, arguments: Arguments) -> int | None:
    chat_id = arguments.value("chat_id")
    if chat_id is None:
        return None
    if not isinstance(chat_id, int) or chat_id <= 0:
        raise bad_request("invalid chat_id specified")
    if chat_id not in world.people:
        raise bad_request("user not found")
    return chat_id


def _menu_button(value: object) -> dict[str, object]:
    if not isinstance(value, Mapping):
        raise _unreadable_button("MenuButton must be an Object")
    wanted = _BUTTON_FIELDS.get(value.get("type"))
    if wanted is None:
        raise _unreadable_button("MenuButton has unsupported type")
    for name in value.keys() - wanted - {"type"}:
        raise _unreadable_button(f'unknown field "{name}"')
    for name in sorted(wanted):
        if name not in value:
            raise _unreadable_button(f'Can\'t find field "{name}"')
    if wanted:
        _check_web_app(value)
    return dict(value)


def _check_web_app(value: Mapping[str, object]) -> None:
    if not value["text"]:
        raise bad_request("menu button text must be non-empty")
    app = value["web_app"]
    url = str(app.get("url", "")) if isinstance(app, Mapping) else ""
    if urlsplit(url).scheme != "https" or "." not in (urlsplit(url).hostname or ""):
        raise bad_request(f"menu button Web App URL '{url}' is invalid: Only HTTPS links are allowed")


def _unreadable_scope(words: str) -> Refused:
    return bad_request(f"can't parse BotCommandScope: {words}")


def _unreadable_button(words: str) -> Refused:
    return bad_request(f"can't parse menu button: {words}")
