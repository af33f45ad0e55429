"""Which brands a caller's token opens: those of the settings and of the database. How often it may be used, and guessed."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.http.errors import Problem
from adapters.http.gate import address_of, retry_after
from adapters.http.rates import Rates
from bot.core.wording import text
from bot.tokens import Tokens, digest_of

_BEARER = HTTPBearer(auto_error=False, description="A token of `soglas tokens create`, or one of SOGLAS_API_TOKENS")
_MOST_KNOWN = 10_000

Given = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


class Keyring:
    """Every call asks the database: a token that was taken back is refused by every process from then on."""

    def __init__(self, configured: Mapping[str, frozenset[str]], tokens: Tokens, seconds: Callable[[], float]) -> None:
        self._configured, self._tokens, self._seconds = configured, tokens, seconds
        self._calls, self._wrong = Rates(20, 60), Rates(1 / 6, 10)
        self._came: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def brands(self, request: Request, given: Given) -> frozenset[str]:
        """The brands the caller's token opens. Raises ``Problem`` when it is none that is known, or too many calls came."""
        secret = given.credentials.strip() if given else ""
        address, digest = address_of(request.scope), digest_of(secret)
        self._let_guess(address, digest)
        found = await self._opened(secret)
        if found is None:
            if secret:
                self._wrong.take(address, self._seconds())
            raise Problem(401, "token_needed", text("http.token_needed"), {"WWW-Authenticate": "Bearer"})
        self._note_came(address, digest)
        _refuse_after(self._calls.take(digest, self._seconds()))
        return found

    def _let_guess(self, address: str, digest: str) -> None:
        """After too many wrong tokens an address is not told about any other, right or wrong.

        One that came from there before goes on working: somebody behind the same proxy must not lock everybody out.
        """
        if (address, digest) not in self._came:
            _refuse_after(self._wrong.wait(address, self._seconds()))

    async def _opened(self, secret: str) -> frozenset[str] | None:
        """Every token of the settings is compared, each in constant time."""
        given = secret.encode()
        found = [brands for known, brands in self._configured.items() if hmac.compare_digest(known.encode(), given)]
        if found:
            return found[0]
        token = await self._tokens.held(secret)
        return frozenset({token.brand}) if token else None

    def _note_came(self, address: str, digest: str) -> None:
        self._came[address, digest] = None
        self._came.move_to_end((address, digest))
        if len(self._came) > _MOST_KNOWN:
            self._came.popitem(last=False)


def _refuse_after(wait: float) -> None:
    if wait:
        raise Problem(429, "too_many", text("http.too_many"), retry_after(wait))
