"""What a route is chosen from, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from jikimi.takedown.rules.clock import FollowUp
from jikimi.takedown.rules.effect import Effect
from jikimi.takedown.rules.health import Answers
from jikimi.takedown.rules.notice import NoticeState
from jikimi.venues.pack_values import (
    LawId,
    LawPack,
    Packs,
    Recipient,
    RecipientId,
    Route,
    RouteType,
    Situation,
    Subject,
)

Rung = Literal[
    "platform", "operator", "cdn", "host", "registrar", "search", "regulator", "police", "partner"
]
"""How high a recipient stands on the ladder, lowest first."""


@dataclass(frozen=True, kw_only=True)
class HostContact:
    """Who stands at a step of the ladder for one host: an entry of the packs that come in."""

    step: str
    """`site_operator`, `host`, `registrar` or `registry`."""
    recipient_id: RecipientId


@dataclass(frozen=True, kw_only=True)
class SightingFacts:
    """Where a copy was seen.

    `live` is False only if a look found it down, or somebody's word that it is was taken; None if
    nobody knows.
    """

    url: str
    """The link, or the handle of an account or room."""
    host: str
    """`host` or `host:port`; empty for a handle."""
    kind: Literal["link", "handle"]
    live: bool | None = None
    contacts: tuple[HostContact, ...] = ()
    """Who runs its host, as the public registries or a colleague named them."""
    registries_asked: bool = False
    """Whether they have been asked, whatever they said."""
    fallback: tuple[str, ...] = ()
    """Whom to turn to where no entry answers for its host: recipients' ids or LADDER_STEPS."""


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """What the case says. `minor` is True for under 18, not sure and mixed."""

    minor: bool
    situation: Situation
    country: str | None
    """ISO 3166, in any case; None if nobody knows where she lives."""
    language: str
    consents: frozenset[str]
    """Of `platforms`, `police`, `block_list`, `centre`."""
    withdrawn: bool
    authorised: bool = True
    """She reported herself or agrees, or a caseworker confirmed that a helper's report counts."""
    country_assumed: bool = False
    """Whether it is the centre's country, because she has not said where she lives."""
    owns_copyright: bool = False
    """She has confirmed that the picture is her own work."""

    @property
    def subject(self) -> Subject:
        """Whose picture it is, in the words of the packs."""
        return "minor" if self.minor else "adult"


@dataclass(frozen=True, kw_only=True)
class PastNotice:
    """An earlier notice about the same sighting.

    `law_id` is None for a report to a hotline and for a complaint to a regulator.
    """

    recipient_id: RecipientId
    law_id: LawId | None
    state: NoticeState
    reference: str = ""
    """What the recipient was asked to quote; empty if it is not to be told of."""
    their_reference: str = ""
    """What the recipient itself calls it, if it said so."""
    sent_at: datetime | None = None
    due_at: datetime | None = None
    ended_at: datetime | None = None
    on_word_of: str = ""
    """By whose word it counts as removed; empty where a look found that."""
    recipient_name: str = ""
    """As it stood in the notice; empty to take the name that its entry has now."""


@dataclass(frozen=True, kw_only=True)
class RouteQuestion:
    """All that bears on one choice; `today` is the day in UTC."""

    sighting: SightingFacts
    case: CaseFacts
    packs: Packs
    history: tuple[PastNotice, ...]
    today: date
    outcomes: tuple[Effect, ...] = ()
    answers: tuple[Answers, ...] = ()
    """What those answered of late who were asked as authorities."""


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """A recipient, and the way to it that fits the case."""

    recipient: Recipient
    route: Route


@dataclass(frozen=True, kw_only=True)
class Climbed:
    """The next rung. `law` is None for a complaint to a regulator and a report to a partner."""

    rung: Rung
    to: Addressee
    law: LawPack | None
    passed_over: tuple[str, ...] = ()
    """Who, and why, in words."""
    by_hand: tuple[str, ...] = ()
    """Lower steps that only a person can take, in words."""


@dataclass(frozen=True, kw_only=True)
class ChosenRoute:
    """One notice to draft. `because` is for the caseworker; `why_not` is set if it may not go."""

    recipient_id: RecipientId
    law_id: LawId | None
    """None for a report to a hotline."""
    route_id: str
    route_type: RouteType
    address: str
    auto_send: bool
    """Whether Jikimi sends it once approved; otherwise a person hands it over."""
    languages: tuple[str, ...]
    """The recipient's, then English."""
    due: timedelta | None
    """The law's time, counted from the sending; None where the law sets none."""
    follow_up: FollowUp
    """When it is overdue, and whose time that is; never None."""
    because: str
    may_send: bool
    why_not: str | None
    also: str = ""
    """The end of `because` that holds whoever chose it: what is assumed, languages, time."""
    unread: tuple[str, ...] = ()
    """Ids of the entries that no reviewer has read: whoever hands it over compares them first."""
    not_by_hand: str | None = None
    """Why a person may not hand it over either; None if she may."""
    rung: Rung = "platform"
    complaint: bool = False
    """Whether it complains to a regulator about others, rather than asks for a removal."""
    another_at_once: bool = False
    """Whether somebody else is asked at once, too: once this is drafted, ask the rules again."""
    earlier: tuple[PastNotice, ...] = ()
    """What was sent about the same place before, oldest first: the history to attach."""


@dataclass(frozen=True, kw_only=True)
class NoRoute:
    """Nobody is asked now; `because` says why, and what to do."""

    because: str
    waits: bool = False
    """Whether somebody has a notice about this link, or is found out: nobody else is asked now."""
    ask_registries: bool = False
    """Whether the next step is to ask the registries who runs the host; a program does that."""
