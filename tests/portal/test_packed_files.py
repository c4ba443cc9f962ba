"""Scripts and style sheets travel packed, and nothing of that lies on disk."""

import gzip
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

import jikimi.web.portal
from jikimi.web.packed_files import PackedFiles

SCRIPT = "portal/exit.js"


@pytest.fixture
def written() -> bytes:
    return (Path(jikimi.web.portal.__path__[0]) / "static" / SCRIPT).read_bytes()


def ask(client: Client, method: str = "GET", **headers: str) -> tuple[dict[str, str], bytes]:
    answer = client.generic(method, f"/static/{SCRIPT}", headers=headers)
    assert answer.status_code == 200
    return dict(answer.headers), b"".join(answer)


def test_whoever_understands_it_gets_a_script_packed(client: Client, written: bytes) -> None:
    headers, body = ask(client, **{"Accept-Encoding": "br, gzip"})
    assert gzip.decompress(body) == written
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Content-Length"] == str(len(body))
    assert headers["Content-Type"].startswith("text/javascript")
    assert headers["Vary"] == "Accept-Encoding"
    assert ask(client, "HEAD", **{"Accept-Encoding": "gzip"})[1] == b""


@pytest.mark.parametrize("understood", ["", "br", "gzip;q=0"])
def test_anybody_else_gets_it_whole(client: Client, written: bytes, understood: str) -> None:
    headers, body = ask(client, **{"Accept-Encoding": understood})
    assert body == written
    assert headers["Content-Length"] == str(len(written))
    assert headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in headers


def test_nothing_is_sent_from_a_folder_that_others_tidy() -> None:
    async def nothing_else(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    for url, file in PackedFiles(nothing_else).files.items():
        assert [Path(path).name for _, path, _ in file.alternatives] == [Path(url).name]
