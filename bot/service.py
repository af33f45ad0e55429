"""Use cases: load, decide, write, once. Everything a person or the clock asks of a request goes through here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import structlog

from bot import retention
from bot.carrying import carry_out, moment, wake_job
from bot.core.people import Team
from bot.core.playbook.digest import canonical
from bot.core.playbook.model import PersonId, Playbook
from bot.core.request import decide
from bot.core.request.commands import Do, Open
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import Draft, Request, RequestId
from bot.core.request.opening import cleaned
from bot.core.wording import Localized, text
from bot.creators import is_creator
from bot.observing import Observer, Unobserved
from bot.ports import NOTHING_SAID, About, Account, Clock, Conflict, Filter, InForce, Job, Store, Stored, Transaction
from bot.speech import Reader
from bot.teams import opening_team, reader_of, team_of, team_of_person

_MISSING_INPUT = {Refusal.REMARKS_MISSING, Refusal.REASON_MISSING, Refusal.NO_SUCH_PERSON}
_SWEPT_TOGETHER = 100
_TRIES = 6
_LEAST_MARKETS = 2

T = TypeVar("T")
log = structlog.get_logger("soglas.service")


@dataclass(frozen=True, slots=True)
class UpdateKey:
    """The delivered update a command came from: marked as handled in the same commit as its decision."""

    messenger: str
    id: str


@dataclass(frozen=True, slots=True)
class Done:
    """The command was carried out (or had been, by the same update or key); the state after it."""

    request: Request
    team: Team
    again: bool = False


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign's requests, one a market, as they stand."""

    id: str
    requests: tuple[Request, ...]
    again: bool = False


Outcome = Done | Refused


