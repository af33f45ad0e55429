"""The methods about the bot itself and about whom it talks to: name, descriptions, chat."""

from adapters.playground.telegram import wire
from adapters.playground.telegram.arguments import Arguments
from adapters.playground.telegram.commands import read_language
from adapters.playground.telegram.refusal import bad_request
from adapters.playground.telegram.world import Group, World

LONGEST_DESCRIPTION = 512
LONGEST_SHORT_DESCRIPTION = 120


def get_me(world: World, arguments: Arguments) -> object:
    return {
        **wire.bot_user(world),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
    }


def get_chat(world: World, arguments: Arguments) -> object:
    place = world.place(arguments.value("chat_id"))
    if isinstance(place, Group):
        world.reachable(place.chat_id)
    elif not place.started:
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
        **wire.chat(place),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


def set_my_description(world: World, arguments: Arguments) -> object:
    return _describe(arguments, "description", LONGEST_DESCRIPTION)


def set_my_short_description(world: World, arguments: Arguments) -> object:
    return _describe(arguments, "short_description", LONGEST_SHORT_DESCRIPTION)


def _describe(arguments: Arguments, name: str, longest: int) -> object:
    read_language(arguments)
    if len(arguments.text(name)) > longest:
        raise bad_request("MESSAGE_TOO_LONG")
    return True
