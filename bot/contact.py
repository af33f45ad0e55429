"""Keeps note of when the two sides of a direct line last talked, in the transaction in which they did."""

from __future__ import annotations

from bot.core.direct_lines import joined
from bot.core.people import Team
from bot.core.request.effects import Decision
from bot.ports import DirectContact, Transaction


def follow(tx: Transaction, decision: Decision, team: Team) -> None:
    """Notes every direct line that a decision's events have joined."""
    state = decision.state
    for event in decision.events:
        for line in joined(team.playbook, state, event):
            first, second = sorted(line.between)
            tx.note_contact(DirectContact(state.brand, first, second, event.at, state.id))
