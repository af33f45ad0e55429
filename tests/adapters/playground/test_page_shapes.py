"""What the page's tests show: people, messages, blocks and views in the shapes of the two messengers."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.playground.page.ports import (
    Messenger,
    PersonView,
)

MOSCOW, NEW_YORK = ZoneInfo("Europe/Moscow"), ZoneInfo("America/New_York")
BEGINNING = datetime(2026, 12, 2, 17, 40, tzinfo=MOSCOW)
HOSTILE = "<b>жирно</b> <!channel> <script>document.title='owned'</script> \u202egnp.exe &lt;i&gt; *звёзды*"
CARD_RU = (
    "<b>Черновик публикации · A-142 · Бренд А</b>\n"
    "Согласовать текст и обложку для блогера Maya Chen. Просит: Джордан Ли, Нью-Йорк.\n\n"
    "Раунд <b>1 из 2</b>. На последнем раунде решение обязательно.\n"
    "Шаг: мнение бренд-менеджера → решает Прия Шах\n"
    "<b>Срок: ср, 2 дек., 18:40 МСК</b>, осталось 1 рабочий час\n"
    "Нью-Йорк: 09:40, открыт до 18:00\n"
    "<blockquote>Все замечания раунда одним сообщением, каждое со ссылкой на бриф. Пункт 4.2</blockquote>\n"
    'Файлы: <a href="https://example.com/brief">бриф</a>. Другие дела: /inbox'
)
# A picture of one point.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c494441"
    "5478da633890160500036a0181852193da0000000049454e44ae426082"
)
CARD_EN = (
    "*What is asked:* approve the caption and cover for Maya Chen\n*Asked by:* Jordan Lee, New York\n"
    "*Step:* opinion of the brand manager → *your decision*"
)


def at(hour: int, minute: int, day: int = 2) -> str:
    """A moment of December 2026, told by the Moscow clock."""
    return datetime(2026, 12, day, hour, minute, tzinfo=MOSCOW).isoformat()


def _creator(person: PersonView) -> PersonView:
    return replace(person, creator=True)


def _person(id: str, en: str, ru: str, role_en: str, role_ru: str, messenger: Messenger = "telegram") -> PersonView:
    market, language = ("RU", "ru") if messenger == "telegram" else ("US", "en")
    roles = ({"en": role_en, "ru": role_ru},)
    chat = sum(map(ord, id)) if messenger == "telegram" else f"U{id.upper()}"
    return PersonView(id, {"en": en, "ru": ru}, market, roles, messenger, language, chat)


PEOPLE = (
    _person("katya", "Katya Levina", "Екатерина Левина", "Cross-border Coordinator", "Координатор между рынками"),
    _person("anna", "Anna Belova", "Анна Белова", "Brand Manager", "Бренд-менеджер"),
    _person("marina", "Marina Orlova", "Марина Орлова", "Brand Director", "Директор по бренду"),
    _person("pavel", "Pavel Gromov", "Павел Громов", "Market Lead, Moscow", "Руководитель рынка, Москва"),
    _person("oleg", "Oleg Sinitsyn", "Олег Синицын", "Legal Counsel", "Юрист"),
    _person("priya", "Priya Shah", "Прия Шах", "Market Lead, US", "Руководитель рынка, США", "slack"),
    _person(
        "jordan",
        "Jordan Lee",
        "Джордан Ли",
        "Creator Relations, New York",
        "Менеджер по работе с блогерами, Нью-Йорк",
        "slack",
    ),
    _creator(_person("sofia", "Sofia Ruiz", "София Руис", "Creator, New York", "Блогер, Нью-Йорк")),
)


def key(text: str, data: str, style: str | None = None) -> dict[str, Any]:
    """An inline button."""
    return {"text": text, "data": data, "url": None, "style": style}


def telegram(id: int, at: str, from_bot: bool = True, **rest: Any) -> dict[str, Any]:
    """A Telegram message with the parts that are usually empty filled in."""
    empty: dict[str, Any] = {"html": None, "text": "", "buttons": [], "reply_to": None, "edited": False}
    return {"id": id, "at": at, "from_bot": from_bot, **empty, "document": None, "force_reply": False, **rest}


def slack(ts: str, at: str, user: str | None = None, **rest: Any) -> dict[str, Any]:
    """A Slack message; without a user it is the app's."""
    empty: dict[str, Any] = {
        "text": "",
        "blocks": [],
        "thread_ts": None,
        "edited": False,
        "ephemeral": False,
        "files": [],
    }
    return {"ts": ts, "at": at, "from_bot": user is None, "user": user, **empty, **rest}


