"""A small demo in memory for the tests of the page: people, a waiting card, a decided one, hostile texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.playground.page.ports import (
    GivenFile,
    Json,
    NotInDemo,
    PersonView,
    Playground,
    SentAs,
    Step,
    Tab,
)
from tests.adapters.playground.test_page_shapes import (
    BEGINNING,
    CARD_RU,
    DOT,
    MOSCOW,
    NEW_YORK,
    PEOPLE,
    at,
    home_view,
    new_view,
    remarks_view,
    slack,
    slack_chat_of_priya,
    telegram,
    telegram_chat_of_katya,
)


@dataclass
class Situation:
    """The demo in memory: what was done is kept in `done`, and a few deeds change what is shown."""

    now: datetime = BEGINNING
    grown: int = 1
    done: list[tuple[object, ...]] = field(default_factory=list)
    chats: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    views: list[dict[str, Any]] = field(default_factory=list)
    log: list[dict[str, Any]] = field(default_factory=list)
    invited: frozenset[str] = frozenset({"sofia"})
    published: Json | None = None
    answer: Mapping[str, object] = field(default_factory=lambda: {"answer": "Согласовано", "alert": False})
    acked: bool = True

    def __post_init__(self) -> None:
        self.chats = {person.id: [] for person in PEOPLE}
        self.chats["katya"], self.chats["priya"] = telegram_chat_of_katya(), slack_chat_of_priya()
        self.log = []
        self.tell("A-139", "Creators approved", "Блогеры согласованы", "priya", at(18, 4, 1))
        self.tell(
            "A-142",
            "Opened: draft content, Maya Chen",
            "Открыт: черновик публикации, Maya Chen",
            "jordan",
            at(17, 1),
        )
        self.tell(
            "A-142",
            "Card sent to Katya Levina in Telegram",
            "Карточка отправлена: Екатерина Левина, Telegram",
            None,
            at(17, 2),
        )
        self.tell(
            "A-142",
            "Card sent to Priya Shah in Slack",
            "Карточка отправлена: Прия Шах, Slack",
            None,
            at(17, 3),
        )

    def tell(self, request: str, en: str, ru: str, who: str | None, moment: str | None = None) -> None:
        """Writes a line of the event log; every change of the situation passes here or through `grow`."""
        name = next((person.name for person in PEOPLE if person.id == who), None)
        event = {
            "seq": len(self.log) + 1,
            "at": moment or self.now.isoformat(),
            "request": request,
            "brand": "brand-a",
        }
        self.log.append({**event, "what": {"en": en, "ru": ru}, "who": name})
        self.grown += 1

    def people(self) -> Sequence[PersonView]:
        return PEOPLE

    def telegram_chat(self, person: str) -> Sequence[Json]:
        return self.chats[person]

    def telegram_commands(self, person: str) -> Sequence[Json]:
        return [{"command": "inbox", "description": "Что ждёт меня"}, {"command": "away", "description": "Меня не будет"}]

    def telegram_invited(self, person: str) -> bool:
        return person in self.invited

    def slack_chat(self, person: str) -> Sequence[Json]:
        return self.chats[person]

    def slack_views(self, person: str) -> Sequence[Json]:
        return self.views if person == "priya" else []

    def slack_home(self, person: str) -> Json | None:
        return self.published

    def slack_shortcuts(self) -> Sequence[Json]:
        about = {"callback_id": "send", "name": "Send for approval", "about": "message"}
        return [{"callback_id": "new", "name": "New request", "about": ""}, about]

    def unread(self) -> Mapping[str, int]:
        return {"katya": 1, "anna": 2, "oleg": 12, "jordan": 1}

    def clock(self) -> Json:
        def office(market: str, en: str, ru: str, zone: ZoneInfo, first: int, last: int) -> Json:
            local = self.now.astimezone(zone)
            opens = local.replace(hour=first, minute=0)
            opens += timedelta(days=local >= opens)
            closes = local.replace(hour=last, minute=0)
            edges = {"opens_at": opens.isoformat(), "closes_at": closes.isoformat()}
            clock = {"zone": str(zone), "open": first <= local.hour < last, "local": local.isoformat()[:19]}
            return {"market": market, "title": {"en": en, "ru": ru}, **clock, **edges}

        offices = [
            office("RU", "Moscow", "Москва", MOSCOW, 10, 19),
            office("US", "New York", "Нью-Йорк", NEW_YORK, 9, 18),
        ]
        ahead = {"next_deadline": at(18, 40), "next_opening": at(10, 0, 3)}
        return {"now": self.now.isoformat(), "offices": offices, **ahead}

    def events(self, after: int) -> Sequence[Json]:
        return self.log[after:]

    def version(self) -> int:
        return self.grown

    def file(self, file_id: str) -> tuple[str, bytes] | None:
        known = {"draft": ("Черновик \u202e.html", b"<script>alert(1)</script>"), "cover": ("cover.png", DOT)}
        return known.get(file_id)

    async def telegram_tap(self, person: str, message_id: int, data: str) -> Json:
        self.done.append(("telegram_tap", person, message_id, data))
        card = next((one for one in self.chats[person] if one["id"] == message_id), None)
        if card is None:
            raise NotInDemo(f"{person} has no message {message_id}")
        if data.endswith(":yes"):
            verdict = "\n\n<b>Решение: согласовано · Екатерина Левина · 2 дек., 17:40 МСК</b>"
            card.update(html=CARD_RU + verdict, buttons=[], edited=True)
            self.tell("A-142", "Approved", "Согласовано", person)
        return self.answer

    async def telegram_say(self, person: str, text: str, reply_to: int | None) -> None:
        self.done.append(("telegram_say", person, text, reply_to))
        moment, number = self.now.isoformat(), 20 + len(self.chats[person])
        self.chats[person].append(telegram(number, moment, from_bot=False, text=text, reply_to=reply_to))
        question = "Что исправить? Ответьте одним сообщением."
        reply = {"placeholder": "Замечание и пункт брифа"}
        self.chats[person].append(telegram(number + 1, moment, html=question, force_reply=reply))
        self.grown += 1

    async def telegram_send(self, person: str, file: GivenFile, sent_as: SentAs, caption: str, reply_to: int | None) -> None:
        self.done.append(("telegram_send", person, *file, sent_as, caption, reply_to))
        self.grown += 1

    async def telegram_open_invitation(self, person: str) -> None:
        self.done.append(("telegram_open_invitation", person))
        self.invited = frozenset()
        self.chats[person].append(telegram(70, self.now.isoformat(), html="Добро пожаловать"))
        self.grown += 1

    async def slack_tap(
        self, person: str, ts: str, block_id: str, action_id: str, value: str | None, selected: str | None
    ) -> Json:
        self.done.append(("slack_tap", person, ts, block_id, action_id, value, selected))
        if action_id == "remarks":
            self.views = [{"id": "V1", "payload": remarks_view()}]
        self.grown += 1
        return {"acked": self.acked}

    async def slack_submit(self, person: str, view_id: str, values: Json) -> Json:
        self.done.append(("slack_submit", person, view_id, values))
        if "brief" not in str(values):
            return {"acked": True, "errors": {"remark": "Say which part of the brief it breaks."}}
        self.views = []
        self.grown += 1
        return {"acked": True, "errors": {}}

    async def slack_fill(self, person: str, view_id: str, block_id: str, action_id: str, entry: Json) -> Json:
        self.done.append(("slack_fill", person, view_id, block_id, action_id, dict(entry)))
        return {"acked": True}

    async def slack_share(self, person: str, files: Sequence[GivenFile], text: str, thread_ts: str | None) -> None:
        self.done.append(("slack_share", person, list(files), text, thread_ts))
        self.grown += 1

    async def slack_look(self, person: str, tab: Tab) -> None:
        self.done.append(("slack_look", person, tab))
        if tab == "home":
            self.published = {"id": "VHOME", "payload": home_view(person)}
        self.grown += 1

    async def slack_shortcut(self, person: str, callback_id: str, ts: str | None) -> Json:
        self.done.append(("slack_shortcut", person, callback_id, ts))
        self.views = [{"id": "V2", "payload": new_view()}]
        self.grown += 1
        return {"acked": True}

    async def slack_close(self, person: str, view_id: str) -> None:
        self.done.append(("slack_close", person, view_id))
        self.views = []
        self.grown += 1

    async def slack_say(self, person: str, text: str, thread_ts: str | None) -> None:
        self.done.append(("slack_say", person, text, thread_ts))
        ts = f"101.{len(self.chats[person])}"
        self.chats[person].append(slack(ts, self.now.isoformat(), "U" + person.upper(), text=text, thread_ts=thread_ts))
        self.grown += 1

    async def slack_command(self, person: str, text: str) -> None:
        self.done.append(("slack_command", person, text))
        self.grown += 1

    async def move_clock(self, to: Step) -> Json:
        self.done.append(("move_clock", to))
        self.now += timedelta(hours=1)
        self.grown += 1
        return self.clock()

    async def restart(self) -> None:
        fresh = Situation(grown=self.grown + 1)
        self.now, self.chats, self.log, self.views, self.grown = (
            fresh.now,
            fresh.chats,
            fresh.log,
            [],
            fresh.grown,
        )


def test_the_situation_fulfils_the_port() -> None:
    """What the page's tests run on has everything the page may ask of the real demo."""
    playground: Playground = Situation()
    assert playground.telegram_chat("katya")
    assert playground.slack_chat("priya")
