"""At the end of the year: does everything add up? Each fault is a sentence; none is good.

Compared are the made-up year, the cases, notices and outbox in the database, the mail server's and
the sites' own books, what was said of letters that broke off, and the trail.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Q

from bench.year.clockwork import claimed_then
from bench.year.house import Instant
from bench.year.plan import Plan
from jikimi.cases.models import Sighting
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.models import EntryContent
from jikimi.trail.ordering import order_entries

_BROKE_OFF_WITHIN = 30.0  # seconds between a claim and the fault that cut it short
_STARTS_WITHIN = 5.0
_DOWN = ("gone", "replaced", "said_gone")
_LED_NOWHERE = ("overdue", "refused")


@dataclass(frozen=True, kw_only=True)
class Books:
    """What was counted, and what does not add up."""

    outcomes: dict[str, int]
    letters_sent: int
    mails: int
    unknown: int
    moot: int
    """Letters that broke off and arrived, and whose notices had ended before somebody said so."""
    trail_entries: int
    faults: tuple[str, ...]


def reconcile(folder: Path, instants: list[Instant]) -> Books:
    """Compare everything with everything."""
    plan = Plan.of(folder)
    mails, settled = _lines(folder / "mails.jsonl"), _settled(folder)
    moot = _moot(mails)
    outcomes = Counter(dict(_outcomes()))
    order_entries()
    entries = check_whole_trail()  # raises what is wrong with it
    faults = [
        *_places_differ(plan),
        *_mails_differ(mails, moot.keys()),
        *_unexplained(moot | _claims(settled), instants),
        *_minors_looked_at(plan, folder),
        *_trail_differs(),
    ]
    return Books(
        outcomes=dict(sorted(outcomes.items())),
        letters_sent=OutboundLetter.objects.filter(state="sent").exclude(channel="").count(),
        mails=len(mails),
        unknown=len(settled),
        moot=len(moot),
        trail_entries=entries,
        faults=tuple(faults),
    )


def _outcomes() -> Iterator[tuple[str, int]]:
    """Each place has one: the first that applies."""
    places = Sighting.objects.all()
    withdrawn = places.filter(case__status="withdrawn")
    rest = places.exclude(case__status="withdrawn")
    down = rest.filter(liveness__in=_DOWN)
    up = rest.exclude(liveness__in=_DOWN)
    nowhere = up.filter(notices__state__in=_LED_NOWHERE).distinct()
    yield "withdrawn", withdrawn.count()
    yield "down", down.count()
    yield "still up, clock run out", nowhere.count()
    yield "none", places.count() - withdrawn.count() - down.count() - nowhere.count()


def _places_differ(plan: Plan) -> Iterator[str]:
    """Every planned place is there once, with the outcome that its site gave it."""
    expected = {
        place.link: "withdrawn"
        if case.withdraws
        else "up"
        if place.path.startswith("/stays")
        else "down"
        for case in plan.cases()
        for place in case.places
    }
    found = Counter(Sighting.objects.values_list("address", flat=True))
    for link in expected.keys() ^ found.keys():
        yield f"a place is only in one of plan and database: {link}"
    yield from (f"a place is there {n} times: {link}" for link, n in found.items() if n != 1)
    nowhere = set(
        Notice.objects.filter(state__in=_LED_NOWHERE).values_list("sighting__address", flat=True)
    )
    for link, liveness, status in Sighting.objects.values_list(
        "address", "liveness", "case__status"
    ):
        is_now = (
            "withdrawn"
            if status == "withdrawn"
            else "down"
            if liveness in _DOWN
            else "up"
            if link in nowhere
            else f"nothing ({liveness})"
        )
        if is_now != expected.get(link):
            yield f"{link} should be {expected.get(link)} and is {is_now}"
    for state in ("approved", "sending", "unknown"):
        if n := Notice.objects.filter(state=state).count():
            yield f"{n} notices were left {state}"
    for state in ("ready", "sending"):
        if n := OutboundLetter.objects.filter(state=state).count():
            yield f"{n} letters were left {state}"


def _moot(mails: list[dict[str, object]]) -> dict[str, float]:
    """Letters that broke off and arrived all the same at once, and when they were claimed.

    Before anybody asked the mail server's books, their places were seen to be gone or their case
    was withdrawn: what became of them is still unknown.
    """
    arrived = {str(mail["message_id"]): float(str(mail["t"])) for mail in mails}
    moot: dict[str, float] = {}
    unknown = OutboundLetter.objects.filter(state="unknown")
    for message_id, claimed in unknown.values_list("message_id", "claimed_at"):
        came = arrived.get(message_id)
        if came and claimed:
            for then in claimed_then(claimed.timestamp()):
                if then <= came <= then + _BROKE_OFF_WITHIN:
                    moot[message_id] = then
    return moot


def _mails_differ(mails: list[dict[str, object]], moot: Collection[str]) -> Iterator[str]:
    """Every letter that was sent arrived once, with exactly its notices; nothing else arrived

    but what broke off and is `moot` by now.
    """
    arrived = Counter(str(mail["message_id"]) for mail in mails)
    yield from (f"{one} arrived {n} times" for one, n in arrived.items() if n != 1)
    sent = dict(
        OutboundLetter.objects.filter(state="sent")
        .exclude(channel="")
        .values_list("message_id", "pk")
    )
    yield from (f"{one} is sent and never arrived" for one in sent.keys() - arrived.keys())
    yield from (f"{one} arrived and is not sent" for one in arrived.keys() - sent.keys() - moot)
    links: dict[str, set[str]] = {}
    told = Q(letter__state="sent") | Q(letter__message_id__in=moot)
    for message_id, link in Notice.objects.filter(told).values_list(
        "letter__message_id", "sighting__address"
    ):
        links.setdefault(message_id, set()).add(link)
    for mail in mails:
        named = mail["links"]
        if isinstance(named, list) and set(named) != links.get(str(mail["message_id"])):
            yield f"{mail['message_id']} names other places than its notices"
    in_no_letter = Notice.objects.filter(state="sent", letter=None).count()
    if in_no_letter:
        yield f"{in_no_letter} notices are sent and stand in no letter"


def _claims(settled: dict[str, dict[str, object]]) -> dict[str, float]:
    return {message_id: float(str(said["claimed"])) for message_id, said in settled.items()}


def _unexplained(claims: dict[str, float], instants: list[Instant]) -> Iterator[str]:
    """A letter breaks off only where somebody was killed, or the mail or the database broke."""
    for message_id, claimed in claims.items():
        if not any(
            one.began - _BROKE_OFF_WITHIN <= claimed <= one.ended + _STARTS_WITHIN
            for one in instants
        ):
            yield f"{message_id} broke off and nothing explains it"


def _minors_looked_at(plan: Plan, folder: Path) -> Iterator[str]:
    minors = {place.path for case in plan.cases() if case.minor for place in case.places}
    looked = {str(line["path"]) for line in _lines(folder / "looks.jsonl")}
    yield from (f"a minor's place was fetched: {path}" for path in minors & looked)


def _trail_differs() -> Iterator[str]:
    """The trail's counts are those of the tables that it tells of."""
    told = Counter(EntryContent.objects.values_list("payload__event", flat=True))
    events = dict(told)
    held = {
        "report received": Sighting.objects.values("case").distinct().count(),
        "notice drafted": Notice.objects.count(),
    }
    for event, number in held.items():
        if events.get(event, 0) != number:
            yield f"the trail tells {events.get(event, 0)} times of '{event}', the tables {number}"
    yield from _states_differ()


