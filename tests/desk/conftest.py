"""A caseworker who signs in as a person does: with a password and a code, through the pages."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup, Situation, read_place
from jikimi.intake.actions import NewReport, receive_report
from jikimi.people.actions import make_setup_link
from jikimi.people.models import Staff
from jikimi.trail.models import ConsentScope

PASSWORD = "seven quiet herons at dusk"


@pytest.fixture(autouse=True)
def _no_limits_left_over() -> Iterator[None]:
    """Each test starts with no tries counted."""
    cache.clear()
    yield


@pytest.fixture
def staff(db: None) -> Staff:
    """A caseworker with a password and no second factor yet."""
    return Staff.objects.create_staff(email="mina@centre.example", password=PASSWORD)


def code_for(secret: str) -> str:
    """What the authenticator app shows now; never in the last moment of its half minute."""
    if time.time() % 30 > 28:
        time.sleep(2.5)
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
def report(db: None, now: datetime) -> Report:
    """Receive a report and give its case."""

    def receive(
        *links: str,
        age: AgeGroup = AgeGroup.ADULT,
        situation: Situation = Situation.FAKED,
        consents: frozenset[ConsentScope] = frozenset(
            {ConsentScope.CENTRE, ConsentScope.PLATFORMS}
        ),
        statement: str = "",
        fingerprints: tuple[NewFingerprint, ...] = (),
    ) -> Case:
        return receive_report(
            NewReport(
                situation=situation,
                age_group=age,
                language="en",
                had_file=bool(fingerprints),
                fingerprints=fingerprints,
                places=tuple(read_place(link) for link in links),
                consents=consents,
                declared_no_consent=True,
                statement=statement,
                contact="",
            ),
            now=now,
        ).case

    return receive
