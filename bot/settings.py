"""The settings: environment variables with the prefix ``SOGLAS_`` or a file ``.env``. The one place that reads them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.ports import Broken


class Settings(BaseSettings):
    """Everything that can be set. Secrets never print themselves."""

    model_config = SettingsConfigDict(env_prefix="SOGLAS_", env_file=".env", extra="ignore", hide_input_in_errors=True)

    database_url: str = "sqlite:///soglas.db"
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    api_tokens: Annotated[dict[str, frozenset[str]], NoDecode] = {}
    log_format: Literal["text", "json", "auto"] = "auto"
    telegram_token: SecretStr | None = None
    telegram_api_url: str | None = None
    telegram_proxy: str | None = None
    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: str | None = None

    @field_validator("telegram_token", "slack_bot_token", "slack_app_token", mode="after")
    @classmethod
    def _one_word(cls, value: SecretStr | None) -> SecretStr | None:
        """A token is one word; an empty one is as good as none (a half-filled .env)."""
        if value is None or not value.get_secret_value().strip():
            return None
        if len(value.get_secret_value().split()) != 1:
            raise ValueError("a token is one word without blanks")
        return value

    @field_validator("api_tokens", mode="before")
    @classmethod
    def _tokens(cls, value: object) -> object:
        """Reads ``brand-a:TOKEN, brand-one:TOKEN`` as the brands each token opens."""
        if not isinstance(value, str):
            return value
        found: dict[str, set[str]] = {}
        for pair in filter(None, (part.strip() for part in value.split(","))):
            brand, _, token = pair.partition(":")
            if not brand or len(token) < 16:
                raise ValueError("write brand:token pairs with commas between them; a token has 16 characters or more")
            found.setdefault(token, set()).add(brand)
        return found


def read_settings() -> Settings:
    """The settings of this process. Raises ``Broken`` naming everything that is wrong, without the values."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [f"SOGLAS_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors(include_input=False)]
        raise Broken("; ".join(wrong)) from None
    except (UnicodeDecodeError, OSError) as error:
        raise Broken(f".env cannot be read: {type(error).__name__}") from None
