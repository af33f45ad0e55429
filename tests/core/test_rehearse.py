"""``soglas rehearse``: the promised JSON, instants counted by hand, and every wrong use told in two lines.

Moscow works 07:00-16:00 UTC, Katya 09:00-18:00; New York 14:00-23:00 in winter and 13:00-22:00 in summer.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from bot.commands import main
from tests.core.playbook.brands import FOLDER

BRAND_A = str(FOLDER / "brand-a.yaml")


class Terminal:
    """What one run of the command printed, and its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self._capsys, self._patch = capsys, patch

    def run(self, *words: str) -> tuple[int, str, str]:
        self._patch.setattr(sys, "argv", ["soglas", "rehearse", *words])
        self._patch.setenv("LC_ALL", "en_US.UTF-8")
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self._capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return code, out, err

    def rehearse(self, kind: str, at: str, *more: str, market: str = "US", by: str = "jordan") -> dict[str, Any]:
        wanted = (BRAND_A, "--kind", kind, "--market", market, "--by", by, "--at", at, "--json", *more)
        code, out, err = self.run(*wanted)
        assert err == ""
        found: dict[str, Any] = json.loads(out)
        assert code == (1 if found["status"] == "refused" else 0)
        return found


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(capsys, monkeypatch)


def happened(found: dict[str, Any]) -> list[str]:
    """The timeline in short."""
    return [f"{entry['at'][5:-1]} {entry['what']} {' '.join(entry['to'])}".strip() for entry in found["timeline"]]


STEP = {
    "act": "review", "role": "coordinator", "owners": ["katya"], "round": 1, "rounds": 3, "opened": "2027-02-19T21:00Z",
    "remind_at": "2027-02-20T11:00Z", "escalate_at": "2027-02-20T13:00Z", "last_call_at": None, "hand_over_at": None,
    "local": False, "provisional": False, "closed": None, "outcome": None,
}  # fmt: skip


def test_the_promised_shape(terminal: Terminal) -> None:
    """Every key of the promise, with a contract that meets the Saturday Moscow works in place of the 22nd."""
    assert terminal.rehearse("contract", "2027-02-19T21:00Z") == {
        "brand": "brand-a", "version": None, "kind": "contract", "market": "US", "status": "open",
        "steps": [STEP],
        "timeline": [
            {"at": "2027-02-19T21:00Z", "what": "opened", "step": 0, "to": ["katya"], "why": "review"},
            {"at": "2027-02-20T11:00Z", "what": "reminded", "step": 0, "to": ["katya"], "why": "remind_at"},
            {"at": "2027-02-20T13:00Z", "what": "escalated", "step": 0, "to": ["marina", "priya"], "why": "late: katya"},
            {"at": "2027-02-24T08:00Z", "what": "escalated_again", "step": 0, "to": ["marina", "priya"], "why": "still waiting"},
        ],
        "refusals": [],
        "contacts": {
            "main": "jordan", "deputy": "sam", "creative_feedback": ["priya"], "final_content": "priya",
            "final_contract": "marina", "this_request": "katya",
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "at", "expected"),
    [
        (  # New Year: an hour is left for the first Monday after the holidays
            "contract",
            "2026-12-30T15:00Z",
            ["12-30T15:00 opened katya", "12-30T17:00 reminded katya", "01-11T10:00 escalated marina priya",
             "01-11T14:00 escalated_again marina priya"],
        ),
        (  # Thanksgiving and the day after it
            "creator_selection",
            "2026-11-25T21:00Z",
            ["11-25T21:00 opened priya", "11-25T23:00 reminded priya", "11-30T16:00 escalated katya",
             "11-30T20:00 escalated_again marina priya"],
        ),
        (  # New York's clock goes back on 1 November
            "creator_selection",
            "2026-10-30T20:00Z",
            ["10-30T20:00 opened priya", "10-30T22:00 reminded priya", "11-02T16:00 escalated katya",
             "11-02T20:00 escalated_again marina priya"],
        ),
    ],
)  # fmt: skip
def test_silence_over_holidays_and_clock_changes(terminal: Terminal, kind: str, at: str, expected: list[str]) -> None:
    """With nobody answering the timeline is the reminder, the escalation and the second one, at their instants."""
    assert happened(terminal.rehearse(kind, at)) == expected


