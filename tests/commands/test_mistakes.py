"""Mistakes: two lines on stderr, what and how to mend, the right exit code, no traceback and no secret."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.commands.terminal import BRAND_A, Terminal

BROKEN = "soglas: 1\nid: brand-x\nbrnd: x\nlanguages: [en]\ncoordinator: nobody\n"


@pytest.mark.parametrize("command", [("playbook", "check"), ("playbook", "show"), ("playbook", "import"), ("accounts", "import")])
def test_a_file_that_is_not_there(soglas: Terminal, command: tuple[str, str]) -> None:
    """A missing file, a missing folder, and a folder instead of a file, are named with the reason in the reader's language."""
    soglas(*command, "nothing.yaml").fails("The file nothing.yaml cannot be read: it does not exist.")
    soglas(*command, "nowhere/a.yaml").fails("The file nowhere/a.yaml cannot be read: the folder nowhere does not exist.")
    soglas(*command, ".").fails("The file . cannot be read: it is a folder.")
    soglas.sets(LANG="ru_RU.UTF-8")
    soglas(*command, "nothing.yaml").fails("Файл nothing.yaml не читается: его нет.")


def test_a_broken_playbook_tells_all_its_faults(soglas: Terminal) -> None:
    """Every fault has two lines: file, line, key and what; then what would mend it. Nothing is put in force."""
    file = soglas.file("broken.yaml", BROKEN)
    for command in (("check",), ("show",), ("import", "--agreed")):
        said = soglas("playbook", command[0], file, *command[1:])
        lines = said.err.splitlines()
        assert (said.code, len(lines) % 2) == (1, 0)
        assert f"{file}:3: brnd: The key “brnd” is unknown." in lines[::2]
        assert sum(line.startswith(f"{file}:1: ") for line in lines[::2]) >= 5
        assert not any(line.startswith(file) or line != line.strip() for line in lines[1::2])
    assert not (soglas.folder / "soglas.db").exists()


def test_faults_can_be_read_by_programs(soglas: Terminal) -> None:
    """``playbook check --json`` of a broken file is one object on stdout, with every fault's code and place; exit 1."""
    said = soglas("playbook", "check", soglas.file("broken.yaml", BROKEN), "--json")
    told = json.loads(said.out)
    assert (said.code, said.err, told["ok"]) == (1, "", False)
    assert {("unknown_key", 3, "brnd")} <= {(fault["code"], fault["line"], fault["path"]) for fault in told["faults"]}


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[" * 5000, b"a: &a [*a]", b"", b"!!python/object:os.system x", b"\x00"])
def test_a_file_that_is_no_playbook(soglas: Terminal, content: bytes) -> None:
    """Binary, endless, empty and dangerous files are told like any fault."""
    said = soglas("playbook", "check", soglas.file("odd.yaml", content))
    assert said.code == 1
    assert "Traceback" not in said.err and len(said.err.splitlines()) >= 2


def test_a_playbook_nobody_signed(soglas: Terminal) -> None:
    """Without ``--agreed`` nothing is put in force, and the way to say it is told."""
    said = soglas("playbook", "import", BRAND_A)
    said.fails("A playbook is put in force by the people who sign it.")
    assert "--agreed" in said.err


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hidden@127.0.0.1:1/db",
        "postgres://me:hidden@127.0.0.1:1/db",
        "postgresql+psycopg://me:hidden@127.0.0.1:1/d",
    ],
)
@pytest.mark.parametrize("command", [("db", "check"), ("db", "upgrade"), ("request", "list"), ("run",)])
def test_a_server_that_is_not_there(soglas: Terminal, url: str, command: tuple[str, ...]) -> None:
    """A PostgreSQL server that cannot be reached is told as that, without the password in it."""
    soglas.sets(SOGLAS_DATABASE_URL=url, SOGLAS_TELEGRAM_TOKEN="1:AAE")
    said = soglas(*command)
    said.fails("The PostgreSQL database cannot be used.")
    assert "hidden" not in said.err


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///", "mysql://me:hidden@host/db", "soglas.db", "://"])
def test_a_database_url_that_names_no_file(soglas: Terminal, url: str) -> None:
    """Anything that is neither a file nor a server is told with examples, and never repeated."""
    soglas.sets(SOGLAS_DATABASE_URL=url)
    for command in (("db", "upgrade"), ("db", "check"), ("request", "list")):
        said = soglas(*command)
        said.fails("SOGLAS_DATABASE_URL names neither a SQLite file nor a PostgreSQL server.")
        assert "hidden" not in said.err


