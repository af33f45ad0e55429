"""What people hear when they ask the bot: whole answers in both languages, and what nobody may hear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.absences import Absences
from bot.answering.codes import Code, parse, request_in
from bot.answers import Answers, is_mine
from bot.core.contacts import contacts
from bot.core.directory import roles_of
from bot.core.money import Money, parse_money
from bot.core.playbook.model import Act
from bot.core.request.commands import Do, Note
from bot.core.request.model import Draft, RequestId, Weight
from bot.core.request.table import Action
from bot.ports import Account, Creator, DirectContact
from bot.prompts import Reply
from bot.service import Done
from bot.speech import Reader, say, show
from bot.teams import reader_of, team_of_person
from bot.understanding import Intent
from tests.core.playbook.brands import edited, loaded
from tests.office import BOOK, START, Office, office

MAYA, LENA, STRANGER = "creator:1", "creator:2", "creator:9"
TUE, WED, FRI = (date(2026, 11, day) for day in (24, 25, 27))
CLOSED_IN_MOSCOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
TONIGHT = datetime(2026, 11, 24, 23, tzinfo=UTC)  # after Moscow's closing, at New York's
SECRETS = ("Too loud", "No budget", "777", "why red")
ALL = [intent for intent in Intent if intent not in (Intent.INBOX, Intent.AWAY, Intent.NEW)]


@pytest.fixture
async def at_work(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as found:
        await with_creators(found)
        yield found


async def with_creators(at_work: Office, brand: str = "brand-a") -> None:
    """Maya of New York and Lena of Moscow; Maya's account is her own in every brand."""
    for person, market, name, language, by in (
        (MAYA, "US", "Maya Torres", "en", "jordan"),
        (LENA, "RU", "Лена Котова", "ru", "sveta"),
    ):
        creator, account = Creator(person, brand, market, name, language, by, START), Account("post", "", f"x-{person}", person)
        await at_work.store.run(lambda tx, creator=creator: tx.save_creator(creator))  # type: ignore[misc]
        await at_work.store.run(lambda tx, account=account: tx.save_account(account))  # type: ignore[misc]


async def hands_in(at_work: Office, creator: str = MAYA, kind: str = "draft_content", **more: object) -> RequestId:
    market, by = ("US", "jordan") if creator == MAYA else ("RU", "sveta")
    draft = Draft(kind, market, "Winter reel", creator_id=creator, by_creator=True, **more)  # type: ignore[arg-type]
    outcome = await at_work.service.open("brand-a", by, draft, through="test")
    assert isinstance(outcome, Done), outcome
    return outcome.request.id


async def asks(at_work: Office, person: str, intent: Intent, words: str = "") -> Reply:
    return await Answers("post", at_work.store, at_work.clock).asked(Account("post", "", "x", person), intent, words)


async def taps(at_work: Office, person: str, data: str) -> Reply:
    return await Answers("post", at_work.store, at_work.clock).tapped(Account("post", "", "x", person), data)


async def read(at_work: Office, person: str, reply: Reply, language: str = "") -> list[str]:
    """The answer as its reader sees it, line by line."""
    team = await at_work.store.read(lambda tx: team_of_person(tx, person, at_work.clock.now()))
    reader = reader_of(team, person) if team else Reader(("en",), "UTC")
    reader = Reader((language,), reader.zone) if language else reader
    if reply.prompt is None:
        assert reply.toast is not None
        return [say(reply.toast, reader)]
    lines = [say(reply.prompt.text, reader), *(show(line, reader) for line in reply.prompt.lines)]
    return "\n".join(lines).split("\n")


async def hears(at_work: Office, person: str, intent: Intent, words: str = "", language: str = "") -> list[str]:
    return await read(at_work, person, await asks(at_work, person, intent, words), language)


def codes(reply: Reply) -> list[str]:
    assert reply.prompt is not None
    return [option.code for row in reply.prompt.options for option in row]


async def leaves(at_work: Office, person: str, first: date, last: date) -> None:
    await Absences(at_work.store, at_work.clock, lambda: None).leave(person, person, first, last, "post")


