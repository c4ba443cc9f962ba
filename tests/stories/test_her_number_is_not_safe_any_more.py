"""Her telephone number is not safe any more: she takes it back, or writes another way down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jikimi.aftercare.actions import ask_for_recovery, open_recovery
from jikimi.aftercare.errors import MayNotRecover
from jikimi.aftercare.lookups import recovery_waiting
from jikimi.evidence.actions import open_item
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import KeyWrap, Purpose, SealedItem
from jikimi.intake.actions import Received, receive_report
from jikimi.people.models import Staff
from jikimi.trail.lookups import consents_of, entries_of
from jikimi.trail.models import ConsentScope
from tests.portal.visitor import Visitor
from tests.reports import a_report
from tests.takedown.conftest import staff

__all__ = ["staff"]
pytestmark = pytest.mark.django_db

OLD, NEW = "010-1111-2222", "@mina.quiet"
ANOTHER_WAY = {"contact_by": "message", "contact_how": NEW, "contact_when": "evenings"}
TAKEN_BACK = ["sealed text destroyed", "way back refused", "consent taken back"]
WRITTEN_ANEW = ["sealed text destroyed", "way back refused", "consent given"]


@pytest.fixture
def received() -> Received:
    return receive_report(a_report(contact=OLD, wants_contact=True), now=timezone.now())


@pytest.fixture
def her(received: Received) -> Visitor:
    visitor = Visitor().open("/status/?lang=en")
    return visitor.post("/status/", {**visitor.page.hidden, "code": received.code.spelled()})


def press(her: Visitor, address: str, **fields: str) -> Visitor:
    token = her.page.hidden["csrfmiddlewaretoken"]
    return her.post(address, {"lang": "en", "csrfmiddlewaretoken": token, **fields})


def read_by(staff: Staff, received: Received) -> list[str]:
    """What a caseworker reads of how she may be contacted."""
    now, items = timezone.now(), items_of(received.case.pk, Purpose.CONTACT)
    return [open_item(item, actor=f"staff {staff.pk}", now=now) for item in items]


def ask_for_a_way_back(received: Received, staff: Staff) -> None:
    assert read_by(staff, received) == [OLD]
    ask_for_recovery(received.case.pk, staff=staff, now=timezone.now())


def last_events(received: Received, number: int) -> list[str]:
    return [content.payload["event"] for content in entries_of(received.case.pk)][-number:]


def test_with_one_press_she_is_contacted_no_more_and_what_she_wrote_is_gone(
    her: Visitor, received: Received, staff: Staff
) -> None:
    ask_for_a_way_back(received, staff)
    (old,) = items_of(received.case.pk, Purpose.CONTACT)
    assert "in the way that you wrote down" in her.open("/status/?lang=en").text

    press(her, "/status/contact/", what="stop")
    assert "The centre does not contact you any more" in her.text
    assert "may still reach you" in her.text
    assert "the centre cannot give a new one" in her.text
    assert last_events(received, 3) == TAKEN_BACK
    assert not SealedItem.objects.filter(pk=old.pk).exists()
    assert not KeyWrap.objects.filter(case_key=old.case_key).exists()
    assert ConsentScope.CONTACT not in consents_of(received.case.pk)
    assert "The centre does not contact you." in her.open("/status/?lang=en").text
    # Her own words, and every other choice, are as they were.
    assert items_of(received.case.pk, Purpose.STATEMENT).exists()
    assert ConsentScope.PLATFORMS in consents_of(received.case.pk)

    press(her, "/status/contact/", what="stop")
    assert last_events(received, 3) == TAKEN_BACK


def test_nobody_comes_in_by_a_contact_that_she_took_back(
    her: Visitor, received: Received, staff: Staff
) -> None:
    ask_for_a_way_back(received, staff)
    other = Staff.objects.create_staff(email="two@centre.example", password="long enough a word")
    press(her, "/status/contact/", what="stop")
    assert recovery_waiting(received.case) is None
    with pytest.raises(MayNotRecover, match="no contact"):
        ask_for_recovery(received.case.pk, staff=staff, now=timezone.now())
    with pytest.raises(MayNotRecover):
        open_recovery(received.case.pk, staff=other, now=timezone.now() + timedelta(days=4))


def test_another_way_takes_the_place_of_the_old_one(
    her: Visitor, received: Received, staff: Staff
) -> None:
    ask_for_a_way_back(received, staff)
    her.open("/status/contact/?lang=en")
    press(her, "/status/contact/", **ANOTHER_WAY)
    assert "The new way is saved" in her.text
    assert last_events(received, 3) == WRITTEN_ANEW
    # Who had read the old one asks nobody in before the new one has been read.
    with pytest.raises(MayNotRecover, match="safe contact"):
        ask_for_recovery(received.case.pk, staff=staff, now=timezone.now())
    (new,) = read_by(staff, received)
    assert NEW in new
    assert OLD not in new
    ask_for_recovery(received.case.pk, staff=staff, now=timezone.now())
    assert NEW not in str([content.payload for content in entries_of(received.case.pk)])


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"contact_by": "pigeon", "contact_how": NEW},
        {"contact_by": "call"},
        {"contact_by": "call", "contact_how": "data:image/png;base64,AAAA"},
    ],
)
def test_a_way_that_cannot_be_used_leaves_the_old_one(
    her: Visitor, received: Received, staff: Staff, wrong: dict[str, str]
) -> None:
    her.open("/status/contact/?lang=en")
    press(her, "/status/contact/", **wrong)
    assert her.status == 422
    assert "How do we reach you safely?" in her.text
    assert read_by(staff, received) == [OLD]


def test_whoever_wanted_no_contact_may_still_write_a_way_down(staff: Staff) -> None:
    no = a_report(contact="Please do not contact me.")
    received = receive_report(no, now=timezone.now())
    visitor = Visitor().open("/status/?lang=en")
    her = visitor.post("/status/", {**visitor.page.hidden, "code": received.code.spelled()})
    assert "The centre does not contact you." in her.text
    press(her, "/status/contact/", **ANOTHER_WAY)
    (new,) = read_by(staff, received)
    assert NEW in new
    assert ConsentScope.CONTACT in consents_of(received.case.pk)


def test_who_stops_everything_leaves_no_way_to_reach_her_behind(
    her: Visitor, received: Received, staff: Staff
) -> None:
    ask_for_a_way_back(received, staff)
    her.open("/status/stop/?lang=en")
    press(her, "/status/stop/")
    assert not items_of(received.case.pk, Purpose.CONTACT).exists()
    assert ConsentScope.CONTACT not in consents_of(received.case.pk)
    with pytest.raises(MayNotRecover):
        open_recovery(received.case.pk, staff=staff, now=timezone.now())
    her.open("/status/contact/?lang=en")
    assert "contact_how" not in her.response.content.decode()
    her.open("/status/?lang=en")
    press(her, "/status/contact/", **ANOTHER_WAY)
    assert "You have stopped everything" in her.text
    assert not items_of(received.case.pk, Purpose.CONTACT).exists()
