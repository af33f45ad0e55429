"""A question as it is kept: its buttons, its lines, and what it comes to."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot import buttons, dialogs
from bot.buttons import Code
from bot.core.cards import Input
from bot.core.request.commands import Note, Ticket
from bot.core.request.model import RequestId, Weight
from bot.core.request.table import Action
from bot.dialogs import MOST_LINES, Choice, Dialog, Line

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CODE = Code(RequestId("A-1"), Action.SEND_BACK, Ticket(0, 1, 1), Input.REMARKS)
EMPTY = dialogs.start("abc", CODE, NOW, ("Готовое",))


@given(st.lists(st.text(min_size=1), max_size=60))
def test_no_word_is_dropped(written: list[str]) -> None:
    """However many lines are written, every word of them is in some remark, and there are never too many remarks."""
    dialog = EMPTY
    for words in written:
        dialog = dialogs.add_text(dialog, words)
    assert len(dialog.lines) <= MOST_LINES
    kept = " ".join(line.text for line in dialog.lines)
    for words in written:
        for line in words.splitlines():
            assert line.strip(" \t-•–—") in kept


def test_bullets_are_no_part_of_a_remark() -> None:
    """The marks people put before a line go, empty lines too."""
    dialog = dialogs.add_text(EMPTY, "- раз\n\n• два\n—\n  – три")
    assert [line.text for line in dialog.lines] == ["раз", "два", "три"]


def test_a_line_that_grows_is_weighed_again() -> None:
    """What is joined to the last remark makes its weight open again."""
    dialog = dialogs.add_text(EMPTY, "\n".join(map(str, range(MOST_LINES))))
    for number in range(MOST_LINES):
        dialog = dialogs.weigh(dialog, number, Weight.WISH)
    assert dialog.is_weighed
    assert not dialogs.add_text(dialog, "ещё").is_weighed


def test_kept_and_read_back() -> None:
    """A dialog survives the database; what cannot be read is no dialog, and no error."""
    dialog = dialogs.weigh(dialogs.add_text(EMPTY, "раз"), 0, Weight.MUST_FIX)
    assert dialogs.load(dialogs.dump(dialog)) == dialog
    for body in ("", "{}", "null", '{"id": "a", "action": "fly"}'):
        assert dialogs.load(body) is None


def test_only_the_buttons_it_has() -> None:
    """Each kind of question knows its own buttons, and only as many as it showed."""
    remarks = dialogs.add_text(EMPTY, "раз")
    ask = Dialog("abc", RequestId("A-1"), Action.ASK, Ticket(0, 1, 1), Input.QUESTION)
    for verb, number, there in (
        ("must", 0, True),
        ("wish", 1, False),
        ("ready", 0, True),
        ("ready", 1, False),
        ("sure", 0, False),
    ):
        assert dialogs.has(remarks, Choice("abc", verb, number)) is there
        assert not dialogs.has(ask, Choice("abc", verb, number))


def test_the_move_it_comes_to() -> None:
    """Remarks go with their weights, by the person and through the messenger they were written in."""
    dialog = dialogs.weigh(dialogs.add_text(EMPTY, "раз"), 0, Weight.WISH)
    move = dialogs.command(dialog, "anna", "telegram")
    assert (move.action, move.by, move.through, move.ticket) == (Action.SEND_BACK, "anna", "telegram", CODE.ticket)
    assert move.remarks == (Note("раз", Weight.WISH),)
    assert Line("раз").weight is None


@given(st.text(max_size=70))
def test_any_data_is_read_or_refused(data: str) -> None:
    """What a client sends is one of our codes or nothing, never an error."""
    for read in (buttons.parse, buttons.parse_show, dialogs.parse):
        found = read(data)
        assert found is None or isinstance(found, Code | Choice | str)


def test_codes_are_read_back() -> None:
    """Every button that can be drawn is understood; one that no card draws is not."""
    assert buttons.parse(str(CODE)) == CODE
    assert buttons.parse("1|A-1|yes|0|1|1|remarks") is None
    assert buttons.parse_show(buttons.show(RequestId("A-1"))) == "A-1"
    assert dialogs.parse(str(Choice("abc", "must", 3))) == Choice("abc", "must", 3)