def test_what_people_do_then(terminal: Terminal) -> None:
    """Deeds happen at their instants, each on the step the person owns."""
    found = terminal.rehearse(
        "contract", "2026-11-23T15:00Z", "--then", "2026-11-24T08:00Z oleg yes", "--then", "2026-11-23T16:00Z katya yes",
        "--then", "2026-11-24T09:00+03:00 marina send-back", "--then", "2026-11-24T08:30Z marina reject",
    )  # fmt: skip
    assert found["status"] == "rejected"
    assert happened(found) == [
        "11-23T15:00 opened katya", "11-23T16:00 decided jordan", "11-23T16:00 opened oleg", "11-24T08:00 decided jordan",
        "11-24T08:00 opened marina", "11-24T08:30 decided jordan",
    ]  # fmt: skip
    assert [step["outcome"] for step in found["steps"]] == ["yes", "yes", "rejected"]
    assert found["refusals"] == [{"at": "2026-11-24T06:00Z", "by": "marina", "why": "not_yours"}]
    assert found["contacts"]["this_request"] == "marina"


def test_a_yes_on_a_consult_is_an_opinion(terminal: Terminal) -> None:
    """Whoever is only consulted rehearses with the same word."""
    found = terminal.rehearse("brand_guidelines", "2026-11-23T15:00Z", "--then", "2026-11-23T16:00Z priya yes", market="RU")
    assert [(step["act"], step["outcome"]) for step in found["steps"]] == [("consult", "opinion"), ("decide", None)]
    assert found["steps"][0]["escalate_at"] is None


def test_a_new_round(terminal: Terminal) -> None:
    """Sent back and handed in again, the path starts once more with a full clock."""
    found = terminal.rehearse(
        "contract", "2026-11-23T15:00Z", "--then", "2026-11-23T15:30Z katya send-back",
        "--then", "2026-11-23T16:00Z jordan resubmit", "--until", "2026-11-23T16:00Z",
    )  # fmt: skip
    assert [(step["round"], step["opened"], step["outcome"]) for step in found["steps"]] == [
        (1, "2026-11-23T15:00Z", "sent_back"),
        (2, "2026-11-23T16:00Z", None),
    ]
    assert happened(found)[1:] == ["11-23T15:30 sent_back jordan", "11-23T16:00 resubmitted", "11-23T16:00 opened katya"]


def test_the_last_round(terminal: Terminal) -> None:
    """With `--round 3` of three nothing can be sent back any more."""
    found = terminal.rehearse(
        "contract",
        "2026-11-23T15:00Z",
        "--round",
        "3",
        "--then",
        "2026-11-23T15:30Z katya send-back",
        "--until",
        "2026-11-23T16:00Z",
    )
    assert [refusal["why"] for refusal in found["refusals"]] == ["round_limit"]
    assert (found["steps"][0]["round"], found["steps"][0]["rounds"]) == (3, 3)


def test_somebody_is_away(terminal: Terminal) -> None:
    """Oleg's step moves to Irina at the first opening he misses; from the start when he is gone by then."""
    then = ("--then", "2026-11-23T15:30Z katya yes", "--until", "2026-11-24T07:00Z")
    moved = terminal.rehearse("contract", "2026-11-23T15:00Z", "--away", "oleg 2026-11-24..2026-11-27", *then)
    assert happened(moved)[-2:] == ["11-23T15:30 opened oleg", "11-24T07:00 reassigned irina"]
    gone = terminal.rehearse("contract", "2026-11-23T15:00Z", "--away", "oleg 2026-11-23", *then)
    assert happened(gone)[-1] == "11-23T15:30 opened irina"
    assert gone["timeline"][-1]["why"] == "away"


def test_until(terminal: Terminal) -> None:
    """Nothing after `--until` happens; what falls on it does."""
    found = terminal.rehearse(
        "contract", "2026-11-23T15:00Z", "--until", "2026-11-23T17:00Z", "--then", "2026-11-23T17:01Z katya yes"
    )
    assert happened(found) == ["11-23T15:00 opened katya", "11-23T17:00 reminded katya"]