def mrkdwn(text: str) -> dict[str, Any]:
    """A mrkdwn text object."""
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    """A plain_text object."""
    return {"type": "plain_text", "text": text, "emoji": True}


def option(text: str, value: str) -> dict[str, Any]:
    """An option of a select, an overflow or a group."""
    return {"text": plain(text), "value": value}


def button(text: str, action: str, style: str | None = None) -> dict[str, Any]:
    """A Block Kit button."""
    styled = {"style": style} if style else {}
    return {"type": "button", "text": plain(text), "action_id": action, "value": "A-142", **styled}


def telegram_chat_of_katya() -> list[dict[str, Any]]:
    decided = (
        "<b>Концепция · A-137 · Бренд А</b>\nИдея роликов «Утро в метро».\n\n"
        "<b>Решение: согласовано · Анна Белова · 1 дек., 16:20 МСК</b>"
    )
    keys = [
        [
            key("Согласовать", "1:A-142:1:yes", "success"),
            key("Да, с замечаниями", "1:A-142:1:remarks", "primary"),
        ],
        [key("Вернуть", "1:A-142:1:back"), key("Отклонить", "1:A-142:1:no", "danger")],
        [key("Спросить", "1:A-142:1:ask"), key("Передать", "1:A-142:1:pass")],
    ]
    return [
        telegram(11, at(15, 5, 1), html=decided, edited=True),
        telegram(12, at(15, 6, 1), from_bot=False, text=HOSTILE, reply_to=11),
        telegram(
            15,
            at(17, 2),
            document={
                "name": "maya-chen-draft.pdf",
                "url": "/demo/files/draft",
                "size": 48_200,
                "picture": False,
                "kind": "document",
            },
            html="К запросу A-142",
        ),
        telegram(17, at(17, 2), html=CARD_RU, buttons=keys),
    ]


def _decide_elements() -> list[dict[str, Any]]:
    reasons = [option("Not our tone", "tone"), option("Facts differ from the brief", "facts")]
    question = {
        "title": "Reject A-142?",
        "text": "Jordan Lee will be told.",
        "confirm": "Reject",
        "deny": "Back",
    }
    confirm = {part: plain(words) for part, words in question.items()}
    back = {
        "type": "static_select",
        "action_id": "back",
        "placeholder": plain("Send back…"),
        "options": reasons,
    }
    return [
        button("Final approval", "yes", "primary"),
        button("Yes, with remarks", "remarks"),
        back,
        {**button("Reject", "no", "danger"), "confirm": confirm},
    ]


def _slack_card() -> list[dict[str, Any]]:
    clause = "Yours by clause 4.2 of the playbook: _each market decides its drafts_"
    quote = "> Send all remarks of a round in one message.\n<https://example.com/brief|The brief>, `caption v2`"
    options = [option("Show history", "history"), option("Pass on", "pass")]
    menu = {"type": "overflow", "action_id": "menu", "options": options}
    fields = [
        "*Round:* 1 of 2",
        "*Due:* Dec 2, 1:40 PM ET",
        "*Time left:* 4 working hours",
        "*Moscow:* 5:40 PM, open until 7:00 PM",
    ]
    return [
        {"type": "header", "text": plain("Draft content · A-142 · Brand A")},
        {"type": "section", "block_id": "facts", "text": mrkdwn(CARD_EN), "accessory": menu},
        {"type": "section", "fields": [mrkdwn(one) for one in fields]},
        {"type": "section", "text": mrkdwn(quote)},
        {"type": "divider"},
        {"type": "actions", "block_id": "decide", "elements": _decide_elements()},
        {"type": "context", "elements": [mrkdwn(clause)]},
    ]


