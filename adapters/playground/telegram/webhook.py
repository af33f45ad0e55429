"""The webhook: an address of the bot to which Telegram delivers instead of being asked. Here it is only kept."""

import re
from urllib.parse import urlsplit

from adapters.playground.telegram.arguments import Arguments
from adapters.playground.telegram.refusal import bad_request
from adapters.playground.telegram.world import World

PORTS = (None, 80, 88, 443, 8443)
MOST_CONNECTIONS = 100


def set_webhook(world: World, arguments: Arguments) -> object:
    url, secret, kinds = arguments.text("url"), arguments.text("secret_token"), arguments.value("allowed_updates")
    if kinds is not None and not isinstance(kinds, list):
        raise bad_request("expected an Array of String as allowed_updates")
    if url:
        _check(url, secret, arguments.number("max_connections", 40))
    if arguments.flag("drop_pending_updates"):
        world.updates.drop_all()
    world.updates.allow(kinds)
    world.webhook.url, world.webhook.secret = url, secret
    return True


def delete_webhook(world: World, arguments: Arguments) -> object:
    if arguments.flag("drop_pending_updates"):
        world.updates.drop_all()
    world.webhook.url = world.webhook.secret = ""
    return True


def get_webhook_info(world: World, arguments: Arguments) -> object:
    hook = world.webhook
    failed = {"last_error_date": int(hook.failed_at.timestamp()), "last_error_message": hook.failure} if hook.failed_at else {}
    return {"url": hook.url, "has_custom_certificate": False, "pending_update_count": world.updates.unconfirmed(), **failed}


def _check(url: str, secret: str, connections: int) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if not 1 <= connections <= MOST_CONNECTIONS:
        raise bad_request("max_connections must be between 1 and 100")
