"""A real homeserver of Matrix (Synapse) on loopback, and what its people do there.

It is the platform of the story: nothing here is ours. It speaks to no other server.
"""

import hashlib
import hmac
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import yaml

SECRET = "registration for tests only"
PATIENCE = 120.0


def until(found: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@dataclass(kw_only=True)
class SynapseServer:
    """Synapse with SQLite in one folder."""

    folder: Path
    port: int
    signed_in_downloads: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def base(self) -> str:
        return f"http://{self.name}"

    def start(self) -> None:
        """Start it, or start it again after `kill`, on the same port and with the same rooms."""
        (self.folder / "homeserver.yaml").write_text(yaml.safe_dump(self._configuration()))
        run = [sys.executable, "-m", "synapse.app.homeserver", "-c", "homeserver.yaml"]
        here = {"cwd": self.folder, "env": _environment()}
        if not (self.folder / "signing.key").exists():
            subprocess.run([*run, "--generate-keys"], **here, check=True, capture_output=True)
        log = (self.folder / "synapse.log").open("ab")
        self.process = subprocess.Popen(run, **here, stdout=log, stderr=log)
        until(self._answers, f"Synapse answers; see {log.name}")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def register(self, name: str, *, admin: bool = False) -> "Person":
        """Make an account, as the server's owner does with the shared secret."""
        where = f"{self.base}/_synapse/admin/v1/register"
        nonce = httpx.get(where, timeout=PATIENCE).json()["nonce"]
        role = "admin" if admin else "notadmin"
        said = "\0".join((nonce, name, "a long password", role)).encode()
        form = {
            "nonce": nonce,
            "username": name,
            "password": "a long password",
            "admin": admin,
            "mac": hmac.new(SECRET.encode(), said, hashlib.sha1).hexdigest(),
        }
        made = _ok(httpx.post(where, json=form, timeout=PATIENCE))
        return Person(base=self.base, token=made["access_token"])

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "Synapse ended by itself"
        try:
            return httpx.get(f"{self.base}/_matrix/client/versions").is_success
        except httpx.TransportError:
            return False

    def _configuration(self) -> dict[str, object]:
        at_once = {"per_second": 1000, "burst_count": 1000}
        return {
            "server_name": self.name,
            "report_stats": False,
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            "enable_authenticated_media": self.signed_in_downloads,
            "registration_shared_secret": SECRET,
            "macaroon_secret_key": "for tests only",
            "form_secret": "for tests only",
            "signing_key_path": str(self.folder / "signing.key"),
            "pid_file": str(self.folder / "pid"),
            "media_store_path": str(self.folder / "media"),
            "database": {
                "name": "sqlite3",
                "args": {"database": str(self.folder / "homeserver.db")},
            },
            "listeners": [
                {
                    "port": self.port,
                    "bind_addresses": ["127.0.0.1"],
                    "type": "http",
                    "resources": [{"names": ["client", "media"]}],
                }
            ],
            "rc_message": at_once,
            "rc_reports": at_once,
            "rc_room_creation": at_once,
            "rc_login": {"address": at_once, "account": at_once},
        }


@dataclass(frozen=True, kw_only=True)
class Post:
    """A picture in a room."""

    room: str
    event: str
    file: str
    """`server/id`."""
    link: str
    """Of the message, as programs for Matrix copy it."""
    file_link: str
    """Of the file, as it opens without signing in where the server allows it."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody with an account."""

    base: str
    token: str = field(repr=False)

    def ask(self, method: str, path: str, **more: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        where = f"{self.base}{path}"
        return httpx.request(method, where, headers=headers, timeout=PATIENCE, **more)

    def open_room(self) -> str:
        """A public room."""
        made = self.ask("POST", "/_matrix/client/v3/createRoom", json={"preset": "public_chat"})
        return str(_ok(made)["room_id"])

    def join(self, room: str) -> None:
        _ok(self.ask("POST", f"/_matrix/client/v3/join/{quote(room)}", json={}))

    def post(self, room: str, picture: bytes) -> Post:
        """Upload a picture and show it in a room."""
        uploaded = self.ask("POST", "/_matrix/media/v3/upload", content=picture)
        address = str(_ok(uploaded)["content_uri"])
        content = {"msgtype": "m.image", "body": "picture.png", "url": address}
        where = f"/_matrix/client/v3/rooms/{quote(room)}/send/m.room.message/{address[-12:]}"
        event = str(_ok(self.ask("PUT", where, json=content))["event_id"])
        file = address.removeprefix("mxc://")
        return Post(
            room=room,
            event=event,
            file=file,
            link=f"https://matrix.to/#/{room}/{event}?via={file.partition('/')[0]}",
            file_link=f"{self.base}/_matrix/media/v3/download/{file}",
        )

    def reports(self) -> list[dict[str, object]]:
        """The reports of messages, as the server's owner reads them."""
        found = _ok(self.ask("GET", "/_synapse/admin/v1/event_reports"))["event_reports"]
        return [
            _ok(self.ask("GET", f"/_synapse/admin/v1/event_reports/{one['id']}")) for one in found
        ]

    def remove(self, post: Post) -> None:
        """Delete the file and redact the message, as the server's owner does."""
        _ok(self.ask("DELETE", f"/_synapse/admin/v1/media/{post.file}"))
        may = f"/_synapse/admin/v1/rooms/{quote(post.room)}/make_room_admin"
        _ok(self.ask("POST", may, json={}))
        where = f"/_matrix/client/v3/rooms/{quote(post.room)}/redact/{quote(post.event)}/1"
        _ok(self.ask("PUT", where, json={"reason": "reported"}))


def _ok(answer: httpx.Response) -> dict[str, list[dict[str, object]]]:
    assert answer.is_success, answer.text
    return answer.json()


def _environment() -> dict[str, str]:
    """Without what a test's process carries of ours, and without the way to a proxy."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ}