def test_a_folder_that_is_not_there(soglas: Terminal) -> None:
    """The folder is named; it is not made by itself, because a mistyped path would hide the old database."""
    soglas.sets(SOGLAS_DATABASE_URL="sqlite:////nowhere/at/all/soglas.db")
    for command in (("db", "upgrade"), ("db", "check"), ("audit", "verify")):
        soglas(*command).fails("The folder /nowhere/at/all does not exist.")


@pytest.mark.parametrize("content", [b"this is not a database, but long enough to look like one" * 20, b"\x00" * 4096])
def test_a_file_that_is_no_database(soglas: Terminal, content: bytes) -> None:
    """A file of something else is left as it is and told by every command that needs the database."""
    file = soglas.file("soglas.db", content)
    for command in (("db", "upgrade"), ("db", "check"), ("request", "list"), ("audit", "verify")):
        soglas(*command).fails(f"{file} is not a database that Soglas can use.")
    assert (soglas.folder / "soglas.db").read_bytes() == content


def test_a_folder_is_no_database(soglas: Terminal) -> None:
    """A folder where the file should be is told likewise."""
    soglas.sets(SOGLAS_DATABASE_URL=f"sqlite:///{soglas.folder}")
    soglas("db", "upgrade").fails("is not a database that Soglas can use.")


def test_a_database_of_a_newer_version(at_work: Terminal) -> None:
    """A schema that this version has never heard of is told as such and left alone."""
    with sqlite3.connect(at_work.folder / "soglas.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    at_work("request", "list").fails("was made by a newer version of Soglas.")
    at_work("db", "check").fails("The database is not at the schema")


@pytest.mark.parametrize(
    "moment", ["2027-02-19T21:00", "2027-02-19", "tomorrow", "2027-13-01T00:00Z", "", " ", "0001-01-01T00:00+14:00"]
)
def test_a_moment_needs_its_zone(at_work: Terminal, moment: str) -> None:
    """Anything but a moment with a zone is wrong use: exit 2, the form is shown."""
    said = at_work.opens("--needed-by", moment)
    said.fails("is not a moment with a zone.", code=2)
    assert "2027-02-19T21:00Z" in said.err


@pytest.mark.parametrize("amount", ["", "500", "USD 500", "-5 USD", "5e3 USD", "500 usd", "1,000 USD", "nan USD"])
def test_an_amount_needs_its_currency(at_work: Terminal, amount: str) -> None:
    """Anything but an amount with its currency is wrong use: exit 2, the form is shown."""
    at_work.opens(f"--amount={amount}").fails(f"“{amount}” is not an amount.", code=2)


@pytest.mark.parametrize(
    ("option", "value", "what"),
    [
        ("--brand", "brand-x", "There is no brand “brand-x”."),
        ("--kind", "contracts", "There is no kind of decision “contracts”. Known: "),
        ("--market", "DE", "There is no path for the market “DE”."),
        ("--by", "nobody", "There is no such person in the playbook."),
        ("--title", "\u202e \u0007", "A request needs a title."),
        ("--needed-by", "2020-01-01T00:00Z", "“Needed by” is in the past."),
        ("--kind", "two\nlines\u001b[31m", "There is no kind of decision “two lines"),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_opened(at_work: Terminal, option: str, value: str, what: str) -> None:
    """What the playbook refuses is told with the reason; exit 1, and nothing is written."""
    at_work.opens(option, value).fails(what)
    assert at_work("request", "list").out == ""


def test_a_request_there_is_not(at_work: Terminal) -> None:
    """An id that never was, however odd, is told in two lines."""
    for request in ("A-9", "a b\nc", "'; --", "ы" * 500, "\udcff"):
        at_work("request", "show", request).fails("There is no such request.")


@pytest.mark.parametrize("option", ["--brand", "--kind", "--market", "--by", "--title", "--text", "--creator", "--link", "--key"])
def test_bytes_that_are_no_text(at_work: Terminal, option: str) -> None:
    """A byte of another encoding on the command line is dropped or refused, never a fault."""
    said = at_work.opens(option, "\udcff")
    assert said.code in (0, 1)
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",), ("playbook",), ("playbook", "check"), ("request", "list", "--limit", "0"), ("request", "open"),
        ("request", "list", "--status", "no"), ("db", "downgrade"), ("run", "--no-such-option"), ("demo", "--port", "70000"),
    ],
)  # fmt: skip
def test_wrong_use_ends_with_two(soglas: Terminal, words: tuple[str, ...]) -> None:
    """A command, option or value there is not ends with 2."""
    said = soglas(*words)
    assert said.code == 2
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("words", "english", "russian"),
    [
        ("run --role boss", "--role must be one of these: all, web, worker.", "--role: нужно одно из значений: all, web, worker."),
        ("tokens create --brand x", "--name is missing.", "Не хватает --name."),
        ("tokens create --brand", "--brand needs a value.", "Для --brand нужно значение."),
        ("playbook check", "FILE is missing.", "Не хватает FILE."),
        ("playbook check a --json=1", "--json takes no value.", "Для --json значение не нужно."),
        ("demo --port 70000", "--port must be 65535 at most.", "--port: не больше 65535."),
        ("request list --limit 0", "--limit must be 1 at least.", "--limit: не меньше 1."),
        ("demo --port x", "--port must be a whole number.", "--port: нужно целое число."),
        ("run --no-such", "There is no option --no-such here.", "Параметра --no-such здесь нет."),
        ("db downgrade", "There is no command “downgrade” here. Did you mean “upgrade”?", "Команды «downgrade» здесь нет. Может быть, «upgrade»?"),
        ("nonsense", "There is no command “nonsense” here.", "Команды «nonsense» здесь нет."),
        ("tokens list --jsn", "There is no option --jsn here. Did you mean --json?", "Параметра --jsn здесь нет. Может быть, --json?"),
        ("audit verify a b", "This is more than the command takes: a b", "Лишнее в команде: a b"),
        ("accounts invite", "This names neither a person nor a creator.", "Не указан ни человек, ни блогер."),
    ],
)  # fmt: skip
def test_wrong_use_is_told_in_two_lines(soglas: Terminal, words: str, english: str, russian: str) -> None:
    """What is wrong and where the right use can be read, in the language of the terminal, without a library's own words."""
    for language, what in (("en_US.UTF-8", english), ("ru_RU.UTF-8", russian)):
        soglas.sets(LANG=language)
        said = soglas(*words.split())
        said.fails(what, code=2)
        assert said.err.splitlines()[0] == what
        assert "--help" in said.err.splitlines()[1] or "--creator" in said.err


