"""A caseworker who signs in as a person does: with a password and a code, through the pages."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case
from jikimi.cases.rules import read_place
from jikimi.intake.actions import receive_report
from jikimi.people.actions import make_setup_link
from jikimi.people.models import Staff
from jikimi.takedown.actions import take_up_new_places
from jikimi_core.fingerprint import pdq
from tests.pictures import chart, encoded, photo
from tests.reports import a_report

from .picture_site import PictureSite, picture_site
from .viewing import Clock, Posted, Viewer

PASSWORD = "seven quiet herons at dusk"


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> None:
    """Each test starts with no tries counted."""
    cache.clear()


@pytest.fixture(autouse=True)
def _codes_of_the_half_minute_before_count(settings: Settings) -> None:
    """Else a code that was read just before its half minute ended is refused by chance."""
    settings.MFA_TOTP_TOLERANCE = 1


@pytest.fixture
def staff(db: None) -> Staff:
    """A caseworker with a password and no second factor yet."""
    return Staff.objects.create_staff(email="mina@centre.example", password=PASSWORD)


def code_for(secret: str) -> str:
    """What the authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def type_password(client: Client, staff: Staff) -> str:
    """The first step of signing in; where it leads."""
    answer = client.post("/desk/account/login/", {"login": staff.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def connect_app(client: Client) -> str:
    """Connect an authenticator app; its secret."""
    shown = client.get("/desk/account/app/").context["form"].secret
    answer = client.post("/desk/account/app/", {"code": code_for(shown)})
    assert answer.status_code == 302, answer.content.decode()
    return shown


def secret_of(staff: Staff) -> str:
    """The secret in somebody's authenticator app."""
    app = Authenticator.objects.get(user=staff, type=Authenticator.Type.TOTP)
    return get_adapter().decrypt(app.data["secret"])


@pytest.fixture
def desk(client: Client, staff: Staff) -> Client:
    """A browser that is in: password, app connected, recovery codes seen."""
    type_password(client, staff)
    connect_app(client)
    assert client.get("/desk/account/codes/").status_code == 200
    return client


@pytest.fixture
def signed_in() -> Callable[[Client, Staff], None]:
    """Sign in somebody whose app is connected, in another browser."""

    def sign_in(browser: Client, person: Staff) -> None:
        assert type_password(browser, person) == "/desk/account/2fa/"
        cache.clear()  # the same half minute may have seen this code already
        answer = browser.post("/desk/account/2fa/", {"code": code_for(secret_of(person))})
        assert answer.status_code == 302, answer.content.decode()

    return sign_in


@pytest.fixture
def setup_link(db: None) -> str:
    return f"/desk/setup/{make_setup_link(now=timezone.now())}/"


Report = Callable[..., Case]


@pytest.fixture
def report(db: None, now: datetime, settings: Settings) -> Report:
    """Receive a report, draft its notices, and give its case."""
    settings.CENTRE_NAME = "Test centre"
    settings.CENTRE_ADDRESS = "1 Test Street, Seoul"
    settings.CENTRE_EMAIL = "centre@jikimi.example"
    settings.CENTRE_PHONE = "+82 2 000 0000"
    settings.CENTRE_REPRESENTATIVE = "Kim Test"

    def receive(*links: str, **changes: object) -> Case:
        places = tuple(read_place(link) for link in links)
        case = receive_report(a_report(places=places, **changes), now=now).case
        take_up_new_places(case.pk, now=now)
        return case

    return receive


@pytest.fixture
def at_noon(now: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The desk's clock stands at `now`, so that no pack is out of date and every span is known."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    return now


@lru_cache
def _pictures() -> dict[str, bytes]:
    return {
        "/a.png": encoded(chart(1), "PNG"),
        "/coffee.png": encoded(photo("coffee"), "PNG"),
        "/b.png": encoded(chart(2), "PNG"),
    }


@pytest.fixture
def site(settings: Settings) -> Iterator[PictureSite]:
    """A page of three pictures, the middle one a cup of coffee."""
    with picture_site() as here:
        settings.STAND_IN_PORTS = frozenset({here.port})
        settings.DESK_DAY_ENDS = None
        for path, picture in _pictures().items():
            here.put_picture(path, picture)
        here.put_page("/post", "/a.png", "/coffee.png", "/b.png")
        yield here


@pytest.fixture
def clock(now: datetime, monkeypatch: pytest.MonkeyPatch) -> Clock:
    here = Clock(now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: here.now)
    return here


@pytest.fixture
def posted(report: Report, site: PictureSite, clock: Clock) -> Posted:
    """A report about the coffee at the site's page."""

    def receive(*paths: str, **changes: object) -> Case:
        made = pdq.from_array(photo("coffee"))
        prints = (NewFingerprint(pdq=made.hash, quality=made.quality),)
        links = [site.url(path) for path in paths or ("/post",)]
        return report(*links, **{"fingerprints": prints, **changes})

    return receive


@pytest.fixture
def viewer(desk: Client, clock: Clock) -> Viewer:
    return Viewer(browser=desk)
