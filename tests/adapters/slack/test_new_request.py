"""A new request by form: one modal, a look at what will happen, sent once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.core.playbook import load
from bot.core.request.model import Request
from bot.ports import Filter
from tests.adapters.slack.office import MORNING, PLAYBOOK, Office, fields

KIND, MARKET = "kind:brand-a", "market:brand-a"


async def _requests(office: Office) -> list[Request]:
    return list(await office.town.system.service.list(Filter()))


async def test_a_request_is_looked_at_and_then_sent(office: Office) -> None:
    """The second form says who decides and by when; only its button sends."""
    await office.slack.shortcut(office.id("jordan"), "soglas_new")
    await office.quiet()
    assert list(fields(office.modal("jordan"))) == [
        KIND, MARKET, "creator", "title", "text", "links", "files", "needed_by", "amount",
    ]  # fmt: skip
    needed = MORNING + timedelta(days=2)
    sent = await office.fills_in(
        "jordan", **{KIND: "concept", MARKET: "US"}, creator="Maya Chen", title="Reel: Market hall", text="Scene 1",
        links="https://drive.example/1", files=[("cut.mp4", b"film")], needed_by=str(int(needed.timestamp())), amount="400 usd",
    )  # fmt: skip
    assert (sent.ok, sent.response_action, sent.errors) == (True, "push", {})
    shown = str(office.modal("jordan")["blocks"])
    assert "Priya Shah" in shown
    assert "can be met" in shown
    assert await _requests(office) == []
    sent = await office.fills_in("jordan")
    assert (sent.ok, sent.response_action, office.has_modal("jordan")) == (True, "clear", False)
    (request,) = await _requests(office)
    assert (request.draft.title, request.draft.creator, request.draft.needed_by) == ("Reel: Market hall", "Maya Chen", needed)
    assert (request.draft.links, [file.name for file in request.draft.files]) == (("https://drive.example/1",), ["cut.mp4"])
    assert office.whispers("jordan")[-1].startswith(f"Sent: {request.id} “Reel: Market hall”.")
    assert office.card("priya", request.id)


async def test_it_is_sent_once_however_often_it_arrives(office: Office) -> None:
    """A repeated delivery, and a second submission of the same form, bring the same request."""
    await office.commands_open("jordan", "new Reel")
    assert fields(office.modal("jordan"))["title"]["initial_value"] == "Reel"
    await office.fills_in("jordan", **{KIND: "concept", MARKET: "US"}, text="Scene 1")
    confirm = office.slack.views(office.id("jordan"))[-1]
    modals = list(office.slack._modals.stacks[office.id("jordan")])
    await office.fills_in("jordan")
    await office.slack.repeat_last()
    await office.quiet()
    office.slack._modals.stacks[office.id("jordan")] = modals
    await office.slack.submit(office.id("jordan"), confirm.id, {})
    await office.quiet()
    assert len(await _requests(office)) == 1


async def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(office: Office) -> None:
    """A deadline that is over and an amount that is none stand under their own fields."""
    await office.commands_open("jordan", "new")
    past = str(int((MORNING - timedelta(hours=1)).timestamp()))
    filled = {KIND: "concept", MARKET: "US", "title": "Reel"}
    assert list((await office.fills_in("jordan", **filled, needed_by=past)).errors) == ["needed_by"]
    assert list((await office.fills_in("jordan", **filled, needed_by=None, amount="a lot")).errors) == ["amount"]
    assert (await office.fills_in("jordan", **filled, needed_by=None, amount="")).response_action == "push"


async def test_going_back_changes_the_same_request(office: Office) -> None:
    """Who closes the look ahead finds their form, and what they change there is what is sent."""
    await office.commands_open("jordan", "new")
    await office.fills_in("jordan", **{KIND: "concept", MARKET: "US"}, title="Reel")
    await office.slack.close_view(office.id("jordan"), office.slack.views(office.id("jordan"))[-1].id)
    await office.fills_in("jordan", title="Another reel")
    await office.fills_in("jordan")
    assert [request.draft.title for request in await _requests(office)] == ["Another reel"]


async def test_a_message_becomes_a_request(office: Office) -> None:
    """Its words, links and files stand in the form; who wrote it is not taken for the creator."""
    office.expected_refusals = {"file_not_found"}  # the bot is not in that channel, so the file goes as a link
    channel = office.slack.add_channel("creators", office.id("jordan"), office.id("sam"), bot=False)
    ts = await office.slack.share(
        office.id("sam"), "cut.mp4", b"film", text="Reel: Market hall\nSee <https://drive.example/1> & tell", channel=channel
    )
    await office.slack.message_action(office.id("jordan"), channel, ts, "soglas_send_message")
    await office.quiet()
    asked = fields(office.modal("jordan"))
    assert asked["title"]["initial_value"] == "Reel: Market hall"
    assert asked["text"]["initial_value"].endswith("& tell")
    assert "initial_value" not in asked["creator"]
    await office.fills_in("jordan", **{KIND: "concept", MARKET: "US"})
    await office.fills_in("jordan")
    (request,) = await _requests(office)
    assert [file.name for file in request.draft.files] == ["cut.mp4"]
    assert request.draft.creator == ""


async def test_a_long_message_goes_along_whole(office: Office) -> None:
    """A field takes 3,000 characters; more is kept, said so, and not cut."""
    script = "Scene. " * 1500
    ts = await office.slack.say(office.id("jordan"), script)
    await office.quiet()
    await office.slack.message_action(office.id("jordan"), office.dm("jordan"), ts, "soglas_send_message")
    await office.quiet()
    assert "(characters: 10,499)" in str(office.modal("jordan")["blocks"])
    await office.fills_in("jordan", **{KIND: "concept", MARKET: "US"}, title="Script")
    await office.fills_in("jordan")
    (request,) = await _requests(office)
    assert request.draft.text == script.strip()


async def test_a_form_whose_long_text_gave_way_says_so(office: Office) -> None:
    """Nothing is sent with another message's text."""
    for words in ("First. " * 600, "Second. " * 600):
        ts = await office.slack.say(office.id("jordan"), words)
        await office.quiet()
        await office.slack.message_action(office.id("jordan"), office.dm("jordan"), ts, "soglas_send_message")
        await office.quiet()
        if words.startswith("First"):
            first = list(office.slack._modals.stacks[office.id("jordan")])
    office.slack._modals.stacks[office.id("jordan")] = first
    sent = await office.fills_in("jordan", **{KIND: "concept", MARKET: "US"}, title="Script")
    assert sent.response_action == "update"
    assert await _requests(office) == []


