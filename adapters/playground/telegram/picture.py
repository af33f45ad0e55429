"""What kind of picture some bytes are, and how wide and high: as much as Telegram must know to take a photo."""

import struct
from dataclasses import dataclass

LONGEST_SIDES_TOGETHER = 10_000
MOST_ELONGATED = 20

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Measure:
    """Width and height in pixels."""

    width: int
    height: int

    @property
    def fits(self) -> bool:
        """Whether Telegram takes a photo of this form."""
        short, long = sorted((self.width, self.height))
        return short > 0 and short + long <= LONGEST_SIDES_TOGETHER and long <= short * MOST_ELONGATED

    def within(self, longest: int) -> "Measure":
        """The same form, made so small that its longest side is this long."""
        most = max(self.width, self.height)
        return Measure(max(self.width * longest // most, 1), max(self.height * longest // most, 1))


def measure(data: bytes) -> Measure | None:
    """The size of a PNG, JPEG, GIF, BMP or WebP picture; None when the bytes are none of these."""
    try:
        return _measured(data)
    except (struct.error, IndexError):
        return None


def _measured(data: bytes) -> Measure | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Measure(*struct.unpack_from(">II", data, 16))
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Measure(*struct.unpack_from("<HH", data, 6))
    if data.startswith(b"BM"):
        width, height = struct.unpack_from("<ii", data, 18)
        return Measure(width, abs(height))
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _jpeg(data: bytes) -> Measure | None:
    at = 2
    while data[at] == 0xFF:
        if data[at + 1] in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Measure(width, height)
        at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])
    return None


def _webp(data: bytes) -> Measure | None:
    if data[12:16] == b"VP8X":
        return Measure(1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little"))
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return Measure(1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    width, height = struct.unpack_from("<HH", data, 26)
    return Measure(width & 0x3FFF, height & 0x3FFF)
