"""What ``docs/security.md`` names is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_and_module_it_names_is_there() -> None:
    """A row of the table that names a file that is gone promises nothing."""
    named = set(re.findall(r"`((?:tests|bot|adapters|storage)/[\w/.*-]+)`", TEXT))
    assert len(named) > 30
    assert [name for name in sorted(named) if not list(ROOT.glob(name.rstrip("/")))] == []


def test_its_figures_are_the_codes_own() -> None:
    """The limits it tells are those that are kept."""
    from adapters.http import limits
    from bot.core.playbook import reading

    assert (limits.MOST_ADDRESS, limits.MOST_HEADERS, limits.MOST_BYTES, limits.PATIENCE) == (8 << 10, 16 << 10, 1 << 20, 30.0)
    assert (reading.MAX_BYTES, reading._MAX_NODES, reading._MAX_DEPTH) == (1 << 20, 50_000, 40)
    for told in ("address 8 KiB, headers 16 KiB, body 1 MiB within 30 s", "1 MiB, 50,000 values, 40 levels"):
        assert told in TEXT
