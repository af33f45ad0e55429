"""The checklist as one form, and the words around a card: files for a new text, the bridge, a translation."""

from __future__ import annotations

from bot.core.request.model import Status
from tests.adapters.slack.office import Office, fields, labels, words


async def _draft(office: Office) -> str:
    return await office.opens("jordan", "draft_content", "US", "Reel: Market hall", text="Scene 1. Rain.")


def _label(office: Office, person: str, request: str) -> str:
    return next(label for label in labels(office.card(person, request)) if label.startswith("Checklist"))


async def test_one_form_gives_all_the_evidence(office: Office) -> None:
    """Ticks, a text and a link are given at once; opened again the form shows what is there, and sends nothing of it twice."""
    await office.moves_to_slack("sveta")
    request = await office.opens("sveta", "draft_content", "RU", "Ролик", text="Сцена 1")
    button = next(label for label in labels(office.card("sveta", request)) if "0" in label)
    await office.taps("sveta", button)
    assert list(fields(office.modal("sveta"))) == [
        "confirm", "item:ru_advertiser", "item:ru_erid", "item:ru_registry", "item:ru_live_check",
    ]  # fmt: skip
    given = {"confirm": ["ru_label"], "item:ru_erid": "2Vtzq", "item:ru_registry": "https://rkn.example/1"}
    assert (await office.fills_in("sveta", **given)).ok
    state = await office.request(request)
    assert {one.item: one.value for one in state.evidence} == {
        "ru_label": "", "ru_erid": "2Vtzq", "ru_registry": "https://rkn.example/1",
    }  # fmt: skip
    before = state.revision
    await office.taps("sveta", next(label for label in labels(office.card("sveta", request)) if "3" in label))
    again = fields(office.modal("sveta"))
    assert again["item:ru_erid"]["initial_value"] == "2Vtzq"
    assert [option["value"] for option in again["confirm"]["initial_options"]] == ["ru_label"]
    await office.fills_in("sveta")
    assert (await office.request(request)).revision == before


async def test_what_is_unticked_or_emptied_is_taken_back(office: Office) -> None:
    """Only that: what somebody else gave in the meantime stays."""
    request = await _draft(office)
    await office.taps("jordan", _label(office, "jordan", request))
    await office.fills_in("jordan", confirm=["us_disclosure"])
    await office.taps("jordan", _label(office, "jordan", request))
    await office.taps("priya", _label(office, "priya", request))
    await office.fills_in("priya", confirm=["us_disclosure", "us_spoken"])
    await office.fills_in("jordan", confirm=[])
    assert [one.item for one in (await office.request(request)).evidence] == ["us_spoken"]


async def test_an_item_too_long_for_a_tick_is_shown_whole(office: Office) -> None:
    """A person cannot confirm half a sentence."""
    request = await _draft(office)
    await office.taps("jordan", _label(office, "jordan", request))
    assert "where it cannot be missed, for example #ad." in str(office.modal("jordan")["blocks"])


async def test_evidence_that_does_not_fit_is_said_at_its_field(office: Office) -> None:
    """Slack takes any address that begins like one; the rules want a real one."""
    await office.moves_to_slack("sveta")
    request = await office.opens("sveta", "draft_content", "RU", "Ролик", text="Сцена 1")
    await office.taps("sveta", next(label for label in labels(office.card("sveta", request)) if "0" in label))
    sent = await office.fills_in("sveta", **{"item:ru_erid": "2Vtzq", "item:ru_registry": "https://not here"})
    assert list(sent.errors) == ["item:ru_registry"]
    assert (await office.request(request)).evidence == ()


async def test_a_final_yes_without_the_checklist_says_what_is_missing(office: Office) -> None:
    """The whole of it, in the person's own words and language, and nothing is recorded."""
    request = await _draft(office)
    await office.taps("priya", "Final approval")
    said = office.whispers("priya")[-1]
    assert "where it cannot be missed, for example #ad." in said
    assert "both visible and spoken" in said
    assert (await office.request(request)).status is Status.OPEN


async def test_a_new_text_comes_with_files_and_ticks(office: Office) -> None:
    """What was to fix stands in the form; the file that goes along is the request's from then on."""
    request = await office.opens("jordan", "concept", "US", "Reel", text="Scene 1")
    await office.taps("priya", "Send back")
    await office.fills_in("priya", must_fix="Show the logo\nShorter")
    await office.taps("jordan", "Resubmit")
    assert [option["text"]["text"] for option in fields(office.modal("jordan"))["fixed"]["options"]] == [
        "Show the logo",
        "Shorter",
    ]
    sent = await office.fills_in("jordan", text="Scene 2", fixed=["1"], files=[("cut.mp4", b"film")])
    assert sent.ok
    state = await office.request(request)
    assert [file.name for file in state.draft.files] == ["cut.mp4"]
    assert state.draft.text == "Scene 2"
    assert [remark.text for remark in state.to_fix] == ["Shorter"]


async def test_the_bridge_is_asked_answers_and_translates(office: Office) -> None:
    """Each in a form of its own; whoever translates sees the words they translate."""
    await office.moves_to_slack("katya")
    request = await office.opens("jordan", "contract", "US", "Contract", text="Terms")
    await office.taps("jordan", "Ask the bridge")
    await office.fills_in("jordan", text="Is Friday fine in Moscow?")
    await office.taps("katya", labels(office.card("katya", request))[-1], on=request)
    assert "Is Friday fine in Moscow?" in str(office.modal("katya")["blocks"])
    await office.fills_in("katya", text="Подойдёт ли пятница?")
    await office.taps("jordan", "Ask the bridge")
    await office.fills_in("jordan", text="And Monday?")
    await office.taps("katya", labels(office.card("katya", request))[-2], on=request)
    await office.fills_in("katya", text="Лучше понедельник", files=[("plan.pdf", b"plan")])
    state = await office.request(request)
    assert [said.text for said in state.talk] == ["Is Friday fine in Moscow?", "And Monday?", "Лучше понедельник"]
    assert [file.name for file in state.talk[2].files] == ["plan.pdf"]
    assert "Подойдёт ли пятница?" in str(state.talk[0].translations)


async def test_a_reply_under_a_card_is_passed_on(office: Office) -> None:
    """A line in the card's thread reaches everybody on the request; a word of consent does not decide."""
    request = await office.opens("jordan", "concept", "US", "Reel")
    await office.writes("priya", "Could it be shorter?", thread=office.card("priya", request).ts)
    assert [(said.by, said.text) for said in (await office.request(request)).talk] == [("priya", "Could it be shorter?")]
    assert any("Could it be shorter?" in words(message) for message in office.chat("jordan"))
