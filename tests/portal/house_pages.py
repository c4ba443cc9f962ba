"""Every page of the portal by a name of its own, as it is served, for whoever looks at all of them.

The reports behind them are made up and benign. Needs a database that may be written to.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from http import HTTPStatus

from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory, override_settings
from django.utils import timezone

from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import ClosedBecause, Liveness, read_place
from jikimi.intake.actions import Received, receive_report
from jikimi.intake.tips.receiving import receive_tip
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.venues.guides import load_guides
from jikimi.web.portal.door import FORM_TYPE
from jikimi.web.portal.tip_form import TipForm
from jikimi.web.portal.tip_gate import gate
from jikimi.web.portal.trouble import cannot_be_read, failed
from tests.broken_database import refused
from tests.portal.tipping import Teller
from tests.portal.visitor import HEX, Answers, Visitor
from tests.reports import a_report

Named = Iterator[tuple[str, Visitor]]

SAVED = "copy-file"
"""The name of her report's copy: a file that she saves, and opens without our style."""

PLACES: Answers = {"places": "https://example.com/a\nhttps://t.me/room\n@account"}
REACH: Answers = {"contact_by": "call", "contact_how": "010-0000-0000"}

THREATENED_MINOR: Sequence[Answers] = (
    {"situation": "threatened"},
    {},
    {"age_group": "under_18"},
    {"file": "yes", "fingerprints": f"{HEX} 93"},
    PLACES,
    {"share": ["centre", "platforms"]},
    {"contact": "no"},
    {"declared": "on", "statement": "Somebody from a game."},
    {},
)
HELPING: Sequence[Answers] = (
    {"situation": "helping"},
    {"helper": "friend"},
    {"authority": "not_asked"},
    {"happening": "heard"},
    {},
    {"age_group": "adult"},
    {"file": "no"},
    {"places": ""},
    {},
    {"share": ["centre", "police"]},
    {"contact": "yes"},
    REACH,
    {},
    {},
)
POSTED: Sequence[Answers] = (
    {"situation": "posted"},
    {"age_group": "adult"},
    {"file": "no"},
    PLACES,
    {"share": ["centre", "platforms"]},
    {"contact": "yes"},
    REACH,
    {"declared": "on"},
)
# A wrong answer to each question that can refuse one.
WRONG: Answers = {
    "places": "two words\nhttp://localhost/",
    "share": ["x"],
    "contact_by": "",
    "contact_how": "data:image/png;base64,AAAA",
    "statement": "x" * 10_001,
}
PASSWORD_IN = {
    "en": "password",
    "id": "kata sandi",
    "ja": "パスワード",
    "ko": "비밀번호",
    "zh-hant": "密碼",
}
STATES = (
    NoticeState.DRAFT,
    NoticeState.SENT,
    NoticeState.OVERDUE,
    NoticeState.REFUSED,
    NoticeState.REMOVED,
)


def pages_by_name(language: str) -> dict[str, str]:
    """The HTML of every page in a language, each once, in the order in which they are met."""
    met = visitors_by_page(language)
    return {name: visitor.response.content.decode() for name, visitor in met.items()}


@cache
def visitors_by_page(language: str) -> dict[str, Visitor]:
    """A visitor on each of these pages. They are asked for once, whoever looks at them."""
    parts = (_doors, _reports, _refusals, _behind_the_code, _codes, _ends)
    others = (_tips, _flooded, _guides, _faults)
    gate.start_anew()
    pages: dict[str, Visitor] = {}
    said = set()
    for part in (*parts, *others):
        for name, visitor in part(language):
            if visitor.text not in said:
                said.add(visitor.text)
                pages[name] = _kept(visitor)
    return pages


def _doors(language: str) -> Named:
    for name, at in (("start", "/"), ("before", "/before/"), ("code", "/status/")):
        yield name, Visitor().open(f"{at}?lang={language}")
    yield "kept", Visitor().open(f"/kept/?lang={language}")


