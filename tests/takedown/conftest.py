"""A stand-in platform with its own mail server, known to the packs, for tests of notices."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings
from skimage import data as photos
from skimage import io as pictures

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.rules import read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.cli.demo.standin_recipient import write_recipient
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice, dispatch_ready, take_up_new_places
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.models import Notice
from jikimi_core.fingerprint import pdq
from tests.reports import a_report
from tests.takedown.drafts import Draft
from tests.takedown.mail_that_came import OURS


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cup of coffee, as a PNG of 600 x 400 pixels."""
    path = tmp_path_factory.mktemp("photos") / "coffee.png"
    pictures.imsave(path, photos.coffee(), check_contrast=False)
    return path


@pytest.fixture
def platform(
    photo: Path, settings: Settings, tmp_path: Path, now: datetime
) -> Iterator[StandinPlatform]:
    """A running stand-in, reachable by mail and by link."""
    with StandinPlatform(picture=photo) as standin:
        doors = standin.doors
        write_recipient(tmp_path / "packs", doors, now.date())
        settings.PACK_FOLDERS = [tmp_path / "packs"]
        settings.STAND_IN_PORTS = frozenset({doors.http_port})
        settings.MAIL_URL = "smtp://127.0.0.1"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", doors.smtp_port
        settings.CENTRE_EMAIL = settings.DEFAULT_FROM_EMAIL = "centre@jikimi.example"
        settings.CENTRE_NAME = "Test centre"
        settings.CENTRE_ADDRESS = "1 Test Street, Seoul"
        settings.CENTRE_PHONE = "+82 2 000 0000"
        settings.CENTRE_REPRESENTATIVE = "Kim Test"
        yield standin


@pytest.fixture
def staff(db: None) -> Staff:
    """A caseworker."""
    return Staff.objects.create_staff(email="case@centre.example", password="long enough a word")


@pytest.fixture
def colleague(db: None) -> Staff:
    """Another one."""
    return Staff.objects.create_staff(email="second@centre.example", password="long enough a word")


@pytest.fixture
def draft(platform: StandinPlatform, photo: Path, now: datetime) -> Draft:
    """A report about the stand-in's post, with its notice drafted."""
    made = pdq.from_file(photo)

    def receive(**changes: object) -> Notice:
        report = a_report(
            fingerprints=(NewFingerprint(pdq=made.hash, quality=made.quality),),
            places=(read_place(platform.doors.page),),
            **changes,
        )
        case = receive_report(report, now=now).case
        take_up_new_places(case.pk, now=now)
        return Notice.objects.get(sighting__case=case)

    return receive


@pytest.fixture
def sent(draft: Draft, staff: Staff, now: datetime, settings: Settings) -> Callable[..., Notice]:
    """A notice that has gone out by mail, from a centre that reads its replies."""
    settings.INBOX_URL = "imap://centre:secret@127.0.0.1"
    settings.INBOX_AUTHSERV = OURS

    def send(**changes: object) -> Notice:
        notice = draft(**changes)
        approve_notice(notice.pk, staff=staff, now=now)
        assert dispatch_ready(EmailChannel(), lambda: now) == 1
        return Notice.objects.get(pk=notice.pk)

    return send


@pytest.fixture
def domain(platform: StandinPlatform) -> str:
    """Where the recipient's mail comes from."""
    return platform.doors.mailbox.rpartition("@")[2]
