"""What Slack makes of the text a person types: escaped text, and the rich_text block that comes with it."""

import re
from typing import Any

from adapters.playground.slack.workspace import Workspace

MENTION = re.compile(r"&lt;@([A-Z0-9]+)&gt;")
Json = dict[str, Any]


def typed_text(text: str, workspace: Workspace) -> tuple[str, list[Json]]:
    """The text with & < > escaped, mentions of members kept, and its rich_text block."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def mention(found: re.Match[str]) -> str:
        return f"<@{found[1]}>" if found[1] in workspace.people else found[0]

    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    block = {"type": "rich_text", "block_id": workspace.new_id(), "elements": [section]}
    return MENTION.sub(mention, escaped), [block]