async def sends_back(at_work: Office, by: str, request: RequestId) -> None:
    move = Do(Action.SEND_BACK, by, remarks=(Note("Too loud, why red", Weight.MUST_FIX),))
    assert isinstance(await at_work.service.do(request, move), Done)


async def test_the_contact_answer(at_work: Office) -> None:
    """People and roles, who is at work, feedback, both last words, and each of the creator's requests with a time."""
    await hands_in(at_work)
    assert await hears(at_work, MAYA, Intent.CONTACT) == [
        "Your contacts:",
        "Main contact: Jordan Lee (Creator Relations, New York), at work now.",
        "Deputy: Sam Ortiz, at work now.",
        "Creative feedback: Priya Shah (Market Lead, US), at work now.",
        "Final approval of content: Priya Shah (Market Lead, US), at work now.",
        "Final say on the contract: Marina Orlova (Brand Director), at work now.",
        "Your requests:",
        "A-1 “Winter reel”: round 1 of 2, with Priya Shah. You will hear from us by Tue, Nov 24, 1:30 PM ET.",
    ]


async def test_the_contact_answer_in_russian(at_work: Office) -> None:
    """The same facts in the other language, for whoever reads it in Moscow, with New York still closed to them."""
    await hands_in(at_work, LENA)
    at_work.clock.set(CLOSED_IN_MOSCOW)
    assert await hears(at_work, LENA, Intent.CONTACT) == [
        "Ваши контакты:",
        "Основной контакт: Светлана Ким (Менеджер по работе с блогерами, Москва), на месте с ср, 25 нояб., 10:00 МСК.",
        "Замещение: Павел Громов, на месте с ср, 25 нояб., 10:00 МСК.",
        "Обратная связь по креативу: Светлана Ким (Менеджер по работе с блогерами, Москва), на месте с ср, 25 нояб., 10:00 МСК.",
        "Обратная связь по креативу: Павел Громов (Руководитель рынка, Москва), на месте с ср, 25 нояб., 10:00 МСК.",
        "Окончательное утверждение публикации: Павел Громов (Руководитель рынка, Москва), на месте с ср, 25 нояб., 10:00 МСК.",
        "Последнее слово по договору: Марина Орлова (Директор по бренду), на месте с ср, 25 нояб., 10:00 МСК.",
        "Ваши запросы:",
        "A-1 «Winter reel»: раунд 1 из 5. Ждёт: Светлана Ким. Ответ вы получите не позднее чт, 26 нояб., 11:30 МСК.",
    ]


def test_the_answer_names_whom_rule_24_names() -> None:
    """The roles of the answer are those of the playbook's contacts, in each market."""
    book = BOOK.playbook
    assert book is not None
    for market in book.markets:
        found = contacts(book, market)
        kinds = book.creators.creative_kinds
        roles = [role for kind in kinds for role in roles_of(book, kind, market, {Act.REVIEW, Act.DECIDE})]
        assert tuple(dict.fromkeys(book.roles[role].holder for role in roles)) == found.creative_feedback
        (last,) = roles_of(book, book.creators.content_kind or "", market, {Act.DECIDE})
        assert book.roles[last].holder == found.final_content


async def test_somebody_stands_in(at_work: Office) -> None:
    """The main contact is away: until when, and who stands in; with both away, the coordinator."""
    await leaves(at_work, "jordan", TUE, WED)
    line = "Main contact: Jordan Lee (Creator Relations, New York), away now, back Mon, Nov 30, 9:00 AM ET."
    answer = await hears(at_work, MAYA, Intent.CONTACT)
    assert answer[1] == f"{line} Standing in: Sam Ortiz, at work now."
    assert not any(one.startswith("Deputy") for one in answer)
    await leaves(at_work, "sam", TUE, WED)
    answer = await hears(at_work, MAYA, Intent.CONTACT)
    assert answer[1] == f"{line} Until then turn to: Katya Levina, at work now."


