"""``soglas db backup``, ``soglas db restore`` and ``soglas person remove`` at the terminal."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from zipfile import ZipFile

from tests.commands.terminal import BRAND_A, Terminal

NOT_OURS = "it is not a file that “soglas db backup” has written, or it was cut."


def test_a_back_up_is_restored_elsewhere(at_work: Terminal) -> None:
    """What was backed up is there again under another address; neither is written over."""
    assert at_work.opens().code == 0
    written = at_work("db", "backup", "copy.zip")
    assert (written.code, "1 request to copy.zip" in written.out) == (0, True), written
    at_work("db", "backup", "copy.zip").fails("copy.zip is there already")
    at_work("db", "restore", "copy.zip").fails("There is something in the database")
    at_work.sets(SOGLAS_DATABASE_URL=f"sqlite:///{at_work.folder}/new.db")
    restored = at_work("db", "restore", "copy.zip")
    assert (restored.code, "Restored 1 request as of" in restored.out) == (0, True), restored
    # With the year: an old one looks like this morning's otherwise.
    assert re.search(r"as of \w+ \d+, 20\d\d, ", restored.out)
    assert at_work("audit", "verify").code == 0
    assert "A-1" in at_work("request", "list").out
    # No number is given twice: what was opened after the backup may still stand in somebody's chat.
    assert "A-1002" in at_work.opens().out


def test_what_is_no_back_up_is_told(at_work: Terminal) -> None:
    """A cut file, another kind of file, none at all, a folder that is not there."""
    assert at_work("db", "backup", "copy.zip").code == 0
    at_work.sets(SOGLAS_DATABASE_URL=f"sqlite:///{at_work.folder}/new.db")
    at_work("db", "restore", at_work.file("cut.zip", Path("copy.zip").read_bytes()[:-30])).fails(NOT_OURS)
    at_work("db", "restore", at_work.file("x.zip", "hello")).fails(NOT_OURS)
    at_work("db", "restore", "nowhere.zip").fails("nowhere.zip cannot be read or written: it does not exist.")
    at_work("db", "backup", "nowhere/copy.zip").fails("the folder nowhere does not exist.")
    assert not (at_work.folder / "new.db").exists() or at_work("db", "restore", "copy.zip").code == 0


def test_what_was_edited_is_told_in_the_readers_language(at_work: Terminal) -> None:
    """Which table it is, and what is the matter with it, without a word of a library."""
    assert at_work("db", "backup", "copy.zip").code == 0
    at_work.sets(SOGLAS_DATABASE_URL=f"sqlite:///{at_work.folder}/new.db", LANG="ru_RU.UTF-8")
    for old, new, told in (
        (b'"fingerprint"', b'"fingerprints"', "столбцы таблицы «copy» не те"), (b'"soglas_backup": 1', b'"soglas_backup": []', "оглавление"),
    ):  # fmt: skip
        with ZipFile("copy.zip") as whole, ZipFile("edited.zip", "w") as edited:
            for name in whole.namelist():
                body = whole.read(name)
                assert name != "manifest.json" or old in body
                edited.writestr(name, body.replace(old, new) if name == "manifest.json" else body)
        at_work("db", "restore", "edited.zip").fails(f"edited.zip нельзя восстановить: {told}")


def test_an_address_that_cannot_be_used_is_told_first(at_work: Terminal) -> None:
    """Before the file is read: the address of the database is what has to be mended."""
    for url, told in (
        ("mysql:x", "SOGLAS_DATABASE_URL names neither"), ("sqlite:////nowhere/at/all.db", "The folder /nowhere/at does not exist."),
    ):  # fmt: skip
        at_work.sets(SOGLAS_DATABASE_URL=url)
        at_work("db", "restore", "no.zip").fails(told)


def test_a_broken_chain_is_not_backed_up(at_work: Terminal) -> None:
    """It is told which request it is, and no file is left."""
    assert at_work.opens().code == 0
    with sqlite3.connect(at_work.folder / "soglas.db") as connection:
        connection.execute("UPDATE event SET body = replace(body, 'jordan', 'oleg')")
    at_work("db", "backup", "copy.zip").fails("The chain of events of A-1 is broken, so nothing was backed up.")
    assert not Path("copy.zip").exists()


def test_a_person_is_removed(at_work: Terminal) -> None:
    """Not while they have a role, and not under a name that nobody has."""
    at_work("person", "remove", "pavel", "--by", "Marina").fails("Market Lead, Moscow (Brand A")
    at_work("person", "remove", "pavle", "--by", "Marina").fails("There is no id pavle")
    text = Path(BRAND_A).read_text().replace("deputies: [pavel]", "deputies: []").replace("holder: pavel", "holder: irina")
    assert at_work("playbook", "import", at_work.file("new.yaml", text), "--agreed").code == 0
    removed = at_work("person", "remove", "pavel", "--by", "Marina")
    assert removed.code == 0, removed
    assert "Playbook versions without the name: 2." in removed.out
    assert "pavel  former colleague" in at_work("accounts", "list").out
