"""Who uses which messenger in the demo and the stories: people of Russian-speaking markets Telegram, the others Slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.playbook.model import PersonId, Playbook
from bot.ports import Account

TELEGRAM, SLACK = "telegram", "slack"
_FIRST_TELEGRAM = 1001


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of the playbook with their account in one messenger."""

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
