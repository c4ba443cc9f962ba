"""The tip door: one page, one row, a code; nothing of it tells what is known."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client

from jikimi.intake.tips.counting import count_new_tips
from jikimi.intake.tips.models import Tip, TippedPlace
from jikimi.web.portal.tip_gate import gate
from tests.portal.test_pages import FORBIDDEN
from tests.portal.tipping import Teller, proof_for, tell

pytestmark = pytest.mark.django_db
PNG = "iVBORw0KGgo" + "A" * 80


@pytest.fixture(autouse=True)
def _full_lanes() -> Iterator[None]:
    gate.start_anew()
    yield
    gate.start_anew()


@pytest.fixture
def clock(now: datetime, monkeypatch: pytest.MonkeyPatch) -> "Clock":
    here = Clock(now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: here.now)
    return here


class Clock:
    """The door's clock."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def on(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def flooded(clock: Clock, settings: object) -> Clock:
    """Very many tips have just come in, and more come all the while."""
    settings.TIPS_A_MINUTE = 1
    gate.start_anew()
    for number in range(5):
        assert tell(f"t.me/flood{number}").status == 200
    return clock


def test_a_link_alone_is_enough_and_gives_a_code() -> None:
    teller = tell("https://t.me/room_one")
    assert teller.status == 200
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", "-".join(codes(teller)))
    tip = Tip.objects.get()
    assert (tip.address, tip.kind, tip.level, tip.school) == (
        "https://t.me/room_one",
        "other",
        "",
        None,
    )


def codes(teller: Teller) -> list[str]:
    found = re.findall(r"<span>([0-9A-Z]+)</span>", teller.visitor.response.content.decode())
    return found[-4:]


def test_all_that_is_known_is_kept_in_fixed_words_and_the_school_sealed() -> None:
    tell(
        "@room_one",
        service="telegram",
        kind="room",
        level="middle",
        region="KR-11",
        seen="today",
        school=" Hangang   Middle ",
    )
    tip = Tip.objects.get()
    assert (tip.address, tip.kind, tip.level, tip.region, tip.seen) == (
        "https://t.me/room_one",
        "room",
        "middle",
        "KR-11",
        "today",
    )
    assert b"Hangang" not in bytes(tip.school)


def test_the_next_place_needs_one_line_and_stays_under_the_same_code() -> None:
    teller = tell("t.me/one_room", kind="room", level="high", region="KR-11", school="Hangang")
    code = "-".join(codes(teller))
    again = teller.send({"place": "t.me/two_room"})
    assert again.status == 200
    assert "-".join(codes(again)) == code
    assert "Tips under this code: 2" in again.text
    first, second = Tip.objects.order_by("pk")
    assert (second.kind, second.level, second.region, second.hand) == (
        "room",
        "high",
        "KR-11",
        first.hand,
    )
    assert second.school
    noted = again.send({"place": "https://t.me/two_room/7"})
    assert "It is noted once" in noted.text
    assert Tip.objects.count() == 2


def test_a_code_of_several_tips_says_how_many_stand_where_and_takes_one_more() -> None:
    teller = tell("t.me/one_room")
    code = "-".join(codes(teller))
    teller.send({"place": "t.me/two_room"})
    heard = Teller().visitor.post("/tip/answer/", {"lang": "en", "code": code})
    assert "Arrived 2" in heard.text
    later = Teller()
    later.visitor.post("/tip/", {"lang": "en", "under": code})
    assert "under the code that you have" in later.text
    assert "-".join(codes(later.send({"place": "t.me/three_room"}))) == code


def test_a_region_in_words_is_sealed(settings: object) -> None:
    settings.CENTRE_COUNTRY = "JP"
    tell("t.me/room", elsewhere=" Oceania,  Samoa ")
    tip = Tip.objects.get()
    assert tip.region == "ZZ"
    assert b"Samoa" not in bytes(tip.elsewhere)


def test_no_cookie_is_set_and_no_time_but_the_hour_is_kept() -> None:
    teller = tell()
    assert not teller.visitor.client.cookies
    assert Tip.objects.get().arrived_at.minute == 0


def test_the_page_has_no_way_to_give_a_file() -> None:
    for _tag, given in Teller().open().visitor.page.tags:
        assert given.get("type") != "file"
        assert "enctype" not in given


