"""Duties on one machine: a locked file beside the database says which process has one. The system frees it when that dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class FileDuties:
    """Duties by name, each a file beside the database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: dict[str, int] = {}

    def lead(self, duty: str) -> bool:
        """Takes a duty if nobody has it. Gives whether it is ours."""
        if duty in self._held:
            return True
        file = os.open(self._path.with_name(f"{self._path.name}-{duty}"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(file)
            return False
        self._held[duty] = file
        return True

    def give_up(self, duty: str) -> None:
        """Lets another process have it. The file stays: removing it could take away a name somebody has just locked."""
        file = self._held.pop(duty, None)
        if file is not None:
            os.close(file)

    def close(self) -> None:
        for duty in list(self._held):
            self.give_up(duty)
