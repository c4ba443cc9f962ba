"""Tips at the desk: the queue, a place, what is handed over, what is told back."""

from datetime import datetime

import pytest
from django.test import Client

from jikimi.cases.models import Case
from jikimi.cases.rules import read_place
from jikimi.intake.tips.models import Tip, TippedPlace
from jikimi.intake.tips.receiving import NewTip, receive_tip
from jikimi.intake.tips.rules import SchoolLevel, Service, TipKind
from jikimi.takedown.models import Notice

from .conftest import Report

pytestmark = pytest.mark.django_db


def tell(now: datetime, *forms: str, where: str = "t.me/room_one", **changes: object) -> None:
    told = {"service": Service.IN_LINK, "kind": TipKind.ROOM, **changes}
    for form in forms:
        receive_tip(NewTip(place=read_place(where), **told), form=form, now=now)


@pytest.fixture
def place(desk: Client, at_noon: datetime) -> TippedPlace:
    tell(at_noon, "a", "b", level=SchoolLevel.HIGH, school="Hangang High School")
    desk.get("/desk/tips/")
    return TippedPlace.objects.get()


def text(desk: Client, address: str) -> str:
    return desk.get(address).content.decode()


def test_the_queue_counts_what_has_come_in_and_puts_the_most_urgent_first(
    desk: Client, at_noon: datetime
) -> None:
    tell(at_noon, "a", where="https://one.example/")
    tell(at_noon, *"bcdefg", where="t.me/many")
    shown = text(desk, "/desk/tips/")
    assert shown.index("t.me/many") < shown.index("one.example")
    assert "6 in the last day" in shown
    assert "2 places wait" in shown
    assert "<rect" in shown


def test_no_page_links_to_the_place_itself(desk: Client, place: TippedPlace) -> None:
    for address in ("/desk/tips/", f"/desk/tips/{place.pk}/"):
        shown = text(desk, address)
        assert "t.me/room_one" in shown
        assert 'href="https://t.me' not in shown


def test_a_place_is_taken_up_handed_over_and_settled(desk: Client, place: TippedPlace) -> None:
    at = f"/desk/tips/{place.pk}/"
    assert "Hangang" not in text(desk, at)
    assert "Hangang High School (2)" in desk.post(f"{at}schools/").content.decode()
    assert "They were told" not in text(desk, at)
    assert "Taken up" in desk.post(f"{at}take/", follow=True).content.decode()
    told = desk.post(f"{at}reported/", {"recipient": "police", "number": "112-7"}, follow=True)
    assert "Noted: Police was told." in told.content.decode()
    assert "number 112-7" in text(desk, at)
    assert (
        "They can hear it"
        in desk.post(f"{at}tell/", {"word": "reported"}, follow=True).content.decode()
    )
    desk.post(f"{at}settle/", {"outcome": "down"})
    place.refresh_from_db()
    assert (place.state, place.outcome, place.told) == ("settled", "down", "down")
    assert "No tips wait" in text(desk, "/desk/tips/")


def test_what_the_state_does_not_allow_is_refused_in_words(
    desk: Client, place: TippedPlace
) -> None:
    at = f"/desk/tips/{place.pk}/"
    for act, sent in (
        ("settle", {"outcome": "down"}),
        ("tell", {"word": "looked_at"}),
        ("reported", {"recipient": "police"}),
    ):
        assert "Take it up first" in desk.post(f"{at}{act}/", sent, follow=True).content.decode()
    desk.post(f"{at}take/")
    for act, sent, words in (
        ("settle", {"outcome": "burnt"}, "Say how it ended"),
        ("reported", {"recipient": "nobody"}, "Choose one of the reports"),
        (
            "reported",
            {"recipient": "police", "number": "data:image/png;base64,AAAA"},
            "Choose one of the reports",
        ),
        ("tell", {"word": "reported"}, "Note first whom"),
    ):
        assert words in desk.post(f"{at}{act}/", sent, follow=True).content.decode()


def test_a_tip_never_becomes_a_case_or_a_notice(desk: Client, place: TippedPlace) -> None:
    desk.post(f"/desk/tips/{place.pk}/take/")
    desk.post(f"/desk/tips/{place.pk}/reported/", {"recipient": "police"})
    assert not Case.objects.exists()
    assert not Notice.objects.exists()
    assert Tip.objects.count() == 2


def test_a_case_that_knows_the_same_place_is_named(
    desk: Client, place: TippedPlace, report: Report
) -> None:
    case = report("https://t.me/room_one")
    assert case.nickname in text(desk, f"/desk/tips/{place.pk}/")


def test_a_case_names_the_tips_about_its_places_and_no_others(
    desk: Client, place: TippedPlace, report: Report
) -> None:
    told, other = report("https://t.me/room_one"), report("https://t.me/room_two")
    link = f"/desk/tips/{place.pk}/"
    assert f'<a href="{link}">2 tips about' in text(desk, f"/desk/case/{told.nickname}/")
    assert link not in text(desk, f"/desk/case/{other.nickname}/")


def test_the_places_of_one_code_are_taken_up_or_set_aside_together(
    desk: Client, at_noon: datetime
) -> None:
    code = ""
    for number in range(3):
        told = NewTip(
            place=read_place(f"t.me/mine_{number}"), service=Service.IN_LINK, kind=TipKind.ROOM
        )
        code = receive_tip(told, form=f"m{number}", now=at_noon, under=code).code
    assert "3 places, 3 of them wait" in text(desk, "/desk/tips/")
    at = f"/desk/tips/under-one-code/{Tip.objects.first().hand}/"
    assert text(desk, at).count('name="place"') == 3
    nothing = desk.post(f"{at}together/", {"act": "take"}, follow=True).content.decode()
    assert "Tick at least one place" in nothing
    one, two, _three = (str(pk) for pk in TippedPlace.objects.values_list("pk", flat=True))
    desk.post(f"{at}together/", {"act": "take", "place": [one, two, "x"]})
    aside = desk.post(f"{at}together/", {"act": "aside", "place": [two]}, follow=True)
    assert "Set aside: 1." in aside.content.decode()
    states = TippedPlace.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == ["settled", "taken", "waiting"]


def test_an_unknown_place_is_said_to_be_none(desk: Client) -> None:
    unknown = "/desk/tips/00000000-0000-0000-0000-000000000000/"
    assert desk.get(unknown).status_code == 404
    assert desk.post(f"{unknown}take/").status_code == 404
