"""What a law asks for and Jikimi never has: a person adds it where she hands the notice over."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    escalate_due,
    hand_over_notices,
    record_reply,
)
from jikimi.takedown.actions.approving_many import hand_over_together
from jikimi.takedown.errors import LetterIncomplete, TakedownError
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.trail.lookups import entries_of
from jikimi.venues.pack_files import SHIPPED
from tests.takedown.drafts import to_compare

from .conftest import Report
from .test_notice_acts import X, press

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
SCREENSHOT = frozenset({"screenshot"})
COMPARED = "komdigi id-12-2022-14"
ToKomdigi = Callable[..., Notice]


@pytest.fixture
def to_komdigi(report: Report, settings: Settings, staff: Staff, now: datetime) -> ToKomdigi:
    """X refused; the notice to the authority of her country waits."""
    settings.CENTRE_COUNTRY = "ID"

    def climb(**changes: object) -> Notice:
        case = report(X, **changes)
        first = Notice.objects.get(sighting__case=case)
        hand_over_notices([first.pk], staff=staff, now=now)
        refusal = ReportedReply(state=NoticeState.REFUSED, words="no")
        record_reply(first.pk, refusal, staff=staff, now=now)
        assert escalate_due(now) == 1
        return Notice.objects.get(sighting__case=case, recipient_id="komdigi")

    return climb


def page_of(desk: Client, notice: Notice) -> str:
    answer = desk.get(reverse("desk_form", args=[notice.pk]))
    return " ".join(answer.content.decode().split())


def page_of_case(desk: Client, notice: Notice) -> str:
    answer = desk.get(reverse("desk_case", args=[notice.sighting.case.nickname]))
    return " ".join(answer.content.decode().split())


def state_of(notice: Notice) -> str:
    return Notice.objects.get(pk=notice.pk).state


def last_entry(case: Case) -> dict[str, Any]:
    return dict([*entries_of(case.pk)][-1].payload)


def test_komdigi_is_told_once_the_screenshot_is_ticked_and_the_trail_says_which(
    desk: Client, to_komdigi: ToKomdigi
) -> None:
    notice = to_komdigi()
    page = page_of(desk, notice)
    assert "I added it in the form myself: a screenshot of the page with its address" in page
    assert "Attach nothing but what has a box to tick at the end." in page
    ticked = {"added": "screenshot", "compared": COMPARED}
    done = press(desk, "desk_submitted", notice.pk, number="K-1", **ticked)
    assert "Noted. The clock for Komdigi runs." in done
    assert "added by hand screenshot" in done
    assert state_of(notice) == "sent"
    entry = last_entry(notice.sighting.case)
    assert (entry["event"], entry["added_by_hand"]) == ("notice sent", "screenshot")


def test_the_page_says_all_that_stands_in_the_way_and_asks_for_both_ticks(
    desk: Client, to_komdigi: ToKomdigi
) -> None:
    notice = to_komdigi()
    for page in (page_of(desk, notice), page_of_case(desk, notice)):
        assert "the entry for Komdigi is unverified" in page
        assert "The letter still lacks: screenshot." in page
        assert 'name="added" value="screenshot" required' in page
        assert f'name="compared" value="{COMPARED}" required' in page
    page = press(desk, "desk_hand_over", notice.pk, added="screenshot")
    assert "Nobody has verified komdigi and id-12-2022-14." in page
    assert state_of(notice) == "draft"


def test_the_card_in_the_case_asks_the_same(desk: Client, to_komdigi: ToKomdigi) -> None:
    notice = to_komdigi()
    refused = press(desk, "desk_hand_over", notice.pk, compared=COMPARED)
    assert "The notice lacks what the law asks for: screenshot." in refused
    assert 'name="added" value="screenshot"' in refused
    ticked = {"added": "screenshot", "compared": COMPARED}
    assert "Noted." in press(desk, "desk_hand_over", notice.pk, **ticked)
    assert state_of(notice) == "sent"


def test_nothing_is_noted_without_the_tick_and_the_number_stays(
    desk: Client, to_komdigi: ToKomdigi
) -> None:
    notice = to_komdigi()
    answer = desk.post(reverse("desk_submitted", args=[notice.pk]), {"number": "K-1"})
    assert answer.status_code == 409
    assert 'value="K-1"' in answer.content.decode()
    assert state_of(notice) == "draft"


def test_an_approval_and_a_yes_for_many_still_refuse(
    to_komdigi: ToKomdigi, staff: Staff, now: datetime
) -> None:
    notice = to_komdigi()
    with pytest.raises(TakedownError):
        approve_notice(notice.pk, staff=staff, now=now)
    compared = to_compare(notice, now)
    done = hand_over_together([notice.pk], staff=staff, now=now, compared=compared)
    assert "screenshot" in done.left[0].because
    assert state_of(notice) == "draft"


def test_a_tick_stands_for_nothing_that_the_report_or_the_centre_should_have_given(
    to_komdigi: ToKomdigi, staff: Staff, now: datetime
) -> None:
    notice = to_komdigi()
    Case.objects.filter(pk=notice.sighting.case_id).update(declared_no_consent=False)
    with pytest.raises(LetterIncomplete) as lacking:
        hand_over_notices(
            [notice.pk],
            staff=staff,
            now=now,
            added_by_hand=SCREENSHOT | {"reason", "address"},
            compared=to_compare(notice, now),
        )
    assert lacking.value.missing == ("reason",)
    assert state_of(notice) == "draft"


def test_the_centres_own_contact_is_never_ticked_instead(
    report: Report, settings: Settings, staff: Staff, now: datetime
) -> None:
    notice = Notice.objects.get(sighting__case=report(X))
    settings.CENTRE_EMAIL = settings.CENTRE_REPRESENTATIVE = ""
    missing = frozenset(preview_letter(notice, now).missing)
    assert {"contact", "signature"} <= missing
    with pytest.raises(LetterIncomplete):
        hand_over_notices([notice.pk], staff=staff, now=now, added_by_hand=missing)
    assert state_of(notice) == "draft"


def test_what_is_there_already_is_not_put_on_the_trail_as_added(
    report: Report, staff: Staff, now: datetime
) -> None:
    case = report(X)
    notice = Notice.objects.get(sighting__case=case)
    hand_over_notices([notice.pk], staff=staff, now=now, added_by_hand=SCREENSHOT)
    assert "added_by_hand" not in last_entry(case)


@pytest.mark.parametrize("age", [AgeGroup.UNDER_18, AgeGroup.NOT_SURE])
def test_nobody_is_asked_for_a_screenshot_of_a_minors_picture(
    desk: Client,
    report: Report,
    settings: Settings,
    tmp_path: Path,
    staff: Staff,
    now: datetime,
    age: AgeGroup,
) -> None:
    settings.PACK_FOLDERS = [asking_for_a_screenshot(tmp_path)]
    case = report(X, age_group=age)
    hotline = Notice.objects.get(sighting__case=case)
    assert preview_letter(hotline, now).missing == ()
    hand_over_notices([hotline.pk], staff=staff, now=now, compared=to_compare(hotline, now))
    notice = Notice.objects.get(sighting__case=case, recipient_id="x")
    there = reverse("desk_case", args=[case.nickname])
    for page in (page_of(desk, notice), desk.get(there).content.decode()):
        assert "nobody makes one of a picture that is or may be a minor" in page
        assert 'name="added"' not in page
        assert reverse("desk_submitted", args=[notice.pk]) not in page
        assert reverse("desk_hand_over", args=[notice.pk]) not in page
    with pytest.raises(LetterIncomplete):
        hand_over_notices([notice.pk], staff=staff, now=now, added_by_hand=SCREENSHOT)
    assert state_of(notice) == "draft"


def test_the_regulator_is_drafted_for_after_a_minors_hotline_and_says_why_it_stays_a_draft(
    desk: Client, report: Report, settings: Settings, staff: Staff, now: datetime
) -> None:
    settings.CENTRE_COUNTRY = "ID"
    case = report(X, age_group=AgeGroup.UNDER_18)
    hotline = Notice.objects.get(sighting__case=case)
    hand_over_notices([hotline.pk], staff=staff, now=now, compared=to_compare(hotline, now))
    told = Notice.objects.filter(sighting__case=case, state=NoticeState.DRAFT)
    assert set(told.values_list("recipient_id", flat=True)) == {"x", "komdigi"}
    notice = told.get(recipient_id="komdigi")
    assert notice.law_id == "id-12-2022-14-child"
    page = page_of(desk, notice)
    assert "nobody makes one of a picture that is or may be a minor" in page
    assert reverse("desk_submitted", args=[notice.pk]) not in page
    with pytest.raises(LetterIncomplete):
        hand_over_notices(
            [notice.pk],
            staff=staff,
            now=now,
            added_by_hand=SCREENSHOT,
            compared=to_compare(notice, now),
        )
    assert state_of(notice) == "draft"


def asking_for_a_screenshot(folder: Path) -> Path:
    """A centre's packs in which every law for X asks for a screenshot."""
    asked = {"id": "screenshot", "required": True, "forms": ["text"], "needs": ["screenshot"]}
    recipient = yaml.safe_load((SHIPPED / "recipients" / "x.yaml").read_text("utf-8"))
    (folder / "laws").mkdir()
    for law_id in recipient["lawpacks_ranked"]:
        law = yaml.safe_load((SHIPPED / "laws" / f"{law_id}.yaml").read_text("utf-8"))
        words = dict.fromkeys(law["notice"]["languages"], "A screenshot.")
        law["notice"]["elements"].append(asked | {"template": words})
        written = yaml.safe_dump(law, allow_unicode=True)
        (folder / "laws" / f"{law_id}.yaml").write_text(written, "utf-8")
    return folder
