"""Bursts of messages, a messenger at the end of a way that takes a while and not always the same, and how fast it went."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush

from bot.core.request.model import RequestId
from bot.pacing import Limit, Pace, Tariff
from bot.ports import Job
from bot.waiting import Place, Turn, Waiting

START = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
_BOTH = ("chat", "bot")
STRICT = Tariff({"chat": Limit(1, 1.0, "chat"), "bot": Limit(30, 1.0)}, {"tell": _BOTH, "post": _BOTH, "edit": _BOTH})


@dataclass(frozen=True)
class Arrival:
    """A message as it arrives at the messenger."""

    at: float
    job: Job


@dataclass(frozen=True)
class Way:
    """How long a call takes there and back: at least half of ``quickest`` each way, at most ``jitter`` more. In seconds."""

    quickest: float = 0.04
    jitter: float = 0.005
    seed: int = 1


def message(number: int, person: str, *, urgent: bool = False, request: str = "") -> Job:
    due = START + timedelta(microseconds=number)
    return Job(f"tell:{number}", "tell", RequestId(request), person, due, urgent=urgent)


def burst(people: Sequence[str], urgent: int, seed: int = 5) -> list[Job]:
    """A message to each of these, one after the other; so many of them urgent, each to somebody else."""
    first = {person: number for number, person in reversed([*enumerate(people)])}
    chosen = set(random.Random(seed).sample(sorted(first.values()), min(urgent, len(first))))
    return [message(number, person, urgent=number in chosen) for number, person in enumerate(people)]


def shuffled(people: int = 500, messages: int = 3000, seed: int = 5) -> list[str]:
    found = [f"p{number % people}" for number in range(messages)]
    random.Random(seed).shuffle(found)
    return found


def grouped(people: int = 500, messages: int = 3000) -> list[str]:
    """Everything for one, then everything for the next."""
    return [f"p{number * people // messages}" for number in range(messages)]


def hot(length: int, chats: int = 1, people: int = 500, messages: int = 3000, seed: int = 5) -> list[str]:
    """Some chats get so many, the others share the rest."""
    found = [f"hot{chat}" for chat in range(chats) for _ in range(length)]
    found += [f"p{number % people}" for number in range(messages - len(found))]
    random.Random(seed).shuffle(found)
    return found


def sent(
    jobs: Iterable[Job], tariff: Tariff = STRICT, way: Way = Way(), call: Callable[[Job], Place] | None = None
) -> list[Arrival]:
    """Everything sent by a pace and a queue alone, in a time that passes at once."""
    chance, pace, now = random.Random(way.seed), Pace(tariff), 0.0
    waiting, under_way, arrived = Waiting(lambda _: pace), list[tuple[float, int, float, Turn]](), list[Arrival]()
    for job in jobs:
        waiting.add(job, call(job) if call else Place("far", job.person, "tell"), now)
    while len(waiting) or under_way:
        while isinstance(found := waiting.next(now), Turn):
            there, back = (way.quickest / 2 + chance.random() * way.jitter for _ in range(2))
            arrived.append(Arrival(now + there, found.job))
            heappush(under_way, (now + there + back, len(arrived), now, found))
        instants = [found] if found is not None else []
        now = max(now, min([*instants, *(end for end, *_ in under_way[:1])]))
        while under_way and under_way[0][0] <= now:
            end, _, begun, turn = heappop(under_way)
            pace.ended(turn.slot, begun, end)
            waiting.done(turn, end)
    return sorted(arrived, key=lambda one: one.at)


def most_within(arrivals: Iterable[Arrival], seconds: float) -> int:
    """How many arrived at most in any window of so many seconds."""
    instants = sorted(one.at for one in arrivals)
    most = begin = 0
    for end, instant in enumerate(instants):
        while instant - instants[begin] >= seconds:
            begin += 1
        most = max(most, end - begin + 1)
    return most


def by_person(arrivals: Iterable[Arrival]) -> dict[str, list[Arrival]]:
    found: dict[str, list[Arrival]] = defaultdict(list)
    for one in arrivals:
        found[one.job.person].append(one)
    return found


def bound(arrivals: Sequence[Arrival], count: int = 30) -> float:
    """The seconds that the limits alone ask for: 30 a second over all, one a second in the longest chat."""
    longest = max(len(some) for some in by_person(arrivals).values())
    return max((len(arrivals) - count) / count, longest - 1.0)


def taken(arrivals: Sequence[Arrival], *, urgent: bool = False) -> float:
    """From the first arrival to the last, or to the last urgent one."""
    return max(one.at for one in arrivals if one.job.urgent or not urgent) - arrivals[0].at