def _reports(language: str) -> Named:
    for way, answers in (("minor", THREATENED_MINOR), ("helping", HELPING), ("posted", POSTED)):
        visitor = Visitor(language=language).begin()
        for given in answers:
            yield f"{way}-{visitor.step}", _kept(visitor)
            visitor.answer(given)
        yield f"{way}-{visitor.step or 'receipt'}", _kept(visitor)
    again = Visitor(language=language).begin().walk(*THREATENED_MINOR[:-1])
    yield "code-ahead", _kept(again.answer({}, go="code"))
    form = again.page.hidden
    again.answer({})
    yield "receipt-again", _kept(again.post("/report/", {**form, "go": "next"}))
    again.post("/report/", {**again.page.hidden, "then": "start"})
    yield "already-sent", again.post("/report/", {**form, "go": "next"})


def _kept(visitor: Visitor) -> Visitor:
    """The page a visitor is on, while the visitor goes on."""
    return Visitor(client=visitor.client, response=visitor.response)


def _refusals(language: str) -> Named:
    visitor = Visitor(language=language).begin()
    for given in POSTED:
        wrong = _kept(visitor).answer(WRONG)
        if wrong.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            yield f"wrong-{visitor.step}", wrong
        visitor.answer(given)
    with refused():
        visitor.answer({})
    yield "try-again", _kept(visitor)
    yield "began-again", Visitor(language=language).begin().answer({"carried": "x"})
    yield "wrong-code", Visitor().post("/status/", {"lang": language, "code": "x"})
    not_ours = Visitor()
    not_ours.response = not_ours.client.post(f"/report/?lang={language}", {"x": "y"})
    yield "refused", not_ours


def _behind_the_code(language: str) -> Named:
    received = _report_with_notices(language)
    her = _opened(received, language)
    yield "status", _kept(her)
    for name in ("stop", "messages", "add", "code", "copy", "erase"):
        yield f"status-{name}", _kept(her.open(f"/status/{name}/?lang={language}"))
    her.open(f"/status/contact/?lang={language}")
    _press(her, language, "/status/contact/", **REACH)
    yield "status-contact", _kept(her.open(f"/status/contact/?lang={language}"))
    yield "status-reachable", _kept(her.open(f"/status/?lang={language}"))
    stop = {"what": "stop"}
    yield "status-contact-stopped", _kept(_press(her, language, "/status/contact/", **stop))
    her.open(f"/status/add/?lang={language}")
    yield "status-add-nothing", _kept(_press(her, language, "/status/add/", places="two words"))
    yield (
        "status-sure-one",
        _kept(_press(her, language, "/status/choice/", what="recipient", which="platform_2")),
    )
    yield (
        "status-sure-all",
        _kept(_press(her, language, "/status/choice/", what="take_back", which="platforms")),
    )
    her.open(f"/status/messages/?lang={language}")
    yield "status-written", _kept(_press(her, language, "/status/messages/", words="Hello."))
    yield from _half_typed(received, language)
    _press(her, language, "/status/choice/", what="recipient", which="platform_2", sure="yes")
    allow = {"what": "allow", "which": "platform_2"}
    yield "status-sure-again", _kept(_press(her, language, "/status/choice/", **allow))
    yield "status-paused", _kept(_press(her, language, "/status/choice/", what="pause"))


def _half_typed(received: Received, language: str) -> Named:
    """A message that was still being written as her report closed, until it is back."""
    her = _opened(received, language)
    her.open(f"/status/messages/?lang={language}")
    form = {**her.page.hidden, "words": "Hello again."}
    her.client.cookies.clear()
    yield "status-half-typed", _kept(her.post("/status/messages/", form))
    code = {"code": received.code.spelled(), "lang": language}
    yield "status-typed-back", _kept(her.post("/status/", {**her.page.hidden, **code}))


def _codes(language: str) -> Named:
    her = _opened(_report_with_notices(language), language)
    her.open(f"/status/code/?lang={language}")
    yield "status-spare-code", _kept(_press(her, language, "/status/code/", what="spare"))
    her.open(f"/status/code/?lang={language}")
    yield "status-new-code", _kept(_press(her, language, "/status/code/", what="new"))


def _ends(language: str) -> Named:
    received = receive_report(a_report(language=language), now=timezone.now())
    her = _opened(received, language)
    yield "status-new", _kept(her)
    _close_by_hand(received.case)
    yield "status-closed", _kept(her.open(f"/status/?lang={language}"))
    her.open(f"/status/copy/?lang={language}")
    yield SAVED, _kept(_press(her, language, "/status/copy/"))
    her.open(f"/status/stop/?lang={language}")
    yield "status-stopped", _kept(_press(her, language, "/status/stop/"))
    her.open(f"/status/erase/?lang={language}")
    yield "erased", _kept(_press(her, language, "/status/erase/", sure="yes"))


