"""Settings from the environment and ``.env``: what is wrong is named, and no secret is ever shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import Settings, WrongSettings, read_settings
from bot.speech import Reader, say

SECRET = "123456:AAE-very-secret-token-0001"


@pytest.fixture(autouse=True)
def _somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("SOGLAS_")]:
        monkeypatch.delenv(name)


def written(content: str | bytes) -> None:
    Path(".env").write_bytes(content.encode() if isinstance(content, str) else content)


def wrong() -> str:
    """What is said about settings that cannot be used."""
    with pytest.raises(WrongSettings) as refused:
        read_settings()
    assert SECRET not in str(refused.value) and SECRET not in repr(refused.value.__dict__)
    return " ".join(say(problem, Reader(("en",), "UTC")) for problem in refused.value.problems)


def test_without_any_settings_there_are_defaults() -> None:
    """Nothing set: SQLite beside us, loopback, no messenger."""
    found = read_settings()
    assert (found.database_url, found.http_host, found.http_port) == ("sqlite:///soglas.db", "127.0.0.1", 8080)
    assert (found.telegram_token, found.slack_bot_token, found.api_tokens, found.secrets()) == (None, None, {}, ())


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of the environment wins over ``.env``; other programs' lines in the file are left alone."""
    written(f"SOGLAS_HTTP_PORT=1111\nSOGLAS_TELEGRAM_TOKEN={SECRET}\nOTHER=1\nSOGLAS_NOT_YET=2\n# a comment\n")
    monkeypatch.setenv("SOGLAS_HTTP_PORT", "2222")
    found = read_settings()
    assert found.http_port == 2222
    assert found.telegram_token is not None and found.telegram_token.get_secret_value() == SECRET


def test_a_half_filled_file_is_as_good_as_none() -> None:
    """Empty and blank values of tokens and addresses count as not given."""
    written("SOGLAS_TELEGRAM_TOKEN=\nSOGLAS_SLACK_BOT_TOKEN='  '\nSOGLAS_TELEGRAM_API_URL=\nSOGLAS_SLACK_API_URL= \n")
    found = read_settings()
    assert (found.telegram_token, found.slack_bot_token) == (None, None)
    assert (found.telegram_api_url, found.slack_api_url) == (None, None)


def test_blanks_around_a_token_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line break that was copied along with a token is not part of it."""
    monkeypatch.setenv("SOGLAS_TELEGRAM_TOKEN", f" {SECRET}\n")
    token = read_settings().telegram_token
    assert token is not None and token.get_secret_value() == SECRET


def test_a_half_written_line_is_said() -> None:
    """A line that is no setting is named by its number instead of being skipped without a word."""
    written(f'SOGLAS_HTTP_PORT=1\nSOGLAS_TELEGRAM_TOKEN="{SECRET}\nSOGLAS_SLACK')
    assert wrong().startswith(".env, line 2: ")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00binary", b"\x80SOGLAS_HTTP_PORT=1"])
def test_a_binary_file_is_said(content: bytes) -> None:
    """A file that is no text is told as such."""
    written(content)
    assert wrong() == ".env cannot be read: it is not a text in UTF-8."


def test_a_folder_in_its_place_is_left_alone() -> None:
    """A folder called ``.env`` (some tools make one) is not a file of settings."""
    Path(".env").mkdir()
    assert read_settings().http_port == 8080


def test_everything_wrong_is_told_at_once() -> None:
    """All faults together, each with the name of its setting, none with its value."""
    written(
        f"SOGLAS_HTTP_PORT=99999\nSOGLAS_TELEGRAM_TOKEN={SECRET} {SECRET}\nSOGLAS_API_TOKENS=nonsense\nSOGLAS_LOG_FORMAT=loud\n"
    )
    told = wrong()
    for name in ("HTTP_PORT", "TELEGRAM_TOKEN", "API_TOKENS", "LOG_FORMAT"):
        assert f"SOGLAS_{name} must be " in told
    assert "loud" not in told and "99999" not in told


@pytest.mark.parametrize(
    "given", ["short", "brand-a:short", ":0123456789abcdef", "brand-a", "brand-a:0123456789 abcdef", "b:пароль-пароль-пароль"]
)
def test_api_tokens_are_pairs(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pair needs a brand and a token of 16 plain characters."""
    monkeypatch.setenv("SOGLAS_API_TOKENS", given)
    assert wrong().startswith("SOGLAS_API_TOKENS must be ")


