"""The way out when Slack is slow, loses answers, or has nobody there any more. A card is never lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.playground.town import restart_bot
from tests.adapters.slack.office import Office, buttons, labels, words


@pytest.mark.parametrize("failure", ["lost", "internal_error"])
async def test_a_lost_answer_loses_no_card_and_doubles_none(office: Office, failure: str) -> None:
    """Nobody can know whether it was posted: the outbox tries again later, and what did arrive is found by its mark."""
    if failure == "lost":
        office.slack.lose_answer_next("chat.postMessage")
    else:
        office.expected_refusals = {failure}
        office.slack.fail_next("chat.postMessage", failure)
    request = await office.opens("sam", "concept", "US", "Reel")
    tries = [call for call in office.sent("chat.postMessage") if office.id("priya") in str(call["channel"])]
    assert len(tries) <= 1, "sent again at once"
    await office.town.forward(office.town.clock.now() + timedelta(seconds=10))
    await office.quiet()
    assert len(office.cards("priya", request)) == 1
    assert len(office.cards("sam", request)) == 1
    await office.taps("priya", "Final approval")
    assert "Decision: approved" in words(office.card("priya", request)), "the bot holds another message for the card"


async def test_a_message_whose_answer_was_lost_is_not_said_twice(office: Office) -> None:
    """The same holds for short messages; another message with other words is not taken for it."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    office.slack.lose_answer_next("chat.postMessage")
    await office.taps("priya", "Final approval")
    await office.town.forward(office.town.clock.now() + timedelta(minutes=2))
    await office.quiet()
    told = [words(message) for message in office.chat("jordan") if words(message).startswith("Approved:")]
    assert len(told) == 1, told
    assert request in told[0]


async def test_the_copy_left_by_a_lost_answer_is_found_again_after_a_restart(office: Office) -> None:
    """Nobody remembers the try, but Slack tells what stands there: it becomes the card, and no second one is sent."""
    office.slack.lose_answer_next("chat.postMessage")
    office.slack.lose_answer_next("chat.postMessage")
    request = await office.opens("jordan", "concept", "US", "Reel")
    await restart_bot(office.town)
    await office.town.forward(office.town.clock.now() + timedelta(seconds=10))
    await office.quiet()
    (card,) = office.cards("priya", request)
    await office.taps_data("priya", card.ts, dict(buttons(card))["Final approval"])
    (card,) = office.cards("priya", request)
    assert "Decision: approved" in words(card)


async def test_a_pause_slack_asks_for_is_kept_and_then_it_is_sent_once(office: Office) -> None:
    """429 with Retry-After: nothing before, one card after."""
    office.expected_refusals = {"ratelimited"}
    office.slack.fail_next("chat.postMessage", "ratelimited", status=429, retry_after=30, times=2)
    request = await office.opens("jordan", "concept", "US", "Reel")
    assert office.cards("priya", request) == []
    await office.town.forward(office.town.clock.now() + timedelta(seconds=29))
    assert office.cards("priya", request) == []
    await office.town.forward(office.town.clock.now() + timedelta(seconds=2))
    assert len(office.cards("priya", request)) == 1
    assert len(office.sent("chat.postMessage")) == 4


@pytest.mark.parametrize("failure", [("internal_error", 200), ("service_unavailable", 503), ("fatal_error", 500)])
async def test_an_outage_delays_and_loses_nothing(office: Office, failure: tuple[str, int]) -> None:
    """Slack's own errors are tried again later."""
    office.expected_refusals = {failure[0]}
    office.slack.fail_next("chat.postMessage", failure[0], status=failure[1], times=2)
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.town.forward(office.town.clock.now() + timedelta(seconds=30))
    assert len(office.cards("priya", request)) == 1


async def test_every_edit_brings_its_blocks(office: Office) -> None:
    """A text alone would take the whole card away."""
    await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Send back")
    await office.fills_in("priya", must_fix="Show the logo")
    edits = office.sent("chat.update")
    assert edits
    assert all(edit["blocks"] for edit in edits)


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed"])
async def test_a_card_that_vanished_comes_anew_to_whoever_has_something_to_do(office: Office, error: str) -> None:
    """The card was deleted, or can be edited no more: after the next change there is a new one."""
    office.expected_refusals = {error}
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.taps("priya", "Ask")
    if error == "message_not_found":
        office.slack.vanish(office.dm("priya"), office.card("priya", request).ts)
    else:
        office.slack.fail_next("chat.update", error)
    await office.fills_in("priya", text="Which song?")
    await office.taps("jordan", "Answer")
    await office.fills_in("jordan", text="The calm one")
    for person in ("priya", "jordan"):
        newest = office.cards(person, request)[-1]
        assert "The calm one" in words(newest)
        assert labels(newest)


async def test_nobody_is_dropped_silently(office: Office) -> None:
    """A deactivated account is marked, and the coordinator hears who did not get what."""
    office.expected_refusals = {"user_disabled"}
    await office.moves_to_slack("katya")
    office.slack.deactivate(office.id("priya"))
    request = await office.opens("jordan", "concept", "US", "Reel")
    assert (await office.account("priya")).blocked
    await office.town.forward(office.town.clock.now() + timedelta(hours=20))
    told = [words(message) for message in office.chat("katya")]
    assert any("Прия Шах" in one and request in one for one in told), told


async def test_whoever_comes_back_can_be_written_to_again(office: Office) -> None:
    """An account that was marked is unmarked by the person's own word, and what waits comes to them."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    account = replace(await office.account("priya"), blocked=True)
    await office.town.system.store.run(lambda tx: tx.save_account(account))
    await office.taps("jordan", "Withdraw", on=request)
    await office.fills_in("jordan")
    assert "Your final approval is needed" in words(office.card("priya", request))
    await office.writes("priya", "hello")
    assert not (await office.account("priya")).blocked
    assert "Withdrawn" in words(office.card("priya", request))


async def test_links_are_not_unfurled(office: Office) -> None:
    """A preview would open every link of a draft and push the buttons off the screen."""
    request = await office.opens("jordan", "concept", "US", "Reel", links=("https://drive.example.com/reel",))
    await office.taps("priya", "Ask", on=request)
    await office.fills_in("priya", text="https://example.com ?")
    posted = office.sent("chat.postMessage")
    assert posted
    assert all((call["unfurl_links"], call["unfurl_media"]) == (False, False) for call in posted)


async def test_an_answer_that_can_no_longer_take_its_questions_place_comes_anew(office: Office) -> None:
    """Slack forgets where a message only one person sees can be changed: the answer is then said in their own chat."""
    await office.slack.command(office.id("priya"), "/soglas", "away")
    await office.quiet()
    asked = office.chat("priya")[-1]
    office.expected_refusals = {"expired_url"}
    office.slack.fail_next("response_url", "expired_url", status=404)
    await office.taps_data("priya", asked.ts, dict(buttons(asked))["Away tomorrow"])
    said = office.chat("priya")[-1]
    assert said.ts != asked.ts
    assert "Noted: you are away on Nov 25, 2026" in words(said)
