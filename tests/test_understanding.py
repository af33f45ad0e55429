"""Questions people type: how many are recognised, how few are taken for something else, and that nothing breaks."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.wording import text
from bot.speech import LANGUAGES, Reader, phrases, say
from bot.understanding import MOST_CHARACTERS, Intent, named, understand
from tests.phrases.reading import NONE, Phrase
from tests.phrases.reading import phrases as collected

RECALL, WRONG = 0.95, 0.01
# The known half was read while the patterns were written; only the other half says what strangers will find.
UNSEEN_RECALL, UNSEEN_WRONG = 0.90, 0.03
KINDS = ("creator_selection", "concept", "draft_content", "brand_deviation", "contract", "brand_guidelines")
ANY_TEXT = st.text() | st.text("абвгдеёклмнопрсту АБВклэюя?!.,-—«»'’ 0123456789#№\n", max_size=MOST_CHARACTERS)


@dataclass(frozen=True)
class Figures:
    recall: float
    wrong: float


def measured(language: str, *, unseen_only: bool = False) -> Figures:
    """Of the phrases to be understood, how many are; of all, how many are taken for something else."""
    asked = [phrase for phrase in collected(language) if phrase.held_out or not unseen_only]
    answers = [(phrase.intent, heard(phrase, language)) for phrase in asked]
    wanted = [intent == found for intent, found in answers if intent != NONE]
    return Figures(sum(wanted) / len(wanted), sum(found not in (NONE, intent) for intent, found in answers) / len(answers))


def heard(phrase: Phrase, language: str) -> str:
    found = understand(phrase.words, language)
    return found.intent.value if found else NONE


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_understood(language: str) -> None:
    """At least 95 of 100 questions of the whole set are recognised for what they are."""
    assert measured(language).recall >= RECALL


@pytest.mark.parametrize("language", LANGUAGES)
def test_few_are_misunderstood(language: str) -> None:
    """At most one of 100 phrases of the whole set is taken for something that was not meant."""
    assert measured(language).wrong <= WRONG


@pytest.mark.parametrize("language", LANGUAGES)
def test_strangers_are_understood(language: str) -> None:
    """Of the phrases that nobody read while the patterns were written, nine of ten are recognised and three of 100 are not what was meant."""
    figures = measured(language, unseen_only=True)
    assert figures.recall >= UNSEEN_RECALL
    assert figures.wrong <= UNSEEN_WRONG


@given(words=ANY_TEXT, first=st.sampled_from([*LANGUAGES, "de", ""]))
def test_no_text_breaks_it(words: str, first: str) -> None:
    """Whatever is typed, there is an answer or none, and how sure it is lies between 0 and 1."""
    found = understand(words, first)
    assert found is None or (0 <= found.sure <= 1 and found.language in LANGUAGES)


@given(words=ANY_TEXT)
def test_no_text_breaks_the_naming(words: str) -> None:
    """Whatever is typed, it names one of the things or none; and with nothing to name it names nothing."""
    assert named(words, kinds("ru")) in {None, *KINDS}
    assert named(words, {}) is None


@pytest.mark.parametrize("words", ["who is my contact", "где моя заявка", "can I change the caption", "когда открывается Москва"])
def test_case_does_not_matter(words: str) -> None:
    """Shouting and whispering mean the same."""
    quiet, loud = understand(words.lower()), understand(words.upper())
    assert quiet and loud and quiet.intent is loud.intent


@pytest.mark.parametrize(
    ("words", "turned"),
    [
        ("где моя заявка", "заявка моя где"),
        ("кто утверждает договор", "договор утверждает кто"),
        ("покажи правила", "правила покажи"),
        ("when does Moscow open", "Moscow open when"),
        ("who approves contracts", "contracts who approves"),
    ],
)
def test_the_order_of_words_does_not_matter(words: str, turned: str) -> None:
    """The same words in another order ask the same."""
    straight, odd = understand(words), understand(turned)
    assert straight and odd and straight.intent is odd.intent


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("whoo is my contct", Intent.CONTACT),
        ("wher is my reqest", Intent.STATUS),
        ("кто мой контатк", Intent.CONTACT),
        ("где моя зяавка", Intent.STATUS),
        ("Здравствуйте! Подскажите, пожалуйста, кому писать?", Intent.CONTACT),
        ("ещё не согласовали А-142?", Intent.STATUS),
    ],
)
def test_people_may_mistype_and_be_polite(words: str, intent: Intent) -> None:
    """Typing errors, greetings, the letter ё and a request's number in either alphabet do not stand in the way."""
    found = understand(words)
    assert found and found.intent is intent


@pytest.mark.parametrize(
    "words",
    [
        "ok",
        "thanks",
        "I signed the contract yesterday",
        "my contact lenses",
        "спасибо, договор подписан",
        "я утвердила подпись",
        "Москва красивая",
    ],
)
def test_statements_are_no_questions(words: str) -> None:
    """Chatter and statements that only hold a keyword are not answered."""
    assert understand(words) is None


def test_long_texts_are_no_questions() -> None:
    """What is longer than a question is somebody's draft, even if it begins as a question."""
    question = "who is my contact?"
    assert understand(question)
    assert understand(question + " " * (MOST_CHARACTERS - len(question)))
    assert understand(question + " " * (MOST_CHARACTERS + 1 - len(question))) is None


def test_the_readers_language_wins_a_tie() -> None:
    """A request's number alone is understood in the language that was asked for first."""
    for language in LANGUAGES:
        found = understand("A-142", language)
        assert found and found.language == language and found.intent is Intent.STATUS


def kinds(language: str) -> dict[str, tuple[str, ...]]:
    return {kind: phrases(f"words.kind.{kind}", language) for kind in KINDS}


@pytest.mark.parametrize(
    ("words", "language", "kind"),
    [
        ("who has the final say on contracts", "en", "contract"),
        ("may I change the capton", "en", "draft_content"),
        ("how is an exception to the brand guidelines approved", "en", "brand_deviation"),
        ("who changes the brand guidelines", "en", "brand_guidelines"),
        ("кто утверждает догвор", "ru", "contract"),
        ("как согласуется сценарий", "ru", "concept"),
        ("кто решает про отступление от гайда", "ru", "brand_deviation"),
        ("is it raining", "en", None),
        ("a contract for a reel", "en", None),
    ],
)
def test_a_sentence_names_a_thing(words: str, language: str, kind: str | None) -> None:
    """A thing is named by any of its names, the longest deciding; none when none is there or two are there equally."""
    assert named(words, kinds(language)) == kind


def test_a_sentence_names_a_market() -> None:
    """Markets are named by city, country or their people."""
    markets = {
        market: phrases(f"words.market.{market}", "en") + phrases(f"words.market.{market}", "ru") for market in ("RU", "US")
    }
    assert [named(words, markets) for words in ("is NYC open", "в Москве", "американцы спят?", "Paris")] == [
        "US",
        "RU",
        "US",
        None,
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_intent_has_patterns(language: str) -> None:
    """No intent is without phrases, and none of them is written twice."""
    for intent in Intent:
        patterns = phrases(f"phrases.ask.{intent}", language)
        assert patterns and len(set(patterns)) == len(patterns), intent


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_bot_suggests_it_understands(language: str) -> None:
    """Every example in the menus is a question the bot answers."""
    reader = Reader((language,), "UTC")
    for menu in ("ask.menu.team", "ask.menu.creator"):
        examples = [line[2:] for line in say(text(menu), reader).splitlines() if line.startswith("• ")]
        assert len(examples) >= 3
        for example in examples:
            assert understand(example, language), example
