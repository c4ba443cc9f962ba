"""What every page of the portal has in common."""

import re
from pathlib import Path

import pytest

from jikimi.intake.actions import receive_report
from jikimi.web.cookies import LEFT, ONLY_THIS_HOST, OURS
from jikimi.web.portal.carrying import Carried
from jikimi.web.portal.door import FORM_TYPE
from tests.broken_database import cut, out_of_step, refused
from tests.portal.house_pages import visitors_by_page
from tests.portal.messages import PORTAL
from tests.portal.visitor import Visitor
from tests.reports import a_report

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "id", "ja", "ko", "zh-hant")
# Names of helplines may hold a word that we do not say.
FORBIDDEN = re.compile(
    r"victim(?! support centre)|revenge|porn|content creator|oops|!|！"
    r"|피해자(?!지원센터)|리벤지|포르노|음란|야동"
    r"|\bkorban\b|balas dendam|リベンジ|ポルノ|受害者|復仇|色情",
    re.IGNORECASE,
)
A_FILE_OF_HERS = "copy-file"
# Answered by the door itself; what is around every answer has its own tests.
NOT_THROUGH_THE_HOUSE = {"failed", "cannot-be-read"}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


def test_every_language_that_is_offered_is_looked_at(settings):
    assert sorted(code for code, _name in settings.LANGUAGES) == sorted(LANGUAGES)


def test_every_page_keeps_the_promises_of_the_door(language):
    titles = set()
    for name, visitor in visitors_by_page(language).items():
        response, html = visitor.response, visitor.response.content.decode()
        assert response["Content-Language"] == language, name
        assert f'<html lang="{language}"' in html, name
        titles.add(re.search(r"<title>(.*)</title>", html)[1])
        if name != A_FILE_OF_HERS:
            assert 'dir="ltr"' in html
            assert 'href="/static/portal/icon.png"' in html
            assert ("a", "/exit/") in [
                (tag, str(given.get("href")).split("?")[0]) for tag, given in visitor.page.tags
            ], name
        if name not in NOT_THROUGH_THE_HOUSE:
            assert response["Cache-Control"] == "no-store"
            assert "default-src 'none'" in response["Content-Security-Policy"]
            assert "unsafe" not in response["Content-Security-Policy"]
    assert len(titles) == 1


def test_no_page_can_send_a_file_or_keep_what_was_typed(language):
    for name, visitor in visitors_by_page(language).items():
        for tag, given in visitor.page.tags:
            if given.get("type") == "file":
                assert "name" not in given
            if tag == "form":
                assert given["autocomplete"] == "off"
                assert "enctype" not in given
            if (tag == "textarea" and name != A_FILE_OF_HERS) or given.get("type") == "text":
                assert given["autocomplete"] == "off"


def test_no_page_has_inline_code_or_reaches_outside(language):
    for visitor in visitors_by_page(language).values():
        for tag, given in visitor.page.tags:
            assert not [name for name in given if name.startswith("on") or name == "style"]
            assert tag != "style"
            if tag in {"script", "link", "img"}:
                source = given.get("src") or given.get("href")
                assert source is not None
                assert source.startswith(("/static/", "data:image/png;base64,"))


def test_every_control_has_a_label(language):
    for visitor in visitors_by_page(language).values():
        labelled = {given.get("for") for tag, given in visitor.page.tags if tag == "label"}
        ids = [given["id"] for _tag, given in visitor.page.tags if "id" in given]
        assert len(ids) == len(set(ids))
        for tag, given in visitor.page.tags:
            if tag == "textarea" or given.get("type") in {"radio", "checkbox", "text"}:
                assert given["id"] in labelled
            for described in str(given.get("aria-describedby") or "").split():
                assert described in ids


@pytest.mark.parametrize("page", ["start", "before", "status-messages"])
def test_whoever_pretends_to_be_us_is_warned_of_where_she_begins_and_where_she_writes(page):
    told = visitors_by_page("en")[page].text
    assert "Whoever asks for them in our name is not us." in told


