"""One request on its way: its state, the commands people give it, the events that happen, and the rules between them.

``decide(state, command, team, now)`` gives a ``Decision`` or a ``Refused``; ``evolve(state, event)`` gives the next state.
Every legal move stands in ``table``; nothing is legal that is not written there.
"""

from bot.core.request.decide import decide
from bot.core.request.effects import Decision, Refusal, Refused, Show, Tell
from bot.core.request.evolve import evolve, fold
from bot.core.request.model import Request, RequestId, Status
from bot.core.request.table import Action

__all__ = [
    "Action", "Decision", "Refusal", "Refused", "Request", "RequestId", "Show", "Status", "Tell", "decide", "evolve", "fold",
]  # fmt: skip
