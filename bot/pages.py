"""Documents as text, Markdown or HTML. Every worded line is escaped as a whole."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from bot.core.playbook.printing import Section
from bot.speech import Reader, show

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|])")


def as_text(sections: Sequence[Section], reader: Reader) -> str:
    lines: list[str] = []
    for section in sections:
        heading = show(section.heading, reader)
        lines += ["", heading, ("=" if section.level == 1 else "-") * len(heading)]
        lines += [f"  {show(line, reader)}" for line in section.lines]
    return "\n".join(lines).lstrip("\n") + "\n"


def as_markdown(sections: Sequence[Section], reader: Reader) -> str:
    lines: list[str] = []
    for section in sections:
        lines += ["", f"{'#' * section.level} {_plain(show(section.heading, reader))}", ""]
        lines += [f"- {_plain(show(line, reader))}" for line in section.lines]
    return "\n".join(lines).lstrip("\n") + "\n"


def as_html(sections: Sequence[Section], reader: Reader) -> str:
    title = html.escape(show(sections[0].heading, reader))
    body: list[str] = []
    for section in sections:
        body.append(f"<h{section.level}>{html.escape(show(section.heading, reader))}</h{section.level}>")
        items = "".join(f"<li>{html.escape(show(line, reader))}</li>" for line in section.lines)
        body.append(f"<ul>{items}</ul>" if items else "")
    head = f'<!doctype html>\n<html lang="{reader.language}">\n<meta charset="utf-8">\n<title>{title}</title>\n'
    return head + "\n".join(part for part in body if part) + "\n</html>\n"


def _plain(value: str) -> str:
    return _MARKDOWN.sub(r"\\\1", value)
