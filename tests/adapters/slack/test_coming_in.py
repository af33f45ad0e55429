"""Coming in: an invitation's word, an invitation by name, and who stays outside."""

from __future__ import annotations

import pytest

from adapters.playground.slack import ChatMessage
from bot.chance import SystemChance
from bot.invites import Invited, Invites
from bot.ports import Account
from tests.adapters.slack.office import Office, labels, words

NEW = "UNEWOLEG"


async def _word(office: Office, person: str = "oleg") -> str:
    system = office.town.system
    outcome = await Invites(system.store, system.clock, SystemChance(), system.service.nudge).invite_member("katya", person)
    assert isinstance(outcome, Invited)
    return outcome.word


async def _account(office: Office, user: str) -> Account | None:
    return await office.town.system.store.read(lambda tx: tx.account("slack", user))


def _said(office: Office, user: str) -> list[ChatMessage]:
    return [message for message in office.slack.chat(office.slack.dm(user)) if message.from_bot]


@pytest.mark.parametrize("typed", ["{}", "join {}", "Join: {}"])
async def test_a_word_in_the_direct_chat_lets_somebody_in(office: Office, typed: str) -> None:
    """The bot greets them as who they are, in their own language, and writes to that chat from then on."""
    office.slack.add_user(NEW, "Oleg", tz="Europe/Moscow")
    await office.slack.say(NEW, typed.format(await _word(office)))
    await office.quiet()
    account = await _account(office, NEW)
    assert account is not None
    assert (account.person, account.chat) == ("oleg", office.slack.dm(NEW))
    assert "Олег Синицын" in words(_said(office, NEW)[-1])


async def test_the_command_does_the_same_for_that_person_alone(office: Office) -> None:
    """Typed in a channel the word is seen by nobody else, and neither is the answer."""
    office.slack.add_user(NEW, "Oleg")
    channel = office.slack.add_channel("general", NEW, office.id("priya"))
    acked = await office.slack.command(NEW, "/soglas", f"join {await _word(office)}", channel=channel)
    await office.quiet()
    assert acked.payload["response_type"] == "ephemeral"
    assert "Олег Синицын" in str(acked.payload)
    account = await _account(office, NEW)
    assert account is not None
    assert (account.person, account.chat) == ("oleg", office.slack.dm(NEW))


async def test_a_wrong_word_lets_nobody_in(office: Office) -> None:
    """It is said that the invitation is not valid, and nothing more."""
    office.slack.add_user(NEW, "Oleg")
    await office.slack.say(NEW, "join " + "x" * 24)
    await office.quiet()
    assert await _account(office, NEW) is None
    assert "not valid" in words(_said(office, NEW)[-1])


async def test_a_colleague_is_invited_by_name_and_accepts_with_one_tap(office: Office) -> None:
    """The word goes to them alone; whoever invited them is told that it was sent, and not the word."""
    office.slack.add_user(NEW, "Oleg Sinitsyn", tz="Europe/Moscow")
    told = await office.commands("priya", "invite @Oleg Sinitsyn oleg")
    assert told.startswith("The invitation for Oleg Sinitsyn is sent")
    assert "join" not in told
    invitation = _said(office, NEW)[-1]
    assert labels(invitation) == ["Принять"]
    data = invitation.blocks[-1]["elements"][0]["value"]
    await office.slack.tap(NEW, office.slack.dm(NEW), invitation.ts, data)
    await office.quiet()
    account = await _account(office, NEW)
    assert account is not None
    assert account.person == "oleg"
    (greeting, *_) = [message for message in _said(office, NEW) if message.ts == invitation.ts]
    assert "Олег Синицын" in words(greeting)
    assert "Принять" not in labels(greeting)


async def test_the_invitation_works_for_that_account_alone(office: Office) -> None:
    """Somebody who has got hold of the button's word does not come in with it."""
    office.slack.add_user(NEW, "Oleg Sinitsyn")
    office.slack.add_user("UOTHER", "Somebody Else")
    await office.commands("priya", f"invite <@{NEW}> oleg")
    word = _said(office, NEW)[-1].blocks[-1]["elements"][0]["value"].rpartition("|")[2]
    await office.slack.say("UOTHER", f"join {word}")
    await office.quiet()
    assert await _account(office, "UOTHER") is None


async def test_whoever_cannot_be_written_to_is_not_invited(office: Office) -> None:
    """An invitation that nobody gets does not stay open."""
    office.expected_refusals = {"user_disabled"}
    office.slack.add_user(NEW, "Oleg Sinitsyn")
    office.slack.deactivate(NEW)
    assert "cannot be written to" in await office.commands("priya", f"invite <@{NEW}> oleg")
    invites = await office.town.system.store.read(lambda tx: tx.invites_of("oleg"))
    assert all(one.expires_at <= office.town.clock.now() for one in invites)


async def test_people_of_another_workspace_stay_outside(office: Office) -> None:
    """Met in a shared channel they can neither be invited nor come in with somebody's word."""
    office.slack.add_stranger("UFAR", "T0FAR", "Far Away")
    channel = office.slack.add_channel("shared", "UFAR", office.id("priya"))
    assert "another workspace" in await office.commands("priya", "invite <@UFAR> oleg")
    word = await _word(office)
    acked = await office.slack.command("UFAR", "/soglas", f"join {word}", channel=channel)
    await office.slack.say("UFAR", f"join {word}")
    await office.quiet()
    assert "I do not know this account yet" in str(acked.payload)
    assert await _account(office, "UFAR") is None
