"""Decodes the usual JPEG with libjpeg-turbo, straight into an array.

Pillow decodes by the same library to the same pixels, but into memory of its own, a line at a time.
Only what both agree on goes this way: whatever this decoder refuses or even warns of is left to
Pillow, whose verdict stands.
"""

from typing import Final

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

MAX_JPEG_SCANS: Final = 100
"""Encoders make about ten. Each costs a pass over the whole picture, a few bytes can ask for it."""

_START_OF_SCAN: Final = (0xFF, 0xDA)
_CHUNK: Final = 1 << 20
_SPACES: Final = {"L": {"Gray"}, "RGB": {"YCbCr", "RGB"}}
_ASKED_FOR: Final = {"L": "GRAY", "RGB": "RGB"}


def is_jpeg(image: Image.Image) -> bool:
    """Say whether an opened picture is a JPEG, also one with further pictures behind it."""
    return image.format in {"JPEG", "MPO"}


def count_scans(content: bytes) -> int:
    """Return how often a scan starts in ``content``, which is that of a JPEG."""
    values = np.frombuffer(content, np.uint8)
    chunks = (values[at : at + _CHUNK + 1] for at in range(0, len(values), _CHUNK))
    marker, kind = _START_OF_SCAN
    return sum(
        int(np.count_nonzero((chunk[:-1] == marker) & (chunk[1:] == kind))) for chunk in chunks
    )


def decode_usual_jpeg(image: Image.Image, content: bytes) -> NDArray[np.uint8] | None:
    """Return the pixels as stored, (rows, columns) grey or (rows, columns, 3) RGB, or None.

    ``image`` is ``content`` as Pillow opened it, not loaded. None is for what Pillow is to decode:
    no JPEG, one in CMYK, and one that is not wholly sound.
    """
    if not is_jpeg(image) or image.mode not in _SPACES:
        return None
    try:
        rows, columns, space, _ = simplejpeg.decode_jpeg_header(content)
        if (columns, rows) != image.size or space not in _SPACES[image.mode]:
            return None
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(content, _ASKED_FOR[image.mode])
    except (ValueError, RuntimeError, KeyError, MemoryError):
        return None
    return pixels[..., 0] if image.mode == "L" else pixels
