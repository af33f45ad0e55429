"""What people tap, fill in and call: buttons, forms, shortcuts, commands, the home tab."""

from typing import Any

from adapters.playground.slack.complaints import unfinished
from adapters.playground.slack.gestures import dispatches, gesture, remember, touched
from adapters.playground.slack.modals import OpenView
from adapters.playground.slack.parts import Parts
from adapters.playground.slack.records import Acked, Submitted
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.state import fill, stateful
from adapters.playground.slack.submission import carry_out
from adapters.playground.slack.typing_box import command_text

COMMANDS = "slash_commands"


class Tapping(Parts):
    """Each gives how the app acknowledged it."""

    async def tap(
        self,
        user_id: str,
        channel: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: str | None = None,
        selected_option: str | None = None,
    ) -> Acked:
        """Tap an element of a message, or of a view when `channel` is a view's id (`ts` is not read then).

        An element the message no longer has is a stale tap; one it never had is a forged one. Both are sent.
        """
        chosen = {"block_id": block_id, "value": value, "selected_option": selected_option}
        if channel.startswith("V"):
            view = self._view(user_id, channel)
            action = gesture([view.sent["blocks"]], action_id, **chosen)
            remember(view.picked, action)
            return await self._interact(self._payloads.view_action(user_id, view, action))
        message = self._message(channel, ts)
        action = gesture([message.blocks, *message.past], action_id, **chosen)
        remember(message.picked, action)
        response_url = self._address(self.response_urls.new(user_id, channel, message))
        return await self._interact(self._payloads.message_action(user_id, message, action, response_url))

    # Any: what a field takes depends on its type, see `submit`.
    async def fill_in(self, user_id: str, view_id: str, block_id: str, action_id: str, entry: Any) -> Acked | None:
        """Fill one field of an open view without sending the form.

        The app hears of it at once when the field's block has dispatch_action; None when it does not.
        """
        view = self._view(user_id, view_id)
        places = {(block["block_id"], element["action_id"]): (block, element) for block, element in stateful(view.sent["blocks"])}
        if (block_id, action_id) not in places:
            raise LookupError(f"the view has no field {block_id}/{action_id}; it has {sorted(places)}")
        block, element = places[block_id, action_id]
        action = touched(block, element, None, self._attached(user_id, entry))
        remember(view.picked, action)
        if not dispatches(block):
            return None
        return await self._interact(self._payloads.view_action(user_id, view, action))

    async def submit(self, user_id: str, view_id: str, values: dict[str, dict[str, Any]]) -> Submitted:
        """Fill a modal and submit it; what Slack's own screen refuses is never sent (ok=False, errors).

        A value is a word (an option's value, a date, seconds for a datetimepicker), a list of words, or for a
        file_input a list of (name, bytes) or (name, bytes, pretended size).
        """
        view = self._view(user_id, view_id)
        given = {
            block_id: {action_id: self._attached(user_id, entry) for action_id, entry in actions.items()}
            for block_id, actions in values.items()
        }
        state = fill(view.sent["blocks"], view.picked, given)
        view.picked = state
        errors = unfinished(view.sent["blocks"], state)
        if errors:
            return Submitted(False, 0.0, None, errors)
        acked = await self._interact(self._payloads.submission(view, state))
        return carry_out(self._modals, view, acked)

    async def close_view(self, user_id: str, view_id: str) -> None:
        """Close a modal unsent; the app hears of it when it asked to (notify_on_close).

        With clear_on_close the whole stack goes, and every view of it that asked is told of, the top first.
        """
        view = self._view(user_id, view_id)
        cleared = bool(view.sent.get("clear_on_close"))
        closed: list[OpenView] = self._modals.stacks.get(user_id, [])[::-1] if cleared else [view]
        for each in closed:
            self._modals.close(each)
        for each in closed:
            if each.sent.get("notify_on_close"):
                await self._interact(self._payloads.closed(each, cleared=cleared))

    async def command(self, user_id: str, name: str, text: str = "", *, channel: str | None = None) -> Acked:
        """A slash command in the bot's conversation or in a channel; what the acknowledgement says is shown there.

        A mention in the text arrives as <@U123|username> when the app has should_escape; how one is typed, see
        typing_box.command_text.
        """
        place = self._channel(channel) if channel else self._dm(user_id)
        response_url = self._address(self.response_urls.new(user_id, place.id))
        words = command_text(text, self.workspace, should_escape=self._should_escape)
        acked = await self._delivery.interaction(COMMANDS, self._payloads.command(user_id, place, name, words, response_url))
        if not acked.payload:
            return acked
        try:
            self.response_urls.say(user_id, place.id, acked.payload)
        except Refused:
            return Acked(False, acked.seconds, acked.payload)
        return acked

    async def shortcut(self, user_id: str, callback_id: str) -> Acked:
        """A global shortcut."""
        return await self._interact(self._payloads.shortcut(user_id, callback_id))

    async def message_action(self, user_id: str, channel: str, ts: str, callback_id: str) -> Acked:
        """A shortcut from a message's menu: anybody's message, even where the bot is no member."""
        message = self._message(channel, ts)
        if user_id not in self._channel(channel).members or message.gone or message.ephemeral_for is not None:
            raise LookupError(f"{user_id} sees no menu on {ts} in {channel}")
        response_url = self._address(self.response_urls.new(user_id, channel))
        return await self._interact(self._payloads.message_shortcut(user_id, message, callback_id, response_url))

    async def open_home(self, user_id: str, *, tab: str = "home") -> Acked:
        """Look at the app's home tab, or at its `messages` tab: Slack sends app_home_opened for both."""
        return await self._delivery.event(self._events.home_opened(user_id, self._dm(user_id), tab))

    async def repeat_last(self) -> Acked:
        """What a person last caused arrives once more, letter by letter."""
        return await self._delivery.repeat_last()

    # Any: see `submit`.
    def _attached(self, user_id: str, entry: Any) -> Any:
        """Attached files become the file objects Slack puts into the state; other entries stay."""
        if not (isinstance(entry, list) and entry and isinstance(entry[0], tuple)):
            return entry
        kept = [self.files.keep(user_id, each[0], each[1], size=each[2] if len(each) > 2 else None) for each in entry]
        return [self.files.shape(file) for file in kept]
