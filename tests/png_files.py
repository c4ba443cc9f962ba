"""PNG files of the kinds that Pillow reads but does not write: 16 bits a colour, interlaced."""

import struct
import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

_COLOUR_TYPES: Final = {1: 0, 2: 4, 3: 2, 4: 6}  # by channels: grey, with alpha, RGB, with alpha

_ADAM7: Final = (  # first row, first column, rows apart, columns apart
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)


def png_file(
    samples: NDArray[np.uint8] | NDArray[np.uint16],
    *,
    interlaced: bool = False,
    chunks: dict[bytes, bytes] | None = None,
) -> bytes:
    """A file from (height, width, channels) samples; `chunks` go before the pixels."""
    height, width, channels = samples.shape
    bits = samples.dtype.itemsize * 8
    header = struct.pack(
        ">IIBBBBB", width, height, bits, _COLOUR_TYPES[channels], 0, 0, int(interlaced)
    )
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(_rows(samples[top::down, left::right]) for top, left, down, right in passes)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", header),
            *(_chunk(name, content) for name, content in (chunks or {}).items()),
            _chunk(b"IDAT", zlib.compress(rows, 3)),
            _chunk(b"IEND", b""),
        )
    )


def _rows(samples: NDArray[np.uint8] | NDArray[np.uint16]) -> bytes:
    """Each row behind its filter byte, unfiltered; samples with the high byte first."""
    if samples.size == 0:
        return b""
    wide = samples.astype(samples.dtype.newbyteorder(">"))
    return b"".join(b"\0" + row.tobytes() for row in wide)


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
