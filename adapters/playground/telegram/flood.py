"""How fast a bot may send; counted in real time, because the bot's own pauses are real too."""

import time
from collections import defaultdict, deque

from adapters.playground.telegram.refusal import too_many

WINDOW_SECONDS = 1.0


class Flood:
    """Refuses the message that is one too many within a second, overall or for one chat."""

    def __init__(self, *, per_second: int, per_chat: int) -> None:
        self._per_second = per_second
        self._per_chat = per_chat
        self._all: deque[float] = deque()
        self._chats: defaultdict[int, deque[float]] = defaultdict(deque)

    def admit(self, chat_id: int, messages: int = 1) -> None:
        """Counts the messages of one request, or raises 429 and counts nothing."""
        moment = time.monotonic()
        for sent, most in ((self._all, self._per_second), (self._chats[chat_id], self._per_chat)):
            while sent and moment - sent[0] >= WINDOW_SECONDS:
                sent.popleft()
            if len(sent) + messages > most:
                raise too_many(1)
        self._all.extend([moment] * messages)
        self._chats[chat_id].extend([moment] * messages)