def test_a_deed_at_the_deadline_comes_after_the_escalation(terminal: Terminal) -> None:
    """At 100 % it is escalated, also when the answer comes at that very instant."""
    found = terminal.rehearse("creator_selection", "2026-11-23T15:00Z", "--then", "2026-11-23T19:00Z priya yes")
    assert happened(found)[-2:] == ["11-23T19:00 escalated sam", "11-23T19:00 decided jordan"]


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        ("2026-11-23T15:30Z jordan yes", "own_request"),
        ("2026-11-23T15:30Z sam yes", "not_yours"),
        ("2026-11-23T15:30Z katya reject", "not_possible"),
        ("2026-11-23T15:30Z jordan resubmit", "not_possible"),
        ("2026-11-23T15:30Z katya ratify", "not_possible"),
        ("2026-11-23T14:59Z katya yes", "in_the_past"),
    ],
)
def test_what_is_refused_is_reported(terminal: Terminal, deed: str, why: str) -> None:
    """A refused deed changes nothing and stands among the refusals."""
    found = terminal.rehearse("contract", "2026-11-23T15:00Z", "--then", deed, "--until", "2026-11-23T16:00Z")
    assert [refusal["why"] for refusal in found["refusals"]] == [why]
    assert happened(found) == ["11-23T15:00 opened katya"]


def test_a_refused_opening(terminal: Terminal) -> None:
    """A deadline in the past opens nothing: no steps, one refusal, exit 1."""
    found = terminal.rehearse("contract", "2026-11-23T15:00Z", "--needed-by", "2026-11-23T14:00Z")
    assert (found["status"], found["steps"], found["contacts"]) == ("refused", [], None)
    assert found["refusals"] == [{"at": "2026-11-23T15:00Z", "by": "jordan", "why": "in_the_past"}]


@pytest.mark.parametrize("at", ["9999-12-31T00:00Z", "1980-01-01T00:00Z"])
def test_a_year_no_calendar_knows(terminal: Terminal, at: str) -> None:
    """Far from every calendar there is no working time: said, not a crash."""
    code, out, err = terminal.run(BRAND_A, "--kind", "contract", "--market", "US", "--by", "jordan", "--at", at)
    assert code in (1, 2)
    assert "Traceback" not in out + err


GOOD = ("--kind", "contract", "--market", "US", "--by", "jordan", "--at", "2026-11-23T15:00Z")


@pytest.mark.parametrize(
    "words",
    [
        ("--kind", "lunch"), ("--market", "FR"), ("--by", "mallory"), ("--round", "4"), ("--at", "tomorrow"),
        ("--at", "2026-11-23T15:00"), ("--needed-by", "soon"), ("--amount", "much"), ("--until", "2026-13-01T00:00Z"),
        ("--away", "oleg"), ("--away", "mallory 2026-11-24"), ("--away", "oleg 2026-11-27..2026-11-24"),
        ("--then", "katya yes"), ("--then", "2026-11-23T16:00Z katya maybe"), ("--then", "2026-11-23T16:00Z mallory yes"),
        ("--then", "noon katya yes"),
    ],
)  # fmt: skip
def test_a_wrong_word_is_told_in_two_lines(terminal: Terminal, words: tuple[str, str]) -> None:
    """One line of what, one of how to mend, and nothing on stdout."""
    code, out, err = terminal.run(BRAND_A, *GOOD, *words)
    assert code in (1, 2)
    assert out == ""
    assert len(err.splitlines()) == 2


@pytest.mark.parametrize("words", [(BRAND_A,), (BRAND_A, *GOOD, "--round", "0"), (BRAND_A, *GOOD, "--round", "x"), ("--what",)])
def test_wrong_use_exits_with_2(terminal: Terminal, words: tuple[str, ...]) -> None:
    """Missing and malformed options are the command line's own business."""
    code, out, err = terminal.run(*words)
    assert (code, out) == (2, "")
    assert "Traceback" not in err