async def test_the_deputy_is_away(at_work: Office) -> None:
    """Said as well, with whom to turn to in their place."""
    await leaves(at_work, "sam", TUE, TUE)
    answer = await hears(at_work, MAYA, Intent.CONTACT)
    assert answer[2] == (
        "Deputy: Sam Ortiz (Creator Relations, New York), away now, back Wed, Nov 25, 9:00 AM ET. Until then turn to: Katya Levina, at work now."
    )


async def test_a_vacant_role_and_an_unreachable_holder(tmp_path: Path) -> None:
    """A gap is named, with whom to turn to; somebody without an account is not promised."""
    vacant = edited("holder: jordan\n    deputies: [sam]", "holder: null")
    async with office(tmp_path, book=loaded(vacant), without="priya") as at_work:
        await with_creators(at_work)
        answer = await hears(at_work, MAYA, Intent.CONTACT)
        assert answer[1] == (
            "Main contact: the role “Creator Relations, New York” is vacant. Until then turn to: Katya Levina, at work now."
        )
        assert answer[2] == (
            "Creative feedback: Priya Shah (Market Lead, US), not reachable through the bot. Standing in: Sam Ortiz, at work now."
        )
        assert (await hears(at_work, LENA, Intent.BRIDGE))[2] == (
            "Культурный переводчик, Нью-Йорк: роль «Культурный переводчик со стороны Нью-Йорка» вакантна. "
            "Пока можно обратиться: Екатерина Левина, сейчас на месте."
        )


async def test_the_team_hears_whom_it_turns_to(at_work: Office) -> None:
    """The coordinator, creator relations in each market, the bridge of one's own side; oneself is told so."""
    assert await hears(at_work, "katya", Intent.CONTACT, language="en") == [
        "Whom you turn to:",
        "Coordinator: Katya Levina (Cross-border Coordinator), that is you.",
        "Creators, Moscow: Svetlana Kim (Creator Relations, Moscow), at work now.",
        "Creators, New York: Jordan Lee (Creator Relations, New York), at work now.",
        "Cultural bridge, Moscow: Katya Levina (Cultural bridge, Moscow side), that is you.",
    ]


async def test_a_request_that_came_back(at_work: Office) -> None:
    """It waits for whoever handed it in, and nobody's remark is repeated."""
    request = await hands_in(at_work)
    await sends_back(at_work, "priya", request)
    said = "A-1 “Winter reel”: round 1 of 2 came back with changes to make. "
    assert (await hears(at_work, MAYA, Intent.STATUS))[1] == f"{said}Waiting for you; Jordan Lee has the list of changes."
    assert (await hears(at_work, "jordan", Intent.STATUS))[1] == f"{said}Waiting for you."
    assert (await hears(at_work, "sam", Intent.STATUS, "a-1"))[1].endswith("Waiting for: Jordan Lee.")


async def test_handed_over_provisional_and_checked(at_work: Office) -> None:
    """Both names after the hand-over; then who decided provisionally and until when it is checked; then that it holds."""
    request = await at_work.needs("jordan", "brand_deviation", "US", TONIGHT)
    assert (await hears(at_work, "jordan", Intent.STATUS))[1].endswith(
        "with Anna Belova. An answer is expected by Tue, Nov 24, 1:00 PM ET."
    )
    await at_work.reaches(CLOSED_IN_MOSCOW)
    assert (await hears(at_work, "jordan", Intent.STATUS))[1] == (
        "A-1 “A bolder claim”: round 1 of 3, handed over because the deadline is close. Either may decide: Priya Shah or Anna Belova. "
        "An answer is expected by Tue, Nov 24, 1:00 PM ET."
    )
    await at_work.says("priya", Action.YES, request)
    await at_work.settles()
    assert (await hears(at_work, "jordan", Intent.STATUS))[1] == (
        "A-1 “A bolder claim”: approved provisionally by Priya Shah, Tue, Nov 24, 12:00 PM ET. "
        "To be checked by Anna Belova, by Wed, Nov 25, 10:00 AM ET."
    )
    assert "Проверка: Анна Белова, не позднее ср, 25 нояб., 18:00 МСК." in (await hears(at_work, "anna", Intent.STATUS))[1]
    await at_work.says("anna", Action.RATIFY, request)
    assert (await hears(at_work, "jordan", Intent.STATUS))[1].endswith("approved by Priya Shah, Tue, Nov 24, 12:00 PM ET.")


