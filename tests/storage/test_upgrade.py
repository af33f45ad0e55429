"""Bringing a database up to date: it works whole, or it says in one sentence why not."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from bot.ports import Broken
from storage.sqlite import SqliteStore
from storage.upgrade import _NEWEST, NewerDatabase, _config, is_current, sqlite_path, upgrade


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def plain(error: pytest.ExceptionInfo[Broken]) -> str:
    """The sentence a person sees: one line, nothing of ours or the libraries' insides."""
    told = str(error.value)
    assert "\n" not in told
    assert not any(odd in told for odd in ("Traceback", "sqlalche", "SQL:", "Error'"))
    return told


def test_a_new_database_is_current(tmp_path: Path) -> None:
    """Created once; upgrading again changes nothing."""
    path = tmp_path / "soglas.db"
    upgrade(url(path))
    before = path.read_bytes()
    upgrade(url(path))
    assert is_current(url(path))
    assert path.read_bytes() == before


def test_an_empty_file_is_not_current(tmp_path: Path) -> None:
    """Asking creates no tables."""
    assert not is_current(url(tmp_path / "soglas.db"))


@pytest.mark.parametrize("name", ["a b.db", "100%20.db", "what?.db", "имя.db"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    """The file that is upgraded is the file that is opened, whatever its name."""
    path = tmp_path / name
    upgrade(url(path))
    assert sqlite_path(url(path)) == path
    assert path.is_file()
    store = SqliteStore(path)
    assert asyncio.run(store.run(lambda tx: tx.next_number("A"))) == 1
    asyncio.run(store.close())


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """It is named, and left as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("Shopping list\n" * 100)
    for ask in (upgrade, is_current):
        with pytest.raises(Broken) as error:
            ask(url(path))
        assert "notes.txt" in plain(error)
    assert path.read_text() == "Shopping list\n" * 100


def test_a_folder_in_the_files_place(tmp_path: Path) -> None:
    """A folder is no database."""
    with pytest.raises(Broken) as error:
        upgrade(url(tmp_path))
    assert str(tmp_path) in plain(error)


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    """It is not created: a typing error must not start an empty database somewhere."""
    with pytest.raises(Broken, match="does not exist"):
        upgrade(url(tmp_path / "missing" / "soglas.db"))
    assert not (tmp_path / "missing").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="needs a folder that nobody, not even root, can write to")
def test_a_place_that_cannot_be_written() -> None:
    """Said plainly, naming the file."""
    with pytest.raises(Broken) as error:
        upgrade("sqlite:////proc/soglas.db")
    assert "/proc/soglas.db" in plain(error)


def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    """An old program does not touch a new database."""
    path = tmp_path / "soglas.db"
    upgrade(url(path))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(NewerDatabase) as error:
        upgrade(url(path))
    assert "newer version" in plain(error)
    assert not is_current(url(path))


def test_somebody_elses_database_is_left_alone(tmp_path: Path) -> None:
    """A migration that fails in the middle leaves nothing behind, so that the next one can succeed."""
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    # The last table that is created: everything before it has to be undone.
    connection.execute("CREATE TABLE sent (anything TEXT)")
    connection.commit()
    with pytest.raises(Broken, match=r"other\.db"):
        upgrade(url(path))
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("sent",)]
    connection.execute("DROP TABLE sent")
    connection.commit()
    connection.close()
    upgrade(url(path))
    assert is_current(url(path))


def test_two_processes_may_start_together(tmp_path: Path) -> None:
    """Both find a database that is up to date; neither fails."""
    for attempt in range(5):
        path = tmp_path / f"{attempt}.db"
        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(upgrade, [url(path)] * 4)) == [None] * 4
        assert is_current(url(path))


@pytest.mark.parametrize("wrong", ["sqlite:///", "mysql://host/db", "soglas.db", ""])
def test_a_url_that_names_no_file(wrong: str) -> None:
    """Said with an example of a right one."""
    with pytest.raises(Broken, match=r"sqlite:///soglas\.db"):
        upgrade(wrong)


def test_the_newest_revision_is_the_one_alembic_knows() -> None:
    """Whether a database is up to date is told without alembic, by the names of the migrations' files."""
    assert ScriptDirectory.from_config(_config()).get_heads() == [_NEWEST]
