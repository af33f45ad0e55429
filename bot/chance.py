"""The one place that asks the system for randomness: secret words that nobody can guess."""

from __future__ import annotations

import secrets
import string
from typing import Protocol

# Letters and figures only: some messengers take a dash or an underscore at a word's end for formatting.
_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 24  # 142 bits, and within the 64 characters a Telegram link may carry


class Chance(Protocol):
    """Where secret words come from."""

    def word(self) -> str:
        """A new word of at least 22 of ``A-Za-z0-9_-``, with at least 128 bits of chance in it."""
        ...


class SystemChance:
    """The operating system's source of randomness."""

    def word(self) -> str:
        return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
