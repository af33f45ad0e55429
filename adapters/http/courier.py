"""Bringing webhooks to their addresses: never to one inside, never round a corner, never waiting for long."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.ports import NotAccepted, TryLater, Unclear, Webhook

_PATIENCE = aiohttp.ClientTimeout(total=10, connect=5)


class Unfit(StrEnum):
    """Why an address is not one to send to."""

    NOT_AN_ADDRESS = "not_an_address"
    NOT_HTTPS = "not_https"
    NOT_HTTP = "not_http"
    HAS_PASSWORD = "has_password"  # noqa: S105  # a word for it, not one
    NOT_PUBLIC = "not_public"


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet; what is written as IPv6 around an IPv4 address counts as that."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None or found in _TRANSLATED:
            return is_public(str(inner or ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
    return found.is_global and not found.is_multicast


_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class _Public(AbstractResolver):
    """Gives only public addresses, and those are what is then connected to: no second look-up could give another one."""

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        public = [(kind, address) for kind, _, _, _, address in found if is_public(str(address[0]))]
        if not public or len(public) < len(found):
            raise OSError("not a public address")
        return [
            ResolveResult(hostname=host, host=str(address[0]), port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, address in public
        ]

    async def close(self) -> None: ...


class HttpCourier:
    """The port ``Courier`` on aiohttp. ``allow_private`` lets every webhook have an address inside."""

    def __init__(self, *, allow_private: bool = False) -> None:
        self._allow_private = allow_private

    async def deliver(self, webhook: Webhook, body: bytes, headers: dict[str, str]) -> None:
        inside = self._allow_private or webhook.allow_private
        if wrong := refused(webhook.url, inside=inside):
            raise NotAccepted(wrong)
        connector = aiohttp.TCPConnector(resolver=None if inside else _Public(), limit=4, force_close=True)
        # No cookies, no proxies of the environment, no redirects: each of them could lead somewhere else.
        async with aiohttp.ClientSession(connector=connector, timeout=_PATIENCE, cookie_jar=aiohttp.DummyCookieJar()) as session:
            try:
                given = {**headers, "Content-Type": "application/json"}
                async with session.post(webhook.url, data=body, headers=given, allow_redirects=False) as answer:
                    status = answer.status
            except (TimeoutError, aiohttp.ClientError, OSError) as error:
                raise Unclear(type(error).__name__) from None
        _judge(status)


def _judge(status: int) -> None:
    """Anything but a 2xx is tried again later: a receiver that is being mended answers with all kinds of things."""
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise TryLater(0, f"answered {status}") from None


def refused(url: str, *, inside: bool = False) -> Unfit | None:
    """Why an address is not one to send to, if so. Names are looked up when something is sent.

    ``inside``: it may be in one's own network, and without encryption.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return Unfit.NOT_AN_ADDRESS
    if parts.scheme not in (("https", "http") if inside else ("https",)):
        return Unfit.NOT_HTTP if inside else Unfit.NOT_HTTPS
    if not host or len(url.split()) != 1:
        return Unfit.NOT_AN_ADDRESS
    if parts.username is not None and not inside:
        return Unfit.HAS_PASSWORD
    literal = host.replace(".", "").isdigit() or ":" in host
    return Unfit.NOT_PUBLIC if literal and not inside and not is_public(host) else None
