"""Scripts and style sheets are packed once, so that a third of them travels to the phone."""

import gzip
from collections.abc import AsyncIterator, Mapping
from functools import cache
from http import HTTPStatus
from os import stat_result
from pathlib import Path
from typing import Final

from servestatic.middleware import ServeStaticMiddleware
from servestatic.responders import Response, StaticFile
from servestatic.utils import parse_accept_encoding

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
        return _Packed(path, [*headers, ("Vary", "Accept-Encoding")])


class _Packed(StaticFile):  # type: ignore[misc]  # it is not typed
    """Holds the packed file in memory once it was asked for: on disk a cleaner might take it away,
    or somebody else put another in its place. Static files do not change while the process runs.
    """

    def __init__(self, path: str, headers: list[tuple[str, str]]) -> None:
        super().__init__(path, headers)
        self._path = path

    async def aget_response(
        self, method: str, request_headers: Mapping[str, str], **offers: bool
    ) -> Response:
        understood = parse_accept_encoding(request_headers.get("HTTP_ACCEPT_ENCODING", ""))
        if "gzip" not in understood or "HTTP_RANGE" in request_headers:
            return await super().aget_response(method, request_headers, **offers)
        unopened = "HEAD" if method == "GET" else method
        whole = await super().aget_response(unopened, request_headers)
        if whole.status != HTTPStatus.OK:
            return whole
        headers, packed = dict(whole.headers), _packed(self._path)
        headers |= {"Content-Encoding": "gzip", "Content-Length": str(len(packed))}
        body = _at_once(packed) if method == "GET" else None
        return Response(HTTPStatus.OK, [*headers.items()], body)


@cache
def _packed(path: str) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)


async def _at_once(content: bytes) -> AsyncIterator[bytes]:
    yield content
