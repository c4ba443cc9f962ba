"""The fetcher against servers and names that mean harm. Only loopback is ever connected to."""

import contextlib
import gzip
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jikimi.takedown.seeing.addresses import is_public
from jikimi.takedown.seeing.errors import (
    BadAnswer,
    ForbiddenAddress,
    NotALink,
    NotTrusted,
    SeeingError,
    TooLarge,
    TooManyRedirects,
    TooSlow,
    Unreachable,
    UnsafeRedirect,
)
from jikimi.takedown.seeing.fetching import MAX_PAGE_BYTES, MAX_PICTURE_BYTES, GuardedFetcher
from jikimi.takedown.seeing.links import FetchPolicy

PUBLIC = "93.184.216.34"
Talk = Callable[[socket.socket, bytes], None]


class RawServer:
    """A loopback server that reads one request and then says whatever the test wants."""

    def __init__(self, talk: Talk, tls: ssl.SSLContext | None = None) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._talk = talk
        self._tls = tls
        self.port: int = self._listening.getsockname()[1]
        self.requests: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/p/1"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            request = connection.recv(65536)
            self.requests.append(request)
            self._talk(connection, request)
        except OSError:
            pass
        finally:
            connection.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., RawServer]]:
    servers: list[RawServer] = []

    def start(talk: Talk, tls: ssl.SSLContext | None = None) -> RawServer:
        servers.append(RawServer(talk, tls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def says(answer: bytes) -> Talk:
    return lambda connection, _: connection.sendall(answer)


def redirects_to(location: str) -> Talk:
    return says(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode())


def fetcher(*ports: int, ssl_context: ssl.SSLContext | None = None) -> GuardedFetcher:
    return GuardedFetcher(
        user_agent="link-check/1",
        policy=FetchPolicy(allowed_loopback_ports=frozenset(ports)),
        ssl_context=ssl_context,
    )


def names(monkeypatch: pytest.MonkeyPatch, *answers: tuple[str, ...]) -> list[str]:
    """The outside's DNS: each question gets the next of the answers, the last one repeats."""
    asked: list[str] = []

    def getaddrinfo(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        addresses = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(0, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def wires(monkeypatch: pytest.MonkeyPatch, real_port: int | None) -> list[tuple[str, int]]:
    """The outside's wires: connections are noted, and end at a loopback port or nowhere."""
    connected: list[tuple[str, int]] = []
    really_connect = socket.socket.connect

    def connect(self: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address)
        if real_port is None:
            raise ConnectionRefusedError
        really_connect(self, ("127.0.0.1", real_port))

    monkeypatch.setattr(socket.socket, "connect", connect)
    return connected


# --- what counts as a link -------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not a link",
        "ftp://host.example/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "//host.example/a",
        "http://",
        "http:///path",
        "http://user@host.example/",
        "http://user:secret@host.example/",
        "http://host.example:99999/",
        "http://host.example:port/",
        "http://host.example/\r\nHost: other.example",
        "http://host.example/\x00",
        "http://host.example\\@other.example/",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://ho st.example/",
        "http://" + "a" * 64 + ".example/",
        "http://host.example/" + "a" * 5000,
        "http://..../",
    ],
)
def test_text_that_is_no_link_is_refused_before_anything_is_asked(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, (PUBLIC,))
    with pytest.raises(NotALink):
        fetcher().fetch(text)
    assert asked == []


@pytest.mark.parametrize("port", [22, 25, 3306, 5432, 6379, 8080, 0])
def test_only_web_ports_are_opened(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, (PUBLIC,))
    connected = wires(monkeypatch, None)
    with pytest.raises(ForbiddenAddress):
        fetcher().fetch(f"http://host.example:{port}/")
    assert connected == []


def test_a_korean_host_and_path_are_asked_for_in_ascii(
    serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve(says(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"))
    asked = names(monkeypatch, (PUBLIC,))
    wires(monkeypatch, server.port)
    assert fetcher().fetch("http://예시.example/사진?방=하나").status == 410
    assert asked == ["xn--vv4b11d.example"]
    assert b"GET /%EC%82%AC%EC%A7%84?%EB%B0%A9=%ED%95%98%EB%82%98 " in server.requests[0]


# --- where a link may lead -------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost",
        "localhost.",
        "127.0.0.1",
        "127.1",
        "127.8.8.8",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0.0.0.0",  # noqa: S104
        "0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0xa9fea9fe",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:7f00:1::]",
        "[2001:0:5ef5:79fd::1]",
        "[fe80::1]",
        "[fec0::1]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[ff02::1]",
        "[2001:db8::1]",
    ],
)
def test_no_spelling_of_an_inside_address_is_connected_to(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = wires(monkeypatch, None)
    with pytest.raises((ForbiddenAddress, Unreachable)) as refused:
        fetcher().fetch(f"http://{host}/latest/meta-data/")
    assert connected == []
    assert host not in str(refused.value)


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111"])
def test_addresses_of_the_open_internet_are_allowed(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "answer",
    [
        ("10.0.0.5",),
        ("169.254.169.254",),
        ("::1",),
        ("fe80::1%eth0",),
        (PUBLIC, "127.0.0.1"),
        ("127.0.0.1", PUBLIC),
    ],
)
def test_a_name_that_resolves_inside_is_refused_whatever_else_it_answers(
    answer: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, answer)
    connected = wires(monkeypatch, None)
    with pytest.raises(ForbiddenAddress):
        fetcher().fetch("http://metadata.example/")
    assert connected == []


def test_a_name_that_changes_its_answer_is_asked_once_and_pinned(
    serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = serve(says(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret"))
    asked = names(monkeypatch, (PUBLIC,), ("127.0.0.1",))
    connected = wires(monkeypatch, None)
    with pytest.raises(Unreachable):
        fetcher().fetch("http://rebinding.example/")
    assert asked == ["rebinding.example"]
    assert connected == [(PUBLIC, 80)]
    assert inside.requests == []


def test_the_next_address_is_tried_when_the_first_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names(monkeypatch, (PUBLIC, "1.1.1.1"))
    connected = wires(monkeypatch, None)
    with pytest.raises(Unreachable):
        fetcher().fetch("http://two.example/")
    assert connected == [(PUBLIC, 80), ("1.1.1.1", 80)]


def test_a_name_nobody_knows_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(Unreachable):
        fetcher().fetch("http://nowhere.example/")


def test_a_resolver_that_never_answers_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def getaddrinfo(*_: object, **__: object) -> list[object]:
        released.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(TooSlow):
        fetcher().fetch("http://slow.example/", seconds=0.3)
    released.set()


# --- loopback, for tests and the demo ---------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_allowed_loopback_port_is_reached(host: str, serve: Callable[..., RawServer]) -> None:
    server = serve(says(b"HTTP/1.1 200 OK\r\nContent-Type: Text/HTML; x=y\r\n\r\nhello"))
    answer = fetcher(server.port).fetch(f"http://{host}:{server.port}/p/1")
    assert (answer.status, answer.body, answer.media_type) == (200, b"hello", "text/html")


@pytest.mark.parametrize("host", ["127.0.0.2", "0x7f.1", "2130706433", "[::1]", "0.0.0.0"])  # noqa: S104
def test_an_allowed_port_opens_no_other_spelling_of_loopback(
    host: str, serve: Callable[..., RawServer]
) -> None:
    server = serve(says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    with pytest.raises(ForbiddenAddress):
        fetcher(server.port).fetch(f"http://{host}:{server.port}/")
    assert server.requests == []


def test_another_loopback_port_stays_closed(serve: Callable[..., RawServer]) -> None:
    allowed = serve(says(b""))
    other = serve(says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    with pytest.raises(ForbiddenAddress):
        fetcher(allowed.port).fetch(other.url)
    assert other.requests == []


# --- redirects --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://169.254.169.254/latest/meta-data/", ForbiddenAddress),
        ("http://10.0.0.1/", ForbiddenAddress),
        ("http://localhost:22/", ForbiddenAddress),
        ("http://[::1]/", ForbiddenAddress),
        ("//127.0.0.1/", ForbiddenAddress),
        ("file:///etc/passwd", NotALink),
        ("gopher://127.0.0.1:25/", NotALink),
        ("http://user@host.example/", NotALink),
        ("http://[bad", NotALink),
    ],
)
def test_a_redirect_is_checked_like_the_first_link(
    location: str, error: type[SeeingError], serve: Callable[..., RawServer]
) -> None:
    server = serve(redirects_to(location))
    with pytest.raises(error):
        fetcher(server.port).fetch(server.url)


def test_a_relative_redirect_is_followed_and_the_last_address_told(
    serve: Callable[..., RawServer],
) -> None:
    def talk(connection: socket.socket, request: bytes) -> None:
        if request.startswith(b"GET /p/1 "):
            redirects_to("../gone here")(connection, request)
        else:
            says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")(connection, request)

    server = serve(talk)
    answer = fetcher(server.port).fetch(server.url)
    assert (answer.status, answer.redirects) == (404, 1)
    assert answer.final_url.endswith("/gone%20here")


def test_a_single_question_follows_no_redirect_and_says_where_it_leads(
    serve: Callable[..., RawServer],
) -> None:
    server = serve(says(b"HTTP/1.1 302 Found\r\nLocation: /b c\r\nRetry-After: 9 \r\n\r\n"))
    answer = fetcher(server.port).fetch_one(server.url)
    assert (answer.status, answer.retry_after, answer.body) == (302, "9", b"")
    assert answer.onward == f"http://127.0.0.1:{server.port}/b%20c"
    assert len(server.requests) == 1


@pytest.mark.parametrize("location", ["http://10.0.0.1:22/", "file:///etc/passwd", "http://[bad"])
def test_a_single_question_tells_no_redirect_that_may_not_be_followed(
    location: str, serve: Callable[..., RawServer]
) -> None:
    server = serve(redirects_to(location))
    with pytest.raises((ForbiddenAddress, NotALink)):
        fetcher(server.port).fetch_one(server.url)


def test_a_redirect_loop_ends_after_four(serve: Callable[..., RawServer]) -> None:
    server = serve(redirects_to("/p/1"))
    with pytest.raises(TooManyRedirects):
        fetcher(server.port).fetch(server.url)
    assert len(server.requests) == 5


def test_no_cookie_and_no_proxy_is_used(
    serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
    server = serve(says(b"HTTP/1.1 302 Found\r\nSet-Cookie: id=1\r\nLocation: /p/1\r\n\r\n"))
    with pytest.raises(TooManyRedirects):
        fetcher(server.port).fetch(server.url)
    assert proxy.requests == []
    assert not any(b"cookie" in request.lower() for request in server.requests)


# --- size -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media_type", "limit"), [("text/html", MAX_PAGE_BYTES), ("image/jpeg", MAX_PICTURE_BYTES)]
)
@pytest.mark.parametrize("declared", [True, False])
def test_an_answer_of_10_gb_is_broken_off_at_the_limit(
    *, media_type: str, limit: int, declared: bool, serve: Callable[..., RawServer]
) -> None:
    sent = 0
    ended = threading.Event()

    def talk(connection: socket.socket, _: bytes) -> None:
        nonlocal sent
        length = "Content-Length: 10000000000\r\n" if declared else ""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n{length}\r\n"
        try:
            connection.sendall(head.encode())
            for _ in range(100_000):
                connection.sendall(b"x" * 100_000)
                sent += 100_000
        finally:
            ended.set()

    server = serve(talk)
    with pytest.raises(TooLarge):
        fetcher(server.port).fetch(server.url)
    assert ended.wait(10)
    kernel_buffers = 10_000_000
    assert sent < limit + kernel_buffers


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_a_compressed_bomb_is_not_unpacked(packing: str, serve: Callable[..., RawServer]) -> None:
    bomb = gzip.compress(bytes(500_000_000), compresslevel=1)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {packing}\r\nContent-Length: {len(bomb)}\r\n\r\n"
    server = serve(says(head.encode() + bomb))
    with pytest.raises(TooLarge):
        fetcher(server.port).fetch(server.url)


def test_a_modest_answer_compressed_against_our_wish_is_read(
    serve: Callable[..., RawServer],
) -> None:
    packed = gzip.compress(b"<html>hello</html>")
    server = serve(
        says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + packed)
    )
    assert fetcher(server.port).fetch(server.url).body == b"<html>hello</html>"
    assert b"Accept-Encoding: identity" in server.requests[0]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
        + gzip.compress(b"half of it is missing")[:-12],
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi",
        b"HTTP/1.1 302 Found\r\nLocation: /\xff\xfe\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X-Filler: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
    ids=[
        "brotli",
        "not-gzip",
        "half-gzip",
        "length",
        "cut-off",
        "latin",
        "ssh",
        "nothing",
        "huge-header",
    ],
)
def test_an_answer_that_is_no_proper_http_is_said_to_be_one(
    answer: bytes, serve: Callable[..., RawServer]
) -> None:
    server = serve(says(answer))
    with pytest.raises((BadAnswer, Unreachable)):
        fetcher(server.port).fetch(server.url)


def test_the_body_of_an_error_page_is_not_read(serve: Callable[..., RawServer]) -> None:
    server = serve(
        says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 10000000000\r\n\r\n" + b"x" * 1000)
    )
    answer = fetcher(server.port).fetch(server.url)
    assert (answer.status, answer.body) == (404, b"")


# --- time -------------------------------------------------------------------------------------


def drip(beginning: bytes) -> Talk:
    def talk(connection: socket.socket, _: bytes) -> None:
        connection.sendall(beginning)
        for _ in range(400):
            connection.sendall(b"a")
            time.sleep(0.05)

    return talk


@pytest.mark.parametrize(
    "beginning",
    [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"],
    ids=["headers", "body"],
)
def test_a_slow_drip_ends_at_the_deadline(
    beginning: bytes, serve: Callable[..., RawServer]
) -> None:
    server = serve(drip(beginning))
    with pytest.raises(TooSlow):
        fetcher(server.port).fetch(server.url, seconds=0.5)


def test_the_deadline_counts_all_redirects_together(serve: Callable[..., RawServer]) -> None:
    def talk(connection: socket.socket, request: bytes) -> None:
        time.sleep(0.3)
        redirects_to("/p/1")(connection, request)

    server = serve(talk)
    with pytest.raises(TooSlow):
        fetcher(server.port).fetch(server.url, seconds=0.7)


def test_a_silent_server_ends_at_the_deadline(serve: Callable[..., RawServer]) -> None:
    server = serve(lambda *_: time.sleep(5))
    with pytest.raises(TooSlow):
        fetcher(server.port).fetch(server.url, seconds=0.3)


def test_a_port_nobody_listens_on_is_unreachable(serve: Callable[..., RawServer]) -> None:
    server = serve(says(b""))
    server.close()
    with pytest.raises(Unreachable):
        fetcher(server.port).fetch(server.url)


# --- encryption -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tls_pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server for ``safe.example`` and a client that trusts its authority."""
    folder: Path = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("safe.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "both.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cafile=str(pem))


def test_https_is_verified_against_the_name_and_connected_to_the_pinned_address(
    serve: Callable[..., RawServer],
    tls_pair: tuple[ssl.SSLContext, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve(says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"), tls_pair[0])
    asked = names(monkeypatch, (PUBLIC,))
    connected = wires(monkeypatch, server.port)
    answer = fetcher(ssl_context=tls_pair[1]).fetch("https://safe.example/")
    assert answer.body == b"hi"
    assert (asked, connected) == (["safe.example"], [(PUBLIC, 443)])


@pytest.mark.parametrize("url", ["https://other.example/", f"https://{PUBLIC}/"])
def test_a_certificate_for_another_name_is_not_trusted(
    url: str,
    serve: Callable[..., RawServer],
    tls_pair: tuple[ssl.SSLContext, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve(says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), tls_pair[0])
    names(monkeypatch, (PUBLIC,))
    wires(monkeypatch, server.port)
    with pytest.raises(NotTrusted):
        fetcher(ssl_context=tls_pair[1]).fetch(url)


def test_an_authority_nobody_knows_is_not_trusted(
    serve: Callable[..., RawServer],
    tls_pair: tuple[ssl.SSLContext, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve(says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), tls_pair[0])
    names(monkeypatch, (PUBLIC,))
    wires(monkeypatch, server.port)
    with pytest.raises(NotTrusted):
        fetcher().fetch("https://safe.example/")


def test_an_encrypted_link_is_not_followed_to_an_unencrypted_one(
    serve: Callable[..., RawServer],
    tls_pair: tuple[ssl.SSLContext, ssl.SSLContext],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve(redirects_to("http://safe.example/removed"), tls_pair[0])
    names(monkeypatch, (PUBLIC,))
    connected = wires(monkeypatch, server.port)
    with pytest.raises(UnsafeRedirect):
        fetcher(ssl_context=tls_pair[1]).fetch("https://safe.example/")
    assert connected == [(PUBLIC, 443)]


# --- what is left behind ----------------------------------------------------------------------


def test_no_log_and_no_repr_names_the_link_or_what_it_holds(
    serve: Callable[..., RawServer], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = serve(says(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nCANARY"))
    answer = fetcher(server.port).fetch(f"http://127.0.0.1:{server.port}/CANARY")
    moved = serve(redirects_to("ftp://host.example/CANARY"))
    with pytest.raises(NotALink) as refused:
        fetcher(moved.port).fetch(moved.url)
    for left in (caplog.text, repr(answer), str(refused.value), repr(refused.value)):
        assert "CANARY" not in left
        assert "127.0.0.1" not in left
