"""Connections that go to the address that was checked, and to no other.

httpcore asks this backend for a connection to a *name*. The name is resolved here, once, every
address is checked, and the socket is connected to one of those very addresses: a name that
answers differently a moment later (DNS rebinding) is never asked again. TLS still verifies the
certificate against the name.
"""

import socket
import ssl
from collections.abc import Iterable
from functools import cache

import httpcore

from jikimi.takedown.seeing.addresses import public_addresses
from jikimi.takedown.seeing.deadline import Deadline
from jikimi.takedown.seeing.errors import NotTrusted, SeeingError, TooLarge, TooSlow, Unreachable

CONNECT_SECONDS = 10.0
MAX_ADDRESSES_TRIED = 4


@cache
def known_authorities() -> ssl.SSLContext:
    """The public authorities, read once per process: there are many, and every visit asks them."""
    return httpcore.default_ssl_context()


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections for one visit, all of them under one deadline and one byte limit."""

    def __init__(self, *, deadline: Deadline, loopback: bool, max_wire_bytes: int) -> None:
        self._deadline = deadline
        self._loopback = loopback
        self._max_wire_bytes = max_wire_bytes

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline rules
        local_address: str | None = None,  # noqa: ARG002 - never asked for
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Raises `ForbiddenAddress`, `Unreachable` or `TooSlow`."""
        addresses = ("127.0.0.1",) if self._loopback else public_addresses(host, self._deadline)
        failure: SeeingError = Unreachable()
        for address in addresses[:MAX_ADDRESSES_TRIED]:
            try:
                connected = _connect(address, port, self._deadline)
            except (Unreachable, TooSlow) as error:
                failure = error
            else:
                return GuardedStream(connected, self._deadline, self._max_wire_bytes)
        raise failure


class GuardedStream(httpcore.NetworkStream):
    """A connected socket that stops at the deadline and at the byte limit."""

    def __init__(self, connected: socket.socket, deadline: Deadline, bytes_left: int) -> None:
        self._socket = connected
        self._deadline = deadline
        self._bytes_left = bytes_left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Raises `TooLarge`, `TooSlow` or `Unreachable`."""
        self._socket.settimeout(self._deadline.left())
        try:
            received = self._socket.recv(max_bytes)
        except TimeoutError:
            raise TooSlow from None
        except OSError:
            raise Unreachable from None
        self._bytes_left -= len(received)
        if self._bytes_left < 0:
            raise TooLarge
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Raises `TooSlow`; a broken pipe is httpcore's, which still reads an early answer."""
        self._socket.settimeout(self._deadline.left())
        try:
            self._socket.sendall(buffer)
        except TimeoutError:
            raise TooSlow from None
        except OSError:
            raise httpcore.WriteError from None

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Raises `NotTrusted`, `TooSlow` or `Unreachable`."""
        self._socket.settimeout(self._deadline.left())
        try:
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError:
            self.close()
            raise TooSlow from None
        except ssl.SSLError:
            self.close()
            raise NotTrusted from None
        except (OSError, ValueError):
            self.close()
            raise Unreachable from None
        return GuardedStream(secured, self._deadline, self._bytes_left)

    def get_extra_info(self, info: str) -> object:
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        return None


def _connect(address: str, port: int, deadline: Deadline) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connecting = socket.socket(family, socket.SOCK_STREAM)
    try:
        connecting.settimeout(min(CONNECT_SECONDS, deadline.left()))
        connecting.connect((address, port))
        connecting.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except TimeoutError:
        connecting.close()
        raise TooSlow from None
    except OSError:
        connecting.close()
        raise Unreachable from None
    except SeeingError:
        connecting.close()
        raise
    return connecting
