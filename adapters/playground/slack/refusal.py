"""The one way the stand-in says no on the wire: Slack's error code, with places where Slack names them."""

from typing import Any


class Refused(Exception):
    """Slack would answer {"ok": false, "error": code}."""

    def __init__(self, code: str, *messages: str, status: int = 200, retry_after: int | None = None) -> None:
        super().__init__(code, *messages)
        self.code = code
        self.messages = messages
        self.status = status
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """The JSON that goes over the wire."""
        answer: dict[str, Any] = {"ok": False, "error": self.code}
        if self.messages:
            answer["response_metadata"] = {"messages": list(self.messages)}
        return answer
