"""The pace and the order, in a time that passes at once: no limit is ever exceeded, and hardly a second is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.sender import TARIFF as SLACK
from adapters.telegram.sender import TARIFF as TELEGRAM
from bot.pacing import Call, Limit, Pace, Slot, Tariff
from bot.ports import Job
from bot.waiting import Place, Turn, Waiting, natural
from tests.burst import START, STRICT, Way, bound, burst, by_person, grouped, hot, message, most_within, sent, shuffled, taken

CALLS: tuple[Call, ...] = ("post", "edit", "attach", "tell", "file", "file_unopened")


def take(pace: Pace, call: Call, chat: str, now: float) -> Slot:
    return pace.take(call, pace.tariff.buckets(call, chat), now)


def made(pace: Pace, call: Call, chat: str, now: float, lasting: float = 0.0) -> None:
    pace.ended(take(pace, call, chat, now), now, now + lasting)


def free_at(pace: Pace, call: Call, chat: str, now: float) -> float:
    return pace.free_at(pace.tariff.buckets(call, chat), now)


def turns(waiting: Waiting, now: float) -> list[str]:
    """The keys of everything that may go at this instant, each ended at once."""
    found = []
    while isinstance(turn := waiting.next(now), Turn):
        found.append(turn.job.key)
        waiting.done(turn, now)
    return found


def everyone(_: str) -> Pace:
    return Pace(Tariff({}, {}))


@given(
    st.lists(st.sampled_from("abcde"), min_size=1, max_size=90),
    st.floats(0.001, 0.4),
    st.floats(0, 0.01),
    st.integers(0, 9),
    st.sampled_from([3, 10, 30]),
)
@settings(max_examples=60, deadline=None)
def test_no_window_ever_has_too_many(people: list[str], quickest: float, jitter: float, seed: int, count: int) -> None:
    """Counted where the messenger counts, over ways that take now longer and now shorter; and nothing is lost."""
    tariff = Tariff({**STRICT.limits, "bot": Limit(count, 1.0)}, STRICT.calls)
    arrivals = sent(burst(people, 3), tariff, Way(quickest, jitter, seed))
    assert sorted(one.job.key for one in arrivals) == sorted(f"tell:{number}" for number in range(len(people)))
    assert most_within(arrivals, 1.0) <= count
    assert all(most_within(some, 1.0) == 1 for some in by_person(arrivals).values())


@pytest.mark.parametrize(
    "people", [shuffled(), grouped(), hot(95), hot(300), hot(95, 10)], ids=["mixed", "grouped", "hot", "hotter", "many"]
)
def test_a_burst_takes_hardly_longer_than_the_limits_ask(people: list[str]) -> None:
    """3,000 messages to 500 chats, 50 of them urgent: 1.03 and 1.5 times the bound at most, and everybody's first one soon."""
    arrivals = sent(burst(people, 50))
    assert most_within(arrivals, 1.0) <= 30
    assert taken(arrivals) <= 1.03 * bound(arrivals)
    assert taken(arrivals, urgent=True) <= 1.5
    assert max(some[0].at for some in by_person(arrivals).values()) <= 30


def test_the_first_answers_may_be_slow() -> None:
    """Connections that are opened first, in the first second: the next thirty do not catch up with them."""
    pace = Pace(STRICT)
    for number in range(30):
        made(pace, "tell", f"p{number}", 0.0, lasting=0.2)
    assert free_at(pace, "tell", "new", 0.3) >= 1.2


def test_one_line_keeps_its_order() -> None:
    """Cards before the messages that speak of them, files last, and F-9 before F-10; whatever the order they came in."""
    waiting = Waiting(everyone)
    cards = [Job(f"card:A-{n}:p", "card", "A-1", "p", START) for n in (2, 1)]  # type: ignore[arg-type]
    files = [Job(f"file:A-1:p:F-{n}", "file", "A-1", "p", START) for n in (10, 9)]  # type: ignore[arg-type]
    for job in (*files, message(1, "p", request="A-1"), *cards):
        waiting.add(job, Place(), 0.0)
    assert turns(waiting, 0.0) == ["card:A-1:p", "card:A-2:p", "tell:1", "file:A-1:p:F-9", "file:A-1:p:F-10"]


@given(
    st.lists(
        st.tuples(st.sampled_from("pq"), st.sampled_from(["card", "tell"]), st.sampled_from(["A-1", "A-2"]), st.booleans()),
        max_size=12,
    )
)
@settings(max_examples=100, deadline=None)
def test_what_is_urgent_takes_along_what_comes_before_it(wanted: list[tuple[str, str, str, bool]]) -> None:
    """However jobs come in, what one person gets about one request comes in its own order."""
    waiting = Waiting(everyone)
    jobs = {}
    for number, (person, kind, request, urgent) in enumerate(wanted):
        job = Job(f"{kind}:{number}", kind, request, person, START, urgent=urgent)  # type: ignore[arg-type]
        jobs[job.key] = job
        waiting.add(job, Place(), 0.0)
    order = [jobs[key] for key in turns(waiting, 0.0)]
    assert len(order) == len(jobs)
    for person, request in {(job.person, job.request) for job in order}:
        some = [natural(job) for job in order if (job.person, job.request) == (person, request)]
        assert some == sorted(some)


