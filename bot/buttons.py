"""What a button carries: a short, versioned code. Never trusted: who may act and whether it is current follows from the state."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.core.cards import Button, Input, is_drawn
from bot.core.request.commands import Ticket
from bot.core.request.model import RequestId
from bot.core.request.table import Action

_CODE = re.compile(r"1\|([A-Z]-[0-9]{1,9})\|([a-z_]{2,20})\|([0-9]{1,4})\|([0-9]{1,3})\|([0-9]{1,4})\|([a-z_]{2,10})")
_AWAY = re.compile(r"4\|(today|tomorrow|week|back)")
_MENU = re.compile(r"8\|(inbox|away|new|settings|menu|help)")
_SHOW = re.compile(r"3\|([A-Z]-[0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Code:
    """A button's meaning. Fits 64 bytes, the least any messenger allows."""

    request: RequestId
    action: Action
    ticket: Ticket
    input: Input

    def __str__(self) -> str:
        t = self.ticket
        return f"1|{self.request}|{self.action}|{t.step}|{t.round}|{t.text_version}|{self.input}"


def code(request: RequestId, button: Button) -> Code:
    return Code(request, button.action, button.ticket, button.input)


def parse(data: str) -> Code | None:
    """Reads a code; ``None`` for anything that is not one of ours, or of a version we no longer speak."""
    found = _CODE.fullmatch(data)
    if not found:
        return None
    try:
        action, wanted = Action(found[2]), Input(found[6])
    except ValueError:
        return None
    if not is_drawn(action, wanted):
        return None
    return Code(RequestId(found[1]), action, Ticket(int(found[3]), int(found[4]), int(found[5])), wanted)


def show(request: RequestId) -> str:
    """The code of a button that leads to a request's card."""
    return f"3|{request}"


def parse_show(data: str) -> RequestId | None:
    found = _SHOW.fullmatch(data)
    return RequestId(found[1]) if found else None


def menu(word: str) -> str:
    """The code of a button that does what a command of that name does."""
    return f"8|{word}"


def parse_menu(data: str) -> str | None:
    found = _MENU.fullmatch(data)
    return found[1] if found else None


def away(word: str) -> str:
    """The code of a quick button about being away."""
    return f"4|{word}"


def parse_away(data: str) -> str | None:
    found = _AWAY.fullmatch(data)
    return found[1] if found else None
