"""Bearer tokens: what one does not open looks exactly like what does not exist."""

from __future__ import annotations

from itertools import product

from httpx import Response

from tests.adapters.http.desk import CONTRACT, OF_ONE, TOKEN_A, TOKEN_BOTH, TOKEN_NOTHING, TOKEN_ONE, Desk

CALLS = (
    ("GET", "/api/requests?brand=brand-a"),
    ("POST", "/api/requests"),
    ("GET", "/api/requests/A-1"),
    ("POST", "/api/requests/A-1/withdraw"),
    ("POST", "/api/requests/A-1/resubmit"),
    ("GET", "/api/contacts?brand=brand-a&market=US"),
    ("GET", "/api/playbooks/brand-a"),
)
NO_TOKENS = (
    None, "", "Bearer", "Bearer ", f"Bearer {TOKEN_A}x", f"Bearer {TOKEN_A[:-1]}", "Bearer \u00ff\u00fe", f"Basic {TOKEN_A}",
    TOKEN_A, f"Bearer {TOKEN_A},{TOKEN_ONE}", "Bearer " + "x" * 5000,
)  # fmt: skip


def seen(answer: Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Everything a caller sees of an answer."""
    return answer.status_code, answer.content, sorted(answer.headers.items())


async def test_without_a_known_token_nothing_opens(desk: Desk) -> None:
    """No token, garbage and another scheme answer 401 on every route, all alike."""
    for given, (method, path) in product(NO_TOKENS, CALLS):
        headers = {b"Authorization": given.encode("latin-1")} if given is not None else {}
        body = {**CONTRACT} if path == "/api/requests" else {"by": "jordan"}
        answer = await desk.client.request(method, path, json=body if method == "POST" else None, headers=headers)
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), path
        assert answer.json()["error"]["code"] == "token_needed"


async def test_the_scheme_is_read_in_any_case(desk: Desk) -> None:
    """``bearer`` in small letters is the same scheme, as HTTP has it."""
    answer = await desk.client.get("/api/playbooks/brand-a", headers={"Authorization": f"bearer {TOKEN_A}"})
    assert answer.status_code == 200


async def test_another_brands_request_is_no_request(desk: Desk) -> None:
    """Showing, withdrawing and resubmitting a request of another brand answers as for an id that never was."""
    theirs = (await desk.post("/api/requests", OF_ONE, TOKEN_ONE)).json()["id"]
    for way in ("", "/withdraw", "/resubmit"):
        answers = []
        for request in (theirs, "O-9"):
            path = f"/api/requests/{request}{way}"
            answers.append(await (desk.post(path, {"by": "emily"}) if way else desk.get(path)))
        assert seen(answers[0]) == seen(answers[1])
        assert answers[0].status_code == 404


async def test_another_brand_is_no_brand(desk: Desk) -> None:
    """Opening, contacts, playbook and list answer the same for a brand of others, and one not in force, as for none."""

    async def tried(brand: str, token: str) -> list[Response]:
        opened = await desk.post("/api/requests", {**OF_ONE, "brand": brand}, token)
        contacts = await desk.get("/api/contacts", token, brand=brand, market="US")
        return [opened, contacts, await desk.get(f"/api/playbooks/{brand}", token)]

    closed = await tried("brand-one", TOKEN_A)
    nothing = await tried("brand-xyz", TOKEN_A)
    to_be = await tried("brand-to-be", TOKEN_NOTHING)
    for one, none, later in zip(closed, nothing, to_be, strict=True):
        assert one.status_code == none.status_code == later.status_code == 404
        texts = {one.text.replace("brand-one", "?"), none.text.replace("brand-xyz", "?"), later.text.replace("brand-to-be", "?")}
        assert len(texts) == 1
    assert (
        (await desk.get("/api/requests", brand="brand-one")).json() == (await desk.get("/api/requests", brand="no")).json() == []
    )


async def test_a_closed_brand_hides_what_is_wrong_with_the_request(desk: Desk) -> None:
    """Whether a kind, market or person exists in another brand is not told either."""
    fields: tuple[dict[str, str], ...] = ({}, {"kind": "no"}, {"market": "no"}, {"requested_by": "no"}, {"amount": "5 XXX"})
    answers = [await desk.post("/api/requests", {**OF_ONE, **field}) for field in fields]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}


async def test_a_request_of_another_brand_is_not_in_the_contacts(desk: Desk) -> None:
    """Asking for the contacts of somebody else's request answers as for an id that never was."""
    theirs = (await desk.post("/api/requests", OF_ONE, TOKEN_ONE)).json()["id"]
    asked = [await desk.get("/api/contacts", brand="brand-a", market="US", request=one) for one in (theirs, "O-9")]
    assert seen(asked[0]) == seen(asked[1])


async def test_a_token_may_open_several_brands(desk: Desk) -> None:
    """One token of two brands opens both, and each brand's own token only its own."""
    for token, brands in ((TOKEN_BOTH, {"brand-a", "brand-one"}), (TOKEN_A, {"brand-a"}), (TOKEN_ONE, {"brand-one"})):
        opened = {b for b in ("brand-a", "brand-one") if (await desk.get(f"/api/playbooks/{b}", token)).status_code == 200}
        assert opened == brands
