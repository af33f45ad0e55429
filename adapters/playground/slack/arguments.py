"""Which arguments each Web API method takes, and how a request's JSON, form and query become one dict.

This table is the only list of methods the stand-in knows: anything else is `unknown_method`.
"""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from adapters.playground.slack.grammar import fault
from adapters.playground.slack.refusal import Refused

# Bolt adds team_id to every call a listener's client makes; Slack ignores it.
EVERYWHERE = frozenset({"team_id", "token"})
# In a form or a query these are JSON inside a string; in a JSON body Slack takes both ways.
NESTED = frozenset({"blocks", "view", "metadata", "attachments", "files"})
NOT_STRINGS = NESTED | {
    "length",
    "count",
    "limit",
    "page",
    "include_locale",
    "return_im",
    "prevent_creation",
    "as_user",
    "reply_broadcast",
    "include_all_metadata",
    "inclusive",
    "unfurl_links",
    "unfurl_media",
    "link_names",
    "mrkdwn",
    "replace_original",
    "delete_original",
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a method must and may be given, and which kind of token opens it."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    token: str = "bot"


def takes(required: str = "", optional: str = "", *, token: str = "bot") -> Arguments:
    """One row of the table."""
    return Arguments(frozenset(required.split()), frozenset(optional.split()), token)


MESSAGE = "text blocks attachments as_user link_names parse markdown_text"
SHOWN_AS = "username icon_emoji icon_url"
METHODS: dict[str, Arguments] = {
    "auth.test": takes(),
    "apps.connections.open": takes(token="app"),
    "conversations.open": takes(optional="users channel return_im prevent_creation"),
    "conversations.history": takes("channel", "cursor include_all_metadata inclusive latest limit oldest"),
    "chat.postMessage": takes(
        "channel",
        f"{MESSAGE} {SHOWN_AS} thread_ts reply_broadcast unfurl_links unfurl_media mrkdwn metadata",
    ),
    "chat.update": takes("channel ts", f"{MESSAGE} reply_broadcast metadata file_ids"),
    "chat.delete": takes("channel ts", "as_user"),
    "chat.getPermalink": takes("channel message_ts"),
    "chat.postEphemeral": takes("channel user", f"{MESSAGE} {SHOWN_AS} thread_ts"),
    "views.open": takes("view", "trigger_id interactivity_pointer"),
    "views.push": takes("view", "trigger_id interactivity_pointer"),
    "views.update": takes("view", "view_id external_id hash"),
    "views.publish": takes("user_id view", "hash"),
    "users.info": takes("user", "include_locale"),
    "files.info": takes("file", "count cursor limit page"),
    "files.getUploadURLExternal": takes("filename length", "alt_txt snippet_type"),
    "files.completeUploadExternal": takes("files", "channel_id channels initial_comment thread_ts blocks"),
}
# Not a Web API method, but an address that takes a message: strict in the same way.
RESPONSE_URL = takes(
    optional="text blocks attachments response_type replace_original delete_original thread_ts unfurl_links unfurl_media"
)


async def decoded(request: web.Request) -> dict[str, Any]:
    """Query and body as one dict; nested values parsed wherever they were sent as a string."""
    params: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        params.update(json_object(await request.text()))
    elif request.method == "POST":
        params.update(await request.post())
    return {key: nested(key, value) for key, value in params.items() if value is not None}


def json_object(body: str) -> dict[str, Any]:
    """The body of a JSON request; an empty one is an empty object."""
    try:
        found = json.loads(body or "{}")
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(found, dict):
        raise Refused("json_not_object")
    return found


def nested(key: str, value: Any) -> Any:
    """Parse a value that is JSON in a string; what cannot be parsed stays for the method to refuse."""
    if key not in NESTED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def check_arguments(rule: Arguments, params: dict[str, Any]) -> None:
    """Refuse unknown and missing arguments, and text that is not text."""
    faults = [fault(f"unsupported argument: {key}", f"/{key}") for key in params if key not in allowed(rule)]
    faults += [fault(f"missing required field: {key}", f"/{key}") for key in sorted(rule.required - set(params))]
    faults += [
        fault("must be a string", f"/{key}")
        for key, value in params.items()
        if key not in NOT_STRINGS and not isinstance(value, str)
    ]
    if faults:
        raise Refused("invalid_arguments", *faults)


def allowed(rule: Arguments) -> frozenset[str]:
    """Every argument name the method does not refuse."""
    return rule.required | rule.optional | EVERYWHERE


def truth(value: Any) -> bool:
    """A boolean as JSON or a form spells it."""
    return value is True or str(value).lower() in {"1", "true"}
