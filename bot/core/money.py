"""An amount of money in one currency. Amounts are never converted and never compared across currencies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

_MONEY = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,4})?) ?([A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount and its ISO 4217 code."""

    amount: Decimal
    currency: str
    type: Literal["money"] = "money"

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def parse_money(value: str) -> Money | None:
    """Reads ``500 USD``; gives ``None`` for anything else."""
    found = _MONEY.fullmatch(value.strip())
    return Money(Decimal(found[1]), found[2]) if found else None
