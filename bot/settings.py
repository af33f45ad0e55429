"""The settings: environment variables with the prefix ``SOGLAS_`` or a file ``.env``. The one place that reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, LiteralString, get_args
from urllib.parse import SplitResult, unquote, urlsplit

from annotated_types import Ge, Le
from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.core.wording import Text, text
from bot.ports import Broken
from bot.retention import USUAL, Kept

_FILE = ".env"
# What Telegram takes as a secret_token.
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_LEAST_TOKEN = 16
# Messengers repeat a delivery for a day at most: what was forgotten sooner could happen twice.
_Days = Annotated[int, Field(ge=2, le=36_500)]


class Role(StrEnum):
    """What a process does: everything, only what comes in over HTTP, or only the rest."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


class WrongSettings(Broken):
    """The settings cannot be used; ``problems`` tell each thing that is wrong and what would be right, without the values."""

    def __init__(self, *problems: Text) -> None:
        super().__init__(", ".join(str(problem.fields.get("name", problem.id)) for problem in problems))
        self.problems = problems


class Settings(BaseSettings):
    """Everything that can be set. Secrets never print themselves."""

    model_config = SettingsConfigDict(env_prefix="SOGLAS_", env_file=_FILE, extra="ignore", hide_input_in_errors=True)

    database_url: Annotated[str, Field(repr=False)] = "sqlite:///soglas.db"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    public_url: str | None = None
    api_tokens: Annotated[dict[str, frozenset[str]], NoDecode, Field(repr=False)] = {}
    metrics_token: SecretStr | None = None
    webhooks_allow_private: bool = False
    keep_deliveries: _Days = USUAL.deliveries
    keep_dialogs: _Days = USUAL.dialogs
    keep_questions: _Days = USUAL.questions
    keep_invitations: _Days = USUAL.invitations
    keep_notes: _Days = USUAL.notes
    keep_files: _Days = USUAL.files
    keep_processes: _Days = USUAL.processes
    log_format: Literal["text", "json", "auto"] = "auto"
    sentry_dsn: SecretStr | None = None
    heartbeat_url: SecretStr | None = None
    telegram_token: SecretStr | None = None
    telegram_api_url: str | None = None
    telegram_proxy: Annotated[str | None, Field(repr=False)] = None
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str | None = None
    slack_mode: Literal["socket", "http"] = "socket"

    @field_validator(
        "telegram_token", "telegram_webhook_secret", "slack_bot_token", "slack_app_token", "slack_signing_secret",
        "metrics_token", "sentry_dsn", "heartbeat_url", mode="after",
    )  # fmt: skip
    @classmethod
    def _one_word(cls, value: SecretStr | None) -> SecretStr | None:
        """A token is one word; an empty one is as good as none (a half-filled .env)."""
        words = value.get_secret_value().split() if value else []
        if len(words) > 1:
            raise _unfit("settings.one_word")
        return SecretStr(words[0]) if words else None

    @field_validator("telegram_webhook_secret", mode="after")
    @classmethod
    def _webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not _WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
            raise _unfit("settings.webhook_secret")
        return value

    @field_validator("metrics_token", mode="after")
    @classmethod
    def _metrics_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value and (len(value.get_secret_value()) < _LEAST_TOKEN or not value.get_secret_value().isascii()):
            raise _unfit("settings.metrics_token")
        return value

    @field_validator("sentry_dsn", "heartbeat_url", mode="after")
    @classmethod
    def _secret_address(cls, value: SecretStr | None) -> SecretStr | None:
        """An address with a key in it: whoever knows it may use it."""
        if value and not _split(value.get_secret_value(), "https", "http"):
            raise _unfit("settings.address")
        return value

    @field_validator("telegram_api_url", "telegram_proxy", "slack_api_url", "public_url", mode="after")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        """An empty address is as good as none."""
        return (value or "").strip() or None

    @field_validator("public_url", mode="after")
    @classmethod
    def _public(cls, value: str | None) -> str | None:
        """The address under which the messengers reach this server."""
        if value is None:
            return None
        parts = _split(value, "https")
        if parts is None or parts.query or parts.fragment or "@" in parts.netloc:
            raise _unfit("settings.public_url")
        return value.rstrip("/")

    @field_validator("api_tokens", mode="before")
    @classmethod
    def _tokens(cls, value: object) -> object:
        """Reads ``brand-a:TOKEN, brand-one:TOKEN`` as the brands each token opens."""
        if not isinstance(value, str):
            return value
        found: dict[str, set[str]] = {}
        for pair in filter(None, (part.strip() for part in value.split(","))):
            brand, _, token = (part.strip() for part in pair.partition(":"))
            if not brand or len(token) < _LEAST_TOKEN or not token.isascii() or len(token.split()) != 1:
                raise _unfit("settings.api_tokens")
            found.setdefault(token, set()).add(brand)
        return found

    def kept(self) -> Kept:
        """For how many days what is kept."""
        return Kept(
            self.keep_deliveries, self.keep_dialogs, self.keep_questions, self.keep_invitations, self.keep_notes,
            self.keep_files, self.keep_processes,
        )  # fmt: skip

    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, wherever it turns up."""
        fields = [value for _, value in self]
        kept = [value.get_secret_value() for value in fields if isinstance(value, SecretStr)] + list(self.api_tokens)
        passwords = [_password(url) for url in (self.telegram_proxy or "", self.database_url)]
        # A password is written in a URL in another form than it has.
        return tuple(dict.fromkeys(kept + [form for word in passwords if word for form in (word, unquote(word))]))


def _unfit(message_id: LiteralString) -> PydanticCustomError:
    """A value that is not of the form it must have: the message is told, pydantic's own words never are."""
    return PydanticCustomError(message_id, message_id)


