"""Who uses which messenger in the demo and the stories: people of Russian-speaking markets Telegram, the others Slack.

Creators are in no playbook: the demo's are named here, with the messenger each of them has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.playbook.model import MarketId, PersonId, Playbook
from bot.ports import Account

TELEGRAM, SLACK = "telegram", "slack"
_FIRST_TELEGRAM = 1001


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with their account in one messenger."""

    person: PersonId
    messenger: str
    external: str

    @property
    def telegram_id(self) -> int:
        return int(self.external)

    def account(self) -> Account:
        return Account(self.messenger, "", self.external, self.person, self.external if self.messenger == TELEGRAM else "")


def cast(playbook: Playbook) -> Mapping[PersonId, Actor]:
    """Everybody's account, the same at every start."""
    found = {}
    for number, (person, someone) in enumerate(playbook.people.items()):
        telegram = playbook.markets[someone.market].language == "ru"
        external = (
            str(_FIRST_TELEGRAM + number) if telegram else f"U{number:04}{person.upper().replace('_', '').replace('-', '')}"
        )
        found[person] = Actor(person, TELEGRAM if telegram else SLACK, external)
    return found


@dataclass(frozen=True, slots=True)
class Blogger:
    """A creator the demo has, and who asked them in."""

    name: Mapping[str, str]
    market: MarketId
    language: str
    messenger: str
    external: str
    added_by: PersonId
    has_come: bool = True

    @property
    def own_name(self) -> str:
        """The name as it was written when they were added: in their own language."""
        return self.name[self.language]


MAYA = Blogger({"en": "Maya Chen", "ru": "Майя Чен"}, "US", "en", SLACK, "U0101MAYA", "jordan")
LENA = Blogger({"en": "Lena Morozova", "ru": "Лена Морозова"}, "RU", "ru", TELEGRAM, "1101", "sveta")
SOFIA = Blogger({"en": "Sofia Ruiz", "ru": "София Руис"}, "US", "en", TELEGRAM, "1102", "jordan", has_come=False)
BLOGGERS = (MAYA, LENA, SOFIA)
