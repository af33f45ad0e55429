"""Who is served next: the claimed jobs in memory, one line for each person, and which of them goes when.

Pure, like ``bot.pacing``, whose instants it uses. Urgent goes before ordinary before lists, but none of them waits for ever;
the lines take turns; a line so long that it would be the last to end is served whenever its chat allows.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from heapq import heappop, heappush
from itertools import count, takewhile

from bot.core.playbook.model import PersonId
from bot.core.request.model import RequestId
from bot.pacing import Bucket, Call, Pace, Slot
from bot.ports import Job

FILES_AT_ONCE = 4  # they are held in memory
_LIST = "tell:digest:"
_KINDS = {"card": 0, "tell": 1, "file": 2}
_PASSED = 9  # turns after which a class that was passed over has one
_LONG_IN_A_ROW = 2  # turns of long lines after which another line has one
_NEARLY, _SLACK = 0.98, 2.0  # a line is long when it needs this share of everybody's time, less these seconds


class Class(IntEnum):
    URGENT = 0
    ORDINARY = 1
    LIST = 2


def class_of(job: Job) -> Class:
    return Class.URGENT if job.urgent else Class.LIST if job.key.startswith(_LIST) else Class.ORDINARY


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job goes and by which call, as far as is known before its turn."""

    messenger: str = ""
    chat: str = ""
    call: Call = "tell"


_Natural = tuple[int, datetime, int, str]


def natural(job: Job) -> _Natural:
    """One person's order: cards before the messages that speak of them, files last, each in the order they were due."""
    return _KINDS[job.kind], job.due_at, len(job.key) if job.kind == "file" else 0, job.key


@dataclass(frozen=True, slots=True)
class Waiter:
    """A job in its line."""

    job: Job
    place: Place
    of: Class

    def __lt__(self, other: Waiter) -> bool:
        return (self.of, natural(self.job)) < (other.of, natural(other.job))


@dataclass(frozen=True, slots=True)
class Turn:
    """A job whose turn it is: the call may be made now."""

    job: Job
    place: Place
    slot: Slot


@dataclass(eq=False, slots=True)
class _Line:
    """One person's cards and messages, or their files: one at a time."""

    person: PersonId
    files: bool
    waiters: list[Waiter] = field(default_factory=list)
    busy: bool = False
    stamp: int = 0  # entries of a heap with an older one are void
    tag: float = 0.0  # how many turns it has had, as fairness counts them
    served: bool = False

    @property
    def head(self) -> Waiter:
        return self.waiters[0]


# A line as it lies in a heap: what is compared, a number that makes it unique, the line, the line's stamp.
_Entry = tuple[tuple[float, ...], int, _Line, int]
_Heap = list[_Entry]


# A class, a messenger, whether files, and the shared limits.
_Shared = tuple[Class, str, bool, tuple[Bucket, ...]]


@dataclass(slots=True)
class _Crowd:
    """The lines whose heads count by the same shared limits and could go as soon as those allow: fair, and longest first."""

    fair: _Heap = field(default_factory=list)
    long: _Heap = field(default_factory=list)


