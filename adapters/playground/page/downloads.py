"""Files of the chats over HTTP: a download always, and a picture where the bytes are one; neither can run as a page."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.playground.page.ports import Playground

_SANDBOX = {"Content-Security-Policy": "sandbox; default-src 'none'"}
# Only formats that hold nothing but points: a drawing in SVG can run.
_BEGINNINGS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF87a": "image/gif", b"GIF89a": "image/gif"}


def picture_type(content: bytes) -> str | None:
    """The media type of a picture that a page may show, told by its bytes; None for everything else."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for beginning, kind in _BEGINNINGS.items() if content.startswith(beginning)), None)


class Downloads:
    """The addresses of files."""

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    def routes(self) -> list[Route]:
        return [Route("/demo/files/{file_id}", self._file), Route("/demo/files/{file_id}/picture", self._picture)]

    async def _file(self, request: Request) -> Response:
        """A file as a download: its content comes from people."""
        found = self._playground.file(request.path_params["file_id"])
        if found is None:
            return JSONResponse({"error": "no such file"}, 404)
        name, content = found
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}", **_SANDBOX}
        return Response(content, media_type="application/octet-stream", headers=headers)

    async def _picture(self, request: Request) -> Response:
        """A file to look at, when it is a picture."""
        found = self._playground.file(request.path_params["file_id"])
        kind = picture_type(found[1]) if found else None
        if found is None or kind is None:
            return JSONResponse({"error": "no such picture"}, 404)
        return Response(found[1], media_type=kind, headers=_SANDBOX)
