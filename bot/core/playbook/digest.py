"""The digest of a playbook: what was agreed, independent of comments, order of keys and how files were split."""

from __future__ import annotations

import hashlib
import json


def canonical(data: object) -> str:
    """One way to write the same data: sorted keys, no blanks, no escapes."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(data: object) -> str:
    """SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(data).encode()).hexdigest()
