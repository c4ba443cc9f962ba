"""She is 14, somebody threatens her, and she has neither the picture nor a link.

From the first page to a status page that says the truth, and to the link she adds later; without
JavaScript, without a name, and without anybody looking at anything.
"""

import pytest
from django.utils import timezone

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup, Situation
from jikimi.evidence.actions import open_item
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import Purpose
from jikimi.takedown.actions import take_up_new_places
from jikimi.takedown.models import Notice
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import RecipientId
from tests.portal.visitor import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def her() -> Visitor:
    """She has said that she is threatened."""
    return Visitor(language="ko").begin().answer({"situation": "threatened"})


def to_the_last_page(her: Visitor) -> Visitor:
    return her.walk(
        {},  # she has read what to do now
        {"age_group": "not_sure"},
        {"file": "no"},
        {"places": ""},
        {},  # she has read what can be done with little
        {"share": ["centre", "platforms"]},
        {},
        {"statement": "모르는 사람이 사진을 퍼뜨리겠다고 해요."},
    )


def test_first_she_reads_what_to_do_and_whom_to_call(her: Visitor) -> None:
    assert her.step == "first_aid"
    for words in ("돈을 주지 말고", "아무것도 지우지 마세요.", "혼날 일이 아니에요"):
        assert words in her.text
    assert [given for tag, given in her.page.tags if str(given.get("href")).startswith("tel:")]


def test_without_picture_and_link_the_next_page_says_what_that_means(her: Visitor) -> None:
    her.walk({}, {"age_group": "under_18"}, {"file": "no"}, {"places": ""})
    assert her.step == "little_known"
    assert "괜찮아요" in her.text
    assert "아직 누구에게도 삭제를 요청할 수 없어요" in her.text


def test_before_sending_she_reads_all_of_it_and_can_change_each(her: Visitor) -> None:
    to_the_last_page(her)
    assert her.step == "review"
    assert "그전에는 답을 하나씩 바꿀 수 있어요" in her.text
    assert not Case.objects.exists()

    her.post("/report/", {**her.page.hidden, "change": "age"})
    assert her.step == "age"
    her.answer({"age_group": "under_18"})
    assert her.step == "review"
    assert "만 18세 미만" in her.text


def test_her_report_arrives_on_a_minors_path_with_her_words_sealed(her: Visitor) -> None:
    to_the_last_page(her).answer({})
    assert "신고가 접수됐어요" in her.text
    assert "플랫폼보다 아동\u2060·\u2060청소년 보호 기관이 먼저예요" in her.text

    case = Case.objects.get()
    assert (case.situation, case.age_group) == (Situation.THREATENED, AgeGroup.NOT_SURE)
    assert case.may_be_acted_on
    assert consents_of(case.pk) == {ConsentScope.CENTRE, ConsentScope.PLATFORMS}
    (sealed,) = items_of(case.pk, Purpose.STATEMENT)
    told = open_item(sealed, actor="caseworker", now=timezone.now())
    assert told.startswith("모르는 사람이")
    assert not items_of(case.pk, Purpose.CONTACT).exists()
    assert not her.client.cookies


def test_what_she_hears_later_is_added_with_her_code_and_goes_to_the_hotline_first(
    her: Visitor,
) -> None:
    code = to_the_last_page(her).answer({}).code
    her.open("/status/?lang=ko")
    her.post("/status/", {**her.page.hidden, "code": code})
    assert "내 신고" in her.text

    her.open("/status/add/?lang=ko")
    her.post("/status/add/", {**her.page.hidden, "places": "https://t.me/some_room/3"})
    case = Case.objects.get()
    take_up_new_places(case.pk, now=timezone.now())
    notice = Notice.objects.get(sighting__case=case)
    assert packs_in_use().recipients[RecipientId(notice.recipient_id)].kind == "hotline"
