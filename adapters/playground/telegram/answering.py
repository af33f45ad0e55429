"""The method that answers a tap."""

from datetime import timedelta

from adapters.playground.telegram.arguments import Arguments
from adapters.playground.telegram.html import utf16_length
from adapters.playground.telegram.records import CallbackAnswer
from adapters.playground.telegram.refusal import bad_request
from adapters.playground.telegram.world import World

LONGEST_ANSWER = 200
# Telegram publishes no number; this is on the generous side of what bots report.
ANSWERABLE_FOR = timedelta(seconds=60)


def answer_callback_query(world: World, arguments: Arguments) -> object:
    text = arguments.text("text")
    if utf16_length(text) > LONGEST_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    tap = world.taps.get(arguments.text("callback_query_id"))
    moment = world.now()
    if tap is None or tap.answered or moment - tap.at > ANSWERABLE_FOR:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    tap.answered = True
    answer = CallbackAnswer(tap.callback_id, text, arguments.flag("show_alert"), moment)
    world.answers[tap.user_id].append(answer)
    return True
