"""What a law pack, a recipient, a helpline and a letter's wording are, once read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from jikimi.venues.helpline_values import CountryLines, Helpline
from jikimi.venues.hosts import domains_above, falls_under, normal_host
from jikimi.venues.pack_parts import (
    EARLIER_PLACEHOLDERS,
    FORM_FACTS,
    FROM_OUR_REQUEST,
    LADDER_STEPS,
    NOT_WORKING,
    NOTICE_FACTS,
    PLACEHOLDERS,
    TO_CHOOSE,
    WORLDWIDE,
    AskAuthority,
    Clock,
    Escalation,
    FormEntry,
    Language,
    LawId,
    Offence,
    QuietHours,
    RecipientId,
    RecipientKind,
    Review,
    RouteLimits,
    RouteType,
    Situation,
    Source,
    Status,
    Subject,
    Text,
)

__all__ = [
    "EARLIER_PLACEHOLDERS",
    "FORM_FACTS",
    "FROM_OUR_REQUEST",
    "LADDER_STEPS",
    "NOTICE_FACTS",
    "NOT_WORKING",
    "PLACEHOLDERS",
    "TO_CHOOSE",
    "WORLDWIDE",
    "AskAuthority",
    "Clock",
    "CountryLines",
    "Element",
    "Escalation",
    "Expected",
    "FormEntry",
    "Helpline",
    "Language",
    "LawId",
    "LawPack",
    "Offence",
    "Packs",
    "QuietHours",
    "Recipient",
    "RecipientId",
    "RecipientKind",
    "Review",
    "Route",
    "RouteLimits",
    "RouteType",
    "Situation",
    "Source",
    "Status",
    "Subject",
    "Text",
    "Wording",
]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """One thing that a good answer contains: `tracking_number`, `outcome`, `reasoned_refusal`."""

    id: str
    text: Text


@dataclass(frozen=True, kw_only=True)
class Element:
    """One thing that a valid notice holds, its wording, and the facts it cannot do without."""

    id: str
    required: bool
    forms: tuple[str, ...]
    needs: tuple[str, ...]
    template: Text
    by_hand: Text | None = None
    """What a person may add in the form herself, by language; None where nobody can."""


@dataclass(frozen=True, kw_only=True)
class LawPack:
    """One duty to remove, as data. `docs/formats/lawpack-1.md` explains every key."""

    id: LawId
    version: int
    status: Status
    jurisdiction: str
    title: Text
    valid_from: date | None
    valid_to: date | None
    content: frozenset[str]
    subjects: frozenset[str]
    recipient_kinds: frozenset[str]
    countries: frozenset[str]
    """Countries of the person depicted; empty when it does not matter."""
    offences: tuple[Offence, ...]
    cite: str
    clock: Clock | None
    manner: Text
    scope: tuple[str, ...]
    ask_authority: AskAuthority
    """When the authority that applies this law itself is asked."""
    filers: frozenset[str]
    requires: frozenset[str]
    """Facts without which the law is no basis at all: `owns_copyright`."""
    false_statement: Text | None
    """What the law threatens for a false statement."""
    languages: tuple[Language, ...]
    elements: tuple[Element, ...]
    reply_expected: tuple[Expected, ...]
    escalate: tuple[Escalation, ...]
    """In order: the next rungs of the ladder under this law."""
    sources: tuple[Source, ...]
    review: Review

    @property
    def asks_for_ownership(self) -> bool:
        """Tell whether only who owns the picture may ask under it: copyright."""
        return "owns_copyright" in self.requires

    @property
    def is_hers_alone(self) -> bool:
        """Tell whether only the person depicted may file: no notice of ours is under it."""
        return self.filers == {"depicted_person"}

    def in_force_on(self, day: date) -> bool:
        """Tell whether the law applies on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class Route:
    """One way to reach a recipient."""

    id: str
    type: RouteType
    address: str
    auto_send: bool
    """Whether Jikimi itself can send; otherwise a person fills in the form or makes the call."""
    subjects: frozenset[str]
    limits: RouteLimits
    privacy: str
    laws: frozenset[LawId] = frozenset()
    """The law packs that it is for, and for no other notice; empty for any."""
    form: tuple[FormEntry, ...] = ()
    """The fields of its form, in the form's order; empty where nobody has written them down."""
    form_was_read: bool = False
    """Whether a person has held those labels against the form itself."""


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody who can take a picture down, or who protects children. See recipient-1.md."""

    id: RecipientId
    name: str
    kind: RecipientKind
    status: Status
    language: Language
    serves: frozenset[str]
    """For a hotline and the police: ISO country codes, or `worldwide`."""
    domains: tuple[str, ...]
    """Where notices may go, and where answers may come from; links there are its own too."""
    private_paths: tuple[str, ...]
    may_receive: frozenset[str]
    """Of `link` and `fingerprint`: what we may hand over."""
    routes: tuple[Route, ...]
    laws_ranked: tuple[LawId, ...]
    stated_time: Clock | None
    adapter: str
    """The channel that speaks this recipient's own format, by its name; empty for plain mail."""
    fallback: tuple[str, ...]
    """In order: recipients' ids or LADDER_STEPS to turn to when this one does nothing."""
    sources: tuple[Source, ...]
    review: Review
    run_by_police: bool = False
    """Of a hotline: who reports there tells the police, which takes her own yes to that."""
    takes_reports: bool = True
    """False for a directory, which only names the hotline that does: to turn there tells nobody."""
    country: str = ""
    """ISO 3166 code of the country where a platform is at home; empty where nobody wrote it."""
    link_domains: tuple[str, ...] = ()
    """Further hosts whose links are its own: short addresses, picture stores, pages of its users.

    No notice ever goes there, and nobody there speaks for it.
    """

    @property
    def is_police(self) -> bool:
        """Tell whether who reports there tells the police."""
        return self.kind == "police" or self.run_by_police

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every domain whose links are its own."""
        return (*self.domains, *self.link_domains)

    def owns(self, host: str) -> bool:
        """Tell whether links on a normal host are its own."""
        return any(falls_under(host, domain) for domain in self.hosts)

    def routes_for(self, subject: Subject) -> tuple[Route, ...]:
        """Give the ways that take pictures of adults, or of minors."""
        return tuple(route for route in self.routes if subject in route.subjects)

    def route_for(self, subject: Subject, law_id: LawId | None = None) -> Route | None:
        """Give the first way for notices under a law; else the first that is for any notice."""
        ways = self.routes_for(subject)
        own = (route for route in ways if law_id in route.laws)
        return next(own, None) or next((route for route in ways if not route.laws), None)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The sentences of a letter in one language; `{names}` are filled by the letter."""

    language: Language
    situations: Mapping[str, str]
    sentences: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Packs:
    """All the data by id, with the look-ups that routes and letters need."""

    laws: Mapping[LawId, LawPack]
    recipients: Mapping[RecipientId, Recipient]
    lines: tuple[Helpline, ...] = ()
    wordings: Mapping[Language, Wording] = field(default_factory=dict)

    def recipient_for_host(self, host: str) -> Recipient | None:
        """Find whose host a link is on; the longest matching domain wins. None if nobody's."""
        normal = normal_host(host)
        if normal is None:
            return None
        owners = (self._by_domain.get(domain) for domain in domains_above(normal))
        return next(filter(None, owners), None)

    @cached_property
    def _by_domain(self) -> Mapping[str, Recipient]:
        """Whose a domain is; of two that name the same one, the first."""
        owners: dict[str, Recipient] = {}
        for recipient in self.recipients.values():
            for domain in recipient.hosts:
                owners.setdefault(domain, recipient)
        return owners

    def helplines(self, country: str | None, minor: bool) -> tuple[Helpline, ...]:
        """Give the lines of a country (ISO 3166, any case), then those for the whole world."""
        wanted = [country.upper()] if country else []
        return tuple(
            line
            for place in [*wanted, WORLDWIDE]
            for line in self.lines
            if line.country == place and (line.for_minors if minor else line.for_adults)
        )
