"""The Web API's methods by name: checks token, pace and arguments, leaves the work to other modules."""

from collections.abc import Callable
from typing import Any

from adapters.playground.slack.arguments import METHODS, check_arguments, truth
from adapters.playground.slack.chat_methods import ChatMethods
from adapters.playground.slack.files import Files
from adapters.playground.slack.grammar import fault
from adapters.playground.slack.limits import Pace
from adapters.playground.slack.modals import Modals, OpenView
from adapters.playground.slack.refusal import Refused
from adapters.playground.slack.uploads import Uploads
from adapters.playground.slack.workspace import BOT_ID, BOT_USER, Channel, Workspace

Json = dict[str, Any]
Method = Callable[[Json], Json]


class WebApi:
    """Performs one call and gives the body of the answer, or refuses."""

    def __init__(
        self,
        workspace: Workspace,
        modals: Modals,
        chat: ChatMethods,
        uploads: Uploads,
        files: Files,
        pace: Pace,
        tokens: dict[str, str],
        link_url: Callable[[], str],
    ) -> None:
        self._workspace = workspace
        self._modals = modals
        self._pace = pace
        self._tokens = tokens
        self._link_url = link_url
        self._methods = self._table(chat, uploads, files)

    def perform(self, method: str, params: Json, token: str | None) -> Json:
        """One call, in the order in which Slack objects: method, token, pace, arguments."""
        rule = METHODS.get(method)
        if rule is None:
            raise Refused("unknown_method")
        self._check_token(token, rule.token)
        self._pace.call(method)
        check_arguments(rule, params)
        return self._methods[method](params)

    def is_bot(self, token: str | None) -> bool:
        """Whether this is the bot's token; beside the Web API, too, it opens the bot's files."""
        return token == self._tokens["bot"]

    def _table(self, chat: ChatMethods, uploads: Uploads, files: Files) -> dict[str, Method]:
        return {
            "auth.test": self._auth_test,
            "apps.connections.open": lambda _: {"ok": True, "url": self._link_url()},
            "conversations.open": self._conversations_open,
            "conversations.history": chat.history,
            "users.info": self._users_info,
            "chat.postMessage": chat.post,
            "chat.update": chat.update,
            "chat.delete": chat.delete,
            "chat.postEphemeral": chat.post_ephemeral,
            "chat.getPermalink": chat.permalink,
            "files.info": files.info,
            "views.open": self._views_open,
            "views.push": self._views_push,
            "views.update": self._views_update,
            "views.publish": self._views_publish,
            "files.getUploadURLExternal": uploads.announce,
            "files.completeUploadExternal": uploads.complete,
        }

    def _check_token(self, token: str | None, kind: str) -> None:
        if not token:
            raise Refused("not_authed")
        if token not in self._tokens.values():
            raise Refused("invalid_auth")
        if token != self._tokens[kind]:
            raise Refused("not_allowed_token_type")

    def _auth_test(self, params: Json) -> Json:
        return {
            "ok": True,
            "url": "https://demo.slack.com/",
            "team": "Demo",
            "user": "demo",
            "team_id": self._workspace.team_id,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def _conversations_open(self, params: Json) -> Json:
        users = [name.strip() for name in params.get("users", "").split(",") if name.strip()]
        if params.get("channel"):
            channel = self._workspace.channel(params["channel"])
        elif users:
            channel = self._workspace.opened(users)
        else:
            raise Refused("users_list_not_supplied")
        return {"ok": True, "no_op": True, "already_open": True, "channel": self._opened(channel, params)}

    def _opened(self, channel: Channel, params: Json) -> Json:
        """Only the id, unless the whole object was asked for."""
        if not truth(params.get("return_im")):
            return {"id": channel.id}
        other = next(iter(channel.members - {BOT_USER}))
        kind = {"is_im": True, "user": other} if channel.kind == "im" else {f"is_{channel.kind}": True}
        return {"id": channel.id, "created": int(self._workspace.now().timestamp()), "is_archived": False, **kind}

    def _users_info(self, params: Json) -> Json:
        with_locale = truth(params.get("include_locale"))
        return {"ok": True, "user": self._workspace.profile(params["user"], with_locale=with_locale)}

    def _views_open(self, params: Json) -> Json:
        return self._shown(self._modals.open(trigger_of(params), params["view"]))

    def _views_push(self, params: Json) -> Json:
        return self._shown(self._modals.push(trigger_of(params), params["view"]))

    def _views_update(self, params: Json) -> Json:
        found = self._modals.find(view_id=params.get("view_id"), external_id=params.get("external_id"))
        return self._shown(self._modals.update(found, params["view"], params.get("hash")))

    def _views_publish(self, params: Json) -> Json:
        return self._shown(self._modals.publish(params["user_id"], params["view"], params.get("hash")))

    def _shown(self, view: OpenView) -> Json:
        return {"ok": True, "view": self._modals.shown(view)}


def trigger_of(params: Json) -> str:
    """The newer name for the same thing is taken, too."""
    trigger = params.get("trigger_id") or params.get("interactivity_pointer")
    if not trigger:
        raise Refused("invalid_arguments", fault("missing required field: trigger_id", "/trigger_id"))
    return str(trigger)
