"""What the police and partners abroad are told: by hand, with the history, as she agreed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from jikimi.aftercare.actions.choices import give_choice
from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup, read_place
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    escalate_due,
    hand_over_notices,
    note_country,
    record_replies,
    take_up_new_places,
)
from jikimi.takedown.actions.wishes import take_back_choice
from jikimi.takedown.errors import MayNotSend, NotCompared, UnsafeAddress
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice
from jikimi.takedown.rdap.models import RegistryAnswer
from jikimi.takedown.rules.clock import follow_up
from jikimi.takedown.rules.form_sheet import form_sheet
from jikimi.takedown.rules.history import told_of
from jikimi.takedown.rules.letter import CentreIdentity, Letter, NoticeFacts, NoticeFingerprint
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.takedown.rules.report_by_hand import offences_in, write_report_by_hand
from jikimi.takedown.rules.route import (
    CaseFacts,
    ChosenRoute,
    PastNotice,
    SightingFacts,
    choose_route,
)
from jikimi.trail.models import ConsentScope
from jikimi.venues.packs import LawId, RecipientId, load_packs
from tests.reports import a_report

PACKS = load_packs()
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
POLICE = [one.id for one in PACKS.recipients.values() if one.kind == "police"]
KOREAN_OFFENCE = "Punishment of Sexual Crimes (KR), Article 14-2"
PRINT = "ab" * 32
ROOM = SightingFacts(url="@night_room", host="", kind="handle")
AGREED = CaseFacts(
    minor=False,
    situation="fake",
    country="KR",
    language="ko",
    consents=frozenset({"police"}),
    withdrawn=False,
)
FACTS = NoticeFacts(
    notice_id="JK-0123456789",
    links=(),
    handles=("@night_room",),
    fingerprints=(NoticeFingerprint(type="pdq", value=PRINT, quality=90, made_on_her_device=True),),
    situation="fake",
    minor=False,
    good_faith=True,
    reported_at=NOW - timedelta(days=6),
    note="The room was renamed on Monday.",
)
CENTRE = CentreIdentity(
    name="Example Centre",
    address="1 Road, Seoul",
    email="help@centre.example",
    phone="02-000-0000",
    representative="Kim Example",
)
REFUSED = PastNotice(
    recipient_id=RecipientId("telegram"),
    law_id=LawId("eu-dsa-16"),
    state=NoticeState.REFUSED,
    reference="JK-A",
    their_reference="TG-77",
    sent_at=NOW - timedelta(days=5),
    ended_at=NOW - timedelta(days=4),
)


def chosen(country: str = "KR", *history: PastNotice) -> ChosenRoute:
    route = choose_route(ROOM, replace(AGREED, country=country), PACKS, history, NOW)
    assert isinstance(route, ChosenRoute), route
    return route


def written(route: ChosenRoute, facts: NoticeFacts = FACTS) -> Letter:
    return write_report_by_hand(route=route, packs=PACKS, facts=facts, centre=CENTRE, now=NOW)


# --- The letter


def test_the_police_read_where_when_what_was_asked_and_which_offence() -> None:
    english = written(chosen("KR", REFUSED)).text.split("We are Example Centre", 1)[1]

    assert "The account or room:\n   @night_room" in english
    assert "When it was reported to us: 2026-11-15 22:00 (UTC)." in english
    assert (
        "  - 2026-11-16: notice JK-A (TG-77) to Telegram under Regulation (EU) 2022/2065, "
        "Article 16; refused on 2026-11-17."
    ) in english
    assert KOREAN_OFFENCE in english
    assert "A note of the centre:\nThe room was renamed on Monday." in english
    assert "Kim Example, for Example Centre, as authorised representative" in english


def test_the_language_of_the_countrys_police_comes_before_english() -> None:
    text = written(chosen()).text

    assert text.index("당사자는 경찰에 알리는") < text.index("We are Example Centre")
    assert written(chosen()).subject.startswith("[JK-0123456789] 비동의")


@pytest.mark.parametrize("country", sorted(id_.removeprefix("police-").upper() for id_ in POLICE))
def test_what_any_police_are_told_is_whole_and_names_no_print(country: str) -> None:
    letter = written(chosen(country, REFUSED))

    assert letter.missing == ()
    assert "{" not in letter.text
    assert PRINT not in letter.text + letter.html
    assert "JK-A" in letter.text


def test_the_polices_form_is_prepared_field_by_field_and_asks_for_no_fingerprint() -> None:
    route = PACKS.recipients[RecipientId("police-kr")].routes[0]
    fields = {one.label: one.text for one in form_sheet(route, written(chosen())).fields}

    assert fields["Accounts or rooms"] == "@night_room"
    assert (fields["Organisation"], fields["Our reference"]) == ("Example Centre", "JK-0123456789")
    assert "Fingerprints" not in fields


def test_of_a_minor_nothing_is_opened_no_note_is_passed_on_and_the_hotline_came_first() -> None:
    text = written(chosen(), replace(FACTS, minor=True)).text

    assert "A hotline for the protection of children was told before you." in text
    assert "We have opened no link" in text
    assert "renamed" not in text
    assert PRINT not in text


def test_what_says_of_no_place_is_not_whole() -> None:
    assert written(chosen(), replace(FACTS, handles=())).missing == ("link",)


def test_a_handle_that_is_none_never_stands_in_it() -> None:
    with pytest.raises(UnsafeAddress):
        written(chosen(), replace(FACTS, handles=("data:image/png;base64,AA",)))


def test_only_offences_of_the_country_and_in_force_are_named() -> None:
    british = PACKS.recipients[RecipientId("police-gb")]
    creating = "Sexual Offences Act 2003 (UK), sections 66E and 66F"

    assert creating in offences_in(british, PACKS, NOW.date())
    assert creating not in offences_in(british, PACKS, datetime(2026, 2, 5, tzinfo=UTC).date())
    assert not [one for one in offences_in(british, PACKS, NOW.date()) if "(KR)" in one]


TO_D4U = ChosenRoute(
    recipient_id=RecipientId("d4u"),
    law_id=None,
    route_id="phone",
    route_type="phone",
    address="02-735-8994",
    auto_send=False,
    languages=("ko", "en"),
    due=None,
    follow_up=follow_up(None, PACKS.recipients[RecipientId("d4u")]),
    because="Because a test asks.",
    may_send=False,
    why_not="a test",
    rung="partner",
    earlier=(REFUSED,),
)


def test_a_sister_centre_reads_where_and_what_was_asked_and_of_no_offence() -> None:
    letter = written(TO_D4U, replace(FACTS, links=("https://gall.dcinside.com/b/1",)))

    assert "JK-A (TG-77)" in letter.text
    assert "https://gall.dcinside.com/b/1" in letter.text
    assert letter.text.index("피해자 지원 기관인") < letter.text.index("a support centre")
    assert "Provisions" not in letter.text
    assert PRINT not in letter.text


def test_a_sister_centre_does_not_read_that_the_police_of_her_country_know() -> None:
    police = replace(REFUSED, recipient_id=RecipientId("police-jp"), law_id=None, reference="JK-P")
    route = replace(TO_D4U, earlier=(REFUSED, police))

    assert "JK-P" not in written(route).text
    assert "JK-A" in written(route).text


def test_nobody_reads_that_the_police_let_a_time_pass() -> None:
    police = replace(
        REFUSED,
        recipient_id=RecipientId("police-kr"),
        law_id=None,
        reference="JK-P",
        state=NoticeState.OVERDUE,
        due_at=NOW - timedelta(days=1),
    )
    (told,) = told_of([police], PACKS.recipients[RecipientId("kcsc-successor")], PACKS)

    assert (told.outcome, told.outcome_at) == ("open", None)


def test_a_minors_picture_reaches_a_partner_as_a_hotlines_report_only() -> None:
    with pytest.raises(ValueError, match="hotline"):
        written(TO_D4U, replace(FACTS, minor=True))


# --- From a report to the clock

Reported = Callable[..., list[Notice]]


@pytest.fixture
def reported(db: None, now: datetime) -> Reported:
    """A report about these places, and what was drafted for it."""

    def report(*places: str, **changes: object) -> list[Notice]:
        given = {"consents": frozenset({ConsentScope.CENTRE, ConsentScope.POLICE}), **changes}
        report = a_report(places=tuple(map(read_place, places)), **given)
        case = receive_report(report, now=now).case
        take_up_new_places(case.pk, now=now)
        return list(Notice.objects.filter(sighting__case=case).order_by("drafted_at", "pk"))

    return report


def compared(notice: Notice) -> frozenset[str]:
    return frozenset({notice.recipient_id})


def test_a_private_room_in_korea_is_drafted_for_and_handed_over_once_compared(
    reported: Reported, staff: Staff, now: datetime
) -> None:
    (draft,) = reported("https://t.me/+AbCdEf")

    assert (draft.recipient_id, draft.rung, draft.route_type) == ("police-kr", "police", "phone")
    assert (draft.address, draft.channel) == ("112", "")
    with pytest.raises(MayNotSend):
        approve_notice(draft.pk, staff=staff, now=now)
    with pytest.raises(NotCompared, match="police-kr"):
        hand_over_notices([draft.pk], staff=staff, now=now)

    hand_over_notices(
        [draft.pk], staff=staff, now=now, their_reference="2026-1", compared=compared(draft)
    )
    told = Notice.objects.get(pk=draft.pk)
    assert (told.state, told.sent_at) == (NoticeState.SENT, now)
    assert told.due_at is not None
    assert "https://t.me/+AbCdEf" in preview_letter(draft, now).text


def test_several_rooms_are_told_in_one_report(
    reported: Reported, staff: Staff, now: datetime
) -> None:
    drafts = reported("https://t.me/+AbCdEf", "https://t.me/joinchat/xyz")

    letters = hand_over_notices(
        [one.pk for one in drafts], staff=staff, now=now, compared=compared(drafts[0])
    )

    assert len(drafts) == 2
    assert len(letters) == 1


def test_a_refusal_of_the_last_one_asked_leads_to_the_police_with_the_history(
    reported: Reported, staff: Staff, now: datetime
) -> None:
    everybody = frozenset({ConsentScope.CENTRE, ConsentScope.PLATFORMS, ConsentScope.POLICE})
    (notice,) = reported("https://x.com/a/status/1", consents=everybody)
    said, asked = ReportedReply(state=NoticeState.REFUSED, words="No."), []
    at = now
    while notice.rung != "police":
        Notice.objects.filter(pk=notice.pk).update(state=NoticeState.SENT, sent_at=at)
        at += timedelta(minutes=2)
        asked.append(notice.recipient_name)
        record_replies([notice.pk], said, staff=staff, now=at)
        escalate_due(at)
        notice = Notice.objects.get(sighting=notice.sighting, state=NoticeState.DRAFT)

    text = preview_letter(notice, at).text
    assert asked
    assert all(name in text for name in asked)


def test_what_waits_for_the_police_is_stopped_when_she_takes_that_yes_back_and_no_other(
    reported: Reported, now: datetime
) -> None:
    everybody = frozenset({ConsentScope.CENTRE, ConsentScope.PLATFORMS, ConsentScope.POLICE})
    (draft,) = reported("https://t.me/+AbCdEf", consents=everybody)
    case = Case.objects.get(sightings=draft.sighting)

    take_back_choice(case.pk, ConsentScope.PLATFORMS, actor="she", now=now)
    assert Notice.objects.get(pk=draft.pk).state == NoticeState.DRAFT
    take_back_choice(case.pk, ConsentScope.POLICE, actor="she", now=now)
    assert Notice.objects.get(pk=draft.pk).state == NoticeState.CANCELLED


def test_a_hotline_that_the_police_run_gets_nothing_once_she_takes_that_yes_back(
    reported: Reported, staff: Staff, now: datetime
) -> None:
    reported("https://example.net/p/1", age_group=AgeGroup.UNDER_18)
    case = Case.objects.get()
    note_country(case.pk, "IN", staff=staff, now=now)
    draft = Notice.objects.get(recipient_id="cybercrime-gov-in", state=NoticeState.DRAFT)

    take_back_choice(case.pk, ConsentScope.POLICE, actor="she", now=now)

    assert Notice.objects.get(pk=draft.pk).state == NoticeState.CANCELLED
    instead = Notice.objects.get(state=NoticeState.DRAFT)
    assert (instead.recipient_id, instead.rung) == ("cybertipline", "platform")


def test_her_yes_to_the_police_given_later_drafts_for_the_room_that_had_nobody(
    reported: Reported, now: datetime
) -> None:
    consents = frozenset({ConsentScope.CENTRE, ConsentScope.PLATFORMS})
    assert reported("https://t.me/+AbCdEf", consents=consents) == []
    case = Case.objects.get()

    give_choice(case.pk, ConsentScope.POLICE, now=now)
    take_up_new_places(case.pk, now=now)

    assert Notice.objects.get(sighting__case=case).recipient_id == "police-kr"


def test_a_minors_room_reaches_the_police_once_the_hotline_is_told(
    reported: Reported, staff: Staff, now: datetime
) -> None:
    (hotline,) = reported("https://t.me/+AbCdEf", age_group=AgeGroup.UNDER_18)
    assert hotline.recipient_id == "d4u"

    hand_over_notices([hotline.pk], staff=staff, now=now, compared=compared(hotline))

    (police,) = Notice.objects.filter(sighting=hotline.sighting).exclude(pk=hotline.pk)
    assert (police.recipient_id, police.rung) == ("police-kr", "police")
    assert hotline.reference in preview_letter(police, now).text


def test_a_sister_centre_abroad_is_drafted_for_and_handed_over(
    reported: Reported, staff: Staff, now: datetime, settings: Settings
) -> None:
    settings.CENTRE_COUNTRY = "US"
    consents = frozenset({ConsentScope.CENTRE, ConsentScope.PLATFORMS})
    (notice,) = reported("https://gall.dcinside.com/b/1", consents=consents)
    said, at = ReportedReply(state=NoticeState.REFUSED, words="No."), now
    while notice.rung != "partner":
        Notice.objects.filter(pk=notice.pk).update(state=NoticeState.SENT, sent_at=at)
        RegistryAnswer.objects.update_or_create(
            host=notice.sighting.host, defaults={"asked_at": now}
        )
        at += timedelta(minutes=2)
        record_replies([notice.pk], said, staff=staff, now=at)
        escalate_due(at)
        notice = Notice.objects.get(sighting=notice.sighting, state=NoticeState.DRAFT)

    assert notice.recipient_id == "d4u"
    assert "DCInside" in preview_letter(notice, at).text
    hand_over_notices([notice.pk], staff=staff, now=at, compared=compared(notice))
    assert Notice.objects.get(pk=notice.pk).state == NoticeState.SENT