def test_a_file_that_is_not_there(terminal: Terminal) -> None:
    """A missing playbook is told in two lines, exit 1."""
    code, _, err = terminal.run("nowhere.yaml", *GOOD)
    assert (code, len(err.splitlines())) == (1, 2)


def test_the_readable_timeline(terminal: Terminal) -> None:
    """Without `--json` a person reads who, what and when, names instead of keys."""
    code, out, _ = terminal.run(BRAND_A, *GOOD, "--then", "2026-11-23T16:00Z jordan yes", "--until", "2026-11-23T17:00Z")
    assert code == 0
    assert "2026-11-23T17:00Z  reminded        Katya Levina" in out
    assert "2026-11-23T16:00Z  refused         jordan  own_request" in out


# A creator's deadline: deviations are Anna's in Moscow and locally Priya's in New York.

NEEDED = ("--needed-by", "2026-11-23T22:00Z")
MORNING = "2026-11-23T08:00Z"


def deviation(terminal: Terminal, *more: str, at: str = MORNING, needed: tuple[str, ...] = NEEDED) -> dict[str, Any]:
    return terminal.rehearse("brand_deviation", at, *needed, *more)


def test_a_hand_over(terminal: Terminal) -> None:
    """Nobody answers: the last call, the hand-over when Anna goes home, and then Priya's own clock."""
    found = deviation(terminal)
    assert happened(found) == [
        "11-23T08:00 opened anna", "11-23T10:00 reminded anna", "11-23T12:00 escalated katya", "11-23T15:00 last_call anna",
        "11-23T16:00 handed_over priya", "11-23T16:00 escalated_again marina priya", "11-23T17:00 reminded priya",
        "11-23T18:00 escalated sam", "11-23T22:00 escalated_again marina priya",
    ]  # fmt: skip
    own, local = found["steps"]
    assert (own["last_call_at"], own["hand_over_at"]) == ("2026-11-23T15:00Z", "2026-11-23T16:00Z")
    assert (local["local"], local["role"], local["owners"], local["act"]) == (True, "us_market_lead", ["priya"], "decide")
    assert (local["opened"], local["remind_at"], local["escalate_at"]) == (
        "2026-11-23T16:00Z", "2026-11-23T17:00Z", "2026-11-23T18:00Z",
    )  # fmt: skip
    assert (local["last_call_at"], local["hand_over_at"]) == (None, None)
    assert found["contacts"]["this_request"] == "priya"


def test_an_answer_in_time_is_final(terminal: Terminal) -> None:
    """The hand-over that was planned stays on the step; it never happened."""
    found = deviation(terminal, "--then", "2026-11-23T09:00Z anna yes")
    assert happened(found) == ["11-23T08:00 opened anna", "11-23T09:00 decided jordan"]
    assert [(step["act"], step["provisional"], step["hand_over_at"]) for step in found["steps"]] == [
        ("decide", False, "2026-11-23T16:00Z"),
    ]


def test_an_amount_above_the_limit_is_at_risk(terminal: Terminal) -> None:
    """No hand-over: the coordinator and the requester are told at Anna's closing, with the reason."""
    found = deviation(terminal, "--amount", "900 USD", "--until", "2026-11-23T22:00Z")
    (risk,) = [entry for entry in found["timeline"] if entry["what"] == "at_risk"]
    assert risk == {"at": "2026-11-23T16:00Z", "what": "at_risk", "step": 0, "to": ["katya", "jordan"], "why": "amount"}
    assert (len(found["steps"]), found["steps"][0]["hand_over_at"], found["status"]) == (1, None, "open")


