"""How often somebody may call: by token, by address, and by wrong tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient, Response

from adapters.http.app import build_api
from adapters.http.rates import Rates, network
from tests.adapters.http.desk import TOKEN_A, TOKEN_BOTH, TOKENS, Desk, at_the_desk, bearer

PLAYBOOK = "/api/playbooks/brand-a"


@dataclass
class Street:
    """The API whose seconds pass only when told to, and callers from any address."""

    desk: Desk
    now: float = 0.0

    def __post_init__(self) -> None:
        self.app = build_api(self.desk.service, self.desk.store, TOKENS, lambda: self.now)

    async def calls(self, path: str, times: int, address: str = "203.0.113.5", token: str | None = TOKEN_A) -> list[Response]:
        transport = ASGITransport(self.app, client=(address, 40000))
        headers = bearer(token) if token else {}
        async with AsyncClient(transport=transport, base_url="http://soglas") as client:
            return [await client.get(path, headers=headers) for _ in range(times)]

    async def statuses(self, path: str, times: int, address: str = "203.0.113.5", token: str | None = TOKEN_A) -> list[int]:
        return [answer.status_code for answer in await self.calls(path, times, address, token)]


@pytest.fixture
async def street(tmp_path: Path) -> AsyncIterator[Street]:
    async with at_the_desk(tmp_path) as desk:
        yield Street(desk)


async def test_a_token_may_call_so_often(street: Street) -> None:
    """Sixty calls at once, then twenty a second, wherever they come from; another token is not touched by it."""
    assert await street.statuses(PLAYBOOK, 62) == [200] * 60 + [429] * 2
    assert await street.statuses(PLAYBOOK, 1, "203.0.113.6") == [429]
    assert await street.statuses(PLAYBOOK, 1, token=TOKEN_BOTH) == [200]
    street.now += 1.0
    assert await street.statuses(PLAYBOOK, 22) == [200] * 20 + [429] * 2


async def test_a_refusal_says_when_to_come_back(street: Street) -> None:
    """429 has the form of every error, and ``Retry-After`` in whole seconds after which it works."""
    await street.statuses("/health", 60, token=None)
    (refused,) = await street.calls("/health", 1, token=None)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")
    street.now += int(refused.headers["Retry-After"])
    assert await street.statuses("/health", 1, token=None) == [200]


@pytest.mark.parametrize("path", ["/health", "/ready", "/docs", "/openapi.json", "/nothing", PLAYBOOK])
async def test_every_door_has_its_limit(street: Street, path: str) -> None:
    """Whoever calls without a token is counted by address on every door; another address is not touched by it."""
    for _ in range(3):
        await street.statuses("/health", 20, token=None)
    assert await street.statuses(path, 1, token=None) == [429]
    assert await street.statuses(path, 1, "203.0.113.6", token=None) != [429]


async def test_a_messenger_may_deliver_more(street: Street) -> None:
    """The doors of messengers bear four hundred deliveries at once from one address, and have a limit too."""
    found = await street.statuses("/telegram/secret", 402, token=None)
    assert found == [404] * 400 + [429] * 2


async def test_wrong_tokens_are_few(street: Street) -> None:
    """Ten wrong tokens, then one every six seconds; meanwhile that address learns about no token, and others go on."""
    assert await street.statuses(PLAYBOOK, 12, token="x" * 30) == [401] * 10 + [429] * 2
    assert await street.statuses(PLAYBOOK, 1, token=TOKEN_A) == [429]
    assert await street.statuses(PLAYBOOK, 1, "203.0.113.6", token=TOKEN_A) == [200]
    street.now += 6.0
    assert await street.statuses(PLAYBOOK, 2, token="y" * 30) == [401, 429]
    street.now += 6.0
    assert await street.statuses(PLAYBOOK, 1, token=TOKEN_A) == [200]


async def test_nobody_is_locked_out_by_a_neighbour(street: Street) -> None:
    """A token that worked from an address goes on working there, however many wrong ones come from it."""
    assert await street.statuses(PLAYBOOK, 1) == [200]
    assert (await street.statuses(PLAYBOOK, 12, token="x" * 30))[-1] == 429
    assert await street.statuses(PLAYBOOK, 1) == [200]


async def test_a_network_is_one_caller(street: Street) -> None:
    """All addresses of one IPv6 network are counted together: one person has them all."""
    await street.statuses("/health", 60, "2001:db8:1:2::1", token=None)
    assert await street.statuses("/health", 1, "2001:db8:1:2:ffff::9", token=None) == [429]
    assert await street.statuses("/health", 1, "2001:db8:1:3::1", token=None) == [200]


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8::1", "20010db800000000"),
        ("x" * 200, "x" * 64),
    ],
)
def test_what_an_address_counts_as(host: str, counted: str) -> None:
    """IPv4 is itself, also when written as IPv6; what is no address at all has a bounded name."""
    assert network(host) == counted


def test_what_is_remembered_is_bounded() -> None:
    """However many callers there are, only the latest are remembered."""
    rates = Rates(1, 5, most=100)
    for number in range(10_000):
        rates.take(number, 0.0)
    assert rates.remembered == 100


def test_waiting_is_exact() -> None:
    """What is refused does not count, and after the time that was said it works, not sooner."""
    rates = Rates(2, 3)
    assert [rates.take("a", 10.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert rates.take("a", 10.25) == 0.25
    assert [rates.take("a", 10.5), rates.take("a", 10.5)] == [0.0, 0.5]
    assert [rates.take("a", 1000.0) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
