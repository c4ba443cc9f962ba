"""The nearest-neighbour step to 512 x 512, on the picture as it will be shown."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from jikimi_core.fingerprint.orientation import Orientation

LARGEST_SIDE: Final = 512


def sample(image: Image.Image, orientation: Orientation) -> Image.Image:
    """Return the picture as it is shown, at 512 x 512 if either side is longer than 512.

    Pixel k along a side of n is taken from floor(k * n / 512) of the *shown* picture, the step that
    starts PDQ. The mode is kept.
    """
    shrink = max(image.size) > LARGEST_SIDE
    columns, rows = (LARGEST_SIDE, LARGEST_SIDE) if shrink else image.size
    x_step, x_start = _walk(image.width, columns, backwards=orientation.mirror_columns)
    y_step, y_start = _walk(image.height, rows, backwards=orientation.mirror_rows)
    sampled = image.transform(
        (columns, rows),
        Image.Transform.AFFINE,
        (x_step, 0.0, x_start, 0.0, y_step, y_start),
        Image.Resampling.NEAREST,
    )
    return sampled.transpose(Image.Transpose.TRANSPOSE) if orientation.transpose else sampled


def sample_pixels(shown: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pixels, (rows, columns, ...) as they are shown, at 512 x 512 if a side is longer."""
    rows, columns = shown.shape[:2]
    if max(rows, columns) <= LARGEST_SIDE:
        return np.ascontiguousarray(shown)
    k = np.arange(LARGEST_SIDE)
    sampled: NDArray[np.uint8] = shown[
        np.ix_(k * rows // LARGEST_SIDE, k * columns // LARGEST_SIDE)
    ]
    return sampled


def _walk(length: int, count: int, *, backwards: bool) -> tuple[float, float]:
    """Return step and start so that Pillow, which reads floor(start + (k + 0.5) * step), is exact.

    Forwards k comes from floor(k * length / count); backwards from length - 1 minus that. With 512
    samples every number is a multiple of 1/1024, which a double holds exactly; backwards stays
    half a 512th below the whole numbers it must not reach.
    """
    step = length / count
    if backwards:
        return -step, length - 0.5 / count + step / 2
    return step, -step / 2
