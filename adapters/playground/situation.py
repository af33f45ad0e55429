"""The live situation the demo opens on: a few days of brand A, so that requests stand at different stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

from adapters.playground.arriving import Arrival, arrive
from adapters.playground.cast import BLOGGERS
from adapters.playground.picture import reel_cover
from adapters.playground.town import Town
from bot.core.money import Money
from bot.core.playbook.model import PersonId, Playbook
from bot.core.request.commands import Do, Note, Proof
from bot.core.request.model import Draft, File, RequestId, Weight
from bot.core.request.table import Action
from bot.files import GivenFile, taken
from bot.service import Done

# A Wednesday on which both offices are open: at 19:00 Moscow goes home until 11 January.
BEGINS = datetime(2026, 12, 29, 8, 30, tzinfo=UTC)
OPENS_AT = datetime(2026, 12, 30, 14, 20, tzinfo=UTC)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that happened: a request opened, perhaps with the picture, or a move made on the one with that name."""

    at: datetime
    name: str
    by: str
    draft: Draft | None = None
    do: Do | None = field(default=None)
    picture: str = ""  # its name


_CAPTION = (
    "Morning light, no filter: three weeks with the new serum and my skin finally drinks water.\n"
    "What I like: it sinks in within a minute and the pump does not leak in my gym bag.\n"
    "#ad @brand_a"
)
_SCRIPT = (
    "Сцена 1. Утро, кухня, ребёнок просыпал муку на новый свитер.\n"
    "Сцена 2. Крупно: средство, тёплая вода, десять минут.\n"
    "Сцена 3. Свитер чистый, мука снова на полу. Голос за кадром: «Зато свитер чистый».\n"
    "Пометка «Реклама» и erid в первой строке описания."
)
_CONTRACT = (
    "Two reels and one story set, usage rights for 6 months in the US and Russia.\n"
    "Fee 2,400 USD, half on signature, half within 10 days of publication.\n"
    "Two revision rounds included; exclusivity in skin care for 30 days."
)
# Short, so that all of it stands on the card.
_ASKED = "30 дней эксклюзива: от подписания или публикации?"
_IN_ENGLISH = "30 days of exclusivity: from signature or publication?"
_ANSWERED = "From publication, by January 20."
_RULES_OF_ADS = (
    Proof("ru_label"),
    Proof("ru_advertiser", "ООО «Бренд А», ИНН 7700000001"),
    Proof("ru_erid", "2SDnjeDemoLena"),
    Proof("ru_registry", "https://example.com/registry/lena-morozova"),
)

