"""What happens when somebody sends a form that a card's button opened."""

from __future__ import annotations

from dataclasses import replace

from adapters.slack import checklist_form, filled
from adapters.slack.answer import Answer, Delivery, at_field, in_ack
from adapters.slack.filled import Filled
from adapters.slack.people import People
from adapters.slack.screens import Screens
from adapters.slack.sender import NAME
from bot import files
from bot.core.request.commands import Do
from bot.core.request.effects import Refusal, Refused
from bot.core.request.model import File, Request
from bot.core.request.table import Action
from bot.core.wording import Text, text
from bot.files import GivenFile
from bot.ports import Account, Clock, Store, Transaction
from bot.prompts import done
from bot.service import Done, Service
from bot.speech import Reader
from bot.teams import reader_of

_AT_A_FIELD = {Refusal.REMARKS_MISSING, Refusal.REASON_MISSING, Refusal.NO_SUCH_PERSON, Refusal.TOO_LONG}


class Submissions:
    """Every form gets its answer in the acknowledgement: it closes, or says at the field what is wrong."""

    def __init__(self, screens: Screens, people: People, service: Service, store: Store, clock: Clock) -> None:
        self._screens, self._people, self._service = screens, people, service
        self._store, self._clock = store, clock

    async def submitted(self, given: Delivery) -> Answer:
        form, account = filled.read(given.body["view"]), given.account
        if account is None or form is None:
            return await self._no_form(given, text("refusal.retired_form" if account else "refusal.stranger"))
        found = await self._service.find(form.code.request, seen_by=account.person)
        if found is None:
            return await self._no_form(given, text("refusal.no_such_request"))
        reader = (
            reader_of(found.team, account.person)
            if account.person in found.team.playbook.people
            else await self._people.reader(account)
        )
        attached = await self._attached(account, found, form)
        if isinstance(attached, tuple):
            block, words = attached
            return Answer(words, ack=at_field(block, words, reader))
        move = form.move(account.person, NAME, reader, attached)
        if form.is_checklist and not move.proofs:
            return Answer()
        if _is_nothing_new(move, found.request):
            words = text("refusal.nothing_changed")
            return Answer(words, ack=at_field(form.first_input or "text", words, reader))
        outcome = await self._service.do(form.code.request, move, given.key)
        if isinstance(outcome, Refused):
            return await self._refused(given, form, move, outcome, reader)
        return Answer(done(form.code.action, form.code.request), about=form.code.request)

    async def _refused(self, given: Delivery, form: Filled, move: Do, outcome: Refused, reader: Reader) -> Answer:
        about = form.code.request
        block = await self._item(form, move) if outcome.reason is Refusal.EVIDENCE else form.first_input
        if block and outcome.reason in (*_AT_A_FIELD, Refusal.EVIDENCE):
            return Answer(outcome.text, ack=at_field(block, outcome.text, reader), about=about)
        return Answer(outcome.text, ack=in_ack(given.kind, outcome.text, reader), about=about)

    async def _item(self, form: Filled, move: Do) -> str:
        """The field of the evidence that does not fit: the first that would not be taken alone."""
        for proof in move.proofs:
            outcome = await self._service.probe(form.code.request, replace(move, proofs=(proof,)))
            if isinstance(outcome, Refused):
                return checklist_form.block_of(proof.item)
        return ""

    async def _attached(self, account: Account, found: Done, form: Filled) -> dict[str, tuple[File, ...]] | tuple[str, Text]:
        """The files of each field as the request will know them, or the field whose files cannot be taken, and why."""
        given = {block: (await self._screens.attached({"files": some})).files for block, some in form.attached.items()}
        return await taken(self._store, self._clock, account, found.request.brand, given)

    async def _no_form(self, given: Delivery, words: Text) -> Answer:
        return Answer(words, ack=in_ack(given.kind, words, await self._people.reader(given.account)))


def _is_nothing_new(move: Do, request: Request) -> bool:
    """Whether a form would hand in what was sent back as it is: that would burn a round by a slip."""
    same = move.text.strip() in ("", request.draft.text) and not move.links
    return move.action is Action.RESUBMIT and same and not move.files and not move.confirmed


async def taken(
    store: Store, clock: Clock, account: Account, brand: str, given: dict[str, tuple[GivenFile, ...]], already: int = 0
) -> dict[str, tuple[File, ...]] | tuple[str, Text]:
    """Writes the files of a form down, by field; or tells which field's cannot be taken."""
    now = clock.now()

    def work(tx: Transaction) -> dict[str, tuple[File, ...]] | tuple[str, Text]:
        for block, some in given.items():
            if refused := files.refusal(some, already):
                return block, refused
        return {block: tuple(files.taken(tx, one, brand, account.person, now) for one in some) for block, some in given.items()}

    return await store.run(work) if given else {}
