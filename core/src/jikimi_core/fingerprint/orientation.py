"""How a stored picture is turned before it is shown, as its EXIF data says."""

from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.ExifTags import Base


class Orientation(Enum):
    """The eight orientations of EXIF 2.3, tag 0x0112.

    A picture is shown right when its stored columns are mirrored, then its rows, then rows and
    columns change places, each if said so.
    """

    AS_STORED = (False, False, False)
    MIRRORED = (True, False, False)
    UPSIDE_DOWN = (True, True, False)
    MIRRORED_UPSIDE_DOWN = (False, True, False)
    TRANSPOSED = (False, False, True)
    TURN_CLOCKWISE = (False, True, True)
    ANTITRANSPOSED = (True, True, True)
    TURN_COUNTERCLOCKWISE = (True, False, True)

    def __init__(self, mirror_columns: bool, mirror_rows: bool, transpose: bool) -> None:
        self.mirror_columns = mirror_columns
        self.mirror_rows = mirror_rows
        self.transpose = transpose

    def turn(self, stored: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a view of the stored pixels, (rows, columns, ...), as they are shown."""
        columns = slice(None, None, -1 if self.mirror_columns else 1)
        rows = slice(None, None, -1 if self.mirror_rows else 1)
        mirrored = stored[rows, columns]
        return mirrored.swapaxes(0, 1) if self.transpose else mirrored


_BY_EXIF_VALUE: Final[dict[object, Orientation]] = dict(enumerate(Orientation, start=1))


def orientation_of(image: Image.Image) -> Orientation:
    """Return the orientation of a loaded picture; an unknown value means as stored.

    Only EXIF counts, not XMP (which Pillow's own ``getexif`` falls back to): browsers see it so.
    """
    exif = Image.Exif()
    exif.load(image.info.get("exif", b""))
    return _BY_EXIF_VALUE.get(exif.get(Base.Orientation), Orientation.AS_STORED)
