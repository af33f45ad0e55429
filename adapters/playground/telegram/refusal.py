"""How the stand-in says no: the status and the words of Telegram's own server.

The words are taken from the sources of telegram-bot-api and td, or were seen in answers of the real server.
"""


class Refused(Exception):
    """The request is not carried out; the bot gets this status and description."""

    def __init__(
        self,
        status: int,
        description: str,
        *,
        retry_after: int | None = None,
        migrate_to_chat_id: int | None = None,
    ) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id

    def body(self) -> dict[str, object]:
        """The JSON body of the answer."""
        body: dict[str, object] = {"ok": False, "error_code": self.status, "description": self.description}
        named = {"migrate_to_chat_id": self.migrate_to_chat_id, "retry_after": self.retry_after}
        parameters = {name: value for name, value in named.items() if value is not None}
        return {**body, "parameters": parameters} if parameters else body


def bad_request(words: str) -> Refused:
    """The request itself is wrong; sending it again will not help."""
    return Refused(400, f"Bad Request: {words}")


def forbidden(words: str) -> Refused:
    """The person cannot be written to."""
    return Refused(403, f"Forbidden: {words}")


def too_many(retry_after: int) -> Refused:
    """The bot sends too fast; retry_after is in seconds."""
    return Refused(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def migrated(chat_id: int) -> Refused:
    """The group lives on as a supergroup under this id."""
    return Refused(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat_id)