@pytest.mark.parametrize(("deed", "status", "outcome"), [("yes", "approved", "yes"), ("reject", "rejected", "rejected")])
def test_a_local_decision_and_its_check(terminal: Terminal, deed: str, status: str, outcome: str) -> None:
    """Provisional until Anna ratifies it in her own working time."""
    decided = deviation(terminal, "--then", f"2026-11-23T16:30Z priya {deed}", "--until", "2026-11-23T20:00Z")
    assert decided["status"] == status
    assert [(step["act"], step["local"], step["provisional"], step["outcome"]) for step in decided["steps"]] == [
        ("decide", False, False, "overtaken"), ("decide", True, True, outcome), ("ratify", False, False, None),
    ]  # fmt: skip
    check = decided["steps"][2]
    assert (check["role"], check["owners"], check["remind_at"], check["escalate_at"]) == (
        "brand_manager", ["anna"], "2026-11-24T11:00Z", "2026-11-24T15:00Z",
    )  # fmt: skip
    assert happened(decided)[-2:] == ["11-23T16:30 decided jordan", "11-23T16:30 ratification_opened anna"]
    ratified = deviation(terminal, "--then", f"2026-11-23T16:30Z priya {deed}", "--then", "2026-11-24T08:00Z anna ratify")
    assert (happened(ratified)[-1], ratified["steps"][2]["outcome"]) == ("11-24T08:00 ratified jordan", "ratified")
    assert ratified["contacts"]["this_request"] == "priya"


def test_an_objection_leaves_the_decision(terminal: Terminal) -> None:
    """Approved it was and approved it stays."""
    then = ("--then", "2026-11-23T16:30Z priya yes", "--then", "2026-11-24T08:00Z anna object")
    found = deviation(terminal, *then)
    assert (found["status"], happened(found)[-1], found["steps"][2]["outcome"]) == (
        "approved", "11-24T08:00 objected jordan", "objected",
    )  # fmt: skip


def test_a_check_nobody_does_escalates(terminal: Terminal) -> None:
    """Provisional for ever is nothing the rehearsal hides."""
    found = deviation(terminal, "--then", "2026-11-23T16:30Z priya yes")
    assert happened(found)[-3:] == [
        "11-24T11:00 reminded anna", "11-24T15:00 escalated katya", "11-25T10:00 escalated_again marina priya",
    ]  # fmt: skip


def test_the_local_authority_is_away(terminal: Terminal) -> None:
    """Sam stands in; with both away the coordinator has a gap and the deadline is at risk."""
    until = ("--until", "2026-11-23T16:00Z")
    assert "11-23T16:00 handed_over sam" in happened(deviation(terminal, "--away", "priya 2026-11-23", *until))
    alone = deviation(terminal, "--away", "priya 2026-11-23", "--away", "sam 2026-11-23", *until)
    assert happened(alone)[-3:-1] == ["11-23T16:00 handed_over katya", "11-23T16:00 at_risk katya jordan"]
    assert alone["timeline"][-2]["why"] == "nobody"


def test_the_owner_is_away(terminal: Terminal) -> None:
    """Pavel stands in for Anna from Tuesday on, and his last chance is the step's."""
    found = deviation(
        terminal,
        "--away",
        "anna 2026-11-24..2026-11-27",
        "--until",
        "2026-11-24T22:00Z",
        needed=("--needed-by", "2026-11-24T22:00Z"),
    )
    assert "11-24T16:00 handed_over priya" in happened(found)


def test_a_slip_of_the_finger(terminal: Terminal) -> None:
    """Taken back within the minute, the yes opened nothing that stays."""
    found = terminal.rehearse(
        "contract", "2026-11-23T15:00Z", "--then", "2026-11-23T15:30Z katya yes", "--then", "2026-11-23T15:30Z katya take-back",
        "--until", "2026-11-23T16:00Z",
    )  # fmt: skip
    assert happened(found)[1:] == ["11-23T15:30 decided jordan", "11-23T15:30 opened oleg", "11-23T15:30 taken_back jordan"]
    assert [step["outcome"] for step in found["steps"]] == [None, "taken_back"]


def test_nobody_ratifies_what_is_not_provisional(terminal: Terminal) -> None:
    """A final decision has nothing to check, and nobody but the checker checks."""
    final = deviation(terminal, "--then", "2026-11-23T09:00Z anna yes", "--then", "2026-11-23T10:00Z anna ratify")
    assert [refusal["why"] for refusal in final["refusals"]] == ["already_decided"]
    own = deviation(
        terminal,
        "--then",
        "2026-11-23T16:30Z priya yes",
        "--then",
        "2026-11-23T17:00Z priya ratify",
        "--until",
        "2026-11-23T18:00Z",
    )
    assert [refusal["why"] for refusal in own["refusals"]] == ["already_decided"]
