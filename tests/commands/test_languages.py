"""The terminal's language: asked for, or that of the environment's locale."""

from __future__ import annotations

import re

import pytest

from tests.commands.terminal import BRAND_A, Terminal

CYRILLIC = re.compile("[а-яё]")


@pytest.mark.parametrize("variable", ["LC_ALL", "LC_MESSAGES", "LANG"])
def test_the_locale_decides(soglas: Terminal, variable: str) -> None:
    """With a Russian locale what is said and what goes wrong are both Russian."""
    soglas.sets(**{variable: "ru_RU.UTF-8"})
    assert "ошибок нет" in soglas("playbook", "check", BRAND_A).out
    for words in (("playbook", "check", "нет.yaml"), ("db", "check"), ("run",), ("playbook", "import", BRAND_A)):
        said = soglas(*words)
        assert all(CYRILLIC.search(line) for line in said.err.splitlines()), said.err


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.UTF-8", "de_DE.UTF-8", ""])
def test_any_other_locale_reads_english(soglas: Terminal, locale: str) -> None:
    """No catalogue for the locale: English."""
    soglas.sets(LANG=locale)
    assert "no faults" in soglas("playbook", "check", BRAND_A).out


def test_what_is_asked_for_goes_first(soglas: Terminal) -> None:
    """``--lang`` wins over the locale, for errors too, and only for this one command."""
    soglas.sets(LANG="en_US.UTF-8")
    assert soglas("playbook", "check", "no.yaml", "--lang", "ru").err.startswith("Файл no.yaml не читается")
    assert soglas("playbook", "check", "no.yaml").err.startswith("The file no.yaml cannot be read")
    soglas.sets(LANG="ru_RU.UTF-8")
    assert soglas("playbook", "show", BRAND_A, "--lang", "en").out.startswith("Brand A")


def test_faults_are_told_in_russian(soglas: Terminal) -> None:
    """Every line of a broken playbook's faults is Russian, what and mend."""
    file = soglas.file("broken.yaml", "soglas: 1\nid: x\n")
    said = soglas("playbook", "check", file, "--lang", "ru")
    assert all(CYRILLIC.search(line) for line in said.err.splitlines())
    assert said.out.startswith("Ошибок: ")


def test_a_request_is_refused_in_russian(at_work: Terminal) -> None:
    """The rules speak the terminal's language."""
    at_work.sets(LANG="ru_RU.UTF-8")
    at_work.opens("--kind", "contracts").fails("Вида решения «contracts» нет.")
    at_work.opens("--amount", "5").fails("«5»: это не сумма.", code=2)
