"""The settings: environment variables with the prefix ``SOGLAS_`` or a file ``.env``. The one place that reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.ports import Broken

_FILE = ".env"


class WrongSettings(Broken):
    """The settings cannot be used; the message names everything that is wrong, without the values."""


class Settings(BaseSettings):
    """Everything that can be set. Secrets never print themselves."""

    model_config = SettingsConfigDict(env_prefix="SOGLAS_", env_file=_FILE, extra="ignore", hide_input_in_errors=True)

    database_url: Annotated[str, Field(repr=False)] = "sqlite:///soglas.db"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    api_tokens: Annotated[dict[str, frozenset[str]], NoDecode, Field(repr=False)] = {}
    log_format: Literal["text", "json", "auto"] = "auto"
    telegram_token: SecretStr | None = None
    telegram_api_url: str | None = None
    telegram_proxy: Annotated[str | None, Field(repr=False)] = None
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str | None = None

    @field_validator("telegram_token", "slack_bot_token", "slack_app_token", mode="after")
    @classmethod
    def _one_word(cls, value: SecretStr | None) -> SecretStr | None:
        """A token is one word; an empty one is as good as none (a half-filled .env)."""
        words = value.get_secret_value().split() if value else []
        if len(words) > 1:
            raise ValueError("a token is one word without blanks")
        return SecretStr(words[0]) if words else None

    @field_validator("telegram_api_url", "telegram_proxy", "slack_api_url", mode="after")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        """An empty address is as good as none."""
        return (value or "").strip() or None

    @field_validator("api_tokens", mode="before")
    @classmethod
    def _tokens(cls, value: object) -> object:
        """Reads ``brand-a:TOKEN, brand-one:TOKEN`` as the brands each token opens."""
        if not isinstance(value, str):
            return value
        found: dict[str, set[str]] = {}
        for pair in filter(None, (part.strip() for part in value.split(","))):
            brand, _, token = (part.strip() for part in pair.partition(":"))
            if not brand or len(token) < 16 or not token.isascii() or len(token.split()) != 1:
                raise ValueError("write brand:token pairs with commas between them; a token has 16 characters or more")
            found.setdefault(token, set()).add(brand)
        return found

    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, wherever it turns up."""
        tokens = (self.telegram_token, self.slack_bot_token, self.slack_app_token)
        kept = [token.get_secret_value() for token in tokens if token] + list(self.api_tokens)
        proxy = urlsplit(self.telegram_proxy or "").password
        return tuple(kept + ([proxy] if proxy else []))


def read_settings() -> Settings:
    """The settings of this process. Raises ``WrongSettings``."""
    try:
        wrong = [f"{_FILE}, line {line}: this is not NAME=value" for line in _unreadable_lines()]
        if not wrong:
            return Settings()
    except ValidationError as error:
        wrong = [f"SOGLAS_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors(include_input=False)]
    except (UnicodeDecodeError, OSError) as error:
        wrong = [f"{_FILE} cannot be read: {type(error).__name__}"]
    raise WrongSettings("; ".join(wrong))


def _unreadable_lines() -> Iterator[int]:
    """Lines of ``.env`` that would be skipped without a word, such as one with an open quotation mark."""
    path = Path(_FILE)
    if not path.is_file():
        return
    with path.open(encoding="utf-8") as file:
        yield from (binding.original.line for binding in parse_stream(file) if binding.error)
