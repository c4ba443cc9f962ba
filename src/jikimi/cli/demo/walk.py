"""The story the demo tells, step by step: survivor, caseworker, platform, survivor, trail."""

import base64
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from jikimi.cli.demo.processes import DidNotStart, Product, product, standin
from jikimi.cli.demo.standin_platform import Doors
from jikimi.cli.demo.timeline import Timeline
from jikimi.cli.demo.trail_check import check_trail
from jikimi.cli.demo.visitor import Visitor
from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.errors import FingerprintError

_PATIENCE = 180.0
_HALF_A_MINUTE = 30
_SECONDS_TO_TYPE = 5
_PASSWORD = "quiet lantern over north pier"  # noqa: S105  # of an account that lives a minute
_RECEIPT = re.compile(r"[0-9A-Z]{4}(?:[\s-]+[0-9A-Z]{4}){4}[\s-]+[0-9A-Z]\b")
_SECRET = re.compile(r"\b[A-Z2-7]{32}\b")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How it ended. `trouble` is a sentence, empty when all went well."""

    notice_id: str = ""
    removed: bool = False
    trail_verified: bool = False
    trouble: str = ""


def walk(picture: Path, folder: Path, timeline: Timeline) -> Outcome:
    """Tell the whole story once. Never raises for what goes wrong in it."""
    try:
        fingerprint = pdq.from_file(picture)
    except FingerprintError as error:
        return Outcome(trouble=f"{picture}: {error}")
    try:
        with standin(picture) as doors:
            timeline.add("platform", "a stand-in hosts the picture", page=doors.page)
            with product(folder, doors) as house:
                timeline.add("operator", "jikimi up: portal, desk and worker", at=house.origin)
                return _story(fingerprint, house, doors, timeline)
    except (DidNotStart, LookupError, TimeoutError, httpx.HTTPError) as error:
        return Outcome(trouble=str(error))


def _story(made: pdq.Pdq, house: Product, doors: Doors, timeline: Timeline) -> Outcome:
    receipt = _report(made, house, doors, timeline)
    with Visitor(house.origin) as caseworker:
        _sign_in(caseworker, house, timeline)
        case = _find_case(caseworker, timeline)
        notice_id = _approve(caseworker, case, timeline)
        _wait_for_mail(doors, timeline)
        removed = _see_it_gone(caseworker, case, timeline)
    told = _status(house, receipt, timeline)
    verified = check_trail(house, case, timeline)
    return Outcome(
        notice_id=notice_id,
        removed=removed and told,
        trail_verified=verified,
        trouble="" if removed and told and verified else "the removal was not verified in time",
    )


def _report(made: pdq.Pdq, house: Product, doors: Doors, timeline: Timeline) -> str:
    """Answer every question of the portal; return the receipt."""
    timeline.add("survivor", "picture fingerprinted on the device", quality=made.quality)
    with Visitor(house.origin) as survivor:
        answer_all_questions(survivor, made, doors.page)
        found = _RECEIPT.search(survivor.page.text)
    if found is None:
        raise LookupError(f"No receipt on a page that says: {survivor.page.text[:300]}")
    timeline.add("survivor", "report sent, receipt shown once; 0 photos sent")
    return found.group()


def answer_all_questions(survivor: Visitor, made: pdq.Pdq, place: str) -> None:
    """Go through the portal's questions, up to the page with the receipt."""
    survivor.open("/report/?lang=en")
    for answers in (
        {"situation": "faked"},
        {"age_group": "adult"},
        {"file": "yes", "fingerprints": f"{made.hex} {made.quality}"},
        {"places": place},
        {"share": ["centre", "platforms", "block_list"]},
        {"contact": "no"},
        {"declared": "on", "statement": "Somebody made this from my photo."},
        {},
    ):
        survivor.submit(survivor.page.form_with("step", *answers), **answers, go="next")


