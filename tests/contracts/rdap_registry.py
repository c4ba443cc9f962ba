"""A registry on loopback that answers as RFC 9083 has it, and one in memory that needs no network.

Names and addresses are those set apart for documents (RFC 2606, 5737).
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from jikimi.takedown.rdap import RegistriesSilent, RegistryContact

Json = dict[str, object]

HOST_ADDRESS = "192.0.2.7"
SITE = "pictures.site.example"
"""Its domain is registered, its address hosted, each with an address for abuse."""
QUIET_SITE = "quiet.example"
"""Registered and hosted; nobody gives an address for abuse."""
UNKNOWN_SITE = "never-registered.example"
LISTED_SITE = "site.test"
"""Which registry answers for its domain stands in the published list alone."""
BROKEN_SITE = "broken.example"
"""Whoever asks about it gets an answer that is no RDAP."""


def jcard(name: str, email: str | None) -> list[object]:
    """A contact as RFC 7095 writes it."""
    rows: list[object] = [
        ["version", {}, "text", "4.0"],
        ["fn", {}, "text", name],
        ["adr", {}, "text", ["", "", "1 Example Street", "Town", "", "", ""]],
    ]
    return ["vcard", rows + ([["email", {"type": "work"}, "text", email]] if email else [])]


def entity(name: str, *roles: str, email: str | None = None, inside: tuple[Json, ...] = ()) -> Json:
    """Somebody with a part in a domain or a network."""
    return {
        "objectClassName": "entity",
        "handle": name.upper().replace(" ", "-"),
        "roles": list(roles),
        "vcardArray": jcard(name, email),
        "entities": list(inside),
    }


def domain(*entities: Json) -> Json:
    """An answer about a name."""
    return {
        "rdapConformance": ["rdap_level_0"],
        "objectClassName": "domain",
        "ldhName": "SITE.EXAMPLE",
        "status": ["active"],
        "entities": list(entities),
    }


def network(*entities: Json) -> Json:
    """An answer about an address."""
    return {
        "rdapConformance": ["rdap_level_0"],
        "objectClassName": "ip network",
        "startAddress": "192.0.2.0",
        "endAddress": "192.0.2.255",
        "ipVersion": "v4",
        "name": "EXAMPLE-NET",
        "entities": list(entities),
    }


_DESK = entity("Abuse Desk", "abuse", "technical", email="Abuse@Hoster.example")
ANSWERS: Mapping[str, Json] = {
    "domain/site.example": domain(
        entity("Somebody", "registrant", email="somebody@home.example"),
        entity(
            "Example Registrar",
            "registrar",
            inside=(entity("Abuse", "abuse", email="abuse@registrar.example"),),
        ),
    ),
    f"ip/{HOST_ADDRESS}": network(entity("Example Hosting", "registrant", inside=(_DESK,))),
    f"domain/{LISTED_SITE}": domain(entity("Registry", "abuse", email="abuse@registry.example")),
    "domain/quiet.example": domain(entity("Example Registrar", "registrar")),
    "ip/192.0.2.8": network(entity("Quiet Hosting", "registrant")),
}
ADDRESSES = {
    SITE: (HOST_ADDRESS,),
    LISTED_SITE: (HOST_ADDRESS,),
    QUIET_SITE: ("192.0.2.8",),
    UNKNOWN_SITE: ("192.0.2.9",),
    BROKEN_SITE: ("192.0.2.10",),
}
BROKEN = frozenset({"domain/broken.example", "ip/192.0.2.10"})


@contextmanager
def registry_on_loopback() -> Iterator[tuple[str, list[str], list[str]]]:
    """A running registry: its base address, the paths asked of it, and what was accepted."""
    paths: list[str] = []
    accepted: list[str] = []

    class Registry(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.path.removeprefix("/rdap/")
            paths.append(asked)
            accepted.append(self.headers["Accept"])
            if asked == "dns.json":
                base = f"http://127.0.0.1:{server.server_port}/rdap/"
                self._say(200, json.dumps({"services": [[["TEST"], [base]]]}).encode())
            elif asked in BROKEN:
                self._say(200, b"<html>We are sorry</html>")
            elif asked.startswith("moved/"):
                self.send_response(302)
                self.send_header("Location", f"/rdap/{asked.removeprefix('moved/')}")
                self.end_headers()
            elif asked in ANSWERS:
                self._say(200, json.dumps(ANSWERS[asked]).encode())
            else:
                self._say(404, b'{"errorCode":404,"title":"Not Found"}')

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/rdap+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/rdap/", paths, accepted
    finally:
        server.shutdown()
        server.server_close()


HOSTER = RegistryContact(
    kind="host",
    name="Example Hosting",
    email="abuse@hoster.example",
    source=f"https://registry.example/ip/{HOST_ADDRESS}",
)
REGISTRAR = RegistryContact(
    kind="registrar",
    name="Example Registrar",
    email="abuse@registrar.example",
    source="https://registry.example/domain/site.example",
)


class RememberedRegistries:
    """The registries from memory: for tests of what follows from an answer."""

    def __init__(self, *contacts: RegistryContact) -> None:
        """`contacts` is what they say of SITE."""
        self.contacts = contacts or (HOSTER, REGISTRAR)
        self.asked: list[str] = []
        self.is_silent = False
        """Whether one of them gives no answer; what they say comes from the others."""

    def contacts_for(self, host: str) -> tuple[RegistryContact, ...]:
        """As the real ones do for the names above."""
        self.asked.append(host)
        said = self.contacts if host == SITE else ()
        if self.is_silent or host == BROKEN_SITE:
            raise RegistriesSilent("A registry did not answer.", said)
        return said