def slack_chat_of_priya() -> list[dict[str, Any]]:
    decided = [
        {
            "type": "section",
            "text": mrkdwn("*Creator selection · A-139 · Brand A*\nThree creators for December."),
        },
        {"type": "context", "elements": [mrkdwn("*Decision: approved* · Priya Shah · Dec 1, 10:04 AM ET")]},
    ]
    file = {"name": "maya-chen-draft.pdf", "url": "/demo/files/draft", "size": 48_200, "picture": False}
    cover = {"name": "cover.png", "url": "/demo/files/cover", "size": len(DOT), "picture": True}
    return [
        slack("100.1", at(18, 1, 1), text="A-139", blocks=decided, edited=True),
        slack("100.2", at(18, 3, 1), user="UPRIYA", text=HOSTILE, thread_ts="100.1"),
        slack(
            "100.3",
            at(18, 4, 1),
            text="A-139 is decided; nothing was recorded. &lt;!channel&gt; & *bold*",
            thread_ts="100.1",
        ),
        slack("100.5", at(17, 3), text="Draft content A-142", blocks=_slack_card(), files=[file, cover]),
        slack("100.6", at(17, 30), text="Moscow answers until *11:00 AM ET* today. :hourglass:", ephemeral=True),
    ]


def field_block(id: str, label: str, **element: Any) -> dict[str, Any]:
    """An input block; `optional` is a part of the block, the rest of the element."""
    optional = element.pop("optional", False)
    element.setdefault("action_id", "in")
    return {"type": "input", "block_id": id, "label": plain(label), "optional": optional, "element": element}


def _remark_fields() -> list[dict[str, Any]]:
    ask = plain("What should change, and where the brief says so")
    kinds = [option("Must fix", "must"), option("Wish", "wish")]
    clauses = [option("2.1 Tone", "2.1"), option("3.4 Claims", "3.4")]
    parts = [option("Caption", "caption"), option("Cover", "cover"), option("Links", "links")]
    checks = [option("The paid connection is disclosed, for example #ad", "ad")]
    extra = {"optional": True}
    strong = {"options": kinds, "initial_option": kinds[0]}
    return [
        field_block("remark", "Remark", type="plain_text_input", multiline=True, placeholder=ask),
        field_block("kind", "How strong is it", type="radio_buttons", **strong),
        field_block("clause", "Clause of the brief", type="static_select", options=clauses, **extra),
        field_block("parts", "What it is about", type="multi_static_select", options=parts, **extra),
        field_block("checks", "Checklist", type="checkboxes", options=checks, **extra),
    ]


def remarks_view() -> dict[str, Any]:
    """The modal behind "Yes, with remarks"."""
    facts = {"type": "section", "text": mrkdwn("*Draft content · A-142*, round 1 of 2")}
    note = {"type": "context", "elements": [mrkdwn("One combined list per round")]}
    return {
        "type": "modal",
        "callback_id": "remarks",
        "title": plain("Remarks"),
        "submit": plain("Send remarks"),
        "close": plain("Not now"),
        "blocks": [facts, *_remark_fields(), note],
    }


def new_view() -> dict[str, Any]:
    """A modal with a select that is told of at once, a moment, and files."""
    kinds = {"type": "static_select", "options": [option("Concept", "concept"), option("Contract", "contract")]}
    extra = {"optional": True}
    fields = [
        {**field_block("kind", "What is to be decided", **kinds), "dispatch_action": True},
        field_block("needed", "Needed by", type="datetimepicker", **extra),
        field_block("files", "Files", type="file_input", max_files=2, **extra),
    ]
    words = {"title": plain("New request"), "submit": plain("Preview")}
    return {"type": "modal", "callback_id": "new", "blocks": fields, **words}


def home_view(person: str) -> dict[str, Any]:
    """A home tab: a heading, a line, a button."""
    line = {"type": "section", "text": mrkdwn(f"Waits for {person}: *A-142*")}
    show = {"type": "actions", "block_id": "doings", "elements": [button("Show the card", "show")]}
    return {"type": "home", "blocks": [{"type": "header", "text": plain("What waits for you")}, line, show]}
