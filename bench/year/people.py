"""The people of the year: survivors who report, and caseworkers who say yes.

`python -m bench.year people FOLDER` does both in turns for as long as it lives. Most notices go by
rule; what no switch lets go, a minor's above all, one account approves or hands over. What it has
to know it finds in the database and in the mail server's books, so that it may be killed at any
instant and started again.
"""

import json
import secrets
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import close_old_connections, transaction

from bench.year.clockwork import really_claimed
from bench.year.made import MadeCase
from bench.year.plan import Plan
from jikimi.cases.actions import FoundCopy, NewFingerprint, add_found_copies, hold_case
from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import AgeGroup, Situation, page_mark, read_place
from jikimi.intake.actions import NewReport, receive_report, withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notices,
    hand_over_notices,
    record_replies,
    settle_unknown,
)
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.trail.models import ConsentScope
from jikimi_core.fingerprint import pdq
from tests.pictures import photo

_CASES_A_TURN = 20
_ROUND_SECONDS = 2.0
"""How often they go through their lists at most."""
_ITEMS_A_ROUND_SECOND = 10_000
"""The lists of a long year are long: they are gone through the more rarely."""
_SECOND_THOUGHTS = timedelta(seconds=4)
_EMAIL = "caseworker@centre.example"


def work(folder: Path) -> None:
    """Take turns: some reports, then, from time to time, everything that waits for a yes."""
    plan = Plan.of(folder)
    rests, lists_at = max(_ROUND_SECONDS, plan.items / _ITEMS_A_ROUND_SECOND), 0.0
    waiting = _not_yet_in(plan)
    leaving = plan.leaving()
    while True:
        close_old_connections()
        taken = list(islice(waiting, _CASES_A_TURN))
        for case in taken:
            _report(case)
        if not taken:
            time.sleep(max(0.0, lists_at - time.monotonic()))
        if time.monotonic() >= lists_at:
            lists_at = time.monotonic() + rests
            _settle_unknowns(folder)
            _decide_drafts()
            _note_removals()
            _withdraw(leaving)


def _not_yet_in(plan: Plan) -> Iterator[MadeCase]:

    known = set(Sighting.objects.values_list("address", flat=True))
    for case in plan.cases():
        if not all(place.link in known for place in case.places):
            yield case


def _report(made: MadeCase) -> None:
    """Her report, and what the centre finds itself later on."""

    now = datetime.now(UTC)
    link = made.places[0].link
    first = Sighting.objects.filter(page=page_mark(link), address=link).first()
    if first is None:
        case = receive_report(
            NewReport(
                situation=Situation.FAKED,
                age_group=AgeGroup.UNDER_18 if made.minor else AgeGroup.ADULT,
                language="ko",
                had_file=True,
                fingerprints=(NewFingerprint(pdq=_picture(made), quality=100),),
                places=tuple(read_place(one.link) for one in made.places if not one.found_by_us),
                consents=frozenset(ConsentScope),
                declared_no_consent=True,
                statement="A made-up statement for a made-up year.",
                contact="",
            ),
            now=now,
        ).case
        case_id = case.pk
    else:
        case_id = first.case_id
    with transaction.atomic():
        held = hold_case(case_id)
        copies = [
            FoundCopy(place=read_place(one.link), distance=4, quality=100)
            for one in made.places
            if one.found_by_us
        ]
        add_found_copies(held, copies, now=now)


def _decide_drafts() -> None:
    """Approve what a channel carries, hand over the rest."""

    staff = _staff()
    drafts = Notice.objects.filter(state="draft", why_not="", sighting__case__status="open")
    by_case: dict[tuple[UUID, bool], list[UUID]] = defaultdict(list)
    for notice_id, case_id, channel in drafts.order_by("drafted_at").values_list(
        "pk", "sighting__case", "channel"
    ):
        by_case[case_id, bool(channel)].append(notice_id)
    for (_, goes), notices in by_case.items():
        act = approve_notices if goes else hand_over_notices
        act(notices, staff=staff, now=datetime.now(UTC))


def _note_removals() -> None:
    """What sites answer about a minor's picture, where nobody may look: those that take it down."""
    sent = Notice.objects.filter(state="sent", sighting__case__age_group="under_18")
    answered = sent.exclude(law_id="").exclude(sighting__address__contains="/stays/")
    by_case: dict[UUID, list[UUID]] = defaultdict(list)
    for notice_id, case_id in answered.values_list("pk", "sighting__case"):
        by_case[case_id].append(notice_id)
    reply = ReportedReply(state=NoticeState.REMOVED, words="Removed.")
    for notices in by_case.values():
        record_replies(notices, reply, staff=_staff(), now=datetime.now(UTC))


def _withdraw(leaving: list[str]) -> None:
    """Some take everything back, some seconds after their notices went out or were about to."""
    ripe = datetime.now(UTC) - _SECOND_THOUGHTS
    cases = Case.objects.filter(sightings__page__in=leaving, opened_at__lt=ripe)
    for case in cases.exclude(status="withdrawn").distinct():
        withdraw_report(case, now=datetime.now(UTC))


def _settle_unknowns(folder: Path) -> None:
    """Ask the mail server's books whether a letter that broke off arrived, and say so."""

    letters = list(OutboundLetter.objects.filter(state="unknown"))
    if not letters:
        return
    arrived = {json.loads(line)["message_id"] for line in (folder / "mails.jsonl").open()}
    staff = _staff()
    with (folder / "settled.jsonl").open("a") as book:
        for letter in letters:
            notice = Notice.objects.filter(letter=letter, state="unknown").first()
            if notice is None:
                continue
            yes = letter.message_id in arrived
            said = {"t": time.time(), "message_id": letter.message_id, "arrived": yes}
            claimed = letter.claimed_at.timestamp() if letter.claimed_at else 0.0
            book.write(json.dumps({**said, "claimed": really_claimed(claimed)}) + "\n")
            book.flush()
            settle_unknown(notice.pk, arrived=yes, staff=staff, now=datetime.now(UTC))


def _staff() -> Staff:

    found = Staff.objects.filter(email=_EMAIL).first()
    return found or Staff.objects.create_staff(email=_EMAIL, password=secrets.token_hex())


def _picture(made: MadeCase) -> bytes:
    """A minor's is another one: what resembles it would never go by rule, whosever it is."""
    return _print_of("chelsea" if made.minor else "coffee")


@cache
def _print_of(name: str) -> bytes:
    return pdq.from_array(photo(name)).hash
