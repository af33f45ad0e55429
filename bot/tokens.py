"""Tokens of the HTTP API: making one, taking it back, and which one somebody holds.

The secret itself is never stored, only its SHA-256: whoever reads the database cannot use it. No salt and no slow hash: those
protect what people choose, and this is chosen by chance, with more than 256 bits of it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.chance import Chance
from bot.core.request.effects import Refusal, Refused
from bot.core.wording import text
from bot.ports import ApiToken, Clock, Store, Transaction

_BEGIN = "soglas_"  # tells people, and programs that search for leaked secrets, what they have found
_SECRET = re.compile(r"soglas_[A-Za-z0-9_-]{44,128}")
_NAME = re.compile(r"[\w.-]{1,60}")
_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Created:
    """A new token. ``secret`` is said this once and known to nobody afterwards."""

    secret: str
    token: ApiToken


class Tokens:
    """The tokens of the database. Nothing is remembered here: a token that is taken back opens nothing from then on."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def create(self, chance: Chance, brand: str, name: str, by: str = "") -> Created | Refused:
        """A token that opens one brand. ``by`` is empty for the command line."""
        # Two words, for their 142 bits each.
        secret = f"{_BEGIN}{chance.word()}{chance.word()}"
        token = ApiToken(digest_of(secret), brand, name, self._clock.now(), by)

        def work(tx: Transaction) -> Created | Refused:
            if not _NAME.fullmatch(name):
                return Refused(Refusal.NOT_POSSIBLE, text("token.bad_name"))
            if tx.in_force(brand) is None:
                return Refused(Refusal.NOT_POSSIBLE, text("refusal.no_such_brand", brand=brand))
            if _called(tx, name):
                return Refused(Refusal.NOT_POSSIBLE, text("token.name_taken", name=name))
            tx.save_api_token(token)
            return Created(secret, token)

        return await self._store.run(work)

    async def all(self) -> Sequence[ApiToken]:
        """Every token there ever was, those taken back too."""
        return await self._store.read(lambda tx: tx.api_tokens())

    async def revoke(self, name: str) -> Sequence[ApiToken]:
        """Takes back what goes by that name; empty when nothing that works does."""
        now = self._clock.now()

        def work(tx: Transaction) -> Sequence[ApiToken]:
            found = _called(tx, name)
            for token in found:
                tx.save_api_token(replace(token, revoked_at=now))
            return found

        return await self._store.run(work)

    async def held(self, secret: str) -> ApiToken | None:
        """The token that a secret is of; ``None`` for any other words and for one that was taken back.

        It is looked up by its digest. How long that takes may tell how alike two digests begin, which helps nobody: what
        begins alike for SHA-256 has nothing in common before it.
        """
        if not _SECRET.fullmatch(secret):
            return None
        digest, now = digest_of(secret), self._clock.now()
        token = await self._store.read(lambda tx: tx.api_token(digest))
        if token is None or token.revoked_at is not None:
            return None
        if token.used_at is None or now - token.used_at >= _NOTED_EVERY:
            await self._store.run(lambda tx: tx.note_token_used(digest, now))
        return token


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _called(tx: Transaction, name: str) -> Sequence[ApiToken]:
    return [token for token in tx.api_tokens() if token.name == name and token.revoked_at is None]