def test_one_token_may_open_several_brands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs are read with blanks around them; a token that stands twice opens both brands."""
    monkeypatch.setenv("SOGLAS_API_TOKENS", "brand-a:0123456789abcdef, brand-one : 0123456789abcdef,,brand-a:fedcba9876543210,")
    assert read_settings().api_tokens == {
        "0123456789abcdef": frozenset({"brand-a", "brand-one"}), "fedcba9876543210": frozenset({"brand-a"}),
    }  # fmt: skip


def test_no_secret_prints_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens, the proxy's and the database's passwords are in no representation of the settings."""
    monkeypatch.setenv("SOGLAS_TELEGRAM_TOKEN", SECRET)
    monkeypatch.setenv("SOGLAS_SLACK_APP_TOKEN", "xapp-hidden-1")
    monkeypatch.setenv("SOGLAS_API_TOKENS", "brand-a:hidden-hidden-hidden")
    monkeypatch.setenv("SOGLAS_TELEGRAM_PROXY", "http://me:hidden-2@proxy.example:3128")
    monkeypatch.setenv("SOGLAS_DATABASE_URL", "postgresql://me:hidden%2F3@host/db")
    monkeypatch.setenv("SOGLAS_TELEGRAM_WEBHOOK_SECRET", "hidden_4")
    monkeypatch.setenv("SOGLAS_SLACK_SIGNING_SECRET", "hidden-5")
    monkeypatch.setenv("SOGLAS_METRICS_TOKEN", "hidden-6-hidden-6")
    monkeypatch.setenv("SOGLAS_SENTRY_DSN", "https://hidden-7@sentry.example/1")
    monkeypatch.setenv("SOGLAS_HEARTBEAT_URL", "https://alive.example/hidden-8")
    found = read_settings()
    for form in (repr(found), str(found)):
        assert "hidden" not in form and SECRET not in form
    assert set(found.secrets()) == {
        SECRET, "xapp-hidden-1", "hidden-hidden-hidden", "hidden-2", "hidden%2F3", "hidden/3", "hidden_4", "hidden-5",
        "hidden-6-hidden-6", "https://hidden-7@sentry.example/1", "https://alive.example/hidden-8",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "http://bot.somewhere"), ("PUBLIC_URL", "bot.somewhere"), ("PUBLIC_URL", "https:///bot"),
        ("PUBLIC_URL", "https://a.example/?b=1"), ("PUBLIC_URL", "https://a.example/#b"), ("PUBLIC_URL", "https://me:pw@a.example"),
        ("PUBLIC_URL", "https://a.example:port"), ("PUBLIC_URL", "https://[a"), ("TELEGRAM_WEBHOOK_SECRET", "with.a.dot"),
        ("TELEGRAM_WEBHOOK_SECRET", "a" * 257), ("TELEGRAM_MODE", "pulling"), ("SLACK_MODE", "sockets"), ("METRICS_TOKEN", "short"),
        ("METRICS_TOKEN", "пароль-пароль-пароль"), ("SENTRY_DSN", "sentry.example"), ("HEARTBEAT_URL", "ftp://a.example/b"),
        ("WEBHOOKS_ALLOW_PRIVATE", "maybe"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_form_is_told(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that cannot work is told with the name of its setting, and not repeated."""
    monkeypatch.setenv(f"SOGLAS_{name}", value)
    told = wrong()
    assert told.startswith(f"SOGLAS_{name} must be ")
    assert value not in told


@pytest.mark.parametrize(
    ("name", "value", "english", "russian"),
    [
        ("HTTP_PORT", "x", "a whole number from 0 to 65535.", "нужно целое число от 0 до 65535."),
        ("HTTP_PORT", "70000", "a whole number from 0 to 65535.", "нужно целое число от 0 до 65535."),
        ("KEEP_NOTES", "1", "a whole number from 2 to 36500.", "нужно целое число от 2 до 36500."),
        ("LOG_FORMAT", "loud", "one of these: text, json, auto.", "нужно одно из значений: text, json, auto."),
        ("WEBHOOKS_ALLOW_PRIVATE", "maybe", "true or false.", "нужно true или false."),
        ("HEARTBEAT_URL", "x", "a whole address that begins with https://.", "нужен полный адрес, начиная с https://."),
    ],
)  # fmt: skip
def test_what_a_setting_may_be_is_told(
    name: str, value: str, english: str, russian: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads it learns in their language which setting it is and what it may be; nothing is a library's own words."""
    monkeypatch.setenv(f"SOGLAS_{name}", value)
    with pytest.raises(WrongSettings) as refused:
        read_settings()
    (problem,) = refused.value.problems
    assert say(problem, Reader(("en",), "UTC")) == f"SOGLAS_{name} must be {english}"
    assert say(problem, Reader(("ru",), "UTC")) == f"SOGLAS_{name}: {russian}"


def test_the_public_address_ends_without_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are put behind it; one that is empty is as good as none."""
    monkeypatch.setenv("SOGLAS_PUBLIC_URL", "https://soglas.example:8443/bot/")
    assert read_settings().public_url == "https://soglas.example:8443/bot"
    monkeypatch.setenv("SOGLAS_PUBLIC_URL", " ")
    assert read_settings().public_url is None


def test_every_setting_has_the_prefix() -> None:
    """A variable without the prefix is somebody else's."""
    os.environ["HTTP_PORT"] = "7"
    try:
        assert Settings().http_port == 8080
    finally:
        del os.environ["HTTP_PORT"]