def _states_differ() -> Iterator[str]:
    """The last thing the trail says of each notice is the state that it is in."""
    last: dict[str, str] = {}
    sent: Counter[str] = Counter()
    for payload in (
        EntryContent.objects.filter(payload__event__startswith="notice ")
        .order_by("entry_id")
        .values_list("payload", flat=True)
        .iterator()
    ):
        state = payload["event"].removeprefix("notice ")
        last[payload["notice"]] = "draft" if state == "drafted" else state
        sent[payload["notice"]] += state == "sent"
    states = {str(pk): state for pk, state in Notice.objects.values_list("pk", "state")}
    for pk in states.keys() | last.keys():
        if states.get(pk) != last.get(pk):
            yield f"notice {pk} is {states.get(pk)}, and {last.get(pk)} by the trail"
    yield from (f"notice {pk} was sent {n} times by the trail" for pk, n in sent.items() if n > 1)
    went = set(Notice.objects.filter(sent_at__isnull=False).values_list("pk", flat=True))
    if len(went) != sum(sent.values()):
        yield f"{len(went)} notices have a time of sending, {sum(sent.values())} by the trail"


def _settled(folder: Path) -> dict[str, dict[str, object]]:
    return {str(one["message_id"]): one for one in _lines(folder / "settled.jsonl")}


def _lines(path: Path) -> list[dict[str, object]]:
    if not path.exists():
        return []
    with path.open() as lines:
        return [json.loads(line) for line in lines]