def _sign_in(caseworker: Visitor, house: Product, timeline: Timeline) -> None:
    """The first account, by the one-time link, with its second factor."""
    caseworker.open(house.setup_link)
    caseworker.submit(
        caseworker.page.form_with("email", "password", "again"),
        email="case@jikimi.example",
        password=_PASSWORD,
        again=_PASSWORD,
    )
    secret = _SECRET.search(caseworker.page.text.replace(" ", "")) or _SECRET.search(
        caseworker.page.text
    )
    if secret is None:
        raise LookupError(f"No secret for the app on: {caseworker.page.text[:300]}")
    caseworker.submit(caseworker.page.form_with("code"), code=one_time_code(secret.group()))
    timeline.add("caseworker", "signed in with a second factor")


def one_time_code(secret: str) -> str:
    """The six digits that an authenticator app shows for a base32 secret (RFC 6238).

    They change every half minute: just before that it waits for the next ones, as people do.
    """
    left = _HALF_A_MINUTE - time.time() % _HALF_A_MINUTE
    if left < _SECONDS_TO_TYPE:
        time.sleep(left + 0.01)
    key = base64.b32decode(secret)
    # SHA-1 is what RFC 6238's default and every app uses; its collisions do not matter here.
    totp = TOTP(key, 6, SHA1(), _HALF_A_MINUTE, enforce_key_length=False)  # noqa: S303
    return totp.generate(int(time.time())).decode()


def _find_case(caseworker: Visitor, timeline: Timeline) -> str:
    """The nickname of the one case in the queue, once its notice is drafted."""

    def drafted() -> str:
        queue = caseworker.open("/desk/")
        found = [re.search(r"/desk/case/([a-z0-9-]+)/", link) for link in queue.links]
        names = [match[1] for match in found if match]
        ready = names and any(
            "/approve/" in form.action for form in caseworker.open(f"/desk/case/{names[0]}/").forms
        )
        return names[0] if ready else ""

    case = _until("the notice was drafted", drafted)
    timeline.add("jikimi", "case opened, notice drafted", case=case)
    return case


def _approve(caseworker: Visitor, case: str, timeline: Timeline) -> str:
    page = caseworker.open(f"/desk/case/{case}/")
    form = page.form_with(action="/approve/")
    caseworker.submit(form)
    timeline.add("caseworker", "approved the notice; no picture was looked at")
    found = re.search(r"/notice/([0-9a-f-]{36})/", form.action)
    return found[1] if found else ""


def _wait_for_mail(doors: Doors, timeline: Timeline) -> None:
    site = f"http://127.0.0.1:{doors.http_port}"

    def asked(address: str) -> httpx.Response:
        return httpx.get(address, trust_env=False, timeout=_PATIENCE)

    def arrived() -> str:
        mails = asked(f"{site}/_standin/mails").json()
        return str(mails[0]["subject"]) if mails else ""

    subject = _until("the notice arrived", arrived)
    timeline.add("platform", "the notice arrived by SMTP", subject=subject)
    _until("the platform acted", lambda: "down" if asked(doors.page).is_error else "")
    timeline.add("platform", "took the picture down")


def _see_it_gone(caseworker: Visitor, case: str, timeline: Timeline) -> bool:
    caseworker.open(f"/desk/case/{case}/")
    caseworker.submit(caseworker.page.form_with(action="/look/"))

    def gone() -> str:
        said = caseworker.open(f"/desk/case/{case}/").text
        return "yes" if "looked: gone" in said and "notice removed" in said else ""

    _until("the look found it gone", gone)
    timeline.add("jikimi", "looked at the link again: gone")
    return True


def _status(house: Product, receipt: str, timeline: Timeline) -> bool:
    """What the survivor reads with her receipt."""
    with Visitor(house.origin) as survivor:
        survivor.open("/status/?lang=en")
        survivor.submit(survivor.page.form_with("code"), code=receipt)
        told = "When we last looked, it was no longer there." in survivor.page.text
    timeline.add("survivor", "the status page says so" if told else "the status page does not")
    return told


def _until(what: str, found: Callable[[], str]) -> str:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if answer := found():
            return answer
        time.sleep(0.2)
    raise TimeoutError(f"Waited {_PATIENCE:.0f} s and it did not happen that {what}.")
