"""Every command's ordinary way."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.commands.terminal import BRAND_A, PLAYBOOKS, Terminal


def test_the_database_is_made_and_checked(soglas: Terminal) -> None:
    """``db check`` fails before ``db upgrade`` and is content after it, as often as it is asked."""
    soglas("db", "check").fails("The database is not at the schema")
    assert soglas("db", "upgrade").code == 0
    for command in ("check", "upgrade", "check"):
        said = soglas("db", command)
        assert (said.code, said.out, said.err) == (0, "The database is up to date.\n", "")


@pytest.mark.parametrize("file", ["brand-a.yaml", "brand-a-berlin.yaml", "mosty/brand-one.yaml", "mosty/brand-two.yaml"])
def test_the_example_playbooks_have_no_faults(soglas: Terminal, file: str) -> None:
    """``playbook check`` says that there is no fault and lists the gaps by name."""
    said = soglas("playbook", "check", str(PLAYBOOKS / file))
    assert (said.code, said.err) == (0, "")
    first, *others = said.out.splitlines()
    assert ": no faults. Digest " in first and all(line.startswith("gap: ") for line in others)


def test_a_check_can_be_read_by_programs(soglas: Terminal) -> None:
    """``playbook check --json`` is one object: whether all is well, digest, faults and gaps with their codes."""
    told = json.loads(soglas("playbook", "check", BRAND_A, "--json").out)
    assert (told["ok"], told["faults"], len(told["digest"])) == (True, [], 64)
    assert told["gaps"] == [
        {"code": "vacant_role", "subject": "bridge_us", "what": "Vacant role: Cultural bridge, New York side"}
    ]


@pytest.mark.parametrize(
    ("form", "begins"), [("text", "Бренд А"), ("md", "# Бренд А"), ("html", '<!doctype html>\n<html lang="ru">')]
)
def test_a_playbook_is_shown(soglas: Terminal, form: str, begins: str) -> None:
    """``playbook show`` prints the document in the form and language asked for."""
    said = soglas("playbook", "show", BRAND_A, "--lang", "ru", "--format", form)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(begins)


def test_the_schema_is_json(soglas: Terminal) -> None:
    """``playbook schema`` prints a JSON Schema that editors read."""
    schema = json.loads(soglas("playbook", "schema").out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert "decisions" in schema["properties"]


def test_a_playbook_is_put_in_force(soglas: Terminal) -> None:
    """``playbook import --agreed`` makes the database and puts version 1 in force, marked for ever."""
    said = soglas("playbook", "import", BRAND_A, "--agreed")
    assert said.code == 0
    assert said.out.startswith("brand-a: version 1 is in force (agreed elsewhere). Digest ")


def test_a_request_is_opened_shown_and_listed(at_work: Terminal) -> None:
    """``request open``, ``show`` and ``list`` say the same of a request, the newest first."""
    opened = at_work.opens("--needed-by", "2099-01-05T12:00+03:00", "--amount", "500 USD", "--link", "https://a.example")
    assert opened.code == 0
    assert opened.out.startswith("A-1  open  1/3  contract  Contract: Ana Suarez  ")
    assert at_work("request", "show", "A-1").out == opened.out
    at_work.opens()
    listed = at_work("request", "list", "--brand", "brand-a", "--status", "open").out.splitlines()
    assert [line.split()[0] for line in listed] == ["A-2", "A-1"]
    assert at_work("request", "list", "--status", "approved").out == ""


def test_requests_can_be_read_by_programs(at_work: Terminal) -> None:
    """``--json`` has the shape that the HTTP API has: id, owner, deadlines."""
    opened = json.loads(at_work.opens("--needed-by", "2099-01-05T12:00+03:00", "--json").out)
    assert (opened["id"], opened["status"], opened["needed_by"]) == ("A-1", "open", "2099-01-05T09:00:00Z")
    assert {"person", "name", "due_at", "remind_at"} == set(opened["waiting_for"][0])
    assert json.loads(at_work("request", "show", "A-1", "--json").out) == opened
    assert json.loads(at_work("request", "list", "--json").out) == [opened]


def test_the_same_key_is_the_same_request(at_work: Terminal) -> None:
    """A script that repeats itself with ``--key`` gets its request again; other content is refused."""
    first, again = at_work.opens("--key", "order-17"), at_work.opens("--key", "order-17")
    assert (first.code, again.out) == (0, first.out)
    at_work.opens("--key", "order-17", "--text", "other").fails("This idempotency key was used for another request.")


def test_a_line_is_a_line(at_work: Terminal) -> None:
    """A title with line breaks does not break the list."""
    at_work(
        "request",
        "open",
        *["--brand", "brand-a", "--kind", "contract", "--market", "US", "--by", "jordan"],
        "--title",
        "One\ntwo\tthree",
    )
    assert at_work("request", "list").out.count("\n") == 1


def test_the_chain_of_events_is_verified(at_work: Terminal) -> None:
    """``audit verify`` is content with what was written, and names the event that somebody changed."""
    at_work.opens()
    assert at_work("audit", "verify").out == "The chain of events is whole: 1 request checked.\n"
    with sqlite3.connect(at_work.folder / "soglas.db") as connection:
        [(table,)] = connection.execute("SELECT name FROM sqlite_master WHERE type='table' AND name LIKE '%event%'")
        connection.execute(f"UPDATE {table} SET body = replace(body, 'jordan', 'marina')")
    at_work("audit", "verify").fails("The chain of events of A-1 is broken: event 1 was changed or is missing.")


def test_help_is_no_error(soglas: Terminal) -> None:
    """``--help`` of every command ends with 0 and tells what it does."""
    commands = ("demo", "run", "rehearse", "db check", "db upgrade", "playbook check", "playbook show", "playbook schema")
    for command in (
        *commands,
        "playbook import",
        "accounts import",
        "request open",
        "request show",
        "request list",
        "audit verify",
    ):
        said = soglas(*command.split(), "--help")
        assert (said.code, said.err) == (0, "") and command.split()[-1] in said.out
