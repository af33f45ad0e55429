"""``accounts``: who is on which messenger, all of a file or nothing of it, and invitations from the command line."""

from __future__ import annotations

import sqlite3

import pytest

from tests.commands.terminal import Said, Terminal

GOOD = "katya: {telegram: 1001}\njordan:\n  slack: U0123ABC\nsam: {slack: T0123/W0456, telegram: 1002}\n"
WRONG = (
    ("katya: [", 1), ("- katya", 1), ("", 1), ("just words", 1), ("katya:", 1), ("katya: 1001", 1), ("katya: {}", 1),
    ("katya: {telegram: true}", 1), ("katya: {telegram: -5}", 1), ("katya: {telegram: 0x3E9}", 1),
    ("katya: {telegram: 1_001}", 1),
    ("katya: {telegram: 2026-13-45}", 1), ("katya: {telegram: ²}", 1), ("katya: {telegram: 99999999999999999999}", 1),
    ("katya: {telegram: @katya}", 1), ("katya: {telegram: [1, 2]}", 1), ("katya: {slack: katya}", 1),
    ("katya: {slack: C0123}", 1),
    ("katya: {slack: T01/}", 1), ("katya: {skype: katya}", 1), ("katya: {telegram: 1}\nkatya: {telegram: 2}", 2),
    ("katya: {telegram: 1}\noleg: {telegram: 1}", 2), ("? [a, b]\n: {telegram: 1}", 1), ("katya: &a {telegram: *a}", 1),
    ("katya: {telegram: 1}\noleg: {slack: no}", 2), ("1" * 5000 + ": {telegram: " + "1" * 5000 + "}", 1),
)  # fmt: skip


def accounts(soglas: Terminal) -> set[tuple[str, str, str]]:
    with sqlite3.connect(soglas.folder / "soglas.db") as connection:
        return set(connection.execute("SELECT person, messenger, external FROM account"))


def test_accounts_are_read(soglas: Terminal) -> None:
    """Telegram ids and Slack users are recorded, however the YAML is written; the same file again changes nothing."""
    for _ in range(2):
        said = soglas("accounts", "import", soglas.file("accounts.yaml", GOOD))
        assert (said.code, said.out) == (0, "4 accounts are recorded.\n")
        assert accounts(soglas) == {
            ("katya", "telegram", "1001"), ("jordan", "slack", "U0123ABC"), ("sam", "slack", "W0456"),
            ("sam", "telegram", "1002"),
        }  # fmt: skip


def test_an_account_passes_to_whom_the_file_says(soglas: Terminal) -> None:
    """A later file gives an account to somebody else."""
    soglas("accounts", "import", soglas.file("one.yaml", "katya: {telegram: 1001}"))
    soglas("accounts", "import", soglas.file("two.yaml", "oleg: {telegram: 1001}"))
    assert accounts(soglas) == {("oleg", "telegram", "1001")}


@pytest.mark.parametrize(("content", "line"), WRONG)
def test_a_file_with_a_mistake_changes_nothing(soglas: Terminal, content: str, line: int) -> None:
    """Whatever is wrong with a file, its line is named and nobody is recorded, not even those before it."""
    file = soglas.file("accounts.yaml", content)
    soglas("accounts", "import", file).fails(f"{file}, line {line}: this does not say who is on which messenger.")
    assert not (soglas.folder / "soglas.db").exists()


def test_a_file_that_is_no_text(soglas: Terminal) -> None:
    """Binary files, endless ones and ones that repeat themselves without end are refused at once."""
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    for content in (b"\xff\xfe\x00", b"katya: {telegram: 1}\n" + b"#" * (1 << 20), b"[" * 50_000, bomb.encode()):
        said = soglas("accounts", "import", soglas.file("accounts.yaml", content))
        said.fails("this does not say who is on which messenger.")


def word_of(said: Said) -> str:
    assert said.code == 0, said
    return said.out.splitlines()[1].removeprefix("Word: ")


def test_an_invitation_is_printed(at_work: Terminal) -> None:
    """The word and both ways of using it; the database has only its digest."""
    said = at_work("accounts", "invite", "oleg", "--brand", "brand-a")
    word = word_of(said)
    assert len(word) >= 22
    assert said.out.startswith("Invitation for Oleg Sinitsyn (oleg). It works once, until ")
    assert f"?start={word}" in said.out and f"Slack: open the direct chat with the app and send: join {word}" in said.out
    with sqlite3.connect(at_work.folder / "soglas.db") as connection:
        assert connection.execute("SELECT person, said_by FROM invite").fetchall() == [("oleg", "")]
        assert word not in "\n".join(connection.iterdump())


def test_a_creators_invitation_is_printed(at_work: Terminal) -> None:
    """A creator is added to a brand and a market, in a language that is named or their market's."""
    asked = ("accounts", "invite", "--creator", "Mia Torres", "--brand", "brand-a", "--market", "US")
    assert word_of(at_work(*asked, "--language", "ru")) != word_of(at_work(*asked[:3], "Ana Suarez", *asked[4:]))
    with sqlite3.connect(at_work.folder / "soglas.db") as connection:
        rows = set(connection.execute("SELECT person, name, market, language FROM creator"))
    assert rows == {("creator:1", "Mia Torres", "US", "ru"), ("creator:2", "Ana Suarez", "US", "en")}


@pytest.mark.parametrize(
    ("words", "what", "code"),
    [
        (("nobody",), "There is nobody called “nobody” in your playbooks.", 1),
        (("oleg", "--brand", "x"), "There is no brand “x” with a playbook in force.", 1),
        (("--creator", "Mia", "--brand", "x", "--market", "US"), "There is no brand “x” with a playbook in force.", 1),
        (("--creator", "Mia", "--brand", "brand-a", "--market", "FR"), "There is no market “FR” in this playbook.", 1),
        (
            ("--creator", "Mia", "--brand", "brand-a", "--market", "US", "--language", "fr"),
            "There is no language “fr” in this playbook.", 1,
        ),
    ],
)  # fmt: skip
def test_an_invitation_that_cannot_be(at_work: Terminal, words: tuple[str, ...], what: str, code: int) -> None:
    """What is wrong, how to mend it, and nobody is invited."""
    at_work("accounts", "invite", *words).fails(what, code)


@pytest.mark.parametrize(
    "words",
    [(), ("--creator", "Mia"), ("oleg", "--market", "US"), ("oleg", "--creator", "Mia", "--brand", "b", "--market", "US")],
)
def test_an_invitation_is_for_a_person_or_a_creator(at_work: Terminal, words: tuple[str, ...]) -> None:
    """Neither, half of one and both are wrong use."""
    said = at_work("accounts", "invite", *words)
    assert (said.code, said.out) == (2, "")


def test_who_has_no_account_is_listed(at_work: Terminal) -> None:
    """Everybody of the playbook, with where they can be written to."""
    at_work("accounts", "import", at_work.file("accounts.yaml", "oleg: {telegram: 1001, slack: U01}"))
    lines = at_work("accounts", "list", "--brand", "brand-a").out.splitlines()
    assert len(lines) == 10
    assert "brand-a  oleg  Oleg Sinitsyn  slack:U01, telegram:1001" in lines
    assert "brand-a  katya  Katya Levina  no account" in lines
    assert at_work("accounts", "list").out.splitlines() == lines
    at_work("accounts", "list", "--brand", "x").fails("There is no brand “x”")
