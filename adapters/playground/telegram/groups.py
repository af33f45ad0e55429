"""Groups: how the bot gets into one and out of it, how one becomes a supergroup, and what the bot hears there."""

from adapters.playground.telegram import wire
from adapters.playground.telegram.entities import words_of
from adapters.playground.telegram.records import ChatMessage, Service
from adapters.playground.telegram.world import BotStatus, Group, World, is_supergroup


def add_group(world: World, chat_id: int, title: str, members: list[int]) -> None:
    """A group with these members, the first of whom brings the bot in."""
    if chat_id >= 0 or chat_id in world.groups:
        raise ValueError(f"{chat_id} is no free id of a group: those are negative, of supergroups -100 and ten digits")
    if not members or any(user_id not in world.people for user_id in members):
        raise ValueError("a group has members, and each of them an account")
    world.groups[chat_id] = Group(chat_id, title, set(members), bot="left")
    add_bot(world, chat_id, members[0])


def add_bot(world: World, chat_id: int, by: int) -> None:
    """A member brings the bot in; Telegram says it twice, as a change of membership and in the chat."""
    group = _group(world, chat_id)
    if group.bot == "member":
        raise ValueError(f"the bot is already in {chat_id}")
    _change(world, group, by, "member")
    _announce(world, group, Service("new_chat_members", world.bot_id), by)


def remove_bot(world: World, chat_id: int, by: int) -> None:
    """A member puts the bot out; it hears of that and of nothing after it."""
    group = _group(world, chat_id)
    if group.bot != "member":
        raise ValueError(f"the bot is not in {chat_id}")
    _change(world, group, by, "kicked")


def migrate(world: World, old: int, new: int) -> None:
    """The group goes on as a supergroup with another id; what was written stays in the old chat."""
    group = _group(world, old)
    if is_supergroup(old) or not is_supergroup(new) or new in world.groups:
        raise ValueError("a basic group migrates to the free id of a supergroup: -100 and ten digits")
    by = min(group.members)
    world.groups[new] = Group(new, group.title, set(group.members), bot=group.bot)
    _announce(world, group, Service("migrate_to_chat_id", new), by)
    _announce(world, world.groups[new], Service("migrate_from_chat_id", old), None)
    group.migrated_to = new


def deliver(world: World, message: ChatMessage, *, edited: bool = False) -> None:
    """Tells the bot of a message, if it is one that the bot gets."""
    group = world.groups.get(message.chat_id)
    if group is None and world.people[message.chat_id].blocked:
        return
    if group is None or (group.bot == "member" and _heard(world, message)):
        world.updates.put("edited_message" if edited else "message", wire.message(world, message))


def _heard(world: World, message: ChatMessage) -> bool:
    """Privacy mode: of a group the bot gets what is meant for it, commands to nobody in particular, and service messages.

    Another bot in the group could take the plain commands; here there is no other.
    """
    if not world.privacy or message.service is not None:
        return True
    original = world.message(message.chat_id, message.reply_to) if message.reply_to is not None else None
    return (original is not None and original.from_bot) or _addressed(message)


def _addressed(message: ChatMessage) -> bool:
    for entity in message.entities:
        words = words_of(message.text, entity).lower()
        if entity.type == "mention" and words == f"@{wire.BOT_USERNAME}":
            return True
        if entity.type == "bot_command":
            _, _, name = words.partition("@")
            if name == wire.BOT_USERNAME or (not name and entity.offset == 0):
                return True
    return False


def _change(world: World, group: Group, by: int, after: BotStatus) -> None:
    if by not in group.members:
        raise ValueError(f"user {by} is not in group {group.chat_id}")
    before, group.bot = group.bot, after
    world.updates.put(
        "my_chat_member",
        {
            "chat": wire.chat(group),
            "from": wire.user(world.people[by]),
            "date": wire.unix(world.now()),
            "old_chat_member": wire.membership(world, before),
            "new_chat_member": wire.membership(world, after),
        },
    )


def _announce(world: World, group: Group, happened: Service, by: int | None) -> None:
    message = ChatMessage(
        message_id=world.next_message_id(group.chat_id),
        chat_id=group.chat_id,
        from_bot=False,
        text="",
        html="",
        date=world.now(),
        user_id=by,
        service=happened,
    )
    deliver(world, world.store(message))


def _group(world: World, chat_id: int) -> Group:
    group = world.groups.get(chat_id)
    if group is None or group.migrated_to is not None:
        raise ValueError(f"there is no group {chat_id} any more, or there never was")
    return group
