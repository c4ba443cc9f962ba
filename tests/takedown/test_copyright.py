"""Copyright: only with her word, only for adults, and gone again when she takes it back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup, Origin, Situation
from jikimi.intake.actions import receive_report, withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    cancel_notice,
    confirm_copyright,
    dispatch_ready,
    note_origin,
    settle_unknown,
    take_back_copyright,
    take_up_new_places,
)
from jikimi.takedown.channels import DeliveryTrouble, MaybeSent, NotSentYet, Parcel, Taken
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.errors import MayNotSend, NoCopyrightHere
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.lookups import entries_of
from tests.reports import a_report
from tests.takedown.own_work_packs import write_own_work_packs

pytestmark = pytest.mark.django_db
COPYRIGHT = "us-dmca-512"
MAIL = EmailChannel()
CUT = MaybeSent("the line was cut")


class BreaksOff(EmailChannel):
    """A mail server that goes away in the middle, or before it; meanwhile she tells more."""

    def __init__(
        self,
        trouble: DeliveryTrouble = CUT,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self._trouble, self._meanwhile = trouble, meanwhile

    def send(self, parcel: Parcel) -> Taken:
        self._meanwhile()
        raise self._trouble


@pytest.fixture(autouse=True)
def _packs(settings: Settings, tmp_path: Path) -> None:
    write_own_work_packs(tmp_path / "packs")
    settings.PACK_FOLDERS = [tmp_path / "packs"]
    settings.CENTRE_NAME = "Test centre"
    settings.CENTRE_ADDRESS = "1 Test Street, Seoul"
    settings.CENTRE_EMAIL = settings.DEFAULT_FROM_EMAIL = "centre@jikimi.example"
    settings.CENTRE_PHONE = "+82 2 000 0000"
    settings.CENTRE_REPRESENTATIVE = "Kim Test"


def posted(now: datetime, **changes: object) -> Case:
    report = a_report(**{"situation": Situation.POSTED} | changes)
    case = receive_report(report, now=now).case
    take_up_new_places(case.pk, now=now)
    return case


def only(case: Case, state: NoticeState = NoticeState.DRAFT) -> Notice:
    return Notice.objects.get(sighting__case=case, state=state)


def copyright_draft(case: Case, staff: Staff, now: datetime) -> Notice:
    """Her word is noted, and the draft that it outdates is cancelled."""
    confirm_copyright(case.pk, staff=staff, now=now)
    cancel_notice(only(case).pk, staff=staff, now=now)
    return only(case)


def events_of(case: Case) -> list[tuple[str, str]]:
    return [(one.payload["event"], one.payload["actor"]) for one in entries_of(case.pk)]


def test_without_her_word_copyright_is_never_chosen(now: datetime) -> None:
    assert only(posted(now)).law_id == "eu-dsa-16"


def test_with_her_word_copyright_is_chosen_and_the_older_draft_does_not_go_out(
    staff: Staff, now: datetime
) -> None:
    case = posted(now)
    before = only(case)
    confirm_copyright(case.pk, staff=staff, now=now)
    with pytest.raises(MayNotSend, match="another notice"):
        approve_notice(before.pk, staff=staff, now=now)
    cancel_notice(before.pk, staff=staff, now=now)

    after = only(case)
    assert (after.law_id, after.address) == (COPYRIGHT, "dmca@telegram.org")
    assert "Warn her first" in after.because
    assert ("copyright confirmed", f"staff {staff.pk}") in events_of(case)


def test_the_letter_holds_every_element_of_section_512_and_names_only_the_agent(
    staff: Staff, now: datetime
) -> None:
    letter = preview_letter(copyright_draft(posted(now), staff, now), now)

    assert letter.missing == ()
    for element in (
        "The copyrighted work:",
        "The material that infringes it, and where it is:\n   https://t.me/some_channel/12",
        "Test centre, 1 Test Street, Seoul, centre@jikimi.example, +82 2 000 0000",
        "good faith belief that this use of the material is not authorised",
        "under penalty of perjury we are authorised to act on behalf of the owner",
        "by Kim Test for Test centre, agent of the copyright owner",
    ):
        assert element in " ".join(letter.text.split()) or element in letter.text
    assert '"authorised_by_copyright_owner": true' in letter.notice_json


def test_taken_back_what_has_not_left_is_stopped_and_another_basis_is_drafted(
    staff: Staff, now: datetime
) -> None:
    case = posted(now)
    notice = copyright_draft(case, staff, now)
    approve_notice(notice.pk, staff=staff, now=now)

    assert take_back_copyright(case.pk, staff=staff, now=now) == 1
    assert dispatch_ready(MAIL, lambda: now) == 0
    notice.refresh_from_db()
    assert notice.state == NoticeState.CANCELLED
    assert only(case).law_id == "eu-dsa-16"
    assert ("copyright taken back", f"staff {staff.pk}") in events_of(case)


def test_a_copyright_notice_that_broke_off_is_not_sent_again_once_she_took_it_back(
    staff: Staff, now: datetime
) -> None:
    case = posted(now)
    notice = copyright_draft(case, staff, now)
    approve_notice(notice.pk, staff=staff, now=now)
    dispatch_ready(BreaksOff(), lambda: now)
    take_back_copyright(case.pk, staff=staff, now=now)
    assert not settle_unknown(notice.pk, arrived=False, staff=staff, now=now)

    notice.refresh_from_db()
    assert notice.state == NoticeState.CANCELLED
    assert only(case).law_id == "eu-dsa-16"
    assert dispatch_ready(MAIL, lambda: now) == 0


@pytest.mark.parametrize("trouble", [CUT, NotSentYet("wait")])
def test_a_copyright_notice_is_not_sent_again_once_she_has_said_that_it_is_a_fake(
    trouble: DeliveryTrouble, staff: Staff, now: datetime
) -> None:
    case, later = posted(now), now + timedelta(hours=1)
    notice = copyright_draft(case, staff, now)
    approve_notice(notice.pk, staff=staff, now=now)
    says = partial(note_origin, case.pk, Origin.FAKE, staff=staff, now=later)
    dispatch_ready(BreaksOff(trouble, meanwhile=says), lambda: now)
    if isinstance(trouble, MaybeSent):
        assert not settle_unknown(notice.pk, arrived=False, staff=staff, now=later)

    assert dispatch_ready(MAIL, lambda: later) == 0
    notice.refresh_from_db()
    assert (notice.state, notice.replaced) == (NoticeState.CANCELLED, True)
    assert only(case).law_id == "eu-dsa-16"


def test_said_or_taken_back_twice_it_is_noted_once(staff: Staff, now: datetime) -> None:
    case = posted(now)
    for _ in range(2):
        confirm_copyright(case.pk, staff=staff, now=now)
    for _ in range(2):
        assert take_back_copyright(case.pk, staff=staff, now=now) == 0
    noted = [event for event, _ in events_of(case) if event.startswith("copyright")]
    assert noted == ["copyright confirmed", "copyright taken back"]


@pytest.mark.parametrize("age", [AgeGroup.UNDER_18, AgeGroup.NOT_SURE, AgeGroup.MIXED])
def test_nobody_who_may_be_under_18_is_asked(age: AgeGroup, staff: Staff, now: datetime) -> None:
    case = posted(now, age_group=age)
    with pytest.raises(NoCopyrightHere, match="under 18"):
        confirm_copyright(case.pk, staff=staff, now=now)
    with pytest.raises(IntegrityError, match="copyright_is_for_adults_only"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(copyright_confirmed_at=now)


def test_a_case_that_has_ended_takes_no_copyright(staff: Staff, now: datetime) -> None:
    case = posted(now)
    withdraw_report(case, now=now)
    with pytest.raises(NoCopyrightHere, match="not open"):
        confirm_copyright(case.pk, staff=staff, now=now)


def test_a_fake_is_not_asked_for_by_copyright_even_with_her_word(
    staff: Staff, now: datetime
) -> None:
    case = posted(now, situation=Situation.FAKED)
    confirm_copyright(case.pk, staff=staff, now=now)
    notice = only(case)
    approve_notice(notice.pk, staff=staff, now=now)
    assert notice.law_id == "eu-dsa-16"
