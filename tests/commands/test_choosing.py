"""Which settings and roles go together: what stands in the way is said at once, all of it."""

from __future__ import annotations

import pytest

from bot.commands.choosing import misfits
from bot.settings import Role, Settings
from tests.commands.terminal import Terminal

TELEGRAM, SLACK = {"telegram_token": "1:hidden"}, {"slack_bot_token": "xoxb-hidden"}
WEBHOOK = {**TELEGRAM, "telegram_mode": "webhook"}
SERVED = {"public_url": "https://soglas.example", "telegram_webhook_secret": "hidden"}
HTTP = {**SLACK, "slack_mode": "http"}


@pytest.mark.parametrize(
    ("role", "given", "codes"),
    [
        ("all", {}, ["nothing_to_run"]),
        ("worker", {}, ["nothing_to_run"]),
        ("web", {}, []),
        ("all", TELEGRAM, []),
        ("all", {**SLACK, "slack_app_token": "xapp-1"}, []),
        ("all", SLACK, ["half_slack"]),
        ("worker", SLACK, ["half_slack"]),
        ("web", SLACK, []),
        ("all", WEBHOOK, ["webhook_no_url", "webhook_no_secret"]),
        ("web", WEBHOOK, ["webhook_no_url", "webhook_no_secret"]),
        ("worker", WEBHOOK, []),
        ("all", {**WEBHOOK, **SERVED}, []),
        ("all", {**WEBHOOK, **SERVED, "public_url": "https://soglas.example:8443"}, []),
        ("all", {**WEBHOOK, **SERVED, "public_url": "https://soglas.example:8080"}, ["webhook_port"]),
        ("all", {"telegram_mode": "webhook", **SERVED}, ["webhook_no_token"]),
        ("all", HTTP, ["http_no_signing_secret"]),
        ("worker", HTTP, []),
        ("web", {**HTTP, "slack_signing_secret": "hidden"}, []),
        ("all", {**HTTP, "slack_signing_secret": "hidden", "slack_app_token": "xapp-1"}, ["http_app_token"]),
        ("all", {**TELEGRAM, "slack_mode": "http"}, ["http_no_bot_token", "http_no_signing_secret"]),
    ],
)
def test_what_a_role_needs(role: str, given: dict[str, str], codes: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each way in needs its own settings, in the processes that have it, and no others."""
    settings = Settings(_env_file=None, **given)  # type: ignore[arg-type]
    found = misfits(settings, Role(role), shared=True)
    assert [str(one) for one in found] == codes


def test_everything_is_said_at_once(soglas: Terminal) -> None:
    """Two lines for each thing that stands in the way, none of them with a secret, and the end is 1."""
    soglas.sets(SOGLAS_TELEGRAM_MODE="webhook", SOGLAS_TELEGRAM_TOKEN="1:hidden", SOGLAS_SLACK_MODE="http",
                SOGLAS_SLACK_BOT_TOKEN="xoxb-hidden", SOGLAS_SLACK_APP_TOKEN="xapp-hidden")  # fmt: skip
    said = soglas("run", "--role", "web")
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 10)
    for part in ("PUBLIC_URL", "WEBHOOK_SECRET", "SIGNING_SECRET", "APP_TOKEN is of no use", "--role web needs PostgreSQL"):
        assert part in said.err
    assert "hidden" not in said.err


def test_a_role_there_is_not(soglas: Terminal) -> None:
    """The roles are all, web and worker."""
    assert soglas("run", "--role", "king").code == 2
