"""The parts that law packs and recipients are made of: ids, clocks, sources, rungs, limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal, NewType

LawId = NewType("LawId", str)
RecipientId = NewType("RecipientId", str)

Situation = Literal["fake", "recording", "unknown"]
Subject = Literal["adult", "minor"]
RouteType = Literal["web_form", "email", "phone", "api", "in_app", "in_person"]
RecipientKind = Literal[
    "platform", "host", "cdn", "registrar", "search", "regulator", "police", "hotline"
]
AskAuthority = Literal["at_once", "after_platform", "in_turn"]
"""When an authority that applies a law itself is asked: beside the platform, next, in its place."""
Status = Literal["verified", "unverified", "degraded", "dead", "stand_in"]

NOT_WORKING: frozenset[Status] = frozenset({"degraded", "dead"})
"""Nothing is sent there, and a ladder passes it over: stalled at present, or gone for good."""
Language = str
Text = Mapping[Language, str]

WORLDWIDE = "worldwide"

BY_HAND_FACTS = frozenset({"statutory_form", "screenshot"})
"""What no letter can supply: it stays missing until a person has added it by hand."""

NEVER_OF_A_MINOR = frozenset({"screenshot"})
"""Of these, what nobody is asked to add where the picture is a minor's."""

NOTICE_FACTS = BY_HAND_FACTS | frozenset(
    {
        "links",
        "handles",
        "fingerprints",
        "situation",
        "good_faith",
        "notice_id",
        "centre_name",
        "centre_address",
        "centre_email",
        "centre_phone",
        "representative",
        # She has confirmed that the picture is her own work. Copyright is no basis without it.
        "owns_copyright",
    }
)
"""What an element of a notice may need."""

_NO_WORDS = BY_HAND_FACTS | {"good_faith", "owns_copyright"}

PLACEHOLDERS = NOTICE_FACTS - _NO_WORDS | {
    "contact",
    "signed_on",
    "noticed_on",
    "recipient",
    "law",
    "cite",
}
"""What a template may name in braces."""


EARLIER_PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "earlier_line": frozenset({"sent_on", "reference", "to", "under", "outcome"}),
    "earlier_under": frozenset({"cite"}),
    "earlier_refused": frozenset({"ended_on"}),
    "earlier_overdue": frozenset({"due_on"}),
    "earlier_removed": frozenset({"ended_on"}),
    "earlier_open": frozenset(),
}
"""What the sentences about earlier notices may name in braces, instead."""

FORM_FACTS = frozenset(
    {
        "links",
        "first_link",
        "handles",
        "fingerprints",
        "reference",
        "subject",
        "letter",
        "reasons",
        "law",
        "reported_on",
        "signed_on",
        "signature",
        "centre_name",
        "centre_address",
        "centre_email",
        "centre_phone",
        "representative",
    }
)
"""What a field of a recipient's form may be filled with."""

TO_CHOOSE = "choose: "
"""Begins what is to be chosen or ticked in a form, in the form's own words."""


@dataclass(frozen=True, kw_only=True)
class FormEntry:
    """One field of a recipient's form, by its label there."""

    label: str
    fact: str
    """One of FORM_FACTS; or TO_CHOOSE and what is to be chosen."""


@dataclass(frozen=True, kw_only=True)
class Offence:
    """What the criminal law of a law's place says, for the police to judge."""

    cite: str
    in_force: date | None
    """From which day on; None where the pack does not say."""


@dataclass(frozen=True, kw_only=True)
class Review:
    """When a person must have read the sources again, and the last day the entry may be used."""

    by: date
    expires: date
    who: str = ""
    """Who read them; empty where nobody said."""

    def expired_on(self, day: date) -> bool:
        """Tell whether the last day is over."""
        return day > self.expires


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a fact was read, and how far to trust it: P primary, S secondary, K known, ? unsure."""

    title: str
    kind: str
    retrieved: date
    confidence: Literal["P", "S", "K", "?"]
    url: str | None


FROM_OUR_REQUEST = "valid_request"
"""The trigger of a clock that our own notice starts; others wait for an authority."""

LADDER_STEPS = frozenset(
    {
        "site_operator",
        "cdn",
        "host",
        "registrar",
        "registry",
        "own_complaint",
        "dispute_body",
        "digital_services_coordinator",
        "grievance_committee",
        "ministry",
        "tribunal",
        "court",
        "prosecutor",
        "police",
        "partner",
    }
)
"""Steps of a ladder that are no entry: whom they mean is looked up for the one link or person."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """The time that a law or a recipient gives: elapsed, or in working days of one place."""

    value: int
    unit: Literal["hours", "days"]
    trigger: str | None
    calendar: Literal["elapsed", "working_days"] = "elapsed"
    zone: str | None = None
    """IANA name of the time zone in which working days begin and end."""
    holidays: str | None = None
    """ISO 3166 country, or subdivision after a hyphen, whose public holidays do not count."""

    @property
    def length(self) -> timedelta:
        """The time as one span of 24-hour days; of working days, the least that it can be."""
        return timedelta(hours=self.value) if self.unit == "hours" else timedelta(days=self.value)


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """Whom to turn to once the clock has run out or the answer was no."""

    after: Literal["overdue", "refused"]
    to: str
    """A recipient's id, or one of LADDER_STEPS."""
    note: str | None


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """When a recipient is left alone, by the clock of its place; overnight if it ends earlier."""

    begin: time
    end: time
    zone: str
    """IANA name."""


@dataclass(frozen=True, kw_only=True)
class RouteLimits:
    """What a route takes, in one notice and over time; None where nobody has stated a limit."""

    links_per_notice: int | None
    one_host_per_notice: bool
    note: str | None
    per_hour: int | None = None
    """Letters, not links."""
    per_day: int | None = None
    at_once: int | None = None
    """Letters under way at the same moment."""
    quiet_hours: QuietHours | None = None
