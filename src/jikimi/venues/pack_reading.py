"""Turn documents that their schema has accepted into frozen values."""

from __future__ import annotations

from datetime import date, time

from jikimi.venues.hosts import normal_host
from jikimi.venues.pack_files import RawPack
from jikimi.venues.pack_values import (
    Clock,
    CountryLines,
    Element,
    Escalation,
    Expected,
    FormEntry,
    Helpline,
    LawId,
    LawPack,
    Offence,
    QuietHours,
    Recipient,
    RecipientId,
    Review,
    Route,
    RouteLimits,
    Source,
    Wording,
)


def law_from(raw: RawPack) -> LawPack:
    """Read a lawpack/1."""
    applies, duty, notice = raw["applies_to"], raw["duty"], raw["notice"]
    return LawPack(
        id=LawId(raw["id"]),
        version=raw["version"],
        status=raw["status"],
        jurisdiction=raw["jurisdiction"],
        title=raw["title"],
        valid_from=_day(raw["valid"]["from"]),
        valid_to=_day(raw["valid"]["to"]),
        content=frozenset(applies["content"]),
        subjects=frozenset(applies["subject"]),
        recipient_kinds=frozenset(applies["recipient_kinds"]),
        countries=frozenset(applies["countries"]),
        offences=tuple(
            Offence(cite=one["cite"], in_force=_day(one["in_force"])) for one in raw["offences"]
        ),
        cite=duty["cite"],
        clock=_clock(duty["clock"]),
        manner=duty["manner"],
        scope=tuple(duty["scope"]),
        ask_authority=duty.get("ask_authority", "in_turn"),
        filers=frozenset(raw["filer"]["allowed"]),
        requires=frozenset(raw["filer"].get("requires", ())),
        false_statement=notice["false_statement"],
        languages=tuple(notice["languages"]),
        elements=tuple(_element(element) for element in notice["elements"]),
        reply_expected=tuple(Expected(**item) for item in raw["reply_expected"]),
        escalate=tuple(
            Escalation(after=rung["after"], to=rung["to"], note=rung.get("note"))
            for rung in raw["escalate"]
        ),
        sources=sources_from(raw),
        review=review_from(raw),
    )


def recipient_from(raw: RawPack) -> Recipient:
    """Read a recipient/1. A domain that is no host name stays, for the checks to name."""
    return Recipient(
        id=RecipientId(raw["id"]),
        name=raw["name"],
        kind=raw["kind"],
        status=raw["status"],
        language=raw["language"],
        serves=frozenset(raw["serves"]),
        run_by_police=raw.get("run_by_police", False),
        takes_reports=raw.get("takes_reports", True),
        country=raw.get("country", ""),
        domains=tuple(normal_host(domain) or domain for domain in raw["domains_allowed"]),
        link_domains=tuple(normal_host(one) or one for one in raw.get("link_domains", ())),
        private_paths=tuple(raw["private_paths"]),
        may_receive=frozenset(raw["may_receive"]),
        routes=tuple(_route(route) for route in raw["routes"]),
        laws_ranked=tuple(LawId(law) for law in raw["lawpacks_ranked"]),
        stated_time=_clock(raw["stated_time"]),
        adapter=_adapter(raw["adapter_format"]),
        fallback=tuple(raw["fallback"]),
        sources=sources_from(raw),
        review=review_from(raw),
    )


def _adapter(named: str | None) -> str:
    return "" if named in (None, "jikimi-notice/1") else str(named)


def helplines_from(raw: RawPack) -> CountryLines:
    """Read a helplines/1: the lines of one country."""
    sources = sources_from(raw)
    lines = tuple(
        Helpline(
            id=line["id"],
            country=raw["country"],
            name=line["name"],
            kind=line["kind"],
            phone=line["phone"],
            web=line["web"],
            chat=line.get("chat"),
            is_always_open=line.get("always_open", False),
            for_minors="minor" in line["for"],
            for_adults="adult" in line["for"],
            languages=tuple(line["languages"]),
            sources=sources,
        )
        for line in raw["lines"]
    )
    return CountryLines(country=raw["country"], lines=lines, review=review_from(raw))


def wording_from(raw: RawPack) -> Wording:
    """Read a wording/1."""
    return Wording(
        language=raw["language"], situations=raw["situations"], sentences=raw["sentences"]
    )


def _element(raw: RawPack) -> Element:
    return Element(
        id=raw["id"],
        required=raw["required"],
        forms=tuple(raw["forms"]),
        needs=tuple(raw["needs"]),
        template=raw["template"],
        by_hand=raw.get("by_hand"),
    )


def _route(raw: RawPack) -> Route:
    return Route(
        id=raw["id"],
        type=raw["type"],
        address=raw["address"],
        auto_send=raw["auto_send"],
        subjects=frozenset(raw["subject_kinds"]),
        laws=frozenset(LawId(law) for law in raw.get("lawpacks", ())),
        limits=_limits(raw["limits"]),
        privacy=raw["privacy"],
        form=tuple(FormEntry(label=label, fact=fact) for label, fact in raw["field_map"].items()),
        form_was_read=raw.get("field_map_status") == "verified",
    )


def _limits(raw: RawPack | str | None) -> RouteLimits:
    if raw is None or isinstance(raw, str):
        return RouteLimits(links_per_notice=None, one_host_per_notice=False, note=raw)
    return RouteLimits(
        links_per_notice=raw["links_per_notice"],
        one_host_per_notice=raw["one_host_per_notice"],
        note=raw["note"],
        per_hour=raw.get("per_hour"),
        per_day=raw.get("per_day"),
        at_once=raw.get("at_once"),
        quiet_hours=_quiet_hours(raw.get("quiet_hours")),
    )


def _quiet_hours(raw: RawPack | None) -> QuietHours | None:
    if raw is None:
        return None
    begin, end = time.fromisoformat(raw["begin"]), time.fromisoformat(raw["end"])
    return QuietHours(begin=begin, end=end, zone=raw["zone"])


def _clock(raw: RawPack | None) -> Clock | None:
    if raw is None:
        return None
    return Clock(
        value=raw["value"],
        unit=raw["unit"],
        trigger=raw.get("trigger"),
        calendar=raw.get("calendar", "elapsed"),
        zone=raw.get("zone"),
        holidays=raw.get("holidays"),
    )


def sources_from(raw: RawPack) -> tuple[Source, ...]:
    """Read what an entry was written from."""
    return tuple(
        Source(
            title=source["title"],
            kind=source["kind"],
            retrieved=date.fromisoformat(source["retrieved"]),
            confidence=source["confidence"],
            url=source.get("url"),
        )
        for source in raw["sources"]
    )


def review_from(raw: RawPack) -> Review:
    """Read until when an entry has to be read again."""
    return Review(
        by=date.fromisoformat(raw["review"]["by"]),
        expires=date.fromisoformat(raw["review"]["expires"]),
        who=raw["review"].get("who", ""),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