def test_help_is_one_tap_away_from_every_page_that_shows_no_code():
    for name, visitor in visitors_by_page("en").items():
        links = [str(given.get("href")) for tag, given in visitor.page.tags if tag == "a"]
        if name not in {A_FILE_OF_HERS, "status-spare-code", "status-new-code"}:
            assert [link for link in links if link.startswith("/help/")], name


def test_no_page_uses_a_word_that_hurts(language):
    for name, visitor in visitors_by_page(language).items():
        assert not FORBIDDEN.search(visitor.text), name


def test_the_language_follows_the_browser_until_she_chooses(client):
    korean = client.get("/", headers={"Accept-Language": "ko-KR,ko;q=0.9"})
    assert "여기서 도움을 받을 수 있어요" in korean.content.decode()
    chosen = client.get("/?lang=en", headers={"Accept-Language": "ko-KR"})
    assert "You can get help here" in chosen.content.decode()
    unknown = client.get("/?lang=" + "x" * 600)
    assert unknown.status_code == 200


def test_what_goes_wrong_is_told_in_the_language_that_was_chosen(client):
    lost = client.get("/nowhere/?lang=ja", headers={"Accept-Language": "ko"})
    assert "そのページはありません" in lost.content.decode()
    client.get("/exit/?lang=id")
    assert client.get("/nowhere/?lang=id")["Location"] == "https://www.bmkg.go.id/"


def test_the_address_of_an_act_alone_does_nothing_and_is_no_dead_end(client, now):
    code = receive_report(a_report(), now=now).code.spelled()
    Visitor(client=client).post("/status/", {"lang": "en", "code": code})
    for address in ("/status/choice/", "/status/leave/"):
        assert "Your report" in Visitor(client=client).open(f"{address}?lang=en").text
        assert "Your code" in Visitor().open(f"{address}?lang=en").text


def test_exit_ends_the_session_and_leads_to_the_weather(client, now):
    code = receive_report(a_report(), now=now).code.spelled()
    visitor = Visitor(client=client).post("/status/", {"lang": "en", "code": code})
    assert "Your report" in visitor.text

    answer = client.get("/exit/?lang=ko")

    assert answer.status_code == 302
    assert answer["Location"] == "https://www.weather.go.kr/"
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer["Cache-Control"] == "no-store"
    assert client.cookies["s"].value == client.cookies["c"].value == ""
    del client.cookies[LEFT]
    assert "Your code" in Visitor(client=client).open("/status/").text