class Waiting:
    """The jobs that wait for their turn. ``pace`` gives the pace of a messenger."""

    def __init__(self, pace: Callable[[str], Pace]) -> None:
        self._pace = pace
        self._lines: dict[tuple[PersonId, bool], _Line] = {}
        self._where: dict[str, tuple[_Line, Waiter]] = {}
        self._crowds: dict[_Shared, _Crowd] = {}
        self._asleep: _Heap = []
        self._numbers = count()
        self._waiting: Counter[str] = Counter()
        self._files_under_way = 0
        self._passed = dict.fromkeys(Class, 0)
        self._long_in_a_row, self._tag = 0, 0.0

    def __len__(self) -> int:
        return len(self._where)

    def jobs(self) -> list[Job]:
        """Every job that waits."""
        return [waiter.job for _, waiter in self._where.values()]

    def add(self, job: Job, place: Place, now: float, *, of: Class | None = None) -> None:
        """Puts a job in its person's line, in the place of one with its key. What must go before an urgent one becomes as
        urgent."""
        old = self._drop(job.key)
        files = job.kind == "file"
        line = self._lines.setdefault((job.person, files), _Line(job.person, files, tag=self._tag))
        waiter = Waiter(job, place, class_of(job) if of is None else of)
        self._put(line, waiter)
        self._lift(line, waiter)
        for person in {job.person, old or job.person}:
            self._file_anew(person, now)

    def hurry(self, key: str, now: float) -> None:
        """A job that waits has become urgent."""
        _, found = self._where.get(key, (None, None))
        if found and found.of is not Class.URGENT:
            self.add(found.job, found.place, now, of=Class.URGENT)

    def take_out(self, person: PersonId, about: RequestId | None = None) -> list[Job]:
        """A person's jobs that wait, or those about one request, in order, out of their lines. One of the lines is busy: the
        end of its turn puts them anew where they belong."""
        lines = [line for files in (False, True) if (line := self._lines.get((person, files)))]
        jobs = [waiter.job for line in lines for waiter in line.waiters if about in (None, waiter.job.request)]
        for job in jobs:
            self._drop(job.key)
        return jobs

    def empty(self, now: float) -> None:
        """Forgets everything that waits. What is under way still ends."""
        people = {self._drop(key) for key in [*self._where]}
        for person in people - {None}:
            self._file_anew(str(person), now)

    def next(self, now: float) -> Turn | float | None:
        """Whose turn it is; else the instant from which it may be somebody's, or ``None`` when only an end can bring one."""
        while self._asleep and self._asleep[0][0][0] <= now:
            _, _, line, stamp = heappop(self._asleep)
            if stamp == line.stamp:
                self._file(line, now)
        instants: list[float] = []
        for of in self._classes():
            if entry := self._best(of, now, instants):
                return self._taken(entry, now)
        if self._asleep:
            instants.append(self._asleep[0][0][0])
        return min(instants, default=None)

    def done(self, turn: Turn, now: float) -> None:
        """A turn is over; its slot has been given back or counted by whoever had it."""
        files = turn.job.kind == "file"
        self._files_under_way -= files
        if line := self._lines.get((turn.job.person, files)):
            line.busy = False
        self._file_anew(turn.job.person, now)

    def _put(self, line: _Line, waiter: Waiter) -> None:
        insort(line.waiters, waiter)
        self._where[waiter.job.key] = line, waiter
        self._waiting[waiter.place.messenger] += 1

    def _drop(self, key: str) -> PersonId | None:
        """Takes a job out of its line and says whose it was; the line is not put anew where it belongs."""
        if key not in self._where:
            return None
        line, waiter = self._where.pop(key)
        line.waiters.remove(waiter)
        self._waiting[waiter.place.messenger] -= 1
        line.stamp += 1
        return line.person

    def _lift(self, line: _Line, new: Waiter) -> None:
        """Within what is about one request the person's natural order holds, whatever is urgent."""
        hurried = takewhile(lambda one: one.of is Class.URGENT, line.waiters)
        if not new.job.request or not any(one.job.request == new.job.request for one in hurried):
            return
        about = [one for one in line.waiters if one.job.request == new.job.request]
        last = max((one for one in about if one.of is Class.URGENT), key=lambda one: natural(one.job))
        for one in about:
            if one.of is not Class.URGENT and natural(one.job) < natural(last.job):
                self._drop(one.job.key)
                self._put(line, replace(one, of=Class.URGENT))

    def _file_anew(self, person: PersonId, now: float) -> None:
        """Puts a person's lines where they belong now; one in which nothing is left is forgotten."""
        words, files = self._lines.get((person, False)), self._lines.get((person, True))
        for line in (words, files):
            if line is None:
                continue
            line.stamp += 1
            if not line.waiters and not line.busy:
                del self._lines[line.person, line.files]
            elif not line.busy and not (line.files and words and (words.waiters or words.busy)):
                self._file(line, now)

    def _file(self, line: _Line, now: float) -> None:
        """Into the heaps of those that could go, or of those that sleep until their chat allows."""
        place = line.head.place
        own, shared = self._buckets(place)
        number, free_at = next(self._numbers), self._pace(place.messenger).free_at(own, now)
        if free_at > now:
            heappush(self._asleep, ((free_at,), number, line, line.stamp))
            return
        crowd = self._crowds.setdefault((line.head.of, place.messenger, line.files, shared), _Crowd())
        due = line.head.job.due_at.timestamp()
        heappush(crowd.fair, ((line.tag, float(line.served), due), number, line, line.stamp))
        # Before all that are compared by fairness.
        heappush(crowd.long, ((-1.0, float(-len(line.waiters)), due), number, line, line.stamp))

    def _buckets(self, place: Place) -> tuple[tuple[Bucket, ...], tuple[Bucket, ...]]:
        """What a call counts by: its chat's own limits, and those that are shared."""
        buckets = self._pace(place.messenger).tariff.buckets(place.call, place.chat)
        return tuple(one for one in buckets if one[1]), tuple(one for one in buckets if not one[1])

    def _classes(self) -> list[Class]:
        """The order in which they are asked: their own, but one that was passed over often enough comes first."""
        late = [of for of in reversed(Class) if self._passed[of] >= _PASSED]
        return [*late, *(of for of in Class if of not in late)]

    def _best(self, of: Class, now: float, instants: list[float]) -> _Entry | None:
        """The line of a class whose turn it is; where shared limits forbid it, from when they allow it goes to ``instants``."""
        entries = []
        for which in [one for one in self._crowds if one[0] is of]:
            _, messenger, files, shared = which
            pace, top = self._pace(messenger), self._top(self._crowds[which].fair, now)
            if top is None:
                del self._crowds[which]
            elif pace.is_full() or (files and self._files_under_way >= FILES_AT_ONCE):
                continue
            elif (free_at := pace.free_at(shared, now)) > now:
                instants.append(free_at)
            else:
                entries.append(self._too_long(which, now) or top)
        return min(entries, default=None)

    def _too_long(self, which: _Shared, now: float) -> _Entry | None:
        """The longest line, if it would end after everybody else unless it is served now."""
        entry = self._top(self._crowds[which].long, now)
        if entry is None or self._long_in_a_row >= _LONG_IN_A_ROW:
            return None
        line, limits = entry[2], self._pace(which[1]).tariff.limits
        left, (own, shared) = len(line.waiters) - 1, self._buckets(line.head.place)
        gaps = [limit.seconds / limit.count for name, _ in own if (limit := limits[name]).count]
        gaps_of_all = [limit.seconds / limit.count for name, _ in shared if (limit := limits[name]).count]
        if not left or not gaps or not gaps_of_all:
            return None
        others = self._waiting[which[1]] * max(gaps_of_all)
        return entry if left * max(gaps) >= _NEARLY * others - _SLACK else None

    def _top(self, heap: _Heap, now: float) -> _Entry | None:
        """The first entry that still holds. A line whose chat was written to meanwhile goes to sleep."""
        while heap:
            _, _, line, stamp = heap[0]
            if stamp == line.stamp:
                own, _ = self._buckets(line.head.place)
                if self._pace(line.head.place.messenger).free_at(own, now) <= now:
                    return heap[0]
                line.stamp += 1
                self._file(line, now)
            heappop(heap)
        return None

    def _taken(self, entry: _Entry, now: float) -> Turn:
        line = entry[2]
        job, place = line.head.job, line.head.place
        self._count(line, line.head.of, is_long=entry[0][0] < 0)
        self._drop(job.key)
        line.busy, line.served = True, True
        self._files_under_way += line.files
        pace = self._pace(place.messenger)
        return Turn(job, place, pace.take(place.call, pace.tariff.buckets(place.call, place.chat), now))

    def _count(self, line: _Line, of: Class, *, is_long: bool) -> None:
        """Keeps the turns fair, between the classes and between the lines."""
        waits = {which[0] for which in self._crowds}
        for one in Class:
            if one >= of:
                self._passed[one] = self._passed[one] + 1 if one > of and one in waits else 0
        self._long_in_a_row = self._long_in_a_row + 1 if is_long else 0
        if not is_long:
            self._tag = max(self._tag, line.tag)
            line.tag += 1
