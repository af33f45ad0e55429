"""How the stand-in's records look in Telegram's JSON."""

from datetime import datetime

from adapters.playground.telegram.records import (
    Button,
    ChatMessage,
    Contact,
    Document,
    Entity,
    Forwarded,
    Location,
    Poll,
    Service,
)
from adapters.playground.telegram.world import BotStatus, Group, Person, World

Json = dict[str, object]

BOT_NAME = "Soglas"
BOT_USERNAME = "soglas_bot"
# In the name of this account Telegram speaks for a group itself.
GROUP_ITSELF: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}


def unix(moment: datetime) -> int:
    """Whole seconds since 1970, UTC."""
    return int(moment.timestamp())


def bot_user(world: World) -> Json:
    return {"id": world.bot_id, "is_bot": True, "first_name": BOT_NAME, "username": BOT_USERNAME}


def user(person: Person) -> Json:
    shown: Json = {"id": person.user_id, "is_bot": False, "first_name": person.first_name}
    if person.username is not None:
        shown["username"] = person.username
    if person.language_code is not None:
        shown["language_code"] = person.language_code
    return shown


def chat(place: Person | Group) -> Json:
    if isinstance(place, Group):
        shown: Json = {"id": place.chat_id, "title": place.title, "type": place.type}
        return shown | ({"all_members_are_administrators": True} if place.type == "group" else {})
    shown = {"id": place.user_id, "type": "private", "first_name": place.first_name}
    return shown | ({"username": place.username} if place.username is not None else {})


def membership(world: World, status: BotStatus) -> Json:
    """The bot as a member of a chat."""
    return {"user": bot_user(world), "status": status, **({"until_date": 0} if status == "kicked" else {})}


def message(world: World, shown: ChatMessage, *, with_reply: bool = True) -> Json:
    """A message; the one it replies to is nested once, as Telegram does."""
    body: Json = {
        "message_id": shown.message_id,
        **_sender(world, shown),
        "chat": chat(world.place(shown.chat_id)),
        "date": unix(shown.date),
        **_content(world, shown),
    }
    if shown.edited_at is not None:
        body["edit_date"] = unix(shown.edited_at)
    if shown.media_group is not None:
        body["media_group_id"] = shown.media_group
    if shown.forwarded is not None:
        body["forward_origin"] = _origin(world, shown.forwarded)
    if shown.buttons:
        body["reply_markup"] = {"inline_keyboard": [[button(each) for each in row] for row in shown.buttons]}
    original = world.message(shown.chat_id, shown.reply_to) if shown.reply_to is not None else None
    if with_reply and original is not None:
        body["reply_to_message"] = message(world, original, with_reply=False)
    return body


def inaccessible(place: Person | Group, message_id: int) -> Json:
    """What a tap carries when the message is gone; a date of 0 marks it."""
    return {"chat": chat(place), "message_id": message_id, "date": 0}


def button(shown: Button) -> Json:
    named = {"text": shown.text, "callback_data": shown.data, "url": shown.url, "style": shown.style}
    return {name: value for name, value in named.items() if value is not None}


def file(document: Document) -> Json:
    """What every file has, whatever it was sent as."""
    return {"file_id": document.file_id, "file_unique_id": document.unique_id, "file_size": document.size}


def _sender(world: World, shown: ChatMessage) -> Json:
    if shown.from_bot:
        return {"from": bot_user(world)}
    if shown.user_id is None:
        return {"from": GROUP_ITSELF, "sender_chat": chat(world.place(shown.chat_id))}
    return {"from": user(world.people[shown.user_id])}


def _origin(world: World, forwarded: Forwarded) -> Json:
    writer = bot_user(world) if forwarded.user_id is None else user(world.people[forwarded.user_id])
    return {"type": "user", "sender_user": writer, "date": unix(forwarded.date)}


def _content(world: World, shown: ChatMessage) -> Json:
    entities = [_entity(each) for each in shown.entities]
    if shown.service is not None:
        return _service(world, shown.service)
    if shown.attached is not None:
        return _attached(shown.attached)
    if shown.document is None:
        return {"text": shown.text, **({"entities": entities} if entities else {})}
    content = _file(shown.document)
    if shown.text:
        content["caption"] = shown.text
    if entities:
        content["caption_entities"] = entities
    return content


def _service(world: World, happened: Service) -> Json:
    if happened.kind == "new_chat_members":
        came = bot_user(world) if happened.number == world.bot_id else user(world.people[happened.number])
        return {"new_chat_members": [came]}
    return {happened.kind: happened.number}


def _attached(attached: Poll | Contact | Location) -> Json:
    if isinstance(attached, Contact):
        return {"contact": {"phone_number": attached.phone_number, "first_name": attached.first_name}}
    if isinstance(attached, Location):
        return {"location": {"latitude": attached.latitude, "longitude": attached.longitude}}
    options = [{"persistent_id": str(number), "text": option, "voter_count": 0} for number, option in enumerate(attached.options)]
    switches = ("is_closed", "allows_multiple_answers", "members_only")
    poll = {"id": attached.poll_id, "question": attached.question, "options": options, "total_voter_count": 0}
    always = {"type": "regular", "is_anonymous": True, "allows_revoting": True}
    return {"poll": {**poll, **always, **dict.fromkeys(switches, False)}}


def _file(shown: Document) -> Json:
    plain = file(shown)
    pixels: Json = {"width": shown.width, "height": shown.height}
    named: Json = {"file_name": shown.name, "mime_type": shown.mime}
    lasting: Json = {"duration": shown.duration}
    match shown.kind:
        case "photo":
            return {"photo": [{**file(size), "width": size.width, "height": size.height} for size in (*shown.smaller, shown)]}
        case "sticker":
            form = {"type": "regular", "is_animated": False, "is_video": False, "emoji": shown.emoji}
            return {"sticker": {**plain, **pixels, **form}}
        case "voice":
            return {"voice": {**plain, **lasting, "mime_type": shown.mime}}
        case "video_note":
            return {"video_note": {**plain, **lasting, "length": shown.width}}
        case "animation":
            # The same once more as a document, for the bots that do not know animations.
            return {"animation": {**plain, **pixels, **lasting, **named}, "document": {**plain, **named}}
        case "video":
            return {"video": {**plain, **pixels, **lasting, **named}}
        case "audio":
            return {"audio": {**plain, **lasting, **named}}
        case "document":
            return {"document": {**plain, **named}}


def _entity(entity: Entity) -> Json:
    body: Json = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    if entity.url is not None:
        body["url"] = entity.url
    return body