@pytest.mark.parametrize("address", ["/", "/before/", "/report/", "/status/", "/status/stop/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_has_just_left_is_led_away_from_every_page(client, address, method):
    client.get("/exit/?lang=en")
    answer = getattr(client, method)(f"{address}?lang=en")
    assert answer["Location"] == "https://www.bbc.com/weather"
    assert answer.content == b""


def test_over_https_no_other_site_can_set_a_cookie_of_ours(client, now):
    client.cookies[LEFT] = "1"
    assert client.get("/?lang=en", secure=True).status_code == 200
    code = receive_report(a_report(), now=now).code.spelled()
    client.post("/status/", f"code={code}&lang=en", content_type=FORM_TYPE, secure=True)
    client.get("/status/?lang=en", secure=True)
    given = {name: cookie for name, cookie in client.cookies.items() if name != LEFT}
    assert set(given) == {f"{ONLY_THIS_HOST}{name}" for name in OURS - {LEFT}}
    for cookie in given.values():
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert "Your report" in client.get("/status/?lang=en", secure=True).content.decode()

    client.get("/exit/?lang=en", secure=True)
    assert client.cookies[ONLY_THIS_HOST + LEFT].value == "1"
    assert all(client.cookies[name].value == "" for name in given)
    assert client.get("/?lang=en", secure=True).status_code == 302


@pytest.mark.parametrize("blank", ["\xa0", "\x85", "\x0c", "\x1f"])
def test_what_python_alone_takes_for_blank_hides_no_prefix(client, blank):
    forged = f"{blank}{ONLY_THIS_HOST}{LEFT}=1"
    assert client.get("/?lang=en", secure=True, HTTP_COOKIE=forged).status_code == 200
    own = f"other=1;  {ONLY_THIS_HOST}{LEFT}=1 ; {forged}"
    assert client.get("/?lang=en", secure=True, HTTP_COOKIE=own).status_code == 302


def test_a_script_that_led_away_itself_is_answered_with_nothing(client):
    answer = client.post("/exit/", "x=", content_type=FORM_TYPE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.cookies[LEFT]["max-age"] == 180


def test_the_centre_may_choose_where_exit_leads(client, settings):
    settings.EXIT_TO = "https://news.example/"
    assert 'data-exit="https://news.example/"' in client.get("/nowhere/").content.decode()
    for address in ("/", "/before/"):
        told = client.get(f"{address}?lang=en").content.decode()
        assert "opens another page in this tab" in told
        assert "weather" not in told
    assert client.get("/exit/")["Location"] == "https://news.example/"


@pytest.mark.parametrize("broken", [refused, cut, out_of_step])
@pytest.mark.parametrize("by_script", [False, True])
def test_exit_works_whatever_the_database_does(client, now, broken, by_script):
    code = receive_report(a_report(), now=now).code.spelled()
    Visitor(client=client).post("/status/", {"lang": "en", "code": code})
    way_out = f"/exit/?form={Carried().signed_mark()}"
    with broken():
        answer = client.post(way_out, content_type=FORM_TYPE) if by_script else client.get(way_out)
    assert answer.status_code == (204 if by_script else 302)
    assert answer.cookies["s"].value == ""
    assert LEFT in answer.cookies
    assert "Clear-Site-Data" in answer


@pytest.mark.parametrize("broken", [refused, cut, out_of_step])
def test_without_a_database_her_page_asks_for_the_code_and_says_why(client, now, broken):
    code = receive_report(a_report(), now=now).code.spelled()
    visitor = Visitor(client=client).post("/status/", {"lang": "en", "code": code})
    with broken():
        assert visitor.open("/status/?lang=en").status == 503
    assert "Your report" in visitor.open("/status/?lang=en").text


def test_exit_works_beside_another_sites_cookie_with_a_strange_name(client, now):
    code = receive_report(a_report(), now=now).code.spelled()
    Visitor(client=client).post("/status/", {"lang": "en", "code": code})
    both = f"s={client.cookies['s'].value}; cart[shop]=1"
    assert client.get("/exit/?lang=en", HTTP_COOKIE=both).status_code == 302
    assert client.cookies["s"].value == ""


def test_another_site_cannot_end_a_session(client, now):
    code = receive_report(a_report(), now=now).code.spelled()
    Visitor(client=client).post("/status/", {"lang": "en", "code": code})
    answer = client.get("/exit/", headers={"Sec-Fetch-Site": "cross-site"})
    assert "Clear-Site-Data" not in answer
    assert "Your report" in Visitor(client=client).open("/status/").text


def test_the_first_question_weighs_less_than_sixty_kilobytes():
    visitor = Visitor(language="ko").open("/?lang=ko")
    pages = len(visitor.response.content) + len(visitor.open("/before/?lang=ko").response.content)
    pages += len(visitor.begin().response.content)
    static = PORTAL / "static"
    shared = ["house/colours.css", "portal/portal.css", "portal/exit.js", "portal/once.js"]
    files = sum((static / name).stat().st_size for name in [*shared, "portal/icon.png"])
    assert pages + files < 60_000


def test_no_script_stores_anything_or_names_a_file():
    for path in [*Path(PORTAL / "static").rglob("*.js")]:
        script = path.read_text()
        if path.name == "exit.js":  # its mark of three minutes, and the word that she left
            script = script.replace("document.cookie", "").replace("sendBeacon", "")
        if path.name == "player.js":  # a file in the page’s memory, let go at the end
            assert script.count("URL.revokeObjectURL(") == 1
            script = script.replace("URL.createObjectURL(file)", "", 1)
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", script)
        assert not re.search(r"XMLHttpRequest|sendBeacon|createObjectURL", script)
        assert not re.search(r"file\.name|innerHTML", script)
        # One script sends, and only the form on the page to where the form would go.
        sends = re.findall(r"\bfetch\(([^,]*)", script)
        assert sends == (["sent.action"] if path.name == "turning.js" else [])
