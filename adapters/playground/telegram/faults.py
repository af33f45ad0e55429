"""What a test lets go wrong on purpose: refusals that are nobody's fault, and answers that never arrive."""

from collections import Counter, defaultdict, deque

from adapters.playground.telegram.arguments import METHODS
from adapters.playground.telegram.refusal import Refused


class Faults:
    """The faults still to come, by method."""

    def __init__(self) -> None:
        self._refusals: defaultdict[str, deque[Refused]] = defaultdict(deque)
        self._lost: Counter[str] = Counter()

    def refuse_next(self, method: str, refusal: Refused, times: int) -> None:
        self._refusals[_known(method)].extend([refusal] * times)

    def lose_next(self, method: str) -> None:
        self._lost[_known(method)] += 1

    def check(self, method: str) -> None:
        """Raises the refusal that is due, if one is."""
        if self._refusals[method]:
            due = self._refusals[method].popleft()
            raise Refused(due.status, due.description, retry_after=due.retry_after, migrate_to_chat_id=due.migrate_to_chat_id)

    def loses(self, method: str) -> bool:
        """Whether this answer gets lost."""
        if not self._lost[method]:
            return False
        self._lost[method] -= 1
        return True


def _known(method: str) -> str:
    # A misspelt name would make a fault that never happens, and a test that proves nothing.
    if method not in METHODS:
        raise ValueError(f"the stand-in has no method {method}")
    return method