class Service:
    """The shell around ``decide``. ``committed`` is called after every commit that left work for the outbox."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        committed: Callable[[], None] = lambda: None,
        kept: retention.Kept = retention.USUAL,
        observer: Observer | None = None,
    ) -> None:
        self._store, self._clock, self._committed, self._kept = store, clock, committed, kept
        self._observer = observer or Unobserved()

    async def open(self, brand: str, by: PersonId, draft: Draft, *, through: str, key: str | None = None) -> Outcome:
        """Opens a request. The same ``key`` with the same content gives the same request again."""
        asked = _asked(brand, by, draft)

        def work(tx: Transaction) -> Outcome:
            if key is not None and (known := tx.remembered(key)):
                return self._again(tx, known, asked)
            in_force = tx.in_force(brand)
            if in_force is None:
                return Refused(Refusal.NO_SUCH_PERSON, text("refusal.no_such_brand", brand=brand))
            return self._opened(tx, in_force, by, draft, through, key, asked)

        return self._told(await self._retried(work))

    def _again(self, tx: Transaction, known: tuple[str, str], asked: str) -> Outcome:
        if known[0] != asked:
            return Refused(Refusal.OUTDATED, text("refusal.key_used"))
        stored = tx.request(RequestId(known[1]))
        assert stored is not None
        return Done(stored.request, team_of(tx, stored.request, self._clock.now()), again=True)

    def _opened(
        self, tx: Transaction, in_force: InForce, by: PersonId, draft: Draft, through: str, key: str | None, asked: str
    ) -> Outcome:
        now = self._clock.now()
        team = opening_team(tx, in_force.playbook, draft, now)
        # Decided once to see whether it is possible: a refused request takes no number.
        probe = decide(None, Open(RequestId("probe"), by, draft, in_force.digest, through, checked=True), team, now)
        if isinstance(probe, Refused):
            return probe
        letter = _letter(in_force.playbook.id)
        request_id = RequestId(f"{letter}-{tx.next_number(letter)}")
        # Waiting for the number, another process may have put a new version in force or noted that somebody is away.
        in_force = tx.in_force(in_force.playbook.id) or in_force
        team = opening_team(tx, in_force.playbook, draft, now)
        decision = decide(None, Open(request_id, by, draft, in_force.digest, through, checked=True), team, now)
        if isinstance(decision, Refused):
            return decision
        carry_out(tx, None, decision, team, now)
        if key is not None:
            tx.remember(key, asked, request_id, now)
        return Done(decision.state, team)

    async def open_campaign(
        self, brand: str, by: PersonId, drafts: Sequence[Draft], *, through: str, key: str | None = None
    ) -> Campaign | Refused:
        """Opens a request in each draft's market with one launch gate over them: all of them, or none when one is refused."""
        asked = hashlib.sha256("".join(_asked(brand, by, draft) for draft in drafts).encode()).hexdigest()

        def work(tx: Transaction) -> Campaign | Refused:
            if key is not None and (known := tx.remembered(key)):
                if known[0] != asked:
                    return Refused(Refusal.OUTDATED, text("refusal.key_used"))
                return Campaign(known[1], tuple(tx.tracks(known[1])), again=True)
            in_force = tx.in_force(brand)
            if in_force is None:
                return Refused(Refusal.NO_SUCH_PERSON, text("refusal.no_such_brand", brand=brand))
            return self._campaign_refused(tx, in_force, by, drafts) or self._launched(
                tx, in_force, by, drafts, through, key, asked
            )

        opened = await self._retried(work)
        if isinstance(opened, Campaign):
            self._committed()
        return opened

    def _campaign_refused(self, tx: Transaction, in_force: InForce, by: PersonId, drafts: Sequence[Draft]) -> Refused | None:
        """Every track is tried before the first is opened."""
        markets = {draft.market for draft in drafts}
        if len(markets) < len(drafts) or len(markets) < _LEAST_MARKETS:
            return Refused(Refusal.UNKNOWN_MARKET, text("refusal.campaign_markets"))
        now = self._clock.now()
        for draft in drafts:
            team = opening_team(tx, in_force.playbook, draft, now)
            probe = decide(None, Open(RequestId("probe"), by, draft, in_force.digest), team, now)
            if isinstance(probe, Refused):
                return probe
        return None

    def _launched(
        self, tx: Transaction, in_force: InForce, by: PersonId, drafts: Sequence[Draft], through: str, key: str | None, asked: str
    ) -> Campaign:
        campaign = f"C-{tx.next_number('campaign')}"
        for draft in drafts:
            self._opened(tx, in_force, by, replace(draft, campaign=campaign), through, None, "")
        if key is not None:
            tx.remember(key, asked, RequestId(campaign), self._clock.now())
        return Campaign(campaign, tuple(tx.tracks(campaign)))

    async def campaign(self, campaign: str) -> Campaign | None:
        """A campaign with its requests as they stand; ``None`` if there is none of that id."""
        requests = await self._store.read(lambda tx: tuple(tx.tracks(campaign)))
        return Campaign(campaign, requests) if requests else None

    async def do(self, request: RequestId, command: Do, update: UpdateKey | None = None) -> Outcome:
        """One person's move. With ``update`` it happens at most once for that delivered update."""

        def work(tx: Transaction) -> Outcome:
            stored = tx.request(request)
            if stored is None:
                return no_such_request()
            return self._decided(tx, stored, clean(command), update)

        begun = self._clock.now()
        outcome = await self._retried(work, About((request,), ((update.messenger, update.id),) if update else ()))
        if isinstance(outcome, Done) and not outcome.again and (ended := outcome.request.closed_at) and ended >= begun:
            self._observer.ended(outcome.request)
        return self._told(outcome)

    async def _retried(self, work: Callable[[Transaction], T], about: About = NOTHING_SAID) -> T:
        """Runs work again when another process changed the request in between; it then decides on the new state."""
        for _ in range(_TRIES - 1):
            try:
                return await self._store.run(work, about)
            except Conflict:
                continue
        return await self._store.run(work, about)

    async def probe(self, request: RequestId, command: Do) -> Outcome:
        """Whether a move would be possible once its input is given. Writes nothing."""

        def work(tx: Transaction) -> Outcome:
            stored = tx.request(request)
            if stored is None:
                return no_such_request()
            team = team_of(tx, stored.request, self._clock.now())
            if not _belongs(tx, stored.request, team, command.by):
                return no_such_request()
            outcome = decide(stored.request, command, team, self._clock.now())
            if isinstance(outcome, Refused) and outcome.reason not in _MISSING_INPUT:
                return outcome
            return Done(stored.request, team)

        return await self._store.read(work)

    def _decided(self, tx: Transaction, stored: Stored, command: Do, update: UpdateKey | None) -> Outcome:
        now = self._clock.now()
        team = team_of(tx, stored.request, now)
        belongs = _belongs(tx, stored.request, team, command.by)
        decision = decide(stored.request, command, team, now) if belongs else no_such_request()
        if isinstance(decision, Refused):
            # A refusal changes nothing and may be given twice: its update is handled once whoever tapped has seen it. What was
            # done the first time may well be refused the second time, and was done.
            is_again = update is not None and tx.is_handled(update.messenger, update.id)
            return Done(stored.request, team, again=True) if is_again else decision
        if update and not tx.handled(update.messenger, update.id, now):
            return Done(stored.request, team, again=True)
        carry_out(tx, stored, decision, team, now)
        return Done(decision.state, team)

    async def wake_due(self) -> int:
        """Carries out the moments that are due, about a hundred in one commit. Gives how many there were."""

        def work(tx: Transaction) -> tuple[int, list[Job], datetime]:
            now = self._clock.now()
            jobs = tx.claim(now, now, _SWEPT_TOGETHER, ("wake", "digest"))
            return len(jobs), [job for job in jobs if moment(tx, job, now)], now

        woken, done, at = await self._retried(work)
        for job in done:
            self._observer.moment(job.kind, job.due_at, at)
        if woken:
            self._committed()
        return woken

    async def tidy(self) -> None:
        """The daily work: forgets what nobody needs any more."""
        await retention.tidy(self._store, self._clock.now(), self._kept)

    async def find(self, request: RequestId, seen_by: PersonId | None = None) -> Done | None:
        """A request; with ``seen_by`` only if that person may know of it."""

        def work(tx: Transaction) -> Done | None:
            stored = tx.request(request)
            if stored is None:
                return None
            team = team_of(tx, stored.request, self._clock.now())
            hidden = seen_by is not None and not _belongs(tx, stored.request, team, seen_by)
            return None if hidden else Done(stored.request, team)

        return await self._store.read(work)

    async def waiting(self, person: PersonId) -> Sequence[Done]:
        """The requests on which something is asked of a person, the oldest first."""
        now = self._clock.now()

        def work(tx: Transaction) -> Sequence[Done]:
            stored = [found for one in tx.waiting_for(person) if (found := tx.request(one))]
            return [Done(found.request, team_of(tx, found.request, now)) for found in sorted(stored, key=_age)]

        return await self._store.read(work)

    async def list(self, wanted: Filter) -> Sequence[Request]:
        return await self._store.read(lambda tx: tx.requests(wanted))

    async def agree_elsewhere(self, playbook: Playbook, data: object, fingerprint: str) -> InForce:
        """Puts a first version in force that was agreed outside the bot; it says so for ever."""
        now = self._clock.now()

        def work(tx: Transaction) -> InForce:
            found = tx.put_in_force(playbook, data, fingerprint, "elsewhere", now)
            # Whoever has lost a role loses what waits for them in it at once.
            for request in tx.waiting_in(playbook.id) if found.version > 1 else ():
                tx.put_job(wake_job(request, now))
            return found

        found = await self._store.run(work)
        self._committed()
        return found

    async def person(self, account: Account | None, language: str | None = None) -> tuple[Reader, Localized | None]:
        """How the person behind an account reads, and their name; for a stranger the language their messenger tells."""

        def look(tx: Transaction) -> tuple[Reader, Localized | None]:
            team = team_of_person(tx, account.person, self._clock.now()) if account else None
            if account and team:
                return reader_of(team, account.person), team.playbook.name(account.person)
            return Reader((language or "en",), "UTC"), None

        return await self._store.read(look)

    def now(self) -> datetime:
        """The present instant, as everything here sees it."""
        return self._clock.now()

    def nudge(self) -> None:
        """Something was committed that may be due at once."""
        self._committed()

    def _told(self, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Done):
            self._committed()
        return outcome