def test_urgent_then_ordinary_then_lists_but_none_waits_for_ever() -> None:
    """The classes in their order; after nine turns one that was passed over has one."""
    waiting = Waiting(everyone)
    for number in range(12):
        waiting.add(message(number, f"u{number}", urgent=True), Place(), 0.0)
    waiting.add(message(20, "ordinary"), Place(), 0.0)
    waiting.add(Job("tell:digest:late:1", "tell", "", "late", START), Place(), 0.0)  # type: ignore[arg-type]
    order = turns(waiting, 0.0)
    assert order[:9] == [f"tell:{number}" for number in range(9)]
    assert set(order[9:11]) == {"tell:20", "tell:digest:late:1"}


def test_a_job_that_becomes_urgent_goes_ahead() -> None:
    """Also one that waits here already."""
    waiting = Waiting(everyone)
    for number in range(3):
        waiting.add(message(number, f"p{number}"), Place(), 0.0)
    waiting.hurry("tell:2", 0.0)
    assert turns(waiting, 0.0) == ["tell:2", "tell:0", "tell:1"]


def test_a_newcomer_does_not_wait_for_the_long_lines() -> None:
    """One message in the middle of a burst is among the next, not behind everything that was there before."""
    pace = Pace(STRICT)
    waiting = Waiting(lambda _: pace)
    for number in range(600):
        waiting.add(message(number, f"p{number % 40}"), Place("far", f"p{number % 40}", "tell"), 0.0)
    for now in range(0, 8, 2):
        assert len(turns_made(waiting, pace, float(now))) >= 24
    waiting.add(message(1000, "new"), Place("far", "new", "tell"), 8.0)
    assert "tell:1000" in turns_made(waiting, pace, 8.0)


def turns_made(waiting: Waiting, pace: Pace, now: float) -> list[str]:
    found = []
    while isinstance(turn := waiting.next(now), Turn):
        found.append(turn.job.key)
        pace.ended(turn.slot, now, now)
        waiting.done(turn, now)
    return found


def test_one_persons_card_does_not_wait_for_their_file() -> None:
    """A file that is under way keeps nobody waiting, and a file begins only when the words are out."""
    waiting = Waiting(everyone)
    waiting.add(Job("file:A-1:p:F-1", "file", "A-1", "p", START), Place(), 0.0)  # type: ignore[arg-type]
    file = waiting.next(0.0)
    assert isinstance(file, Turn)
    waiting.add(message(1, "p"), Place(), 1.0)
    waiting.add(Job("file:A-1:p:F-2", "file", "A-1", "p", START), Place(), 1.0)  # type: ignore[arg-type]
    assert turns(waiting, 1.0) == ["tell:1"]
    waiting.done(file, 9.0)
    assert turns(waiting, 9.0) == ["file:A-1:p:F-2"]


def test_a_long_transfer_counts_when_it_ends() -> None:
    """It keeps the chat no longer than a few seconds; the second after its end is its own."""
    pace = Pace(TELEGRAM)
    slot = take(pace, "file", "5", 0.0)
    assert free_at(pace, "edit", "5", 0.0) < 4
    pace.ended(slot, 0.0, 40.0)
    assert 40.9 < free_at(pace, "edit", "5", 40.1) < 41.1


def test_a_refusal_is_obeyed_where_it_belongs() -> None:
    """One chat's pause is its own; when a second chat is refused as well, it is everybody's."""
    pace = Pace(TELEGRAM)
    first, second = take(pace, "tell", "1", 0.0), take(pace, "tell", "2", 0.0)
    pace.ended(first, 0.0, 0.1)
    pace.refused(first, 30, 0.1)
    assert free_at(pace, "tell", "1", 5.0) == 30.1
    assert free_at(pace, "tell", "3", 5.0) == 5.0
    pace.ended(second, 0.0, 0.2)
    pace.refused(second, 12, 0.2)
    assert free_at(pace, "tell", "3", 5.0) == 12.2


def test_what_a_door_sends_counts() -> None:
    """The chat's second is taken by the answer to a tap."""
    pace = Pace(TELEGRAM)
    pace.noted("tell", "5", 10.0)
    assert free_at(pace, "edit", "5", 10.0) > 11.0
    assert free_at(pace, "edit", "6", 10.0) == 10.0


def test_telegrams_groups_have_a_limit_of_their_own() -> None:
    """Twenty a minute, edits counted; a private chat has none of it."""
    pace = Pace(TELEGRAM)
    for number in range(20):
        made(pace, "edit" if number % 2 else "tell", "-100", number * 1.1)
        made(pace, "edit" if number % 2 else "tell", "5", number * 1.1)
    assert free_at(pace, "edit", "-100", 25.0) > 60
    assert free_at(pace, "edit", "5", 25.0) == 25.0


def test_slacks_methods_have_their_tiers() -> None:
    """An edit counts by its method and not by the channel, a message by the channel."""
    pace = Pace(SLACK)
    for number in range(50):
        made(pace, "edit", "D1", number * 0.1)
    assert free_at(pace, "edit", "D2", 6.0) > 60
    assert free_at(pace, "post", "D1", 6.0) == 6.0
    made(pace, "post", "D1", 6.0)
    assert 7.0 < free_at(pace, "tell", "D1", 6.1) < 7.1
    assert free_at(pace, "tell", "D2", 6.1) == 6.1


@pytest.mark.parametrize("tariff", [TELEGRAM, SLACK], ids=["telegram", "slack"])
def test_every_call_is_counted(tariff: Tariff) -> None:
    """There is no way to call past the limits."""
    assert set(tariff.calls) == set(CALLS)
    assert all(tariff.buckets(call, "1") for call in CALLS)


def test_windows_that_are_over_are_forgotten() -> None:
    """A pace that has written to a great many chats remembers the last of them."""
    pace = Pace(STRICT)
    for number in range(5000):
        made(pace, "tell", f"p{number}", float(number))
    assert len(pace._windows) < 1100
