"""Signing in: a one-time link, a password, a second factor, and what each alone opens."""

import re

import pytest
from allauth.mfa.models import Authenticator
from asgiref.sync import async_to_sync
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from pytest_django import Settings

from jikimi.config import settings as of_the_house
from jikimi.people.models import Staff
from jikimi.web.sessions import SessionStore

from .conftest import PASSWORD, code_for, connect_app, secret_of, type_password

pytestmark = pytest.mark.django_db

ANSWERS = {"email": "Jun@Centre.example", "password": PASSWORD, "again": PASSWORD}


def test_a_setup_link_leads_to_an_account_an_app_codes_and_the_desk(
    client: Client, setup_link: str
) -> None:
    made = client.post(setup_link, ANSWERS)
    assert made["Location"] == "/desk/account/app/"
    connect_app(client)
    codes = client.get("/desk/account/codes/").content.decode()
    assert len(re.findall(r"<code>\d{8}</code>", codes)) == 10
    assert client.get("/desk/").status_code == 200
    assert Staff.objects.get().email == "jun@centre.example"


def test_a_setup_link_works_once(client: Client, setup_link: str) -> None:
    client.post(setup_link, ANSWERS)
    for answer in (
        Client().get(setup_link),
        Client().post(setup_link, {**ANSWERS, "email": "other@centre.example"}),
        Client().get("/desk/setup/never-made/"),
    ):
        assert answer.status_code == 410
        assert "does not work any more" in answer.content.decode()
    assert Staff.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "password1234", "again": "password1234"}, "too common"),
        ({"again": "seven quiet herons at dawn"}, "not the same"),
        ({"email": "nobody"}, "valid email"),
    ],
)
def test_a_setup_link_survives_a_bad_answer(
    client: Client, setup_link: str, wrong: dict[str, str], words: str
) -> None:
    answer = client.post(setup_link, ANSWERS | wrong)
    assert words in answer.content.decode()
    assert client.post(setup_link, ANSWERS).status_code == 302


def test_a_taken_address_does_not_spend_the_link(
    client: Client, setup_link: str, staff: Staff
) -> None:
    answer = client.post(setup_link, {**ANSWERS, "email": staff.email.upper()})
    assert "There is an account with this address" in answer.content.decode()
    assert client.post(setup_link, ANSWERS).status_code == 302


def test_a_password_alone_leads_to_the_code_and_not_to_the_desk(desk: Client, staff: Staff) -> None:
    browser = Client()
    assert type_password(browser, staff) == "/desk/account/2fa/"
    assert browser.get("/desk/")["Location"] == "/desk/account/login/"
    done = browser.post("/desk/account/2fa/", {"code": code_for(secret_of(staff))})
    assert done["Location"] == "/desk/"
    assert browser.get("/desk/").status_code == 200


def test_a_wrong_code_lets_nobody_in(desk: Client, staff: Staff) -> None:
    browser = Client()
    type_password(browser, staff)
    wrong = f"{(int(code_for(secret_of(staff))) + 1) % 10**6:06d}"
    assert "Incorrect code" in browser.post("/desk/account/2fa/", {"code": wrong}).content.decode()
    assert browser.get("/desk/").status_code == 302


def test_a_recovery_code_lets_in_once(client: Client, staff: Staff) -> None:
    type_password(client, staff)
    connect_app(client)
    shown = client.get("/desk/account/codes/").context["unused_codes"]
    for browser, status in ((Client(), 302), (Client(), 200)):
        type_password(browser, staff)
        assert browser.post("/desk/account/2fa/", {"code": shown[0]}).status_code == status


def test_recovery_codes_are_shown_once(desk: Client) -> None:
    again = desk.get("/desk/account/codes/").content.decode()
    assert "cannot be shown again" in again
    assert not re.search(r"\d{8}</code>", again)


def test_second_factors_lie_encrypted_in_the_database(desk: Client, staff: Staff) -> None:
    stored = str(list(Authenticator.objects.filter(user=staff).values_list("data", flat=True)))
    assert secret_of(staff) not in stored
    assert "gAAAA" in stored


def test_a_new_app_takes_the_place_of_the_old_and_ends_its_sessions(
    desk: Client, staff: Staff, signed_in
) -> None:
    elsewhere = Client()
    signed_in(elsewhere, staff)
    old = secret_of(staff)
    new = connect_app(desk)
    assert new != old
    assert secret_of(staff) == new
    assert desk.get("/desk/").status_code == 200
    assert elsewhere.get("/desk/")["Location"] == "/desk/account/login/"


def test_changing_the_app_asks_for_the_password_again_later(desk: Client) -> None:
    _make_older(desk, seconds=600)
    answer = desk.get("/desk/account/app/")
    assert answer["Location"].startswith("/desk/account/again/")
    again = desk.post(answer["Location"], {"password": PASSWORD})
    assert again["Location"] == "/desk/account/app/"
    assert desk.get("/desk/account/app/").status_code == 200


def test_a_session_that_began_before_the_app_was_connected_is_sent_away(staff: Staff) -> None:
    early, later = Client(), Client()
    type_password(early, staff)
    type_password(later, staff)
    connect_app(later)
    for page in ("/desk/", "/desk/account/app/", "/desk/account/codes/"):
        assert early.get(page)["Location"].startswith("/desk/account/login/")


