"""The portal under an onion address: what is told, what is not there, what cookies ask for."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from jikimi.intake.actions import receive_report
from jikimi.web.portal.door import FORM_TYPE
from tests.reports import a_report
from tests.security.test_production_settings import start_with

pytestmark = pytest.mark.django_db
HOST = "a2" * 28 + ".onion"
PUBLIC = "centre.example"


@pytest.fixture(autouse=True)
def _both_addresses(settings: Settings) -> None:
    settings.ONION, settings.ONION_HOST = f"http://{HOST}", HOST
    settings.ALLOWED_HOSTS = [HOST, PUBLIC]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 31_536_000


def test_tor_browser_is_told_of_it_by_path_alone() -> None:
    answer = Client(headers={"Host": PUBLIC}).get("/report/?lang=ko&form=mark", secure=True)
    assert answer["Onion-Location"] == f"http://{HOST}/report/"


def test_the_desk_has_no_onion_address() -> None:
    told = Client(headers={"Host": PUBLIC}).get("/desk/", secure=True)
    assert "Onion-Location" not in told
    assert Client(headers={"Host": HOST}).get("/desk/").status_code == 404


def test_whoever_has_left_is_led_away_from_where_the_desk_is_not_either() -> None:
    browser = Client(headers={"Host": HOST})
    browser.cookies.load({"s": "a" * 32, "w": "1"})
    assert browser.get("/desk/").status_code == 302


@pytest.mark.parametrize("host", [f"{HOST}:80", f"{HOST}:8080", HOST.upper(), f"{HOST}."])
def test_another_way_to_write_the_onion_address_opens_no_desk_either(host: str) -> None:
    assert Client(headers={"Host": host}).get("/desk/").status_code == 404


def test_the_whole_way_behind_the_receipt_works_without_https(now: datetime) -> None:
    code = receive_report(a_report(), now=now).code.spelled()
    browser = Client(enforce_csrf_checks=True, headers={"Host": HOST})
    opened = browser.post("/status/", f"code={code}", content_type=FORM_TYPE)
    assert opened.status_code == 302
    assert not any(cookie["secure"] for cookie in browser.cookies.values())
    assert "Strict-Transport-Security" not in opened
    assert "Onion-Location" not in opened
    stop = browser.get("/status/stop/")
    token = stop.content.decode().split('csrfmiddlewaretoken" value="')[1].split('"')[0]
    asked = f"csrfmiddlewaretoken={token}"
    headers = {"Origin": f"http://{HOST}", "Host": HOST}
    stopped = browser.post("/status/stop/", asked, content_type=FORM_TYPE, headers=headers)
    assert stopped.status_code == 302


def test_under_the_public_address_cookies_still_ask_for_https(now: datetime) -> None:
    code = receive_report(a_report(), now=now).code.spelled()
    browser = Client(headers={"Host": PUBLIC})
    browser.post("/status/", f"code={code}", content_type=FORM_TYPE, secure=True)
    assert browser.cookies["__Host-s"]["secure"]


@pytest.mark.parametrize("wrong", ["https://a.onion", "http://short.onion", f"{HOST}"])
def test_a_misspelled_onion_address_is_refused_with_a_sentence(wrong: str) -> None:
    ended = start_with({"JIKIMI_ONION": wrong})
    assert ended.returncode != 0
    assert "JIKIMI_ONION is http://" in ended.stderr
