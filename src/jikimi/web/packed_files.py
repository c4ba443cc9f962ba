"""Scripts and style sheets are packed once, so that a third of them travels to the phone."""

import gzip
import tempfile
from collections.abc import Mapping
from functools import cache
from os import stat_result
from pathlib import Path
from typing import Final

from servestatic.middleware import ServeStaticMiddleware
from servestatic.responders import StaticFile

_PACKED: Final = frozenset({".js", ".css"})


class PackedFiles(ServeStaticMiddleware):  # type: ignore[misc]  # it is not typed
    """Middleware: static files, packed for whoever understands it. They hold nothing of anybody's,
    so that nothing can be guessed from how small they get.
    """

    def get_static_file(
        self, path: str, url: str, stat_cache: Mapping[str, stat_result] | None = None
    ) -> StaticFile:
        whole = super().get_static_file(path, url, stat_cache)
        if Path(path).suffix not in _PACKED:
            return whole
        [(_encoding, _path, headers)] = whole.alternatives
        return StaticFile(path, headers, encodings={"gzip": _packed(path)})


@cache
def _packed(path: str) -> str:
    """Where the packed file lies. Static files do not change while the process runs."""
    with tempfile.NamedTemporaryFile(dir=_folder().name, delete=False) as file:
        file.write(gzip.compress(Path(path).read_bytes(), mtime=0))
    return file.name


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="jikimi-static-")