async def test_no_time_is_promised_that_nobody_can_keep(at_work: Office) -> None:
    """Late is called late, with when work on it goes on."""
    await hands_in(at_work)
    at_work.clock.set(datetime(2026, 11, 24, 19, tzinfo=UTC))
    assert (await hears(at_work, MAYA, Intent.STATUS))[1].endswith("This is late: an answer was due by Tue, Nov 24, 1:30 PM ET.")
    at_work.clock.set(datetime(2026, 11, 25, 1, tzinfo=UTC))
    assert (await hears(at_work, MAYA, Intent.STATUS))[1].endswith("1:30 PM ET. Work on it goes on Wed, Nov 25, 9:00 AM ET.")
    await hands_in(at_work, LENA)
    at_work.clock.set(datetime(2026, 11, 25, 12, tzinfo=UTC))  # the first of two steps is late: nothing is known of the second
    assert (await hears(at_work, LENA, Intent.STATUS))[1].endswith("Ответ опаздывает: срок был ср, 25 нояб., 14:00 МСК.")


async def test_a_step_that_nobody_can_take(at_work: Office) -> None:
    """No time is promised for it; and a time after the creator's deadline says so."""
    for person in ("priya", "sam"):
        await leaves(at_work, person, WED, FRI)
    request = await hands_in(at_work)
    at_work.clock.set(datetime(2026, 11, 25, 15, tzinfo=UTC))
    await at_work.settles()
    assert (await hears(at_work, MAYA, Intent.STATUS, request))[1:3] == [
        "Now: round 1 of 2, nobody can take the step now. Katya Levina is finding somebody.",
        "Step 2 of 2 on the path.",
    ]
    soon = await hands_in(at_work, LENA, needed_by=datetime(2026, 11, 25, 17, tzinfo=UTC))
    assert (await hears(at_work, LENA, Intent.STATUS, soon))[2].endswith("это позже срока ср, 25 нояб., 20:00 МСК.")


async def test_a_creator_never_hears_what_is_not_for_them(at_work: Office) -> None:
    """No remark, reason, sum, saying or other creator's request in any answer, in either language."""
    mine = await hands_in(at_work, amount=parse_money("777 USD"))
    theirs = await hands_in(at_work, LENA)
    rejected = await hands_in(at_work, kind="concept")
    await at_work.service.do(mine, Do(Action.ASK, "priya", text="why red"))
    await sends_back(at_work, "priya", mine)
    await at_work.says("priya", Action.REJECT, rejected, "No budget")
    state = await at_work.state(mine)
    assert isinstance(state.draft.amount, Money) and state.remarks  # there is something to tell
    for intent in ALL:
        for words in ("", mine, rejected, "deviation from brand guidelines", "draft content"):
            for language in ("en", "ru"):
                heard = "\n".join(await hears(at_work, MAYA, intent, words, language))
                assert not any(secret in heard for secret in (*SECRETS, theirs, "x-", "$", "USD")), (intent, words, heard)