def _age(stored: Stored) -> datetime:
    return stored.request.opened_at


def _belongs(tx: Transaction, request: Request, team: Team, person: PersonId) -> bool:
    """Whether somebody may know of a request at all: for anybody else it is as if it did not exist."""
    if any(
        person in (role.holder, *role.deputies) and (name, person) not in team.left for name, role in team.playbook.roles.items()
    ):
        return True  # without another look into the database, for nearly everybody
    current = tx.kept(("in force", request.brand), lambda: tx.in_force(request.brand))
    book = current.playbook if current else team.playbook
    if is_creator(person):
        return person == request.author and book.creators.see == "contacts_and_status"
    return person in book.people


def no_such_request() -> Refused:
    return Refused(Refusal.NOT_POSSIBLE, text("refusal.no_such_request"))


def clean(command: Do) -> Do:
    """A command whose texts are fit to be kept and shown."""
    if not (command.text or command.remarks or command.links):
        return command  # a tap has no words
    remarks = tuple(replace(note, text=cleaned(note.text)) for note in command.remarks)
    kept = tuple(note for note in remarks if note.text)
    links = tuple(cleaned(link) for link in command.links) if command.links is not None else None
    return replace(command, text=cleaned(command.text), remarks=kept, links=links)


def _asked(brand: str, by: PersonId, draft: Draft) -> str:
    fields = [brand, by, draft.kind, draft.market, draft.title, draft.text, list(draft.links), draft.creator]
    fields += [str(draft.needed_by), str(draft.amount)]
    return hashlib.sha256(canonical(fields).encode()).hexdigest()


def _letter(brand: str) -> str:
    """The letter of a brand's request ids: that of the last word of its name, A for brand-a."""
    first = brand.rsplit("-", 1)[-1][:1].upper()
    return first if first.isascii() and first.isalpha() else "R"
