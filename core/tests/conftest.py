"""Benign pictures: photos that ship with scikit-image, and charts made here."""

import io
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import skimage.data
from hypothesis import HealthCheck, settings
from numpy.typing import NDArray
from PIL import Image

# Made-up examples are the same in every run, and no machine is too slow for them.
settings.register_profile(
    "house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

Pixels = NDArray[np.uint8]
PHOTOS = ("astronaut", "chelsea", "coffee", "retina", "rocket", "hubble_deep_field", "camera")


@cache
def _photo(name: str) -> Pixels:
    pixels = np.asarray(Image.fromarray(getattr(skimage.data, name)()).convert("RGB"))
    pixels.setflags(write=False)
    return pixels


@pytest.fixture(params=PHOTOS)
def any_photo(request: pytest.FixtureRequest) -> Pixels:
    """Each photo in turn, (rows, columns, 3)."""
    return _photo(request.param)


@pytest.fixture(scope="session")
def coffee() -> Pixels:
    """A photo of 400 x 600."""
    return _photo("coffee")


@pytest.fixture(scope="session")
def resized(coffee: Pixels) -> Callable[[int, int], Pixels]:
    """The coffee photo at any number of rows and columns."""

    def resize(rows: int, columns: int) -> Pixels:
        return np.asarray(Image.fromarray(coffee).resize((columns, rows)))

    return resize


@pytest.fixture(scope="session")
def encoded() -> Callable[..., io.BytesIO]:
    """Encodes a Pillow picture or pixels as a file in memory; options are Pillow's."""

    def encode(picture: Image.Image | Pixels, kind: str, **options: object) -> io.BytesIO:
        image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
        file = io.BytesIO()
        image.save(file, kind, **options)
        file.seek(0)
        return file

    return encode