async def test_what_is_not_theirs_does_not_exist(tmp_path: Path) -> None:
    """Another brand's request, another creator's, and none at all are one answer; so are brands on a forged button."""
    other = loaded(edited("id: brand-a\n", "id: brand-b\n").replace("jordan", "taylor").replace("priya", "robin"))
    async with office(tmp_path, book=other), office(tmp_path) as at_work:
        await with_creators(at_work)
        mine, theirs = await hands_in(at_work), await hands_in(at_work, LENA)
        foreign = await at_work.service.open("brand-b", "taylor", Draft("creator_selection", "US", "Their list"), through="test")
        assert isinstance(foreign, Done)
        none = await asks(at_work, MAYA, Intent.STATUS, "A-999")
        assert none.toast is not None and none.toast.id == "refusal.no_such_request"
        for person, request in ((MAYA, theirs), (MAYA, foreign.request.id), ("jordan", foreign.request.id), ("jordan", "A-999")):
            assert await asks(at_work, person, Intent.STATUS, request) == none
            assert await taps(at_work, person, str(Code(Intent.STATUS, "", request))) == none
        for brand in ("brand-b", "brand-z"):
            assert await taps(at_work, "jordan", f"5|contact|{brand}|") == none
        assert (await asks(at_work, MAYA, Intent.STATUS, mine)).prompt and (
            await asks(at_work, "jordan", Intent.STATUS, mine)
        ).prompt
        assert (await asks(at_work, STRANGER, Intent.CONTACT)).toast == (await asks(at_work, "nobody", Intent.WHO)).toast
        assert "Their list" not in "".join(await hears(at_work, "jordan", Intent.STATUS))


async def test_contacts_only(tmp_path: Path) -> None:
    """Where creators see contacts only, nothing about requests is said, not even that there are some."""
    async with office(tmp_path, book=loaded(edited("see: contacts_and_status", "see: contacts_only"))) as at_work:
        await with_creators(at_work)
        before = [await hears(at_work, MAYA, intent) for intent in ALL]
        request = await hands_in(at_work)
        assert [await hears(at_work, MAYA, intent) for intent in ALL] == before
        assert await asks(at_work, MAYA, Intent.STATUS, request) == await asks(at_work, MAYA, Intent.STATUS, "A-999")
        assert await hears(at_work, MAYA, Intent.STATUS) == [
            "Your main contact can tell you how your requests stand:",
            "Main contact: Jordan Lee (Creator Relations, New York), at work now.",
        ]


async def test_a_list_of_requests(at_work: Office) -> None:
    """As requester and as owner, what is under way first, the newest first, at most ten, each with a button."""
    done = [await at_work.opens() for _ in range(4)]
    await at_work.says("pavel", Action.YES, done[3])
    for _ in range(9):
        await at_work.opens("anna", text="x" * 50)
    reply = await asks(at_work, "pavel", Intent.STATUS)
    assert codes(reply) == [f"5|status||A-{n}" for n in (13, 12, 11, 10, 9, 8, 7, 6, 5, 3)]
    assert codes(await asks(at_work, "sveta", Intent.STATUS)) == [f"5|status||A-{n}" for n in (3, 2, 1, 4)]
    assert all(len(code.encode()) <= 64 and is_mine(code) for code in codes(reply))
    assert await hears(at_work, "jordan", Intent.STATUS) == ["You have no requests here."]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("A-142", "A-142"),
        ("что с а-142", "A-142"),
        ("а142 ну что там", "A-142"),
        ("a–007?", "A-7"),
        ("В-31", "B-31"),
        ("COVID-19", None),
    ],
)
def test_ids_as_people_type_them(words: str, found: str | None) -> None:
    """Any case, any dash or none, a Cyrillic letter that looks the same; not the end of another word."""
    assert request_in(words) == found


async def test_how_a_kind_is_decided(at_work: Office) -> None:
    """The path with people, rounds and times; the other market's where it differs; the rule and where it stands."""
    await leaves(at_work, "priya", TUE, TUE)
    assert await hears(at_work, "jordan", Intent.HOW, "how does concept or script go") == [
        "“Concept or script”, how it is decided:",
        "Decided in each market",
        "New York · 2 rounds · final approval: Sam Ortiz (Market Lead, US, standing in) (4 working hours)",
        "Moscow · 5 rounds · review: Svetlana Kim (Creator Relations, Moscow) (4 working hours) → "
        "final approval: Pavel Gromov (Market Lead, Moscow) (8 working hours)",
        "Flexible: Tone, humour and format are local. Product facts come from the brand guidelines.",
        "Agreed in: Brand A: Moscow and New York, version 1, section “Concept or script”.",
    ]
    assert (await hears(at_work, "oleg", Intent.HOW, "отступление от бренд-гайда"))[3].startswith(
        "Право локального решения · Москва"
    )
    unnamed = await asks(at_work, "jordan", Intent.HOW, "how is it decided")
    assert "5|how|brand-a|contract" in codes(unnamed)
    assert (await read(at_work, "jordan", await taps(at_work, "jordan", "5|how|brand-a|contract")))[1] == "Decided centrally"


