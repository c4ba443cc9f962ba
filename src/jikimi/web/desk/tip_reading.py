"""Tipped places as the desk shows them: words, counts and a small drawing of two days."""

from dataclasses import dataclass

from django.conf import settings

from jikimi.intake.tips.assisted import AssistedReport
from jikimi.intake.tips.models import TippedPlace, TipReport
from jikimi.intake.tips.reading import (
    Named,
    PlaceRow,
    cases_that_know,
    named_by_tips,
    reports_for,
)
from jikimi.intake.tips.rules import Outcome, PlaceState, SchoolLevel, Seen, Service, TipKind
from jikimi.people.models import Staff
from jikimi.venues.regions import regions_of

_WIDTH, _HEIGHT, _LEAST = 3, 24, 2
KINDS = {
    TipKind.ROOM: "chat room",
    TipKind.CHANNEL: "channel",
    TipKind.ACCOUNT: "account",
    TipKind.POST: "post",
    TipKind.BOT: "bot",
    TipKind.SEARCH: "search result",
    TipKind.SITE: "website",
    TipKind.OTHER: "not said what",
}
SERVICES = {
    Service.TELEGRAM: "Telegram",
    Service.DISCORD: "Discord",
    Service.X: "X",
    Service.INSTAGRAM: "Instagram",
    Service.KAKAO: "KakaoTalk",
    Service.LINE: "LINE",
    Service.OTHER: "service not said",
}
LEVELS = {
    SchoolLevel.ELEMENTARY: "elementary school",
    SchoolLevel.MIDDLE: "middle school",
    SchoolLevel.HIGH: "high school",
    SchoolLevel.UNIVERSITY: "university",
    SchoolLevel.NONE: "no school",
}
SEEN = {
    Seen.TODAY: "that day",
    Seen.WEEK: "within a week",
    Seen.EARLIER: "longer ago",
    Seen.UNKNOWN: "not said",
}
_OUTCOMES = {
    Outcome.DOWN: "down",
    Outcome.COULD_NOT: "could not be taken down",
    Outcome.SET_ASIDE: "set aside",
}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """The tips of one hour, drawn."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, kw_only=True)
class TipLine:
    """One place in the list."""

    place: TippedPlace
    facts: str
    state: str
    tone: str
    last_hour: int
    last_day: int
    bars: tuple[Bar, ...]
    drawn: str
    """What the drawing shows, in words."""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A report that may be handed over, and whether it was."""

    report: AssistedReport
    done: TipReport | None


@dataclass(frozen=True, kw_only=True)
class TipPage:
    """All that the page of one place shows."""

    line: TipLine
    told: tuple[tuple[str, str], ...]
    cases: tuple[str, ...]
    ready: tuple[Ready, ...]
    is_mine: bool
    is_waiting: bool
    is_settled: bool
    was_reported: bool
    opened: tuple[tuple[str, int], ...]


def line_of(row: PlaceRow) -> TipLine:
    """A place as one line."""
    place = row.place
    service = SERVICES.get(Service(place.service), "")
    parts = [KINDS[TipKind(place.kind)], service, "minors named" if place.of_minors else ""]
    state, tone = _state(place)
    return TipLine(
        place=place,
        facts=" · ".join(part for part in parts if part),
        state=state,
        tone=tone,
        last_hour=row.last_hour,
        last_day=row.last_day,
        bars=_bars(row.by_hour),
        drawn=f"{row.last_day} in the last day, {sum(row.by_hour)} in two days",
    )


def page_of(row: PlaceRow, *, staff: Staff, opened: tuple[tuple[str, int], ...]) -> TipPage:
    """A place as a page."""
    place = row.place
    done = {report.recipient_id: report for report in place.reports.select_related("staff")}
    taken = place.state == PlaceState.TAKEN
    return TipPage(
        line=line_of(row),
        told=tuple(_told(place)),
        cases=cases_that_know(place),
        ready=tuple(
            Ready(report=report, done=done.get(report.recipient_id))
            for report in reports_for(place)
        ),
        is_mine=taken and place.taken_by_id == staff.pk,
        is_waiting=place.state == PlaceState.WAITING,
        is_settled=place.state == PlaceState.SETTLED,
        was_reported=bool(done),
        opened=opened,
    )


def _state(place: TippedPlace) -> tuple[str, str]:
    match PlaceState(place.state):
        case PlaceState.WAITING:
            return "waits", "warn" if place.of_minors else "plain"
        case PlaceState.TAKEN:
            return "taken up", "plain"
        case PlaceState.SETTLED:
            return _OUTCOMES[Outcome(place.outcome)], "ok"


def _told(place: TippedPlace) -> list[tuple[str, str]]:
    here = regions_of(settings.CENTRE_COUNTRY, *settings.PACK_FOLDERS)
    regions = {"ZZ": "somewhere else"} | {region.code: region.name("en") for region in here}
    kinds = {kind.value: words for kind, words in KINDS.items()}
    levels = {level.value: words for level, words in LEVELS.items()}
    seen = {when.value: words for when, words in SEEN.items()}
    return [
        (label, _listed(named_by_tips(place, field), words))
        for label, field, words in (
            ("What it is", "kind", kinds),
            ("Whose pictures", "level", levels),
            ("Region", "region", regions),
            ("Seen, counted from the tip", "seen", seen),
        )
    ]


def _listed(named: tuple[Named, ...], words: dict[str, str]) -> str:
    return ", ".join(f"{words.get(one.value, one.value)} ({one.tips})" for one in named) or "–"


def _bars(by_hour: tuple[int, ...]) -> tuple[Bar, ...]:
    most = max(*by_hour, 1)
    heights = [max(_HEIGHT * tips // most, _LEAST) if tips else 0 for tips in by_hour]
    return tuple(
        Bar(x=number * _WIDTH, y=_HEIGHT - height, height=height)
        for number, height in enumerate(heights)
        if height
    )
