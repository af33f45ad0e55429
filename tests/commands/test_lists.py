"""``soglas tokens list`` and ``soglas webhooks list``: readable on 80 columns in both languages, also while there is nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.commands.terminal import Terminal

ENGLISH, RUSSIAN = "en_US.UTF-8", "ru_RU.UTF-8"


@pytest.mark.parametrize("what", ["tokens", "webhooks"])
def test_an_empty_list_says_how_it_begins(at_work: Terminal, what: str) -> None:
    """Nothing printed at all would leave open whether it worked: a sentence, and the command that makes the first one."""
    for language, words, begins in ((ENGLISH, "There are no ", "soglas "), (RUSSIAN, " нет. ", "soglas ")):
        at_work.sets(LANG=language)
        said = at_work(what, "list")
        assert said.code == 0 and said.out.count("\n") == 1
        assert (words in said.out or "пока нет" in said.out) and f"{begins}{what} " in said.out
    assert at_work(what, "list", "--json").out == "[]\n"


@pytest.mark.parametrize("language", [ENGLISH, RUSSIAN])
def test_tokens_stand_in_columns(at_work: Terminal, language: str) -> None:
    """A head, cells under each other, days with their year, and no line longer than a terminal, revoked or not."""
    at_work.sets(LANG=language)
    for name in ("crm", "website-of-the-shop"):
        assert at_work("tokens", "create", "--brand", "brand-a", "--name", name).code == 0
    assert at_work("tokens", "revoke", "crm").code == 0
    head, *lines = at_work("tokens", "list").out.splitlines()
    assert len(lines) == 2 and max(map(len, (head, *lines))) <= 80
    place = head.index("Brand" if language == ENGLISH else "Бренд")
    assert [line.index("brand-a") for line in lines] == [place, place]
    year = f" {datetime.now(UTC).year}"
    assert [line.count(year) for line in lines] == [2, 1]


def test_webhooks_stand_in_columns(at_work: Terminal) -> None:
    """A head above them, and nothing of a webhook that has ended."""
    for url in ("https://crm.example/soglas", "https://old.example/"):
        assert at_work("webhooks", "add", url, "--brand", "brand-a").code == 0
    assert at_work("webhooks", "end", "w2").code == 0
    head, line = at_work("webhooks", "list").out.splitlines()
    assert head.split() == ["ID", "Brand", "Address"]
    assert line.split() == ["w1", "brand-a", "https://crm.example/soglas"]


@pytest.mark.parametrize(
    ("words", "english", "russian"),
    [
        (("http://127.0.0.1/x",), "it does not begin with https://.", "он не начинается с https://."),
        (("https://127.0.0.1/x",), "it is not reachable from the internet.", "он недоступен из интернета."),
        (("https://me:pw@crm.example/x",), "it has a name or a password in it.", "в нём есть имя или пароль."),
        (("https:///x",), "it is not a whole web address.", "это не полный веб-адрес."),
        (("ftp://crm/x", "--private"), "it begins neither with https:// nor with http://.", "ни с https://, ни с http://."),
    ],
)  # fmt: skip
def test_why_an_address_is_refused(at_work: Terminal, words: tuple[str, ...], english: str, russian: str) -> None:
    """The reason is a sentence of the reader's language, and nothing is kept of the address."""
    for language, why in ((ENGLISH, english), (RUSSIAN, russian)):
        at_work.sets(LANG=language)
        at_work("webhooks", "add", *words, "--brand", "brand-a").fails(why)
    assert at_work("webhooks", "list", "--json").out == "[]\n"
