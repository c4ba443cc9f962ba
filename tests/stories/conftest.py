"""A real homeserver of Matrix for stories, and a house that knows it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from jikimi.cli.demo.processes import free_port
from tests.pictures import encoded, photo
from tests.stories.homeserver import Person, Post, SynapseServer
from tests.stories.homeserver_entry import write_homeserver_entry
from tests.takedown.conftest import staff

__all__ = ["staff"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SynapseServer]:
    synapse = SynapseServer(folder=tmp_path_factory.mktemp("synapse"), port=free_port())
    try:
        synapse.start()
        yield synapse
    finally:
        synapse.kill()


@pytest.fixture(scope="session")
def owner(server: SynapseServer) -> Person:
    return server.register("owner", admin=True)


@pytest.fixture(scope="session")
def poster(server: SynapseServer) -> Person:
    return server.register("poster")


@pytest.fixture(scope="session")
def centre(server: SynapseServer) -> Person:
    """The support centre's account."""
    return server.register("centre")


@pytest.fixture
def members_only(server: SynapseServer) -> Iterator[None]:
    """The server gives new files to those alone who are signed in, as most servers do."""
    server.kill()
    server.signed_in_downloads = True
    server.start()
    yield
    server.kill()
    server.signed_in_downloads = False
    server.start()


@pytest.fixture
def post(poster: Person, owner: Person, centre: Person) -> Post:
    """A cup of coffee, posted in a public room that the centre's account is in."""
    room = poster.open_room()
    owner.join(room)
    centre.join(room)
    return poster.post(room, encoded(photo("coffee")))


@pytest.fixture
def matrix_house(
    server: SynapseServer, centre: Person, settings: Settings, tmp_path: Path, now: datetime
) -> None:
    """The packs know the homeserver, and the centre has the keys of its account there."""
    write_homeserver_entry(tmp_path / "packs", server.name, now.date())
    keys = tmp_path / "channels.toml"
    keys.write_text(f'[matrix]\n"127.0.0.1" = "{centre.token}"\n')
    keys.chmod(0o600)
    settings.PACK_FOLDERS = [tmp_path / "packs"]
    settings.CHANNEL_KEYS = str(keys)
    settings.STAND_IN_PORTS = frozenset({server.port})
    settings.CENTRE_EMAIL = settings.DEFAULT_FROM_EMAIL = "centre@jikimi.example"
    settings.CENTRE_NAME, settings.CENTRE_REPRESENTATIVE = "Test centre", "Kim Test"
    settings.CENTRE_ADDRESS, settings.CENTRE_PHONE = "1 Test Street, Seoul", "+82 2 000 0000"
