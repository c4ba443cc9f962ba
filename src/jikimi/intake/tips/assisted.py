"""What a caseworker may hand over about a tipped place: to whom, how, in which words. Pure.

There is no survivor who agreed to anything, and the place may show minors. So nobody has opened it,
the words say that, and a hotline comes first.
"""

from dataclasses import dataclass
from datetime import date

from jikimi.intake.tips.rules import TipKind
from jikimi.venues.pack_values import WORLDWIDE, Packs, Recipient, Route

POLICE = "police"


@dataclass(frozen=True, kw_only=True)
class TipFacts:
    """What tips said about a place."""

    address: str
    host: str
    kind: TipKind
    tips: int
    of_minors: bool
    first_day: date


@dataclass(frozen=True, kw_only=True)
class Centre:
    """Who writes."""

    name: str
    phone: str
    email: str
    country: str


@dataclass(frozen=True, kw_only=True)
class AssistedReport:
    """One report to hand over by form, mail or telephone."""

    recipient_id: str
    recipient_name: str
    way: str
    """Such as "web form", "e-mail" or "telephone"."""
    address: str
    """Where to: a link, a mail address or a number."""
    text: str
    because: str


_WAYS = {"web_form": "web form", "email": "e-mail", "phone": "telephone", "in_app": "in the app"}
_THINGS = {
    TipKind.ROOM: ("a chat room", "대화방"),
    TipKind.CHANNEL: ("a channel", "채널"),
    TipKind.ACCOUNT: ("an account", "계정"),
    TipKind.POST: ("a post", "게시물"),
    TipKind.BOT: ("a bot", "봇"),
    TipKind.SEARCH: ("a search result", "검색 결과"),
    TipKind.SITE: ("a website", "웹사이트"),
    TipKind.OTHER: ("a place", "장소"),
}


def assisted_reports(facts: TipFacts, packs: Packs, centre: Centre) -> tuple[AssistedReport, ...]:
    """The hotlines of the centre's country or else for the world, the service, the police."""
    found = [_of(one, route, facts, centre) for one, route in _hotlines(packs, centre.country)]
    platform = packs.recipient_for_host(facts.host) if facts.host else None
    if platform and platform.kind not in {"hotline", "regulator", "police"}:
        route = platform.route_for("minor") or platform.route_for("adult")
        if route:
            found.append(_of(platform, route, facts, centre))
    police = next(
        (line for line in packs.helplines(centre.country, minor=True) if line.kind == POLICE), None
    )
    if police:
        language = police.languages[0] if police.languages else "en"
        found.append(
            AssistedReport(
                recipient_id=POLICE,
                recipient_name=police.name["en"],
                way="telephone" if police.phone else "web form",
                address=police.phone or police.web or "",
                text=_words(facts, centre, language),
                because="Because a crime may be under way there. Ask whether they are at work on "
                "it before a service is told: a room that closes early can take proof with it.",
            )
        )
    return tuple(found)


def _hotlines(packs: Packs, country: str) -> list[tuple[Recipient, Route]]:
    for place in (country.upper(), WORLDWIDE):
        found = [
            (one, route)
            for one in packs.recipients.values()
            if one.kind == "hotline" and place in one.serves and "link" in one.may_receive
            if (route := one.route_for("minor"))
        ]
        if found:
            return found
    return []


def _of(to: Recipient, route: Route, facts: TipFacts, centre: Centre) -> AssistedReport:
    because = (
        "Because nobody knows how old the people there are, a hotline comes first."
        if to.kind == "hotline"
        else f"Because it is on {facts.host}, which belongs to {to.name}."
    )
    if to.status == "unverified":
        because += " Its entry was never read against its own page: look the way up first."
    return AssistedReport(
        recipient_id=to.id,
        recipient_name=to.name,
        way=_WAYS.get(route.type, route.type),
        address=route.address,
        text=_words(facts, centre, to.language),
        because=because,
    )


def _words(facts: TipFacts, centre: Centre, language: str) -> str:
    korean = language == "ko"
    thing = _THINGS[facts.kind][1 if korean else 0]
    return (_korean if korean else _english)(facts, centre, thing)


def _english(facts: TipFacts, centre: Centre, thing: str) -> str:
    minors = (
        " Some of them say that pupils of a school are shown, so minors may be."
        if facts.of_minors
        else " We do not know how old the people shown are; minors may be among them."
    )
    return (
        f"Members of the public told us of {thing} where intimate pictures are said to be made or "
        f"shared without consent:\n\n{facts.address}\n\n"
        f"{_how_many(facts.tips)} since {facts.first_day.isoformat()}.{minors} "
        "We have not opened it and we keep no copy of anything there.\n\n"
        "Please review it under your rules and the law, keep what an investigation needs, and "
        f"tell us what you decide.\n\n{_signed(centre)}"
    )


def _korean(facts: TipFacts, centre: Centre, thing: str) -> str:
    minors = (
        "학교 학생이 나온다는 제보가 있어 미성년자가 포함되었을 수 있습니다."
        if facts.of_minors
        else "등장하는 사람의 나이는 알 수 없으며 미성년자가 포함되었을 수 있습니다."
    )
    return (
        f"동의 없이 성적 이미지를 만들거나 유포한다는 {thing}에 대한 시민 제보를 받았습니다.\n\n"
        f"{facts.address}\n\n"
        f"{facts.first_day.isoformat()} 이후 받은 제보: {facts.tips}건. {minors} "
        "저희는 이곳을 열어 보지 않았고 어떤 사본도 가지고 있지 않습니다.\n\n"
        "귀 기관의 기준과 법에 따라 검토하고, 수사에 필요한 자료를 보존하고, 결과를 알려 주시기 "
        f"바랍니다.\n\n{_signed(centre)}"
    )


def _how_many(tips: int) -> str:
    return "One tip" if tips == 1 else f"{tips} tips"


def _signed(centre: Centre) -> str:
    return "\n".join(line for line in (centre.name, centre.phone, centre.email) if line)
