"""The home tab: what waits, what was asked for, who does what, one's settings."""

from __future__ import annotations

from typing import Any

from bot.creators import add
from bot.ports import Account, Creator
from tests.adapters.playground.slack_app import until
from tests.adapters.slack.office import MORNING, Office, words

Json = dict[str, Any]  # Any: blocks are Slack's own JSON


async def _home(office: Office, user: str) -> Json:
    await office.slack.open_home(user)
    await office.quiet()
    home = office.slack.home(user)
    assert home is not None
    return home


def _shown(home: Json) -> str:
    return "\n".join(str(block.get("text", {}).get("text", "")) for block in home["blocks"])


def _buttons(home: Json) -> dict[str, Json]:
    found = [element for block in home["blocks"] for element in block.get("elements", [])]
    return {one["text"]["text"]: one for one in (*found, *(b["accessory"] for b in home["blocks"] if "accessory" in b))}


async def _creator(office: Office) -> str:
    office.slack.add_user("UMAYA", "Maya Chen")
    account = Account("slack", "", "UMAYA", "", office.slack.dm("UMAYA"))

    def work(tx: Any) -> None:
        creator = add(tx, Creator("", "brand-a", "US", "Maya Chen", "en", "jordan", MORNING))
        tx.save_account(Account("slack", "", "UMAYA", creator.person, account.chat))

    await office.town.system.store.run(work)
    return "UMAYA"


async def test_everything_of_ones_own_is_in_one_place(office: Office) -> None:
    """What waits with a way to its card, what was asked for with who has it and until when, who does what, settings."""
    waits = await office.opens("jordan", "concept", "US", "Reel")
    asked = await office.opens("priya", "contract", "US", "Contract")
    home = await _home(office, office.id("priya"))
    shown = _shown(home)
    assert f"{waits} · Reel · until Tue, Nov 24, 2:00 PM ET" in shown
    assert f"{asked} “Contract”" in shown or f"{asked} · Contract" in shown
    assert "Katya Levina" in shown
    assert "Language: English" in shown
    card = office.card("priya", waits)
    assert _buttons(home)["Show the card"]["url"].endswith(f"/p{card.ts.replace('.', '')}")
    assert {"New request", "I am away"} <= set(_buttons(home))


async def test_a_decision_is_followed_by_the_tab(office: Office) -> None:
    """Whoever has their tab open sees it change with what they do."""
    await office.opens("jordan", "concept", "US", "Reel")
    assert "Reel" in _shown(await _home(office, office.id("priya")))
    await office.taps("priya", "Final approval")
    await until(lambda: "Nothing waits for you." in _shown(office.slack.home(office.id("priya")) or {"blocks": []}))


async def test_nobody_is_published_to_who_never_looks(office: Office) -> None:
    """Forty taps a day are no reason for forty calls."""
    await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Final approval")
    assert office.sent("views.publish") == []


async def test_the_buttons_do_what_they_say(office: Office) -> None:
    """A new request opens the form; being away is asked about in the direct chat; a setting changes on the tab itself."""
    home = await _home(office, office.id("priya"))
    await office.slack.tap(office.id("priya"), home["id"], "", _buttons(home)["New request"]["value"])
    await office.quiet()
    assert office.modal("priya")["callback_id"] == "soglas-new"
    await office.slack.tap(office.id("priya"), home["id"], "", _buttons(home)["I am away"]["value"])
    await office.quiet()
    assert "Away through Friday" in str(office.chat("priya")[-1].blocks)
    link = await office.opens("jordan", "concept", "US", "Reel")
    home = await _home(office, office.id("priya"))
    before = len(office.chat("priya"))
    await office.slack.tap(office.id("priya"), home["id"], "", _buttons(home)["Show the card"]["action_id"])
    await office.quiet()
    assert link in _shown(home)
    assert len(office.chat("priya")) == before


