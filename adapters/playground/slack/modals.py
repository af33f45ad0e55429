"""Views as Slack's servers hold them: each person's stack of modals, home tabs, hashes and triggers."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from adapters.playground.slack.records import View
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.surfaces import check_view, with_ids
from adapters.playground.slack.workspace import APP_ID, BOT_ID, Workspace

TRIGGER_SECONDS = 3.0
STACK = 3
Json = dict[str, Any]


@dataclass(slots=True)
class Trigger:
    """What a person did, as the right to open one view for them, for three real seconds."""

    user_id: str
    born: float
    used: bool = False


@dataclass(slots=True)
class OpenView:
    """A view and what its person has picked in it so far (typed state, by block and action)."""

    id: str
    user_id: str
    sent: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    picked: dict[str, dict[str, Json]] = field(default_factory=dict)


class Modals:
    """Opens, pushes, updates and closes views; refuses with the codes of views.*."""

    def __init__(self, workspace: Workspace, clock: Callable[[], float] = time.monotonic) -> None:
        self._workspace = workspace
        self._clock = clock
        self._triggers: dict[str, Trigger] = {}
        self.stacks: dict[str, list[OpenView]] = {}
        self.homes: dict[str, OpenView] = {}

    def trigger(self, user_id: str) -> str:
        """A new trigger_id."""
        trigger_id = f"{self._workspace.new_id()}.{self._workspace.new_id()}"
        self._triggers[trigger_id] = Trigger(user_id, self._clock())
        return trigger_id

    def redeem(self, trigger_id: str) -> str:
        """Whose trigger it is; it works once and briefly."""
        trigger = self._triggers.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._clock() - trigger.born > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger.user_id

    def open(self, trigger_id: str, view: Any) -> OpenView:
        """views.open: a new stack. A view that is refused does not use up the trigger."""
        self._check(view, "modal")
        user_id = self.redeem(trigger_id)
        self.stacks[user_id] = []
        return self.place(user_id, view)

    def push(self, trigger_id: str, view: Any) -> OpenView:
        """views.push: on top of an open modal, three high at most."""
        self._check(view, "modal")
        user_id = self.redeem(trigger_id)
        if not self.stacks.get(user_id):
            raise Refused("not_found")
        return self.place(user_id, view)

    def place(self, user_id: str, view: Json) -> OpenView:
        """Put a checked view on top."""
        stack = self.stacks.setdefault(user_id, [])
        if len(stack) >= STACK:
            raise Refused("push_limit_reached")
        opened = self._new(user_id, view)
        if stack:
            opened.root_id, opened.previous_id = stack[0].id, stack[-1].id
        stack.append(opened)
        return opened

    def push_answer(self, user_id: str, view: Any) -> None:
        """The push of a submission's answer: needs no trigger."""
        self._check(view, "modal")
        self.place(user_id, view)

    def update(self, found: OpenView, view: Any, known_hash: str | None = None) -> OpenView:
        """Replace a view's content; a hash that is not the present one means somebody else was faster."""
        kind = "home" if found.user_id in self.homes and self.homes[found.user_id] is found else "modal"
        self._check(view, kind, besides=found)
        if known_hash and known_hash != found.hash:
            raise Refused("hash_conflict")
        found.sent, found.hash = self._kept(view), self._hash()
        return found

    def publish(self, user_id: str, view: Any, known_hash: str | None) -> OpenView:
        """views.publish: the person's home tab."""
        self._workspace.person(user_id)
        home = self.homes.get(user_id)
        if home is not None:
            return self.update(home, view, known_hash)
        self._check(view, "home")
        self.homes[user_id] = self._new(user_id, view)
        return self.homes[user_id]

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> OpenView:
        """An open view by either name; refuses as not_found."""
        for view in self._all():
            if view.id == view_id or (external_id and view.sent.get("external_id") == external_id):
                return view
        raise Refused("not_found")

    def close(self, view: OpenView) -> None:
        """One view goes; what lay under it is seen again."""
        stack = self.stacks.get(view.user_id, [])
        self.stacks[view.user_id] = [other for other in stack if other is not view]

    def seen(self, user_id: str) -> list[View]:
        """A person's open modals, the top last."""
        return [View(view.id, self.shown(view), view.hash) for view in self.stacks.get(user_id, [])]

    def shown(self, view: OpenView) -> Json:
        """The view object as answers and payloads carry it."""
        empty = {
            "title": None,
            "submit": None,
            "close": None,
            "clear_on_close": False,
            "notify_on_close": False,
        }
        return {
            **empty,
            "callback_id": "",
            "private_metadata": "",
            "external_id": "",
            **copy.deepcopy(view.sent),
            "id": view.id,
            "hash": view.hash,
            "team_id": self._workspace.team_id,
            "app_id": APP_ID,
            "bot_id": BOT_ID,
            "app_installed_team_id": self._workspace.team_id,
            "root_view_id": view.root_id,
            "previous_view_id": view.previous_id,
            "state": {"values": copy.deepcopy(view.picked)},
        }

    def _all(self) -> list[OpenView]:
        return [*(view for stack in self.stacks.values() for view in stack), *self.homes.values()]

    def _check(self, view: Any, kind: str, *, besides: OpenView | None = None) -> None:
        check_view(view, kind=kind)
        name = view.get("external_id")
        if name and any(other.sent.get("external_id") == name for other in self._all() if other is not besides):
            raise Refused("duplicate_external_id")

    def _new(self, user_id: str, view: Json) -> OpenView:
        view_id = self._workspace.new_id("V0")
        return OpenView(view_id, user_id, self._kept(view), self._hash(), root_id=view_id)

    def _kept(self, view: Json) -> Json:
        return {**copy.deepcopy(view), "blocks": with_ids(view["blocks"], self._workspace.new_id)}

    def _hash(self) -> str:
        return f"{self._workspace.stamp()}.{self._workspace.new_id()}"