async def test_may_i(at_work: Office) -> None:
    """No with the rule; yes within limits and who still approves; or that it is the asker's own to decide."""
    fixed = await hears(at_work, "jordan", Intent.MAY, "creator contract")
    assert (fixed[1], fixed[3]) == ("No, this is fixed.", "The final say: Marina Orlova (Brand Director).")
    limits = await hears(at_work, LENA, Intent.MAY, "концепция или сценарий")
    assert limits[1] == "В рамках плейбука:"
    assert limits[3:] == [
        "Утвердить всё равно нужно: Павел Громов (Руководитель рынка, Москва).",
        "До этого согласование: Светлана Ким (Менеджер по работе с блогерами, Москва).",
    ]
    own = await hears(at_work, "priya", Intent.MAY, "creator selection")
    assert (own[1], own[3]) == (
        "This is yours to decide.", "Your own request goes to Sam Ortiz, because nobody approves their own.",
    )  # fmt: skip
    assert (await hears(at_work, "pavel", Intent.MAY, "выбор блогеров"))[1] == "Это решаете вы."
    assert (await hears(at_work, "sam", Intent.MAY, "creator selection"))[1] == "Within the playbook’s limits:"


async def test_who_does_what(at_work: Office) -> None:
    """Roles by market, vacant ones too, who signs, and when the two ends of a direct line last talked."""
    talked = DirectContact("brand-a", "us_creator_relations", "brand_director", START, RequestId("A-1"))
    await at_work.store.run(lambda tx: tx.note_contact(talked))
    everybody = await hears(at_work, "jordan", Intent.WHO)
    assert everybody[:3] == ["Who does what:", "Market: Moscow", "Brand Director: Marina Orlova. Deputy: Anna Belova"]
    assert {"Cultural bridge, New York side: vacant", "Signs the playbook, New York: Priya Shah"} <= set(everybody)
    assert everybody[-1] == (
        "Direct line: Brand Director and Creator Relations, New York: at least every 14 days. Last talked: Nov 24, 2026."
    )
    assert await hears(at_work, "pavel", Intent.WHO, "кто у нас юрист") == [
        "Кто за что отвечает:", "В этой роли: Олег Синицын (Юрист), сейчас на месте.",
    ]  # fmt: skip
    assert (await hears(at_work, "priya", Intent.WHO, "who is Pavel"))[1:3] == [
        "Pavel Gromov: Market Lead, Moscow",
        "Pavel Gromov stands in for: Brand Manager and Creator Relations, Moscow",
    ]
    assert await hears(at_work, MAYA, Intent.WHO) == await hears(at_work, MAYA, Intent.CONTACT)


async def test_hours(at_work: Office) -> None:
    """The market that was named, in its own time and the reader's; days off when it stays closed for long."""
    assert await hears(at_work, "jordan", Intent.HOURS, "when does Moscow close") == [
        "Working hours now:", "Moscow: 5:30 PM there, open until 7:00 PM, which is Tue, Nov 24, 11:00 AM ET for you.",
    ]  # fmt: skip
    at_work.clock.set(datetime(2026, 12, 31, 17, tzinfo=UTC))
    assert await hears(at_work, "sveta", Intent.HOURS) == [
        "Рабочее время сейчас:",
        "Москва: 20:00, нерабочее время. Начало рабочего дня: пн, 11 янв., 10:00 МСК.",
        "Праздничные и нерабочие дни: с 31 дек. 2026 по 8 янв. 2027 включительно.",
        "Нью-Йорк: местное время 12:00, работает до 18:00; по вашему времени это пт, 1 янв., 02:00 МСК.",
        "Затем перерыв до пн, 4 янв., 17:00 МСК.",
    ]


