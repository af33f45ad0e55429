"""url_private and url_private_download: the bytes for who shows the bot's token, a login page for everybody else."""

from collections.abc import AsyncIterator
from urllib.parse import quote

from aiohttp import web

from adapters.playground.slack.stored_file import StoredFile

CHUNK = bytes(256 * 1024)
# Slack answers a wrong or missing token with a redirect to its sign-in page, and that page is a 200.
LOGIN = "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to your workspace</body></html>"
GONE = "<!DOCTYPE html><html><head><title>File not found | Slack</title></head><body>This file was not found</body></html>"


def to_login(request: web.Request) -> web.Response:
    """The redirect a client without the right token gets."""
    return web.Response(status=302, headers={"Location": f"/login?redir={quote(request.path, safe='')}"})


async def login(request: web.Request) -> web.Response:
    """The page at the end of that redirect."""
    return web.Response(text=LOGIN, content_type="text/html")


def not_found() -> web.Response:
    """The page for a file that is deleted or never was."""
    return web.Response(status=404, text=GONE, content_type="text/html")


async def send(request: web.Request, file: StoredFile, *, attached: bool) -> web.StreamResponse:
    """The bytes; what was only pretended is sent as zeros, and never held in memory."""
    headers = {"Content-Type": file.mime, "Content-Length": str(max(file.size, len(file.data)))}
    if attached:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    try:
        async for chunk in chunks(file):
            await response.write(chunk)
    except ConnectionError:
        return response  # the client has read enough
    await response.write_eof()
    return response


async def chunks(file: StoredFile) -> AsyncIterator[bytes]:
    """The data, then zeros up to the size the file is said to have."""
    if file.data:
        yield file.data
    left = file.size - len(file.data)
    while left > 0:
        yield CHUNK[:left]
        left -= len(CHUNK)
