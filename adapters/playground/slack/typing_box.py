"""What Slack makes of what a person types: escaped text, mentions, the rich_text block that comes with a message."""

import re
from typing import Any

from adapters.playground.slack.workspace import BOT_USER, Person, Workspace

MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
Json = dict[str, Any]


def typed_text(text: str, workspace: Workspace) -> tuple[str, list[Json]]:
    """The text with & < > escaped, mentions of members and of the bot kept, and its rich_text block."""
    words: list[str] = []
    elements: list[Json] = []
    for piece, user_id in pieces(text, workspace):
        words.append(f"<@{user_id}>" if user_id else escaped(piece))
        if user_id or piece:
            elements.append({"type": "user", "user_id": user_id} if user_id else {"type": "text", "text": piece})
    section = {"type": "rich_text_section", "elements": elements}
    return "".join(words), [{"type": "rich_text", "block_id": workspace.new_id(), "elements": [section]}]


def command_text(text: str, workspace: Workspace, *, should_escape: bool) -> str:
    """The text of a slash command: as typed, or, where the app asked for it, escaped with mentions resolved.

    A mention is typed as `@Real Name` (the whole name, in any case), `@Real` (its first word, when only one
    person has it), `@username` or `@U123`; `<@U123>` and `<@U123|name>` stand for one, too. All of them arrive
    as `<@U123|username>`. An @ that names nobody, or stands inside a word, is left as it is.
    """
    if not should_escape:
        return text
    marked = by_name(workspace).sub(lambda found: f"<@{called(found[1], workspace)}>", text)
    return "".join(
        f"<@{user_id}|{user_id.lower()}>" if user_id else escaped(piece) for piece, user_id in pieces(marked, workspace)
    )


def pieces(text: str, workspace: Workspace) -> list[tuple[str, str | None]]:
    """The text cut at its mentions; each piece with the id of who is mentioned, or None for words."""
    found: list[tuple[str, str | None]] = []
    start = 0
    for mention in MENTION.finditer(text):
        if mention[1] in workspace.people or mention[1] == BOT_USER:
            found += [(text[start : mention.start()], None), (mention[0], mention[1])]
            start = mention.end()
    return [*found, (text[start:], None)]


def by_name(workspace: Workspace) -> re.Pattern[str]:
    """An @ and one of the names somebody can be called by, the longest first."""
    names = sorted({name for person in workspace.people.values() for name in names_of(person)}, key=len, reverse=True)
    return re.compile(rf"(?<![\w<])@({'|'.join(map(re.escape, names)) or '(?!)'})(?!\w)", re.IGNORECASE)


def called(name: str, workspace: Workspace) -> str:
    """Whose name it is; ValueError when it could be several people's: Slack's menu would have made the typist choose."""
    wanted = name.casefold()
    who = [person.id for person in workspace.people.values() if wanted in map(str.casefold, names_of(person))]
    whole = [each for each in who if workspace.people[each].real_name.casefold() == wanted]
    if len(whole or who) != 1:
        raise ValueError(f"@{name} could be {' or '.join(who)}")
    return (whole or who)[0]


def names_of(person: Person) -> tuple[str, ...]:
    """Everything that can follow the @."""
    return (person.real_name, person.real_name.split()[0], person.username, person.id)


def escaped(text: str) -> str:
    """Slack's three control characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
