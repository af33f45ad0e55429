"""Errors to Sentry, if somebody wants that: the extra ``sentry``, imported only with an address to send to.

Sent are the action's name, the exception's types and the places in the code. Not sent: what was in variables, requests,
headers, what was logged before, the machine's name, the command line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.logs import Report
from bot.ports import Broken
from bot.scrubbing import Scrubber, words_of

# Any: an event is Sentry's own JSON.
Event = dict[str, Any]
_KEPT = {"event_id", "timestamp", "level", "platform", "release", "environment", "exception", "tags", "message", "sdk"}
_OF_A_FRAME = {"filename", "abs_path", "function", "module", "lineno", "in_app"}


def set_up(dsn: str, release: str, secrets: Sequence[str] = (), **more: Any) -> Report:
    """What hears of errors from now on; ``more`` goes to the library. Raises ``Broken`` without the extra or with a bad DSN."""
    try:
        import sentry_sdk
        from sentry_sdk.integrations.atexit import AtexitIntegration
    except ImportError:
        raise Broken("SOGLAS_SENTRY_DSN needs the extra “sentry”: install soglas[sentry]") from None
    scrubber = Scrubber(secrets)
    try:
        sentry_sdk.init(
            dsn,
            release=f"soglas@{release}",
            # None by default: they read requests, headers, arguments, every log record.
            default_integrations=False,
            auto_enabling_integrations=False,
            # What is left is sent before the process ends, without a word about it on the terminal.
            integrations=[AtexitIntegration(callback=_silently)],
            send_default_pii=False,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            server_name="",
            before_send=lambda event, hint: scrubbed(dict(event), hint, scrubber),  # type: ignore[arg-type,return-value]
            **more,
        )
    except ValueError:
        # The library puts the address into its message, and it is a secret.
        raise Broken("SOGLAS_SENTRY_DSN is not an address of Sentry's") from None

    def report(action: str, error: BaseException | None) -> None:
        with sentry_sdk.new_scope() as scope:
            scope.set_tag("action", action)
            if error is None:
                sentry_sdk.capture_message(action, level="error")
            else:
                sentry_sdk.capture_exception(error)

    return report


def _silently(pending: int, timeout: float) -> None:
    """The library would say on the terminal how many are still to be sent."""


def scrubbed(event: Event, hint: Event, scrubber: Scrubber) -> Event:
    """Only what is known to be harmless, with exceptions' words taken out and secrets hidden."""
    kept = {name: value for name, value in event.items() if name in _KEPT}
    causes = kept.get("exception", {}).get("values", [])
    given = hint.get("exc_info")
    last = words_of(given[1]) if given and given[1] is not None else ""
    for number, cause in enumerate(causes, 1):
        cause["value"] = last if number == len(causes) else ""
        cause.pop("mechanism", None)
        for frame in cause.get("stacktrace", {}).get("frames", []):
            for name in set(frame) - _OF_A_FRAME:
                del frame[name]
    cleaned: Event = _cleaned(kept, scrubber)
    return cleaned


def _cleaned(value: Any, scrubber: Scrubber) -> Any:
    match value:
        case dict():
            return {name: _cleaned(one, scrubber) for name, one in value.items()}
        case list():
            return [_cleaned(one, scrubber) for one in value]
        case str():
            return scrubber.clean(value)
        case _:
            return value