SCENES: tuple[Scene, ...] = (
    Scene(_at(29, 9, 0), "script", "sveta", Draft("draft_content", "RU", "Рилс «Мука на свитере»", _SCRIPT, creator="Лена Морозова")),
    Scene(_at(29, 9, 40), "script", "anna", do=Do(Action.OPINION, "anna", text="Формула средства названа верно. Логотип лучше показать раньше.")),
    Scene(_at(29, 12, 20), "script", "sveta", do=Do(Action.EVIDENCE, "sveta", proofs=_RULES_OF_ADS)),
    Scene(_at(29, 14, 10), "list", "jordan", Draft("creator_selection", "US", "January shortlist: 6 skin-care creators", "Maya Chen, Dre Walker, Sofia Ruiz, Kim Tran, Alex Brody, June Park.\nFollowers 18–60 k, US audience above 70 %.")),
    Scene(_at(29, 14, 30), "contract", "jordan", Draft("contract", "US", "Contract with Maya Chen", _CONTRACT, creator="Maya Chen", amount=Money(Decimal(2400), "USD"))),
    Scene(_at(29, 14, 50), "contract", "katya", do=Do(Action.YES, "katya")),
    Scene(_at(29, 15, 5), "list", "priya", do=Do(Action.YES_WITH_REMARKS, "priya", remarks=(Note("Ask Dre Walker for his December reach first", Weight.WISH),))),
    Scene(_at(29, 15, 40), "caption", "jordan", Draft("draft_content", "US", "Caption for Maya Chen's reel", _CAPTION, creator="Maya Chen", links=("https://drive.example.com/maya-reel-v1",)), picture="maya-reel-cover.png"),
    Scene(_at(29, 17, 5), "wall", "jordan", Draft("brand_deviation", "US", "Red ribbon on the gift box", "Sofia wraps the box on camera and has red ribbon only. The guide asks for the brand's green.", creator="Sofia Ruiz", needed_by=_at(30, 0), amount=Money(Decimal(120), "USD"))),
    Scene(_at(29, 17, 50), "wall", "priya", do=Do(Action.YES, "priya")),
    Scene(_at(29, 19, 10), "caption", "priya", do=Do(Action.SEND_BACK, "priya", remarks=(
        Note("“finally drinks water” reads as a medical claim", Weight.MUST_FIX), Note("Put #ad before the fold", Weight.MUST_FIX), Note("A line about the refill pack would help", Weight.WISH)))),
    Scene(_at(30, 9, 5), "guideline", "anna", Draft("brand_guidelines", "RU", "Гайд: шрифт в субтитрах", "Субтитры во всех видео набираем гротеском, не мельче 42 пунктов, чтобы читалось на телефоне.")),
    Scene(_at(30, 11, 30), "contract", "oleg", do=Do(Action.SAY, "oleg", text=_ASKED)),
    Scene(_at(30, 11, 45), "contract", "katya", do=Do(Action.TRANSLATE, "katya", text=_IN_ENGLISH)),
    Scene(_at(30, 13, 55), "contract", "jordan", do=Do(Action.SAY, "jordan", text=_ANSWERED)),
    Scene(_at(30, 14, 5), "deviation", "jordan", Draft("brand_deviation", "US", "Green background in the New Year story", "Dre films at the market hall, the wall there is green. The guide asks for white or sand.", creator="Dre Walker", needed_by=_at(31, 22), amount=Money(Decimal(300), "USD"))),
    Scene(_at(30, 14, 12), "contract", "oleg", do=Do(Action.ASK, "oleg", text="Права в России: только сайт или ещё маркетплейсы?")),
)  # fmt: skip


async def play(town: Town) -> Mapping[PersonId, Arrival]:
    """Lets everything happen at its time, through the same doors and rules as in life. Only for brand A's people.

    Gives the creators, who are in no playbook.
    """
    town.clock.set(BEGINS)
    arrived = [await arrive(town, blogger) for blogger in BLOGGERS if blogger.has_come]
    ids: dict[str, RequestId] = {}
    for scene in SCENES:
        await town.forward(scene.at)
        if scene.draft is not None:
            opened = await town.system.service.open(
                town.playbook.id, scene.by, await _whole(town, scene, arrived), through="demo"
            )
            assert isinstance(opened, Done), opened
            ids[scene.name] = opened.request.id
        elif scene.do is not None:
            done = await town.system.service.do(ids[scene.name], scene.do)
            assert isinstance(done, Done), done
        await town.system.worker.settle()
    arrived += [await arrive(town, blogger) for blogger in BLOGGERS if not blogger.has_come]
    await town.forward(OPENS_AT)
    return {one.person: one for one in arrived}


async def _whole(town: Town, scene: Scene, arrived: list[Arrival]) -> Draft:
    """The draft with whose work it is about, and with its file."""
    assert scene.draft is not None
    whose = next((one.person for one in arrived if one.blogger.own_name == scene.draft.creator), "")
    files = (await _given(town, scene),) if scene.picture else ()
    return replace(scene.draft, creator_id=whose, files=files)


async def _given(town: Town, scene: Scene) -> File:
    """The picture as Slack has it once somebody put it into a form: the bot must fetch it there."""
    kept = town.slack.files.keep(town.actors[scene.by].external, scene.picture, reel_cover())
    shape = town.slack.files.shape(kept)
    place, link = shape["url_private_download"], shape["permalink"]
    given = GivenFile(kept.name, kept.mime, kept.size, "slack", place, link)
    return await town.system.store.run(lambda tx: taken(tx, given, town.playbook.id, scene.by, town.clock.now()))


def fits(playbook: Playbook) -> bool:
    """Whether the situation can be played on a playbook: it has brand A's people, kinds and markets."""
    people = {scene.by for scene in SCENES if scene.draft or scene.do}
    kinds = {scene.draft.kind for scene in SCENES if scene.draft}
    markets = {blogger.market for blogger in BLOGGERS}
    return people <= set(playbook.people) and kinds <= set(playbook.decisions) and markets <= set(playbook.markets)