@pytest.mark.parametrize(
    "answers",
    [
        {"place": ""},
        {"place": "two words"},
        {"place": "t.me/one\nt.me/two"},
        {"place": "http://localhost/x"},
        {"place": "http://192.168.0.1/x"},
        {"place": "file:///etc/passwd"},
        {"place": "javascript:alert(1)"},
        {"place": "data:image/png;base64,AAAA"},
        {"place": "t.me/" + PNG},
        {"place": "t.me/room", "school": "data:image/png;base64," + PNG},
        {"place": "t.me/room", "school": PNG},
        {"place": "t.me/room", "school": "x" * 81},
        {"place": "t.me/room", "region": "data:image/png"},
        {"place": "t.me/room", "region": "XX-99"},
        {"place": "t.me/room", "kind": "bomb"},
        {"place": "t.me/room", "level": "data:image/png;base64,AAAA"},
        {"place": "t.me/room", "seen": "1 OR 1=1"},
        {"place": "t.me/room", "service": "\x00"},
        {"place": "https://user@t.me/room"},
        {"place": "https://example.com/" + "a" * 2001},
    ],
)
def test_what_is_no_tip_is_refused_in_words_and_nothing_is_kept(answers: dict[str, str]) -> None:
    teller = Teller().open().send(answers)
    assert teller.status == 422
    assert [given for _tag, given in teller.visitor.page.tags if given.get("role") == "alert"]
    assert not Tip.objects.exists()


def test_what_was_typed_stays_and_is_shown_as_text() -> None:
    teller = Teller().open().send({"place": '"><script>x</script>', "level": "high"})
    html = teller.visitor.response.content.decode()
    assert "<script>x" not in html
    assert '<option value="high" selected>' in html


def test_a_file_is_refused_before_it_is_read() -> None:
    answer = Client().post("/tip/", {"place": "t.me/room"})  # multipart
    assert answer.status_code == 415
    assert not Tip.objects.exists()