def test_a_session_ends_after_eight_hours_however_busy(desk: Client) -> None:
    _make_older(desk, seconds=8 * 3600 - 60)
    assert desk.get("/desk/").status_code == 200
    _make_older(desk, seconds=120)
    ended = desk.get("/desk/", follow=True).content.decode()
    assert "Your session has ended" in ended


def test_the_session_cookie_ends_with_the_browser(desk: Client) -> None:
    cookie = desk.cookies["s"]
    assert cookie["max-age"] == ""
    assert cookie["expires"] == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


def test_signing_out_takes_a_post_with_a_token(desk: Client, staff: Staff, signed_in) -> None:
    assert desk.get("/desk/account/logout/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.cookies
    assert strict.post("/desk/account/logout/").status_code == 403
    assert desk.get("/desk/").status_code == 200
    assert desk.post("/desk/account/logout/")["Location"] == "/desk/account/login/"
    assert desk.get("/desk/").status_code == 302


def test_nobody_signs_up_and_no_mail_resets_a_password(client: Client, db: None) -> None:
    for page in ("signup", "password/reset", "email", "password/change", "2fa/totp/deactivate"):
        assert client.get(f"/desk/account/{page}/")["Location"].startswith("/desk/account/login/")


def test_who_is_signed_in_finds_no_such_page_either(desk: Client) -> None:
    for page in ("signup", "password/reset", "email", "password/change", "2fa/totp/deactivate"):
        assert desk.get(f"/desk/account/{page}/").status_code == 404


def test_an_unknown_address_and_a_wrong_password_get_the_same_words(
    client: Client, staff: Staff
) -> None:
    unknown, known = (
        client.post("/desk/account/login/", {"login": login, "password": "wrong " * 3})
        for login in ("nobody@centre.example", staff.email)
    )
    assert _errors(unknown.content) == _errors(known.content) != []


def test_ten_wrong_passwords_are_slowed_down_and_no_address_is_kept(
    client: Client, staff: Staff
) -> None:
    for _ in range(10):
        answer = client.post(
            "/desk/account/login/",
            {"login": staff.email, "password": "not this one"},
            REMOTE_ADDR="203.0.113.77",
        )
    assert "Too many failed" in answer.content.decode()
    right = client.post(
        "/desk/account/login/",
        {"login": staff.email, "password": PASSWORD},
        REMOTE_ADDR="203.0.113.77",
    )
    assert right.status_code != 302
    assert _tables_holding("203.0.113.77") == []


def test_a_closed_account_is_told_so(client: Client, staff: Staff) -> None:
    Staff.objects.update(is_active=False)
    assert type_password(client, staff) == "/desk/account/inactive/"
    assert "closed" in client.get("/desk/account/inactive/").content.decode()


def test_an_account_closed_meanwhile_is_out_at_once(desk: Client) -> None:
    Staff.objects.update(is_active=False)
    assert desk.get("/desk/").status_code == 302


def test_nobody_is_led_to_another_site_after_signing_in(client: Client, staff: Staff) -> None:
    answer = client.post(
        "/desk/account/login/?next=https://evil.example/",
        {"login": staff.email, "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert "evil.example" not in answer["Location"]


def test_only_the_app_page_carries_a_picture_and_it_is_inline(client: Client, staff: Staff) -> None:
    type_password(client, staff)
    page = client.get("/desk/account/app/")
    assert re.findall(r'<img src="([^"]{0,26})', page.content.decode()) == [
        "data:image/svg+xml;base64,"
    ]
    assert "img-src 'self' data:" in page["Content-Security-Policy"]


def test_what_the_database_holds_of_a_session_lets_nobody_in(desk: Client) -> None:
    assert _tables_holding(desk.cookies["s"].value) == []
    thief = Client()
    kept = Session.objects.get().session_key
    thief.cookies["s"] = kept
    assert thief.get("/desk/").status_code == 302
    with pytest.raises(NotImplementedError):
        async_to_sync(SessionStore(kept).aload)()
    assert desk.get("/desk/").status_code == 200
    desk.post("/desk/account/logout/")
    assert not Session.objects.filter(session_key=kept).exists()


def _make_older(client: Client, *, seconds: int) -> None:
    """Move everything this session has proved into the past."""
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - seconds} for record in records
    ]
    session.save()


def _errors(content: bytes) -> list[str]:
    return re.findall(r'class="error"[^>]*>([^<]+)<', content.decode())


def _tables_holding(text: str) -> list[str]:
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    found = ["sessions, decoded"] if any(text in session for session in sessions) else []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            query = f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s'  # ours
            cursor.execute(query, [f"%{text}%"])
            found += [table] if cursor.fetchone()[0] else []
    return found


def test_a_password_is_kept_by_argon2_which_makes_each_guess_dear(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = of_the_house.PASSWORD_HASHERS  # the tests' own cost nothing
    kept = make_password(PASSWORD)
    assert identify_hasher(kept).algorithm == "argon2"
    assert check_password(PASSWORD, kept)
