"""What a modal's submission becomes once the app has answered it: closed, corrected, replaced or covered."""

from typing import Any

from adapters.playground.slack.modals import Modals, OpenView
from adapters.playground.slack.records import Acked, Submitted
from adapters.playground.slack.refusal import Refused

Json = dict[str, Any]
TAKES: dict[str | None, frozenset[str]] = {
    None: frozenset(),
    "errors": frozenset({"response_action", "errors"}),
    "update": frozenset({"response_action", "view"}),
    "push": frozenset({"response_action", "view"}),
    "clear": frozenset({"response_action"}),
}


def carry_out(modals: Modals, view: OpenView, acked: Acked) -> Submitted:
    """Do what the acknowledgement says; what Slack cannot read it shows as "trouble connecting"."""
    answer = acked.payload or {}
    action = answer.get("response_action") if isinstance(answer, dict) else "unreadable"
    if not acked.ok or action not in TAKES or set(answer) - TAKES[action]:
        return Submitted(False, acked.seconds, action, {})
    errors = answer.get("errors", {})
    try:
        apply(modals, view, action, answer)
    except Refused:
        return Submitted(False, acked.seconds, action, errors if isinstance(errors, dict) else {})
    return Submitted(True, acked.seconds, action, errors)


def apply(modals: Modals, view: OpenView, action: str | None, answer: Json) -> None:
    """One of Slack's five outcomes; refuses what makes no sense for this view."""
    if action is None:
        modals.close(view)
    elif action == "clear":
        modals.stacks[view.user_id] = []
    elif action == "errors":
        check_errors(view, answer.get("errors"))
    elif action == "update":
        modals.update(view, answer.get("view"))
    else:
        modals.push_answer(view.user_id, answer.get("view"))


def check_errors(view: OpenView, errors: Any) -> None:
    """Every error names an input block of the view and says something."""
    inputs = {block["block_id"] for block in view.sent["blocks"] if block["type"] == "input"}
    good = isinstance(errors, dict) and errors and set(errors) <= inputs
    if not good or not all(isinstance(sentence, str) and sentence for sentence in errors.values()):
        raise Refused("invalid_arguments")