def test_another_sites_form_is_refused() -> None:
    answer = Client().post(
        "/tip/",
        "place=t.me/room",
        content_type="application/x-www-form-urlencoded",
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("mark", ["", "x", "a.b:c", "a.99999999999999999999:x", "\x00"])
def test_a_foreign_form_is_not_taken_and_nothing_typed_is_lost(mark: str) -> None:
    teller = Teller().open().send({"place": "t.me/room", "form": mark})
    assert teller.status == 400
    assert "What you typed is still here" in teller.text
    assert teller.send({"place": "t.me/room"}).status == 200


def test_a_form_that_was_open_for_a_day_is_sent_once_more(clock: Clock) -> None:
    teller = Teller().open()
    clock.on(hours=13)
    assert teller.send({"place": "t.me/room"}).status == 400
    assert teller.send({"place": "t.me/room"}).status == 200


def test_a_second_tap_makes_no_second_tip() -> None:
    teller = Teller().open()
    hidden = teller.visitor.page.hidden
    teller.send({"place": "t.me/room"})
    again = teller.send({**hidden, "place": "t.me/room"})
    assert "in already" in again.text
    assert Tip.objects.count() == 1


def test_the_answer_is_the_same_for_a_known_place_and_an_unknown_one(now: datetime) -> None:
    tell("t.me/known_room")
    count_new_tips(now=now)
    assert TippedPlace.objects.exists()
    known, unknown = tell("t.me/known_room"), tell("t.me/fresh_room")
    assert shape(known) == shape(unknown)
    assert known.status == unknown.status


def shape(teller: Teller) -> str:
    html = teller.visitor.response.content.decode()
    unmarked = re.sub(r'name="(form|under)" value="[^"]+"', r'name="\1"', html)
    return re.sub(r"<span>[0-9A-Z]+</span>", "<span></span>", unmarked)


def test_a_code_is_answered_and_a_wrong_one_gets_a_sentence() -> None:
    code = "-".join(codes(tell()))
    there = Teller().visitor.post("/tip/answer/", {"lang": "en", "code": code.lower()})
    assert "Your tip has arrived" in there.text
    for wrong in ("", "x" * 4000, code[:-1] + ("0" if code[-1] != "0" else "1")):
        answer = Teller().visitor.post("/tip/answer/", {"lang": "en", "code": wrong})
        assert answer.status == 422
        assert "This code opens nothing" in answer.text


def test_in_a_flood_a_tip_waits_on_its_page_and_passes_after_the_wait(flooded: Clock) -> None:
    teller = Teller().open().send({"place": "t.me/honest", "level": "high"})
    assert teller.status == 429
    assert int(teller.visitor.response["Retry-After"]) == 20
    assert "not lost" in teller.text
    assert teller.send({}).status == 429
    flooded.on(seconds=20)
    assert teller.send({}).status == 200
    assert Tip.objects.get(address="https://t.me/honest").level == "high"


def test_in_a_flood_whoever_took_the_time_to_fill_the_page_in_is_let_in_at_once(
    flooded: Clock,
) -> None:
    teller = Teller().open()
    flooded.on(seconds=25)
    assert teller.send({"place": "t.me/honest"}).status == 200


def test_in_a_flood_a_proof_of_work_is_let_in_at_once_and_counts_for_its_own_form(
    flooded: Clock,
) -> None:
    teller = Teller().open()
    proof = proof_for(teller.visitor.page.hidden["form"], 15)
    other = Teller().open().send({"place": "t.me/other", "proof": proof})
    assert other.status == 429
    assert teller.send({"place": "t.me/honest", "proof": proof}).status == 200


@pytest.mark.parametrize("proven", [True, False])
def test_one_form_sent_over_and_over_takes_nobodys_turn(flooded: Clock, *, proven: bool) -> None:
    first = Teller().open()
    hidden = {**first.visitor.page.hidden, "place": "t.me/replayed"}
    if proven:
        hidden["proof"] = proof_for(hidden["form"], 15)
    else:
        flooded.on(seconds=20)
    honest = Teller().open()
    flooded.on(seconds=0 if proven else 20)
    assert first.send(hidden).status == 200
    assert "in already" in first.send(hidden).text
    for _ in range(450):  # more than the lane holds
        assert first.send({**hidden, "place": "t.me/other"}).status == 409
    proof = proof_for(honest.visitor.page.hidden["form"], 15) if proven else ""
    assert honest.send({"place": "t.me/honest", "proof": proof}).status == 200


def test_one_place_sent_over_and_over_under_one_code_takes_nobodys_turn(
    clock: Clock, settings: object
) -> None:
    settings.TIPS_A_MINUTE = 1
    gate.start_anew()
    first = tell("t.me/mine")
    again = {**first.visitor.page.hidden, "place": "t.me/mine"}
    for _ in range(6):  # more than the lane holds
        assert "It is noted once" in first.send(again).text
    assert tell("t.me/honest").status == 200


def test_on_an_ordinary_day_no_script_is_loaded_and_no_sum_asked(client: Client) -> None:
    html = client.get("/tip/?lang=en").content.decode()
    assert "proof.js" not in html
    assert "data-bits" not in html


def test_in_a_flood_the_page_asks_for_the_sum_while_it_is_filled_in(
    flooded: Clock, client: Client
) -> None:
    html = client.get("/tip/?lang=en").content.decode()
    assert 'data-bits="15"' in html
    assert "proof.js" in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_of_the_tip_door_keeps_the_promises_of_the_door(
    language: str, flooded: Clock
) -> None:
    for teller in every_page(language, flooded):
        response, html = teller.visitor.response, teller.visitor.response.content.decode()
        assert response["Cache-Control"] == "no-store"
        assert "unsafe" not in response["Content-Security-Policy"]
        assert f'<html lang="{language}"' in html
        assert not FORBIDDEN.search(teller.text)
        labelled = {given.get("for") for tag, given in teller.visitor.page.tags if tag == "label"}
        ids = [given["id"] for _tag, given in teller.visitor.page.tags if "id" in given]
        assert len(ids) == len(set(ids))
        for tag, given in teller.visitor.page.tags:
            assert not [name for name in given if name.startswith("on") or name == "style"]
            if tag == "form":
                assert given["autocomplete"] == "off"
            if tag == "select" or given.get("type") == "text":
                assert given["id"] in labelled
                assert given["autocomplete"] == "off"
            for described in str(given.get("aria-describedby") or "").split():
                assert described in ids


def every_page(language: str, flooded: Clock) -> list[Teller]:
    """A teller on each page of this door."""
    pages = [Teller(language=language).open() for _ in range(5)]
    pages[1].send({"place": "t.me/room", "school": "x" * 90})
    pages[2].send({"place": "t.me/room"})
    pages[3].send({"place": "t.me/room", "form": "old"})
    flooded.on(seconds=20)
    pages[4].send({"place": "t.me/room"})
    code = "-".join(codes(pages[4]))
    asked = [Teller(language=language) for _ in range(3)]
    asked[0].visitor.open(f"/tip/answer/?lang={language}")
    asked[1].visitor.post("/tip/answer/", {"lang": language, "code": "x"})
    asked[2].visitor.post("/tip/answer/", {"lang": language, "code": code})
    assert [teller.status for teller in pages] == [200, 422, 429, 400, 200]
    return [*pages, *asked]
