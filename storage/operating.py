"""The part of the port ``Transaction`` that keeping the system running needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.ports import ApiToken, Webhook
from storage.mapping import from_micros, to_micros
from storage.rows import Row, Rows, ends


class Operating(Rows):
    """Signs of life, tokens, webhooks, in terms of rows."""

    def beat(self, name: str, at: datetime) -> None:
        self._rows("beat", name=name, at=to_micros(at))

    def beaten(self, name: str) -> datetime | None:
        row = self._one("beaten", name=name)
        return from_micros(int(row[0])) if row else None

    def beats(self, begin: str) -> Mapping[str, datetime]:
        return {str(name): from_micros(int(at)) for name, at in self._rows("beats", first=begin, after=ends(begin))}

    def forget_beat(self, name: str) -> None:
        self._rows("forget_beat", name=name)

    def api_token(self, digest: str) -> ApiToken | None:
        row = self._one("api_token", digest=digest)
        return _token(row) if row else None

    def api_tokens(self) -> Sequence[ApiToken]:
        return [_token(row) for row in self._rows("api_tokens")]

    def save_api_token(self, token: ApiToken) -> None:
        self._rows(
            "save_api_token", digest=token.digest, brand=token.brand, name=token.name, created_at=to_micros(token.created_at),
            created_by=token.created_by, revoked_at=_or_0(token.revoked_at), used_at=_or_0(token.used_at),
        )  # fmt: skip

    def note_token_used(self, digest: str, at: datetime) -> None:
        self._rows("note_token_used", of=digest, at=to_micros(at))

    def webhooks(self, brand: str | None = None) -> Sequence[Webhook]:
        rows = self._rows("webhooks_of", brand=brand) if brand else self._rows("webhooks")
        return [_webhook(row) for row in rows]

    def save_webhook(self, webhook: Webhook) -> None:
        self._rows(
            "save_webhook", id=webhook.id, brand=webhook.brand, url=webhook.url, secret=webhook.secret,
            added_at=to_micros(webhook.added_at), allow_private=int(webhook.allow_private), ended_at=_or_0(webhook.ended_at),
        )  # fmt: skip


def _or_0(at: datetime | None) -> int:
    return to_micros(at) if at else 0


def _or_none(micros: int) -> datetime | None:
    return from_micros(micros) if micros else None


def _token(row: Row) -> ApiToken:
    digest, brand, name, created_at, created_by, revoked_at, used_at = row
    return ApiToken(
        str(digest), str(brand), str(name), from_micros(int(created_at)), str(created_by), _or_none(int(revoked_at)),
        _or_none(int(used_at)),
    )  # fmt: skip


def _webhook(row: Row) -> Webhook:
    number, brand, url, secret, added_at, allow_private, ended_at = row
    return Webhook(
        str(number), str(brand), str(url), str(secret), from_micros(int(added_at)), bool(allow_private), _or_none(int(ended_at))
    )
