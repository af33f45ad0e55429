"""``tokens``: the secret is shown once, names are shown for ever, and what is taken back opens nothing."""

from __future__ import annotations

import json

from bot.commands import tokens
from tests.commands.terminal import Terminal

assert tokens.group.registered_commands  # importing it makes the commands known


def created(at_work: Terminal, name: str = "shop") -> str:
    """The secret, which stands alone in the last line."""
    said = at_work("tokens", "create", "--brand", "brand-a", "--name", name)
    assert (said.code, said.err) == (0, ""), said
    assert (
        said.out.splitlines()[0]
        == f"Token “{name}” opens the HTTP API of brand-a. It is shown only now, keep it in a safe place:"
    )
    return said.out.splitlines()[-1]


def test_the_secret_is_shown_once(at_work: Terminal) -> None:
    """Making a token prints it; the list, in words and for programs, has its name and not a bit of the secret."""
    secret = created(at_work)
    assert secret.startswith("soglas_") and len(secret) > 50
    listed, data = at_work("tokens", "list").out, at_work("tokens", "list", "--json").out
    assert listed.splitlines()[1].startswith("shop  brand-a  ") and listed.endswith("  no, it works\n")
    (told,) = json.loads(data)
    assert (told["name"], told["brand"], told["used_at"], told["revoked_at"]) == ("shop", "brand-a", None, None)
    assert secret[7:15] not in listed + data


def test_taking_one_back(at_work: Terminal) -> None:
    """A token is taken back by its name, once; the list keeps it with the day."""
    created(at_work)
    assert at_work("tokens", "revoke", "shop").out == "The token “shop” is revoked.\n"
    at_work("tokens", "revoke", "shop").fails("There is no token “shop” that works.")
    assert "no, it works" not in at_work("tokens", "list").out
    created(at_work)


def test_what_cannot_be_made(at_work: Terminal) -> None:
    """A brand that is not there, a name that is taken or odd: one line of why, and nothing is made."""
    created(at_work)
    for brand, name in (("brand-x", "one"), ("brand-a", "shop"), ("brand-a", "a b"), ("brand-a", "")):
        said = at_work("tokens", "create", "--brand", brand, "--name", name)
        assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 2), said
    assert len(json.loads(at_work("tokens", "list", "--json").out)) == 1
