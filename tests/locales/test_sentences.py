"""The texts themselves: whole sentences, the same fields, no traps of either language."""

from __future__ import annotations

import re
import string

import pytest

from tests.locales.catalogues import LANGUAGES, catalogue, fields, forms, sentences

# What a reader's own formats and other people's words are put into: there is nothing to translate.
ONLY_FIELDS = {"card.title", "fact.clock", "inbox.line", "answer.about", "prompt.line.open", "print.step"}
SMALL_WORDS = {
    "en": {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "until"},
    "ru": {"а", "без", "в", "для", "до", "за", "и", "из", "или", "к", "на", "о", "от", "по", "с", "у", "через", "не"},
}
# In the past tense a Russian verb shows the gender of whoever did it, and a name does not say which.
PAST_BESIDE_NAME = re.compile(
    r"\{(who|name|person|requester|holder|owner)\}\s+\w+(л|ла|лся|лась)\b|\b\w{3,}(л|ла|лся|лась)\s+\{who\}"
)
PREPOSITION_BEFORE_NAME = re.compile(
    r"\b(от|у|для|к|с|за|через|без|перед)\s+\{(who|name|person|requester|holder|owner|owners|late)\}|\b(жд[её]м|ожида\w+)\s+\{"
)
OF_THE_BOT = re.compile(r"\b(я|бот)\s+\w+(л|ла)\b", re.IGNORECASE)
POLITE_CAPITAL = re.compile(r"(?<![.!?…:]\s)(?<!^)(?<!«)\b(Вы|Вас|Вам|Вами|Ваш\w*)\b")
FAMILIAR = re.compile(r"\b(ты|тебя|тебе|тобой|твой|твоя|твоё|твои)\b", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_name_their_fields_well(language: str) -> None:
    """Every field has a name, and braces are either fields or doubled."""
    for name, sentence in sentences(language):
        named = [field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None]
        assert all(field.isidentifier() for field in named), name


def test_both_languages_name_the_same_fields() -> None:
    """A field that one language shows is shown by the other, in each of its plural forms."""
    for name, entry in catalogue("en").items():
        wanted = fields(forms(entry)[0])
        for language in LANGUAGES:
            for form in forms(catalogue(language)[name]):
                assert fields(form) == wanted, (name, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_glued_together(language: str) -> None:
    """No message is only a sign or a small word: such pieces are put together in an order of one language."""
    for name, sentence in sentences(language):
        words = set(re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", "", sentence.lower())))
        if name.startswith(("format.", "print.hours")) or name in ONLY_FIELDS or fields(sentence):
            continue
        assert words - SMALL_WORDS[language] or name.startswith("phrases."), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_begins_or_ends_with_a_blank(language: str) -> None:
    """No blank at the ends, none doubled, no odd spaces: whoever needs those glues."""
    for name, sentence in sentences(language):
        assert sentence == sentence.strip(), name
        assert "  " not in sentence, name
        assert not re.search("[\u00a0\u202f\u200b\u2066-\u2069]", sentence), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_shouted_at(language: str) -> None:
    """No exclamation marks, and no emoji outside the words people type themselves."""
    for name, sentence in sentences(language):
        assert "!" not in sentence, name
        assert name in ("phrases.assent", "phrases.thanks") or not re.search("[\u2600-\u27bf\U0001f000-\U0001faff]", sentence), (
            name
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_quotes_in_its_own_way(language: str) -> None:
    """English “so”, Russian «так»; straight quotation marks only where a file's own text is shown."""
    wrong = "«»" if language == "en" else "“”"
    for name, sentence in sentences(language):
        assert not set(sentence) & set(wrong), name
        assert '"' not in sentence or name.startswith("mend."), name


def test_no_russian_sentence_shows_a_gender() -> None:
    """No verb of the past tense beside a name, and none of the bot about itself."""
    said = [(name, sentence) for name, sentence in sentences("ru") if not name.startswith("phrases.")]  # those people type
    assert [name for name, sentence in said if PAST_BESIDE_NAME.search(sentence) or OF_THE_BOT.search(sentence)] == []


def test_the_rule_about_genders_would_find_one() -> None:
    """The rule finds what it is for, and leaves labels alone."""
    assert PAST_BESIDE_NAME.search("{who} согласовал") and PAST_BESIDE_NAME.search("Согласовала {who}")
    assert not PAST_BESIDE_NAME.search("Решение: {who}. Срок прошёл")
    assert OF_THE_BOT.search("Я не понял") is None and OF_THE_BOT.search("Я понял")


def test_no_russian_name_has_to_decline() -> None:
    """No preposition or verb before a name: names stand in the nominative after a label."""
    assert [name for name, sentence in sentences("ru") if PREPOSITION_BEFORE_NAME.search(sentence)] == []


def test_russian_speaks_politely_in_small_letters() -> None:
    """«вы» with a small letter inside a sentence, and never «ты»."""
    for name, sentence in sentences("ru"):
        assert not POLITE_CAPITAL.search(sentence), name
        # What people type to the bot is theirs: they may say «ты» to it.
        assert name.startswith("phrases.") or not FAMILIAR.search(sentence), name


def test_russian_is_written_with_yo_where_english_has_no_letters() -> None:
    """No Latin letter hides in a Russian word, and no Russian one in an English text."""
    mixed = re.compile(r"[A-Za-z][а-яё]|[а-яё][A-Za-z]")
    for name, sentence in sentences("ru"):
        assert not mixed.search(re.sub(r"\{\w+\}", " ", sentence)), name
    for name, sentence in sentences("en"):
        assert not re.search("[а-яё]", sentence.lower()), name