def _split(address: str, *schemes: str) -> SplitResult | None:
    """The parts of an address that has one of the schemes and a host."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        return None
    return parts if parts.scheme in schemes and parts.hostname and len(address.split()) == 1 else None


def _password(url: str) -> str | None:
    try:
        return urlsplit(url).password
    except ValueError:
        return None


def read_settings() -> Settings:
    """The settings of this process. Raises ``WrongSettings``."""
    try:
        wrong = [text("settings.file_line", name=_FILE, line=str(line)) for line in _unreadable_lines()]
        if not wrong:
            return Settings()
    except ValidationError as error:
        wrong = [_problem(one) for one in error.errors(include_input=False)]
    except UnicodeDecodeError:
        wrong = [text("settings.file_not_text", name=_FILE)]
    except OSError:
        wrong = [text("settings.file_closed", name=_FILE)]
    raise WrongSettings(*wrong)


def _problem(error: ErrorDetails) -> Text:
    """What a setting may be, where pydantic says what it may not."""
    setting, kind = str(error["loc"][0]), error["type"]
    name, field = f"SOGLAS_{setting.upper()}", Settings.model_fields[setting]
    if kind.startswith("settings."):
        return Text(kind, {"name": name})
    if field.annotation is int:
        # As text: no thousands are set apart in what is to be typed.
        least = next(str(bound.ge) for bound in field.metadata if isinstance(bound, Ge))
        most = next(str(bound.le) for bound in field.metadata if isinstance(bound, Le))
        return text("settings.whole_number", name=name, least=least, most=most)
    if kind == "literal_error":
        return text("settings.choice", name=name, choices=", ".join(get_args(field.annotation)))
    if field.annotation is bool:
        return text("settings.true_or_false", name=name)
    return text("settings.other", name=name)


def _unreadable_lines() -> Iterator[int]:
    """Lines of ``.env`` that would be skipped without a word, such as one with an open quotation mark."""
    path = Path(_FILE)
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        yield from (binding.original.line for binding in parse_stream(file) if binding.error)
