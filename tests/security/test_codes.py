"""Every reader of codes that a button, a link or the database brings back: one of ours, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.inviting import _ACCEPT
from bot import buttons, dialogs, onboarding
from bot.buttons import Code
from bot.core.cards import Input, is_drawn
from bot.core.request.commands import Ticket
from bot.core.request.model import RequestId
from bot.core.request.table import Action
from bot.dialogs import Choice, Dialog, Line
from bot.drafting import drafts
from bot.drafting.drafts import Tap, Unsent
from tests.security.strange import SETTLED, anything_said, json_values, texts

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
DRAWN = [(action, wanted) for action in Action for wanted in Input if is_drawn(action, wanted)]
ids = st.builds(lambda letter, number: RequestId(f"{letter}-{number}"), st.sampled_from("ABZ"), st.integers(0, 10**9 - 1))
tickets = st.builds(Ticket, st.integers(0, 9999), st.integers(0, 999), st.integers(0, 9999))
codes = st.builds(lambda drawn, one, ticket: Code(one, drawn[0], ticket, drawn[1]), st.sampled_from(DRAWN), ids, tickets)
own_ids = st.from_regex(r"[0-9a-z]{1,16}", fullmatch=True)
almost = st.builds(
    lambda parts: "|".join(parts), st.lists(st.sampled_from(("1", "2", "3", "4", "6", "7", "8", "9", "yes", "A-1", "0", "")) | texts, max_size=8)
)  # fmt: skip
PARSERS: tuple[Callable[[str], object], ...] = (
    buttons.parse, buttons.parse_show, buttons.parse_menu, buttons.parse_away, dialogs.parse, drafts.parse, dialogs.load,
    drafts.load, onboarding.word_in, _ACCEPT.fullmatch,
)  # fmt: skip


@SETTLED
@given(anything_said | almost)
def test_whatever_a_button_brings(data: str) -> None:
    """Each reader knows its own codes and answers nothing for anything else; what it reads fits where it came from."""
    for parse in PARSERS:
        found = parse(data)
        if isinstance(found, Code | Choice | Tap):
            assert parse(str(found)) == found
    onboarding.is_mine(data)


@SETTLED
@given(codes)
def test_buttons_come_back(code: Code) -> None:
    """A button's meaning survives the way there and back, in 64 bytes."""
    assert buttons.parse(str(code)) == code
    assert len(str(code).encode()) <= 64


@SETTLED
@given(ids, own_ids, st.integers(0, 999), st.integers(0, 9999), st.integers(0, 99))
def test_the_other_codes_come_back(request: RequestId, own: str, number: int, turn: int, choice: int) -> None:
    """So do those of cards to be shown, of questions and of drafts."""
    assert buttons.parse_show(buttons.show(request)) == request
    for verb in ("must", "ready", "send", "cancel", "item"):
        assert dialogs.parse(str(Choice(own, verb, number))) == Choice(own, verb, number)
    for verb in ("pick", "skip", "send", "anew"):
        assert drafts.parse(str(Tap(own, verb, turn, choice))) == Tap(own, verb, turn, choice)


@SETTLED
@given(codes, st.lists(texts, max_size=3), own_ids)
def test_questions_come_back_from_the_database(code: Code, said: list[str], own: str) -> None:
    """A question with what was said so far is the same after it was kept."""
    dialog = Dialog(own, code.request, code.action, code.ticket, code.input, tuple(said), tuple(map(Line, said)), asked_at=NOW)
    assert dialogs.load(dialogs.dump(dialog)) == dialog
    unsent = Unsent(own, NOW)
    assert drafts.load(drafts.dump(unsent)) == unsent


@SETTLED
@given(json_values)
def test_what_another_version_kept(body: object) -> None:
    """Whatever stands in the database for a question, it is one or it is dropped."""
    written = json.dumps(body)
    assert dialogs.load(written) is None
    assert drafts.load(written) is None


@pytest.mark.parametrize(
    "data", ["1|A-٣|yes|1|1|1|nothing", "3|A-²", "2|٣|send|1", "1|A-1|yes|1|1|1|nothing\n", "3|A-1\n", "8|inbox\n"]
)
def test_only_plain_figures_and_nothing_after(data: str) -> None:
    """Figures of other scripts and a line's end are not ours: two forms of one code would be two codes to compare."""
    assert [parse(data) for parse in PARSERS] == [None] * len(PARSERS)
