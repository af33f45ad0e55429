"""The methods about the bot itself and about whom it talks to: name, commands, descriptions, chat."""

import json
import re
from collections.abc import Mapping

from adapters.playground.telegram import wire
from adapters.playground.telegram.arguments import Arguments
from adapters.playground.telegram.refusal import bad_request
from adapters.playground.telegram.world import World

DEFAULT_SCOPE = json.dumps({"type": "default"})
SCOPES = (
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
)
MOST_COMMANDS = 100
LONGEST_COMMAND = 32
LONGEST_COMMAND_DESCRIPTION = 256
LONGEST_DESCRIPTION = 512
LONGEST_SHORT_DESCRIPTION = 120


def get_me(world: World, arguments: Arguments) -> object:
    return {
        **wire.bot_user(world),
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
    }


def get_chat(world: World, arguments: Arguments) -> object:
    person = world.person(arguments.value("chat_id"))
    if not person.started:
        raise bad_request("chat not found")
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        False,
    )
    return {
        **wire.chat(person),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


def delete_webhook(world: World, arguments: Arguments) -> object:
    if arguments.flag("drop_pending_updates"):
        world.updates.drop_all()
    return True


def set_my_commands(world: World, arguments: Arguments) -> object:
    scope, language = _scope(arguments), _language(arguments)
    value = arguments.value("commands")
    if not isinstance(value, list):
        raise bad_request("expected an Array of BotCommand")
    if len(value) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    world.commands[scope, language] = [_command(each) for each in value]
    return True


def get_my_commands(world: World, arguments: Arguments) -> object:
    commands = world.commands.get((_scope(arguments), _language(arguments)), [])
    return [{"command": command, "description": description} for command, description in commands]


def set_my_description(world: World, arguments: Arguments) -> object:
    return _describe(arguments, "description", LONGEST_DESCRIPTION)


def set_my_short_description(world: World, arguments: Arguments) -> object:
    return _describe(arguments, "short_description", LONGEST_SHORT_DESCRIPTION)


def _describe(arguments: Arguments, name: str, longest: int) -> object:
    _language(arguments)
    if len(arguments.text(name)) > longest:
        raise bad_request("MESSAGE_TOO_LONG")
    return True


def _scope(arguments: Arguments) -> str:
    value = arguments.value("scope")
    if value is None:
        return DEFAULT_SCOPE
    if not isinstance(value, Mapping) or value.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    return json.dumps(value, sort_keys=True)


def _language(arguments: Arguments) -> str:
    language = arguments.text("language_code")
    if not re.fullmatch(r"(?:[a-z]{2})?", language):
        raise bad_request("invalid language code specified")
    return language


def _command(value: object) -> tuple[str, str]:
    if not isinstance(value, Mapping):
        raise bad_request("can't parse BotCommand: expected an Object")
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
