"""Settings of any content: used, or refused with the names of what is wrong; never an exception that shows a secret."""

from __future__ import annotations

import os
from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from bot.settings import Settings, WrongSettings, read_settings
from tests.security.strange import SETTLED

NAMES = sorted(f"SOGLAS_{name.upper()}" for name in Settings.model_fields)
VALUES = (
    "",
    " ",
    "x",
    "http://[",
    "http://a:b@c:99999",
    "postgresql://u:p@h/d",
    "brand:" + "t" * 16,
    "a:b",
    "-1",
    "99999",
    "json",
    "[]",
    "{}",
    "٣",
)
values = st.sampled_from(VALUES) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@SETTLED
@example({"SOGLAS_TELEGRAM_PROXY": "http://["})
@example({"SOGLAS_TELEGRAM_PROXY": "http://me:a%zz@[::1"})
@given(st.dictionaries(st.sampled_from(NAMES), values, max_size=4))
def test_any_environment(variables: dict[str, str]) -> None:
    """Whatever the variables hold, the settings are read, or all that is wrong is told without the values."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        with suppress(WrongSettings):
            found = read_settings()
            assert all(isinstance(secret, str) for secret in found.secrets())
            assert all(found.secrets())
    finally:
        os.environ.clear()
        os.environ.update(before)
