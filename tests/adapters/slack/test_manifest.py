"""The app manifest in docs works as it is: what the code calls and listens to is what the manifest asks for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
# Slack's own method documents (docs.slack.dev/methods); None: no scope is needed.
SCOPES: dict[str, str | None] = {
    "auth_test": None,
    "apps_connections_open": None,  # connections:write, of the app-level token
    "views_open": None,
    "views_update": None,
    "views_publish": None,
    "chat_getPermalink": None,
    "users_info": "users:read",
    "files_info": "files:read",
    "chat_postMessage": "chat:write",
    "chat_update": "chat:write",
    "chat_postEphemeral": "chat:write",
    "conversations_history": "im:history",
    "conversations_open": "im:write",
    "files_upload_v2": "files:write",
}
LISTENED = {
    "message.im": "im:history", "app_mention": "app_mentions:read", "user_change": "users:read", "app_home_opened": None,
    "/soglas": "commands",
}  # fmt: skip


def manifest() -> Any:
    return yaml.safe_load((ROOT / "docs" / "slack-manifest.yaml").read_text(encoding="utf-8"))


def called() -> set[str]:
    """The Web API methods the adapter calls."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "adapters" / "slack").glob("*.py")]
    found = {name for source in sources for name in re.findall(r"client\.([a-z]+_[A-Za-z_0-9]+)\(", source)}
    assert len(found) > 5, "the search for calls found nothing"
    return found


def test_the_scopes_are_those_the_code_needs_and_no_others() -> None:
    """A missing scope fails in production only; one too many is asked of every workspace for nothing."""
    needed = {scope for method in called() if (scope := SCOPES[method])} | set(filter(None, LISTENED.values()))
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed
    assert set(manifest()["oauth_config"]["scopes"]) == {"bot"}


def test_people_can_write_to_the_bot_and_be_written_to() -> None:
    """With the messages tab off every direct message fails; read-only, nobody could ask anything."""
    home = manifest()["features"]["app_home"]
    assert home["messages_tab_enabled"] is True
    assert home["messages_tab_read_only_enabled"] is False
    assert manifest()["features"]["bot_user"]["display_name"]


def test_everything_comes_over_socket_mode() -> None:
    """No public address is needed: taps, forms, the command and messages all come over the sockets."""
    settings = manifest()["settings"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"] == {"is_enabled": True}
    assert set(settings["event_subscriptions"]["bot_events"]) == {name for name in LISTENED if not name.startswith("/")}
    assert [command["command"] for command in manifest()["features"]["slash_commands"]] == ["/soglas"]
    assert "url" not in str(manifest())


def test_the_shortcuts_and_the_command_are_those_the_code_answers() -> None:
    """A shortcut under another name would only bring the help; without escaping nobody can be invited by their name."""
    desk = (ROOT / "adapters" / "slack" / "desk.py").read_text(encoding="utf-8")
    shortcuts = {shortcut["callback_id"]: shortcut["type"] for shortcut in manifest()["features"]["shortcuts"]}
    assert shortcuts == {"soglas_new": "global", "soglas_send_message": "message"}
    assert all(f'"{name}"' in desk for name in shortcuts)
    assert all(len(shortcut["name"]) <= 24 for shortcut in manifest()["features"]["shortcuts"])
    assert manifest()["features"]["slash_commands"][0]["should_escape"] is True
    assert manifest()["features"]["app_home"]["home_tab_enabled"] is True


def test_the_names_fit_slacks_limits() -> None:
    """Slack refuses a manifest whose names are too long."""
    shown = manifest()["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert all(len(command["description"]) <= 2000 for command in manifest()["features"]["slash_commands"])
