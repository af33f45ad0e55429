"""Statements for keeping the system running: signs of life, tokens, webhooks, retention. Built like those in ``statements``."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.sql.base import Executable

from storage import tables as t
from storage.building import Insert, same, table, upsert

BEAT, API_TOKEN, WEBHOOK, REMOVED = table(t.BeatRow), table(t.ApiTokenRow), table(t.WebhookRow), table(t.RemovedPersonRow)


def operating(insert: Insert) -> dict[str, Executable]:
    """All of them, by name."""
    return {
        "beat": upsert(insert, BEAT),
        "beaten": select(BEAT.c.at).where(same(BEAT, "name")),
        "beats": select(BEAT.c.name, BEAT.c.at).where(BEAT.c.name >= bindparam("first"), BEAT.c.name < bindparam("after")),
        "forget_beat": delete(BEAT).where(same(BEAT, "name")),
        "api_token": select(*API_TOKEN.c).where(same(API_TOKEN, "digest")),
        "api_tokens": select(*API_TOKEN.c).order_by(API_TOKEN.c.brand, API_TOKEN.c.created_at),
        "save_api_token": upsert(insert, API_TOKEN),
        "note_token_used": update(API_TOKEN).where(API_TOKEN.c.digest == bindparam("of")).values(used_at=bindparam("at")),
        "webhooks": select(*WEBHOOK.c).order_by(WEBHOOK.c.brand, WEBHOOK.c.added_at),
        "webhooks_of": select(*WEBHOOK.c).where(same(WEBHOOK, "brand")).order_by(WEBHOOK.c.added_at),
        "save_webhook": upsert(insert, WEBHOOK),
    }
