"""The terminal of the commands' tests, for files that are named on the command line."""

from tests.commands.conftest import at_work, soglas

__all__ = ["at_work", "soglas"]
