"""``soglas db backup``, ``soglas db restore`` and ``soglas person remove`` at the terminal."""

from __future__ import annotations

from pathlib import Path

from tests.commands.terminal import BRAND_A, Terminal


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
    assert at_work("audit", "verify").code == 0
    assert "A-1" in at_work("request", "list").out
    # No number is given twice: what was opened after the back-up may still stand in somebody's chat.
    assert "A-1002" in at_work.opens().out


def test_what_is_no_back_up_is_told(at_work: Terminal) -> None:
    """A cut file, another kind of file, none at all, a folder that is not there."""
    assert at_work("db", "backup", "copy.zip").code == 0
    at_work.sets(SOGLAS_DATABASE_URL=f"sqlite:///{at_work.folder}/new.db")
    at_work("db", "restore", at_work.file("cut.zip", Path("copy.zip").read_bytes()[:-30])).fails("is not a whole backup")
    at_work("db", "restore", at_work.file("x.zip", "hello")).fails("is not a whole backup")
    at_work("db", "restore", "nowhere.zip").fails("cannot be read or written")
    at_work("db", "backup", "nowhere/copy.zip").fails("cannot be read or written")
    assert not (at_work.folder / "new.db").exists() or at_work("db", "restore", "copy.zip").code == 0


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
