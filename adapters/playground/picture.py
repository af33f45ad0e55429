"""The picture in the demo, drawn here: the cover of a reel, a bottle before a sunrise. No image lies in the repository."""

from __future__ import annotations

import struct
import zlib
from functools import cache

_WIDTH, _HEIGHT = 360, 480
_SKY, _SAND = (252, 226, 196), (214, 160, 122)
_SUN, _GLASS, _CAP, _LABEL = (255, 244, 224), (74, 124, 118), (44, 62, 60), (238, 242, 236)
Colour = tuple[int, int, int]


@cache
def reel_cover() -> bytes:
    """A PNG, the same at every start."""
    rows = b"".join(b"\0" + bytes(part for x in range(_WIDTH) for part in _at(x, y)) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)  # eight bits each of red, green and blue
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _at(x: int, y: int) -> Colour:
    """The colour of a point: what stands in front comes first."""
    if 168 <= x < 192 and 150 <= y < 190:
        return _CAP
    if 138 <= x < 222 and 260 <= y < 330:
        return _LABEL
    if 130 <= x < 230 and 190 <= y < 400:
        return _GLASS
    if (x - 250) ** 2 + (y - 130) ** 2 < 70**2:
        return _SUN
    red, green, blue = (low + (high - low) * y // _HEIGHT for low, high in zip(_SKY, _SAND, strict=True))
    return red, green, blue
