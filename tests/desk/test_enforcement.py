"""Every address under /desk/ is declared here with who may see it; an undeclared one fails."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver

from jikimi.cases.models import Case
from jikimi.cases.rules import read_place
from jikimi.evidence.actions import seal_for_case
from jikimi.evidence.models import Purpose
from jikimi.intake.tips.counting import count_new_tips
from jikimi.intake.tips.models import TippedPlace
from jikimi.intake.tips.receiving import NewTip, receive_tip
from jikimi.intake.tips.rules import Service, TipKind
from jikimi.people.models import Staff
from jikimi.takedown.models import Notice, Watch
from jikimi.takedown.rdap.models import FoundContact, RegistryAnswer
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.web.desk import urls

from .conftest import Report, type_password

pytestmark = pytest.mark.django_db

DOORS = {
    "desk_setup",
    "account_login",
    "account_inactive",
    "account_logout",
    "mfa_authenticate",
}
THRESHOLD = {"mfa_activate_totp", "account_reauthenticate"}
INSIDE = {
    "desk_queue",
    "desk_case",
    "desk_ask_way_back",
    "desk_agree_to_give_up",
    "desk_asked_to_forget",
    "desk_authority",
    "desk_authority_back",
    *("desk_say_country", "desk_say_origin"),
    "desk_cannot_forget",
    "desk_forgotten",
    "desk_keep_asking",
    "desk_open_way_back",
    "desk_read_messages",
    "desk_to_forget",
    "desk_unread",
    "desk_write_message",
    "desk_tips",
    "desk_tip",
    "desk_tip_hand",
    "desk_tips_together",
    "desk_take_up_tip",
    "desk_tip_reported",
    "desk_tell_tellers",
    "desk_settle_tip",
    "desk_open_schools",
    "desk_notice",
    "desk_open_sealed",
    "desk_own_work",
    "desk_take_back_own_work",
    "desk_approve",
    "desk_hand_over",
    "desk_form",
    "desk_submitted",
    "desk_note_number",
    "desk_cancel",
    *("desk_reply", "desk_take_answer_back", "desk_say_reply_anew"),
    "desk_settle",
    "desk_order_given",
    "desk_look",
    "desk_draft",
    "desk_replies",
    "desk_open_reply",
    "desk_confirm_reply",
    "desk_set_aside_reply",
    "desk_assign_reply",
    *("desk_note_reply_number", "desk_check_reply"),
    *("desk_answer", "desk_read_answer", "desk_send_answer", "desk_let_answer_be"),
    *("desk_confirm_contact", "desk_deny_contact", "desk_enter_contact", "desk_keep_contact"),
    "desk_recipients",
    "desk_ask_reveal",
    "desk_reveal",
    "desk_reveal_picture",
    "desk_reveal_clearer",
    "desk_wellbeing",
    "desk_go_on",
    "desk_recipient",
    "desk_packs",
    "desk_pack",
    "desk_propose_address",
    "desk_propose_standing",
    "desk_confirm_change",
    "desk_refuse_change",
    "desk_undo_change",
    "desk_look_elsewhere",
    "desk_take_in_copy",
    *("desk_take_word", "desk_take_word_back", "desk_close_case", "desk_open_again"),
    *("desk_alike", "desk_together", "desk_act_together", "desk_overdue"),
    *("desk_other_routes", "desk_choose_route", "desk_edit", "desk_keep_edit"),
    "desk_no_such_page",
    "desk_sending",
    "desk_pause_sending",
    "desk_resume_sending",
    *("desk_lists", "desk_release", "desk_let_rest", "desk_see_kept_off"),
    *("desk_keep_out", "desk_let_return"),
    *("desk_watches", "desk_name_watch", "desk_pause_watch", "desk_resume_watch"),
    *("desk_end_watch", "desk_ask_about_robots", "desk_allow_robots", "desk_heed_robots"),
    "desk_rules",
    "desk_propose_switch",
    "desk_switch_off",
    "desk_confirm_switch",
    "desk_refuse_switch",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}
PAGES = {
    *("desk_queue", "desk_case", "desk_recipients", "desk_replies", "desk_wellbeing"),
    *("desk_notice", "desk_form", "desk_recipient", "desk_packs", "desk_pack"),
    "desk_sending",
    "desk_rules",
    *("desk_watches", "desk_lists"),
    *("desk_alike", "desk_together", "desk_overdue", "desk_other_routes", "desk_edit"),
    "desk_answer",
    "desk_no_such_page",
    "desk_enter_contact",
    *("desk_ask_reveal", "desk_reveal", "desk_reveal_picture"),
    "desk_tips",
    "desk_tip",
    "desk_tip_hand",
    "desk_unread",
    "desk_to_forget",
}
"""What can be asked for without a token; `test_revealing` says what the last three do."""
SECRETS = ("red boat by the pier", "hidden.example", "JK-")


@pytest.fixture
def case(report: Report, now) -> Case:
    """A case whose every part carries a text that must not leak."""
    return report(
        "https://hidden.example/1",
        statement="red boat by the pier",
        contact="red boat by the pier, evenings",
    )


@pytest.fixture
def addresses(
    case: Case,
    notice: Notice,
    contact: FoundContact,
    reply: ReceivedReply,
    watch: Watch,
    tipped: TippedPlace,
) -> dict[str, str]:
    """Each declared name with an address that leads to something real."""
    parts = {
        "<slug:nickname>": case.nickname,
        "<uuid:notice_id>": str(notice.pk),
        "<path:mistyped>": "no/such/page",
        "<uuid:sighting_id>": str(notice.sighting_id),
        "<uuid:contact_id>": str(contact.pk),
        "<uuid:reply_id>": str(reply.pk),
        "<uuid:reveal_id>": str(uuid4()),
        "<slug:recipient_id>": notice.recipient_id,
        "<slug:section>": "recipients",
        "<slug:entry_id>": "telegram",
        "<uuid:change_id>": str(uuid4()),
        "<uuid:watch_id>": str(watch.pk),
        "<uuid:place_id>": str(tipped.pk),
        "<uuid:hand>": str(tipped.told_by.get().hand),
        "<uuid:copy_id>": str(uuid4()),
        "<uuid:letter_id>": str(uuid4()),
        "<slug:switch>": "host",
        "<int:entry_id>": "1",
        "<int:wish_id>": "1",
        "<int:withdrawal_id>": "1",
        "<str:token>": "never-made",
    }
    return dict(_spelled(parts))


@pytest.fixture
def tipped(now) -> TippedPlace:
    """A place that a citizen told of."""
    receive_tip(
        NewTip(
            place=read_place("https://hidden.example/room"),
            service=Service.IN_LINK,
            kind=TipKind.ROOM,
        ),
        form="one",
        now=now,
    )
    count_new_tips(now=now)
    return TippedPlace.objects.get()


@pytest.fixture
def notice(case: Case, now) -> Notice:
    return Notice.objects.create(
        sighting=case.sightings.get(),
        recipient_id="x",
        recipient_name="X",
        route_type="email",
        address="abuse@hidden.example",
        because="Because this is a test.",
        drafted_at=now,
    )


@pytest.fixture
def contact(case: Case, now) -> FoundContact:
    answer = RegistryAnswer.objects.create(host=case.sightings.get().host, asked_at=now)
    return FoundContact.objects.create(
        answer=answer, kind="host", name="Host", email="abuse@hidden.example", found_at=now
    )


@pytest.fixture
def reply(notice: Notice, now) -> ReceivedReply:
    """A mail that came in, its words sealed."""
    sealed = seal_for_case(notice.pk, Purpose.REPLY, "red boat by the pier", now=now)
    return ReceivedReply.objects.create(
        notice=notice,
        uid_validity=1,
        uid=1,
        digest="0" * 64,
        came_at=now,
        sender_domain="hidden.example",
        proof="not_verified",
        kind="refusal",
        confidence=70,
        sealed=sealed,
    )


@pytest.fixture
def watch(case: Case, staff: Staff, now) -> Watch:
    """A watched page of the case."""
    return Watch.objects.create(
        address="https://hidden.example/board",
        scope="page",
        case=case,
        why="red boat by the pier",
        every_hours=24,
        named_by=staff,
        named_at=now,
        next_visit_at=now,
    )


def test_every_address_of_the_desk_is_declared() -> None:
    named = [pattern.name for pattern in urls.urlpatterns]
    assert sorted(named) == sorted(DOORS | THRESHOLD | INSIDE)


def test_no_address_under_desk_comes_from_elsewhere() -> None:
    under_desk = [
        route
        for route, _ in _all_routes(get_resolver().url_patterns, "")
        if route.startswith("desk/")
    ]
    assert len(under_desk) == len(urls.urlpatterns)


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_gets_no_data_anywhere(addresses: dict[str, str], method: str) -> None:
    for name, address in addresses.items():
        answer = getattr(Client(), method)(address, {"purpose": "statement"})
        _shows_nothing(answer)
        if name in INSIDE | THRESHOLD:
            assert answer.status_code == 302, name
            assert answer["Location"].startswith("/desk/account/login/"), name


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_password_without_a_second_factor_gets_no_data_anywhere(
    addresses: dict[str, str], staff: Staff, method: str
) -> None:
    for name, address in addresses.items():
        browser = Client()
        cache.clear()  # one sign-in for each address: the limit on tries is another test's
        assert type_password(browser, staff) == "/desk/"
        answer = getattr(browser, method)(address, {"purpose": "statement"})
        _shows_nothing(answer)
        if name in INSIDE:
            assert answer["Location"] == "/desk/account/app/", name


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_session_that_skipped_its_second_factor_gets_no_data_anywhere(
    addresses: dict[str, str], desk: Client, staff: Staff, method: str
) -> None:
    for name, address in addresses.items():
        browser = Client()
        browser.force_login(staff)  # signed in, with nothing proved
        answer = getattr(browser, method)(address, {"purpose": "statement"})
        _shows_nothing(answer)
        if name in INSIDE | THRESHOLD:
            assert answer["Location"].startswith("/desk/account/login/"), name


def test_nothing_a_stranger_sends_changes_a_notice(
    addresses: dict[str, str], notice: Notice
) -> None:
    for name in INSIDE:
        Client().post(addresses[name], {"arrived": "yes", "state": "refused", "kind": "refusal"})
    notice.refresh_from_db()
    assert ReceivedReply.objects.get().state == "waiting"
    assert notice.state == "draft"
    assert Notice.objects.count() == 1


def test_acts_take_a_post_with_a_token(addresses: dict[str, str], desk: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = desk.cookies
    for name in sorted(INSIDE):
        if name not in PAGES:
            assert strict.post(addresses[name]).status_code == 403, name
        if name.startswith("desk_") and name not in PAGES:
            assert desk.get(addresses[name]).status_code == 405, name


def test_a_record_that_belongs_to_somebody_else_opens_nothing(desk: Client, staff: Staff) -> None:
    other = Staff.objects.create_staff(email="other@centre.example", password="w" * 20)
    browser = Client()
    browser.force_login(other)
    session = browser.session
    for key in ("account_authentication_methods", "account_authentication_methods_user"):
        session[key] = desk.session[key]
    session.save()
    assert browser.get("/desk/")["Location"] == "/desk/account/app/"


def test_ids_that_stand_for_nothing_are_answered_plainly(desk: Client) -> None:
    nothing: UUID = uuid4()
    for address in (
        f"/desk/notice/{nothing}/approve/",
        f"/desk/notice/{nothing}/reply/",
        f"/desk/notice/{nothing}/form/submitted/",
        f"/desk/notice/{nothing}/number/",
        f"/desk/sighting/{nothing}/look/",
        f"/desk/replies/{nothing}/open/",
        f"/desk/replies/{nothing}/aside/",
        f"/desk/replies/{nothing}/number/",
        f"/desk/replies/{nothing}/check/",
        f"/desk/replies/{nothing}/answer/send/",
        "/desk/case/no-such-00/sealed/",
    ):
        answer = desk.post(address, {"purpose": "statement"})
        assert answer.status_code == 404
        assert "nothing under this name" in answer.content.decode()
    assert desk.get("/desk/case/no-such-00/").status_code == 404


def test_a_mistyped_address_keeps_a_caseworker_at_the_desk(desk: Client) -> None:
    answer = desk.get("/desk/no/such/page/")
    assert answer.status_code == 404
    assert "Back to the queue" in answer.content.decode()
    assert desk.get("/desk/overdue")["Location"] == "/desk/overdue/"


def _shows_nothing(answer) -> None:
    content = answer.content.decode()
    for secret in SECRETS:
        assert secret not in content


def _spelled(parts: dict[str, str]) -> Iterator[tuple[str, str]]:
    for pattern in urls.urlpatterns:
        route = str(pattern.pattern)
        for part, value in parts.items():
            route = route.replace(part, value)
        assert "<" not in route, f"{pattern.name} takes a part this test does not know"
        yield pattern.name, f"/desk/{route}"


def _all_routes(patterns, before: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry
        else:
            yield from _all_routes(entry.url_patterns, route)