async def test_the_playbook(at_work: Office) -> None:
    """Title, version, how it was agreed, its bridges and gaps, and ways into it; none of it for creators."""
    reply = await asks(at_work, "jordan", Intent.PLAYBOOK)
    assert (await read(at_work, "jordan", reply))[:2] == [
        "Brand A: Moscow and New York, playbook version 1",
        "Agreed outside the bot.",
    ]
    answers = {code: await read(at_work, "jordan", await taps(at_work, "jordan", code)) for code in codes(reply)}
    assert "Legal Counsel: Oleg Sinitsyn. Deputy: Irina Ladygina" in answers["5|playbook|brand-a|roles"]
    assert "Mon–Fri 09:00–18:00" in answers["5|playbook|brand-a|hours"][2]
    assert answers["5|playbook|brand-a|kinds"] == ["Which kind of decision do you mean?"]
    menu = await Answers("post", at_work.store, at_work.clock).menu(Account("post", "", "x", MAYA))
    assert await asks(at_work, MAYA, Intent.PLAYBOOK) == await taps(at_work, MAYA, "5|playbook|brand-a|roles") == menu


async def test_several_brands(tmp_path: Path) -> None:
    """A short answer comes for each brand under its title, a long one after the question which; a named brand alone."""
    text = (
        edited("id: brand-a\n", "id: brand-b\n")
        .replace("Brand A: Moscow and New York", "Brand B")
        .replace("holder: jordan", "holder: priya")
    )
    async with office(tmp_path, book=loaded(text)), office(tmp_path) as at_work:
        both = await hears(at_work, "jordan", Intent.CONTACT)
        assert [line for line in both if line.startswith("Brand: ")] == ["Brand: Brand A: Moscow and New York", "Brand: Brand B"]
        assert sum("Jordan Lee" in line for line in both) == 1
        assert "Jordan Lee" not in "".join(await hears(at_work, "jordan", Intent.CONTACT, "my contact at brand b"))
        assert codes(await asks(at_work, "jordan", Intent.WHO)) == ["5|who|brand-a|", "5|who|brand-b|"]
        assert len(await hears(at_work, "jordan", Intent.HOURS)) == 3  # the same in both: said once
        assert codes(await asks(at_work, "jordan", Intent.HOW, "contract")) == ["5|may||contract", "5|how||"]
        deviation = await asks(at_work, "jordan", Intent.HOW, "deviation from brand guidelines")
        assert codes(deviation) == ["5|how|brand-a|brand_deviation", "5|how|brand-b|brand_deviation"]
        assert "version 1" in (await read(at_work, "jordan", await taps(at_work, "jordan", codes(deviation)[1])))[-1]
        await at_work.opens("jordan")
        assert len(await hears(at_work, "jordan", Intent.STATUS)) == 2  # nothing is said of the brand that has none
        assert codes(await asks(at_work, "jordan", Intent.MAY)) == ["5|may|brand-a|", "5|may|brand-b|"]


@pytest.mark.parametrize(
    "data", ["5|contact", "5|inbox||", "5|how|brand-a|no_such", "5|who||x", "5|status||A-1|x", "5|help||'; --", "5|"]
)
async def test_forged_buttons(at_work: Office, data: str) -> None:
    """A code that no answer has is refused like an old button."""
    reply = await taps(at_work, "jordan", data)
    assert (reply.toast and reply.toast.id, reply.alert) == ("refusal.retired_button", True)


async def test_every_button_of_a_menu_answers(at_work: Office) -> None:
    """The menus of the team and of creators lead to answers, and no code is too long for a messenger."""
    for person, least in (("jordan", 8), (MAYA, 6)):
        menu = await asks(at_work, person, Intent.HELP)
        assert menu == await Answers("post", at_work.store, at_work.clock).menu(Account("post", "", "x", person))
        assert len(codes(menu)) == least
        for code in codes(menu):
            assert (await taps(at_work, person, code)).prompt is not None, code
    long = Code(Intent.PLAYBOOK, "b" * 40, "k" * 40)
    assert len(str(long)) <= 64 and parse(str(long)) is not None
