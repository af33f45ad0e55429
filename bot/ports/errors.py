"""What can fail outside, by what it means for whoever asked. Exceptions, all of them ``SoglasError``:

* ``Conflict`` — somebody else changed the request first: load it again and decide again.
* ``Broken`` — something here is wrong and trying again will not mend it (a database of another version).
* ``Rerun`` — others changed the same at the same time: the store runs the work again by itself, and no work may catch it.
* ``Unavailable`` — the database cannot be reached just now: try again in a moment.
* ``MessengerError`` — a messenger did not do what was asked:
    * ``TryLater`` — it will, after ``after`` seconds (limits, outages).
    * ``Unclear`` — the answer was lost; it may have been done.
    * ``Gone`` — the message or chat to change is not there any more.
    * ``Unreachable`` — the person cannot be written to (blocked, deleted, never started).
    * ``NotAccepted`` — the messenger refuses the content itself: our fault, trying again changes nothing.
"""

from __future__ import annotations


class SoglasError(Exception):
    """Something is broken, here or outside."""


class Conflict(SoglasError):
    """Somebody else changed the request first."""


class Broken(SoglasError):
    """Something here is wrong, and trying again will not mend it."""


class Unavailable(SoglasError):
    """The database cannot be reached now; nothing was written that was not written before."""


class Rerun(SoglasError):
    """The work is to be run again from its beginning, which the store does; nothing it did in this transaction holds."""


class MessengerError(SoglasError):
    """A messenger did not do what was asked."""


class TryLater(MessengerError):
    """The messenger will do it later."""

    def __init__(self, after: float, reason: str) -> None:
        super().__init__(reason)
        self.after = after


class Unclear(MessengerError):
    """The answer was lost; it may have been done."""


class Gone(MessengerError):
    """The message or chat is not there any more."""


class Unreachable(MessengerError):
    """The person cannot be written to."""


class NotAccepted(MessengerError):
    """The messenger refuses the content."""