async def test_a_language_is_changed_on_the_tab(office: Office) -> None:
    """It is drawn anew in the language that was chosen, and nothing is written into the chat."""
    await office.moves_to_slack("anna")
    home = await _home(office, office.id("anna"))
    await office.slack.tap(office.id("anna"), home["id"], "", _buttons(home)["English"]["value"])
    await office.quiet()
    drawn = office.slack.home(office.id("anna"))
    assert drawn is not None
    assert "What waits for you" in _shown(drawn)
    assert [words(message) for message in office.chat("anna")] == []


async def test_without_a_link_the_card_is_led_to_by_a_message(office: Office) -> None:
    """Slack gives no address now: the button asks for it when it is tapped."""
    office.expected_refusals = {"ratelimited"}
    request = await office.opens("jordan", "concept", "US", "Reel")
    office.slack.fail_next("chat.getPermalink", "ratelimited", status=429, retry_after=1)
    home = await _home(office, office.id("priya"))
    await office.slack.tap(office.id("priya"), home["id"], "", _buttons(home)["Show the card"]["value"])
    await office.quiet()
    answer = office.chat("priya")[-1]
    assert f"The card of {request} “Reel” is here:" in words(answer)
    assert "https://demo.slack.com/archives/" in words(answer)


async def test_many_requests_are_counted_not_dropped(office: Office) -> None:
    """Slack takes a hundred blocks; what has no room is said as a number."""
    office.expected_refusals = {"ratelimited"}  # so many cards at once
    for number in range(20):
        await office.opens("jordan", "concept", "US", f"Reel {number}")
    shown = _shown(await _home(office, office.id("priya")))
    assert "and 5 more" in shown


async def test_a_creator_sees_contacts_and_their_own_work(office: Office) -> None:
    """No inbox and no colleagues: whom to turn to, how their work stands, and a way to send a draft."""
    home = await _home(office, await _creator(office))
    shown = _shown(home)
    assert "Your contacts" in shown
    assert "Jordan Lee" in shown
    assert "You have not sent a draft yet." in shown
    assert "Send a draft" in _buttons(home)
    assert "I am away" not in _buttons(home)
    assert "What waits for you" not in shown


async def test_a_creators_form_asks_only_for_the_work(office: Office) -> None:
    """Brand, market and creator are clear; what they send is looked at in their contact's name."""
    user = await _creator(office)
    await office.slack.command(user, "/soglas", "new")
    await office.quiet()
    view = office.slack.views(user)[-1]
    names = [block["block_id"] for block in view.payload["blocks"] if block["type"] == "input"]
    assert names == ["kind:brand-a", "title", "text", "links", "files", "needed_by"]
    filled = {"kind:brand-a": {"value": "concept"}, "title": {"value": "My reel"}, "text": {"value": "Scene 1"}}
    assert (await office.slack.submit(user, view.id, filled)).response_action == "push"
    assert (await office.slack.submit(user, office.slack.views(user)[-1].id, {})).response_action == "clear"
    await office.quiet()
    home = await _home(office, user)
    assert "My reel" in _shown(home)


async def test_a_stranger_is_told_how_to_come_in(office: Office) -> None:
    """The tab is there for everybody in the workspace."""
    office.slack.add_user("U0STRANGE", "Somebody")
    assert "/soglas join" in _shown(await _home(office, "U0STRANGE"))


async def test_a_tab_that_cannot_be_drawn_harms_nothing(office: Office) -> None:
    """Slack refuses it: the tap that caused it counts all the same, and the next opening draws it."""
    office.expected_refusals = {"ratelimited"}
    await office.opens("jordan", "concept", "US", "Reel")
    await _home(office, office.id("priya"))
    office.slack.fail_next("views.publish", "ratelimited", status=429, retry_after=1)
    await office.taps("priya", "Final approval")
    assert "Nothing waits for you." in _shown(await _home(office, office.id("priya")))
