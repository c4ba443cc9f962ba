"""Benign clips made on the spot: photos that ship with scikit-image, panned, zoomed and cut."""

import struct
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache
from tempfile import NamedTemporaryFile

import av
import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
PHOTOS = ("coffee", "chelsea", "astronaut")

UNTURNED = (0x10000, 0, 0, 0, 0x10000, 0)
QUARTER_CLOCKWISE = (0, 0x10000, 0, -0x10000, 0, 0)
UPSIDE_DOWN = (-0x10000, 0, 0, 0, -0x10000, 0)
QUARTER_COUNTERCLOCKWISE = (0, -0x10000, 0, 0x10000, 0, 0)


@cache
def photo(name: str) -> Pixels:
    """A photo, (rows, columns, 3)."""
    return np.asarray(Image.fromarray(getattr(skimage.data, name)()).convert("RGB"))


def scenes(
    *, width: int, height: int, frames: int, photos: tuple[str, ...] = PHOTOS
) -> Iterator[Pixels]:
    """Slow zooms over photos, each as long as the others, with cuts between."""
    each = -(-frames // len(photos))
    for number in range(frames):
        picture = _about(photos[number // each], 2 * max(width, height))
        inset = 0.15 * (number % each) / each
        columns, rows = picture.size
        box = (inset * columns, inset * rows, (1 - inset) * columns, (1 - inset) * rows)
        yield np.asarray(picture.resize((width, height), box=box))


@cache
def _about(name: str, side: int) -> Image.Image:
    picture = Image.fromarray(photo(name))
    picture.thumbnail((side, side))
    return picture


def clip(
    *,
    kind: str = "mp4",
    codec: str = "libx264",
    width: int = 160,
    height: int = 120,
    rate: int | Fraction = 10,
    seconds: float = 6,
    pixels: str = "yuv420p",
    options: Mapping[str, str] | None = None,
    photos: tuple[str, ...] = PHOTOS,
    colours: int | None = None,
    transfer: int | None = None,
    uneven: bool = False,
    begins: Fraction = Fraction(0),
    container: Mapping[str, str] | None = None,
) -> bytes:
    """A video file of those scenes.

    ``colours``: the colour space that is used and told (1 is BT.709, 6 BT.601, 9 BT.2020).
    ``transfer``: how its values are said to stand for light (16 is PQ, 18 HLG). ``uneven``: every
    third frame stands twice as long, the next one half. ``begins``: when the first frame appears,
    in seconds. ``container``: options of its writer, as ``movflags`` for an MP4.
    """
    with NamedTemporaryFile() as file:
        with av.open(file.name, "w", format=kind, container_options=dict(container or {})) as video:
            stream = video.add_stream(codec, rate=rate, options=dict(options or {}))
            stream.width, stream.height, stream.pix_fmt = width, height, pixels
            if colours:
                stream.codec_context.colorspace = colours
            if transfer:
                stream.codec_context.color_trc, stream.codec_context.color_primaries = transfer, 9
            stream.codec_context.time_base = 1 / (4 * Fraction(rate))
            pictures = scenes(width=width, height=height, frames=int(seconds * rate), photos=photos)
            for number, picture in enumerate(pictures):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                if colours:
                    frame = frame.reformat(format=pixels, dst_colorspace=colours)
                late = uneven and number % 3 == 1
                ticks = 4 * number + 2 * late + int(begins * 4 * rate)
                frame.pts, frame.time_base = ticks, 1 / (4 * Fraction(rate))
                video.mux(stream.encode(frame))
            video.mux(stream.encode(None))
        return file.read()


def turned(mp4: bytes, matrix: tuple[int, ...]) -> bytes:
    """The same MP4 with another turn written in its track header (ISO 14496-12, 8.3.2)."""
    at = mp4.index(b"tkhd") + 4 + 40
    changed = bytearray(mp4)
    for place, value in zip((0, 4, 8, 12, 16, 20), matrix, strict=True):
        changed[at + place : at + place + 4] = struct.pack(">i", value)
    return bytes(changed)


def begun_later(mp4: bytes, seconds: Fraction) -> bytes:
    """The same MP4 with its first seconds cut away by its edit list (ISO 14496-12, 8.6.6)."""
    changed = bytearray(mp4)

    def number(at: int) -> int:
        return int(struct.unpack_from(">I", changed, at)[0])

    def add(at: int, ticks: Fraction) -> None:
        struct.pack_into(">I", changed, at, number(at) + int(ticks))

    edit = mp4.index(b"elst") + 12
    add(edit, -seconds * number(mp4.index(b"mvhd") + 16))
    add(edit + 4, seconds * number(mp4.index(b"mdhd") + 16))
    return bytes(changed)
