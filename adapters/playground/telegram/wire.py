"""How the stand-in's records look in Telegram's JSON."""

from datetime import datetime

from adapters.playground.telegram.records import Button, ChatMessage, Document, Entity
from adapters.playground.telegram.world import Person, World

Json = dict[str, object]

BOT_NAME = "Soglas"
BOT_USERNAME = "soglas_bot"


def unix(moment: datetime) -> int:
    """Whole seconds since 1970, UTC."""
    return int(moment.timestamp())


def bot_user(world: World) -> Json:
    return {"id": world.bot_id, "is_bot": True, "first_name": BOT_NAME, "username": BOT_USERNAME}


def user(person: Person) -> Json:
    shown: Json = {"id": person.user_id, "is_bot": False, "first_name": person.first_name}
    if person.language_code is not None:
        shown["language_code"] = person.language_code
    return shown


def chat(person: Person) -> Json:
    return {"id": person.user_id, "type": "private", "first_name": person.first_name}


def message(world: World, shown: ChatMessage, *, with_reply: bool = True) -> Json:
    """A message; the one it replies to is nested once, as Telegram does."""
    person = world.people[shown.chat_id]
    body: Json = {
        "message_id": shown.message_id,
        "from": bot_user(world) if shown.from_bot else user(person),
        "chat": chat(person),
        "date": unix(shown.date),
        **_content(shown),
    }
    if shown.edited_at is not None:
        body["edit_date"] = unix(shown.edited_at)
    if shown.buttons:
        body["reply_markup"] = {"inline_keyboard": [[button(each) for each in row] for row in shown.buttons]}
    original = world.message(shown.chat_id, shown.reply_to) if shown.reply_to is not None else None
    if with_reply and original is not None:
        body["reply_to_message"] = message(world, original, with_reply=False)
    return body


def inaccessible(person: Person, message_id: int) -> Json:
    """What a tap carries when the message is gone; a date of 0 marks it."""
    return {"chat": chat(person), "message_id": message_id, "date": 0}


def button(shown: Button) -> Json:
    named = {"text": shown.text, "callback_data": shown.data, "url": shown.url, "style": shown.style}
    return {name: value for name, value in named.items() if value is not None}


def file(document: Document) -> Json:
    """A file as getFile describes it."""
    return {
        "file_id": document.file_id,
        "file_unique_id": f"u{document.file_id}",
        "file_size": len(document.data),
        "file_path": f"documents/{document.file_id}",
    }


def _content(shown: ChatMessage) -> Json:
    entities = [_entity(each) for each in shown.entities]
    if shown.document is None:
        return {"text": shown.text, **({"entities": entities} if entities else {})}
    content: Json = {"document": _document(shown.document)}
    if shown.text:
        content["caption"] = shown.text
    if entities:
        content["caption_entities"] = entities
    return content


def _document(document: Document) -> Json:
    described = file(document)
    del described["file_path"]
    return {**described, "file_name": document.name, "mime_type": document.mime}


def _entity(entity: Entity) -> Json:
    body: Json = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    if entity.url is not None:
        body["url"] = entity.url
    return body
