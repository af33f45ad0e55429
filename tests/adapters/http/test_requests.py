"""Opening, reading, withdrawing and resubmitting over HTTP, and who is who."""

from __future__ import annotations

from datetime import datetime

from tests.adapters.http.desk import CONTRACT, OF_ONE, TOKEN_BOTH, TOKEN_ONE, Desk


async def test_an_opened_request_says_its_id_owner_and_deadlines(desk: Desk) -> None:
    """The answer carries a speakable id, who has it now by name, and when it is due."""
    opened = await desk.opens(
        needed_by="2026-12-24T18:00+03:00", amount="500 USD", creator="Ana Suarez", links=["https://a.example"]
    )
    assert (opened["id"], opened["status"], opened["round"], opened["rounds"]) == ("A-1", "open", 1, 3)
    assert opened["needed_by"] == "2026-12-24T15:00:00Z"
    [owner] = opened["waiting_for"]
    assert (owner["person"], owner["name"]["en"], owner["name"]["ru"]) == ("katya", "Katya Levina", "Екатерина Левина")
    assert datetime.fromisoformat(opened["opened_at"]) < datetime.fromisoformat(owner["remind_at"])
    assert datetime.fromisoformat(owner["remind_at"]) < datetime.fromisoformat(owner["due_at"])
    assert [(step["act"], step["roles"]) for step in opened["steps"]] == [("review", ["coordinator"])]


async def test_a_request_is_shown_as_it_is_now(desk: Desk) -> None:
    """What was answered at the opening is what is shown later, until somebody acts."""
    opened = await desk.opens()
    shown = await desk.get(f"/api/requests/{opened['id']}")
    assert (shown.status_code, shown.json()) == (200, opened)
    await desk.sends_back("katya", opened["id"])
    later = (await desk.get(f"/api/requests/{opened['id']}")).json()
    assert (later["status"], later["waiting_for"], later["steps"][0]["outcome"]) == ("returned", [], "sent_back")


async def test_only_those_who_have_not_answered_are_waited_for(desk: Desk) -> None:
    """Whoever has given an opinion stays on the step, and is not among those it waits for."""
    opened = await desk.opens(kind="draft_content", market="RU", requested_by="sveta", title="Draft")
    main = next(step for step in opened["steps"] if step["act"] != "consult")
    assert [owner["person"] for owner in opened["waiting_for"]] == [owner["person"] for owner in main["owners"]]


async def test_the_list_is_the_newest_first(desk: Desk) -> None:
    """A list has one brand's requests, the newest first, by status and limit where asked."""
    for title in ("First", "Second", "Third"):
        desk.clock.set(desk.clock.now().replace(minute=desk.clock.now().minute + 1))
        await desk.opens(title=title)
    await desk.post("/api/requests/A-2/withdraw", {"by": "jordan"})
    await desk.post("/api/requests", OF_ONE, TOKEN_ONE)
    listed = (await desk.get("/api/requests", brand="brand-a")).json()
    assert [one["title"] for one in listed] == ["Third", "Second", "First"]
    assert [one["id"] for one in (await desk.get("/api/requests", brand="brand-a", status="withdrawn")).json()] == ["A-2"]
    assert [one["id"] for one in (await desk.get("/api/requests", brand="brand-a", limit="1")).json()] == ["A-3"]


async def test_the_requester_may_withdraw(desk: Desk) -> None:
    """A withdrawn request says so; withdrawing it once more is refused and changes nothing."""
    opened = await desk.opens()
    gone = await desk.post(f"/api/requests/{opened['id']}/withdraw", {"by": "jordan", "reason": "The creator declined"})
    assert (gone.status_code, gone.json()["status"], gone.json()["waiting_for"]) == (200, "withdrawn", [])
    assert (await desk.state(opened["id"])).reason == "The creator declined"
    again = await desk.post(f"/api/requests/{opened['id']}/withdraw", {"by": "jordan"})
    assert again.status_code == 409


async def test_nobody_else_may_withdraw(desk: Desk) -> None:
    """Another person of the playbook, and somebody who is not in it, get a refusal; the request stays open."""
    opened = await desk.opens()
    for somebody, status in (("katya", 403), ("nobody", 404)):
        refused = await desk.post(f"/api/requests/{opened['id']}/withdraw", {"by": somebody})
        assert refused.status_code == status, refused.text
    assert (await desk.get(f"/api/requests/{opened['id']}")).json()["status"] == "open"


async def test_what_was_sent_back_may_be_resubmitted(desk: Desk) -> None:
    """A resubmitted request starts its next round with the new text and links."""
    opened = await desk.opens()
    path = f"/api/requests/{opened['id']}/resubmit"
    assert (await desk.post(path, {"by": "jordan", "text": "Too early"})).status_code == 409
    await desk.sends_back("katya", opened["id"])
    again = await desk.post(path, {"by": "jordan", "text": "Rights end on May 1", "links": ["https://b.example"]})
    assert (again.status_code, again.json()["status"], again.json()["round"]) == (200, "open", 2)
    draft = (await desk.state(opened["id"])).draft
    assert (draft.text, draft.links) == ("Rights end on May 1", ("https://b.example",))


async def test_contacts_name_who_is_who(desk: Desk) -> None:
    """The contacts of a market, and for one request who decides it now."""
    opened = await desk.opens()
    found = await desk.get("/api/contacts", brand="brand-a", market="US", request=opened["id"])
    assert found.json() == {
        "main": "jordan", "deputy": "sam", "creative_feedback": ["priya"], "final_content": "priya", "final_contract": "marina",
        "this_request": "katya",
    }  # fmt: skip
    assert (await desk.get("/api/contacts", brand="brand-a", market="US")).json()["this_request"] is None


async def test_contacts_do_not_mix_brands(desk: Desk) -> None:
    """A request of another brand is no such request here, also for a token that opens both."""
    other = await desk.post("/api/requests", OF_ONE, TOKEN_BOTH)
    mixed = await desk.get("/api/contacts", TOKEN_BOTH, brand="brand-a", market="US", request=other.json()["id"])
    assert mixed.status_code == 404


async def test_a_playbook_is_given_as_its_file_has_it(desk: Desk) -> None:
    """The version in force with its digest and how it was agreed, in the form of the file."""
    found = (await desk.get("/api/playbooks/brand-a")).json()
    assert (found["brand"], found["version"], found["agreed"]) == ("brand-a", 1, "elsewhere")
    assert len(found["digest"]) == 64
    assert found["playbook"]["roles"]["legal"]["holder"] == "oleg"


async def test_each_brand_counts_for_itself(desk: Desk) -> None:
    """Two brands may number their requests alike without meeting."""
    first, other = await desk.opens(), await desk.post("/api/requests", OF_ONE, TOKEN_BOTH)
    assert (first["id"], other.json()["id"]) == ("A-1", "O-1")
    assert CONTRACT["title"] not in (await desk.get("/api/requests", TOKEN_BOTH, brand="brand-one")).text
