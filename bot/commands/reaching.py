"""Telling whoever looks at the terminal of ``soglas run`` that a messenger cannot be reached, and that it is there again.

The log says it too, at every attempt and for programs; this is said once, to a person, with what to look at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.commands import out, terminal
from bot.core.wording import text

if TYPE_CHECKING:
    from bot.wiring import Connection

# A connection that is well stands sooner.
_GRACE, _BETWEEN = 3.0, 1.0


async def tell_who_is_out_of_reach(
    connections: Mapping[str, Connection], *, grace: float = _GRACE, between: float = _BETWEEN
) -> None:
    """Ends when every messenger has been reached; by name, as they are called for people. Both pauses are in seconds."""
    if not all(one.connected for one in connections.values()):
        await asyncio.sleep(grace)
    awaited = [name for name, one in connections.items() if not one.connected]
    for name in awaited:
        out(text(f"cli.run.out_of_reach.{name.lower()}"), terminal())
    while awaited:
        await asyncio.sleep(between)
        for name in [name for name in awaited if connections[name].connected]:
            awaited.remove(name)
            out(text("cli.run.in_reach", messenger=name), terminal())