async def test_the_menu_leads_to_the_form(office: Office) -> None:
    """Where a form can be opened nobody is asked one question a message."""
    await office.commands("jordan", "menu")
    await office.taps("jordan", "New request")
    assert office.modal("jordan")["callback_id"] == "soglas-new"


async def test_everything_is_in_the_readers_language(office: Office) -> None:
    """A Russian reader in Slack sees Russian labels, titles within Slack's 24 characters, and a Russian look ahead."""
    await office.moves_to_slack("pavel")
    await office.commands_open("pavel", "new")
    view = office.modal("pavel")
    assert view["title"]["text"] == "Новый запрос"
    await office.fills_in("pavel", **{KIND: "concept", MARKET: "RU"}, title="Ролик")
    assert "Светлана Ким" in str(office.modal("pavel")["blocks"])


async def test_another_brand_offers_what_is_decided_there(office: Office) -> None:
    """Whoever works for two chooses the brand first; the fields follow, and what was written stays."""
    source = PLAYBOOK.read_text(encoding="utf-8").replace("id: brand-a", "id: brand-z").replace("Brand A", "Brand Z")
    second = office.town.database.parent / "brand-z.yaml"
    second.write_text(source.replace("  concept:", "  sketch:").replace("[concept,", "[sketch,"), encoding="utf-8")
    loaded = load(str(second), lambda name: Path(name).read_bytes())
    assert loaded.playbook is not None, loaded
    await office.town.system.service.agree_elsewhere(loaded.playbook, loaded.data, loaded.digest)
    await office.commands_open("jordan", "new")
    user, view = office.id("jordan"), office.slack.views(office.id("jordan"))[-1]
    assert KIND in fields(view.payload)
    await office.slack.fill_in(user, view.id, "title", "value", "Reel")
    await office.slack.fill_in(user, view.id, "brand", "value", "brand-z")
    await office.quiet()
    changed = fields(office.modal("jordan"))
    assert "kind:brand-z" in changed
    assert KIND not in changed
    assert changed["title"]["initial_value"] == "Reel"
    sent = await office.fills_in("jordan", **{"kind:brand-z": "sketch", "market:brand-z": "US"})
    assert sent.response_action == "push", sent
    await office.fills_in("jordan")
    assert [request.id for request in await _requests(office)] == ["Z-1"]