def _close_by_hand(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(
        status=CaseStatus.CLOSED, closed_at=timezone.now(), closed_because=ClosedBecause.ALL_ASKED
    )


def _tips(language: str) -> Named:
    teller = Teller(language=language).open()
    yield "tip", _kept(teller.visitor)
    yield "tip-wrong", _kept(teller.send({"place": "two words"}).visitor)
    teller.open()
    form = teller.visitor.page.hidden
    yield "tip-done", _kept(teller.send({"place": "t.me/room_one", **form}).visitor)
    yield "tip-again", _kept(teller.visitor.post("/tip/", {**form, "place": "t.me/room_one"}))
    yield "tip-already", _kept(teller.visitor.post("/tip/", {**form, "place": "t.me/room_two"}))
    teller.open()
    yield "tip-too-long-open", _kept(teller.send({"place": "t.me/a", "form": "x"}).visitor)
    yield "tip-answer", Visitor().open(f"/tip/answer/?lang={language}")
    answer = {"lang": language, "code": "x"}
    yield "tip-answer-wrong", Visitor().post("/tip/answer/", answer)
    told = TipForm({"place": "t.me/room_two"})
    assert told.is_valid()
    earlier = timezone.now() - timedelta(days=3)
    code = receive_tip(told.tip(), form=f"made up in {language}", now=earlier).code
    yield "tip-standing", Visitor().post("/tip/answer/", {"lang": language, "code": code})


def _flooded(language: str) -> Named:
    """The page that asks to wait, while very many tips come in."""
    with override_settings(TIPS_A_MINUTE=1):
        gate.start_anew()
        for number in range(5):
            Teller(language=language).open().send({"place": f"t.me/flood{number}"})
        yield "tip-later", _kept(Teller(language=language).open().send({"place": "t.me/b"}).visitor)
    gate.start_anew()


def _guides(language: str) -> Named:
    yield "help", Visitor().open(f"/help/?lang={language}")
    for name, words in (("found", PASSWORD_IN[language]), ("none-found", "zzzz")):
        yield f"help-{name}", Visitor().post("/help/", {"lang": language, "words": words})
    for guide in load_guides().everything:
        yield f"help-{guide.number:02}", Visitor().open(f"/help/{guide.number}/?lang={language}")


def _faults(language: str) -> Named:
    yield "not-found", Visitor().open(f"/nowhere/?lang={language}")
    posted = RequestFactory().post("/report/", f"lang={language}", content_type=FORM_TYPE)
    yield "failed", Visitor(response=failed(posted))
    asked = RequestFactory().get("/", {"lang": language})
    yield "cannot-be-read", Visitor(response=cannot_be_read(asked, SuspiciousOperation()))


def _report_with_notices(language: str) -> Received:
    """A report with a place for each state in which a notice can stand."""
    places = tuple(read_place(f"https://place-{n}.example/x") for n, _ in enumerate(STATES, 1))
    now = timezone.now()
    received = receive_report(a_report(language=language, places=places), now=now)
    sightings = received.case.sightings.order_by("address")
    for number, (sighting, state) in enumerate(zip(sightings, STATES, strict=True), 1):
        sighting.last_look_at = now
        sighting.liveness = Liveness.GONE if state is NoticeState.REMOVED else Liveness.STILL_THERE
        sighting.save()
        Notice.objects.create(
            sighting=sighting,
            recipient_id=f"platform_{number}",
            recipient_name=f"Platform {number}",
            route_type="email",
            address="abuse@platform.example",
            because="Because.",
            state=state,
            drafted_at=now,
            sent_at=now,
            due_at=now + timedelta(hours=24),
        )
    return received


def _opened(received: Received, language: str) -> Visitor:
    visitor = Visitor(language=language).open(f"/status/?lang={language}")
    code = received.code.spelled()
    return visitor.post("/status/", {**visitor.page.hidden, "code": code, "lang": language})


def _press(her: Visitor, language: str, address: str, **fields: str) -> Visitor:
    token = her.page.hidden["csrfmiddlewaretoken"]
    return her.post(address, {"lang": language, "csrfmiddlewaretoken": token, **fields})
