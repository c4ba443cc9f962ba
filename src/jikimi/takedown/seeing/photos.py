"""A picture file's fingerprint: whatever the core reads, and HEIC where its reader is installed.

Phones make HEIC; Pillow does not read it. Its reader (the extra `heic`) brings libheif, which tells
width and height before anything is decoded. It turns the picture as the file says, so that nothing
is left of that for EXIF to do, as in viewers.
"""

import io
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.decoding import MAX_PIXELS
from jikimi_core.fingerprint.errors import Damaged, NotAPicture, TooLarge
from jikimi_core.fingerprint.media_kind import is_heic
from jikimi_core.fingerprint.pdq import Pdq
from jikimi_core.fingerprint.reading import read_content

READS_HEIC: Final = find_spec("pillow_heif") is not None


def fingerprint_of(source: str | Path | BinaryIO) -> Pdq:
    """Fingerprint a picture file as a viewer shows it; errors as for `pdq.from_file`."""
    content = read_content(source)
    try:
        return pdq.from_file(io.BytesIO(content))
    except NotAPicture:
        pixels = heic_pixels(content)
        if pixels is None:
            raise
    return pdq.from_array(pixels)


def heic_pixels(content: bytes) -> NDArray[np.uint8] | None:
    """The pixels of a HEIC photo, uint8 (rows, columns, 3) RGB; None for anything else.

    None also where its reader is not installed. Transparent parts lie on black. Raises TooLarge,
    told by the header, or Damaged.
    """
    if not READS_HEIC or not is_heic(content):
        return None
    # Few pictures are HEIC, and its library takes a moment to load.
    from pillow_heif import open_heif  # noqa: PLC0415

    try:
        photo = open_heif(io.BytesIO(content), convert_hdr_to_8bit=True)
        columns, rows = photo.size
        if columns * rows <= MAX_PIXELS:
            return _on_black(photo.to_pillow())
    except MemoryError:
        raise
    except Exception as problem:  # a parser fed with harmful content may raise anything
        raise Damaged from problem
    raise TooLarge(what="The picture is too large", limit=MAX_PIXELS, unit="pixels")


def _on_black(photo: Image.Image) -> NDArray[np.uint8]:
    if not photo.has_transparency_data:
        return np.asarray(photo.convert("RGB"))
    rgba = photo.convert("RGBA")
    black = Image.new("RGB", rgba.size)
    black.paste(rgba, mask=rgba.getchannel("A"))
    return np.asarray(black)
