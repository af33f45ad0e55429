"""Which function carries out which method; every name in the table of arguments stands here too."""

from collections.abc import Callable

from adapters.playground.telegram import answering, commands, editing, files, media, profile, sending, webhook
from adapters.playground.telegram.arguments import METHODS, Arguments
from adapters.playground.telegram.refusal import Refused, bad_request
from adapters.playground.telegram.world import World

Method = Callable[[World, Arguments], object]

CARRIED_OUT: dict[str, Method] = {
    "getMe": profile.get_me,
    "setWebhook": webhook.set_webhook,
    "getWebhookInfo": webhook.get_webhook_info,
    "deleteWebhook": webhook.delete_webhook,
    "sendMessage": sending.send_message,
    "sendPhoto": media.send_photo,
    "sendVideo": media.send_video,
    "sendDocument": media.send_document,
    "sendMediaGroup": media.send_media_group,
    "editMessageText": editing.edit_message_text,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "answerCallbackQuery": answering.answer_callback_query,
    "getFile": files.get_file,
    "getChat": profile.get_chat,
    "sendChatAction": sending.send_chat_action,
    "setMyCommands": commands.set_my_commands,
    "getMyCommands": commands.get_my_commands,
    "deleteMyCommands": commands.delete_my_commands,
    "setChatMenuButton": commands.set_chat_menu_button,
    "getChatMenuButton": commands.get_chat_menu_button,
    "setMyDescription": profile.set_my_description,
    "setMyShortDescription": profile.set_my_short_description,
}


async def carry_out(world: World, method: str, values: dict[str, object]) -> object:
    """The method's result, or Refused."""
    arguments = Arguments(values)
    if method == "getUpdates":  # the only one that waits
        return await _get_updates(world, arguments)
    return CARRIED_OUT[method](world, arguments)


async def _get_updates(world: World, arguments: Arguments) -> object:
    if world.webhook.url:
        raise Refused(
            409,
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        )
    kinds = arguments.value("allowed_updates")
    if kinds is not None and not isinstance(kinds, list):
        raise bad_request("expected an Array of String as allowed_updates")
    world.updates.allow(kinds)
    return await world.updates.poll(
        offset=arguments.number("offset"),
        limit=arguments.number("limit", 100),
        timeout=arguments.number("timeout"),
    )


assert METHODS.keys() == CARRIED_OUT.keys() | {"getUpdates"}, "a method has arguments but nothing to do"
