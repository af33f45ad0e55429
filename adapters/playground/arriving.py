"""How a creator comes into the demo: invited as in life; those who have come in are known to the bot with their account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.playground.cast import SLACK, TELEGRAM, Actor, Blogger
from adapters.playground.town import Town
from bot import creators
from bot.chance import SystemChance
from bot.core.playbook.model import PersonId, Playbook
from bot.invites import Invited, Invites
from bot.ports import Creator

ROLE: Mapping[str, str] = {"en": "Creator", "ru": "Блогер"}


@dataclass(frozen=True, slots=True)
class Arrival:
    """A creator on stage. ``word`` is the secret word of the invitation that waits for them."""

    person: PersonId
    blogger: Blogger
    word: str = ""

    @property
    def actor(self) -> Actor:
        return Actor(self.person, self.blogger.messenger, self.blogger.external)

    def role(self, playbook: Playbook) -> Mapping[str, str]:
        """What stands under their name: who they are, and for which market they work."""
        title = playbook.markets[self.blogger.market].title
        return {language: f"{word}, {title[language]}" for language, word in ROLE.items() if language in title} or ROLE


async def arrive(town: Town, blogger: Blogger) -> Arrival:
    """Puts a creator on stage: with an account, or with an invitation they have not opened yet."""
    _settle_in(town, blogger)
    if not blogger.has_come:
        return await _invited(town, blogger)
    now = town.clock.now()
    new = Creator("", town.playbook.id, blogger.market, blogger.own_name, blogger.language, blogger.added_by, now)
    creator = await town.system.store.run(lambda tx: creators.add(tx, new))
    arrival = Arrival(creator.person, blogger)
    await town.system.store.run(lambda tx: tx.save_account(arrival.actor.account()))
    return arrival


async def _invited(town: Town, blogger: Blogger) -> Arrival:
    invites = Invites(town.system.store, town.clock, SystemChance(), town.system.service.nudge)
    invited = await invites.invite_creator(blogger.added_by, town.playbook.id, blogger.market, blogger.own_name, blogger.language)
    assert isinstance(invited, Invited), invited
    return Arrival(invited.person, blogger, invited.word)


def _settle_in(town: Town, blogger: Blogger) -> None:
    zone = town.playbook.markets[blogger.market].timezone
    if blogger.messenger == TELEGRAM:
        number, name = int(blogger.external), blogger.own_name
        town.telegram.add_user(number, name, language_code=blogger.language, started=blogger.has_come)
    elif blogger.messenger == SLACK:
        town.slack.add_user(blogger.external, blogger.own_name, tz=zone)