def test_nothing_to_run(soglas: Terminal) -> None:
    """Without any messenger ``run`` says which settings are missing, and that the demo needs none."""
    said = soglas("run")
    said.fails("No messenger is set up")
    assert "soglas demo" in said.err


@pytest.mark.parametrize(("given", "missing"), [("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"), ("SLACK_APP_TOKEN", "SLACK_BOT_TOKEN")])
def test_half_of_slack(soglas: Terminal, given: str, missing: str) -> None:
    """One of Slack's two tokens alone is told with the name of the other, also beside a whole Telegram."""
    soglas.sets(**{f"SOGLAS_{given}": "xoxb-hidden-token", "SOGLAS_TELEGRAM_TOKEN": "1:hidden"})
    said = soglas("run")
    said.fails(f"Slack is half set up: SOGLAS_{missing} is missing.")
    assert "hidden" not in said.err


def test_no_playbook_in_force(soglas: Terminal) -> None:
    """``run`` does not start where nothing could be routed."""
    soglas.sets(SOGLAS_TELEGRAM_TOKEN="1:hidden", SOGLAS_HTTP_PORT="0")
    soglas("run").fails("No playbook is in force.")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b'SOGLAS_TELEGRAM_TOKEN="1:hidden\nSOGLAS_SLACK', ".env, line 1"),
        (b"\xff\xfe\x00hidden", ".env cannot be read"),
    ],
)
def test_settings_that_cannot_be_used(soglas: Terminal, content: bytes, what: str) -> None:
    """A half-written or binary ``.env``, and values that are none, are told in two lines without the values."""
    soglas.file(".env", content)
    for command in (("run",), ("db", "check")):
        said = soglas(*command)
        said.fails(what)
        assert "hidden" not in said.err


def test_each_wrong_setting_has_a_line(soglas: Terminal) -> None:
    """All of them at once, then one line of where to mend them; none with its value."""
    soglas.file(".env", "SOGLAS_HTTP_PORT=hidden\nSOGLAS_TELEGRAM_TOKEN=1:hidden 2\n")
    for command in (("run",), ("db", "check")):
        said = soglas(*command)
        assert (said.code, said.out) == (1, "")
        assert said.err.splitlines() == [
            "SOGLAS_HTTP_PORT must be a whole number from 0 to 65535.",
            "SOGLAS_TELEGRAM_TOKEN must be one word, without spaces. Copy it again.",
            "Correct this in the environment or in the file .env.",
        ]
