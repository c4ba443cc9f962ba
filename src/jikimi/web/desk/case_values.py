"""What the case page shows, as values: everything a template needs and nothing it must decide."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django import forms

from jikimi.cases.lookups import Resemblance
from jikimi.cases.models import Case, Sighting
from jikimi.takedown.lookups import ContactRow
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.letter_values import ToAdd
from jikimi.takedown.rules.notice import NoticeState
from jikimi.web.desk.wording import Said


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing she was asked to agree to; `granted` is None when she never chose."""

    scope: str
    words: str
    granted: bool | None
    at: datetime | None
    given_anew: bool
    """Whether she gave it more than once; the way to reach her was then written anew."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A letter as it would go out now, or the trouble that stands in its way."""

    subject: str = ""
    text: str = ""
    places: int = 1
    """Of how many places of the case it tells at once, where a person hands it over."""
    missing: tuple[str, ...] = ()
    to_add: tuple[ToAdd, ...] = ()
    never: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    """Entries that nobody has verified: who hands it over compares them first."""
    not_by_hand: str = ""
    """Why a person may not hand it over either."""
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a caseworker typed and could not be done, with its words and the reason."""

    about: UUID
    """The notice, the place or the case that it was typed at."""
    form: forms.Form


@dataclass(frozen=True, kw_only=True)
class Card:
    """A notice, and what may be done with it."""

    notice: Notice
    said: Said
    route: str
    rung: str
    """How high on the ladder; empty for the platform itself."""
    preview: Preview | None
    reply: forms.Form | None
    asks: str = ""
    """What is asked once before it goes out."""
    may_approve: bool = False
    may_hand_over: bool = False
    may_cancel: bool = False
    may_settle: bool = False
    takes_back: str = ""
    """What a caseworker may say of the answer that stands; empty if nothing."""
    ordered_under: str = ""
    """The law whose time begins with an order of this authority; empty if none does."""

    @property
    def is_free_draft(self) -> bool:
        """Whether it is a draft that nothing forbids to send, or that a person hands over."""
        state = NoticeState(self.notice.state)
        return self.waits and state is NoticeState.DRAFT

    @property
    def waits(self) -> bool:
        """Whether the next step is a caseworker's."""
        return self.may_approve or self.may_hand_over or self.may_settle


@dataclass(frozen=True, kw_only=True)
class PlaceWord:
    """Somebody's word that a place is down, and whether it may be taken."""

    is_claimed: bool
    """Whether a recipient has said so already; the ladder then waits."""
    why_not: str
    """Why it is not taken yet; empty if it may be."""
    form: forms.Form | None
    """To take it with; None where nobody's may be taken."""


@dataclass(frozen=True, kw_only=True)
class Closing:
    """How a case may be closed by hand, or was closed."""

    why_not: str
    """What is still under way; empty if it may be closed, or is."""
    form: forms.Form | None
    """To close it with; None where it may not be."""
    closed: str = ""
    """Why it is closed; empty while it is open."""
    words: str = ""
    """The caseworker's own words to that."""


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    """A place, its newest notice first."""

    sighting: Sighting
    said: Said
    match: str
    cards: tuple[Card, ...]
    no_route_because: str
    next_step: str
    contacts: tuple[ContactRow, ...]
    may_enter: bool
    """Whether she may enter another address of who runs its host."""
    may_look: bool
    may_draft: bool
    word: PlaceWord | None = None
    """Whose word may be taken that it is gone; None where nobody says so or a look decides."""
    may_take_word_back: bool = False

    @property
    def waits(self) -> bool:
        """Whether somebody has to do something here."""
        is_claimed = self.word is not None and self.word.is_claimed
        return self.may_draft or is_claimed or any(card.waits for card in self.cards)


@dataclass(frozen=True, kw_only=True)
class SealedText:
    """Words that lie sealed, or, in one answer only, open."""

    purpose: str
    title: str
    count: int
    opened: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class TrailLine:
    """One thing that happened."""

    at: datetime
    event: str
    actor: str
    facts: str


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """Whether copyright may be a basis in a case, and what has to be said first."""

    confirmed_at: datetime | None
    warnings: tuple[tuple[str, str], ...]
    """Each law's name, and what it threatens for a false statement; empty if none fits."""
    left: int
    """Copyright notices that have left, which nobody can call back."""


@dataclass(frozen=True, kw_only=True)
class Speaking:
    """Who reported for her, what is known of her own wish, and what may be confirmed."""

    helper: str
    authority: str
    may_act: bool
    ground: str
    """Why a caseworker confirmed it; empty if nobody has."""
    confirmed_at: datetime | None
    grounds: tuple[tuple[str, str], ...]
    """Value and words of what may be confirmed; empty in a case that is not open."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What she may have told a caseworker after her report, and what counts until she does."""

    country: str
    """ISO 3166; empty where she has not said."""
    assumed: str
    """The country that counts then: the centre's."""
    countries: tuple[str, ...]
    """Those that a law or a hotline of the packs asks about."""
    origin: str
    origins: tuple[tuple[str, str], ...]
    """Value and words of how the picture may have come about."""
    asks_origin: bool
    """Whether nobody knows yet, by her report neither."""


@dataclass(frozen=True, kw_only=True)
class CaseValues:
    """One case."""

    case: Case
    withdrawn: bool
    facts: str
    choices: tuple[Choice, ...]
    speaking: Speaking | None
    """None where she reported it herself."""
    ownership: Ownership | None
    """None where copyright is never asked for: a minor's case, or one that is not open."""
    told: Told | None
    """None in a case that is not open."""
    places: tuple[PlaceRow, ...]
    fingerprints: tuple[tuple[str, int], ...]
    videos: tuple[int, ...]
    """How many frames of each video are held."""
    resembling: tuple[Resemblance, ...]
    sealed: tuple[SealedText, ...]
    trail: tuple[TrailLine, ...]
    closing: Closing | None
    """None where she has withdrawn."""

    @property
    def drafts_together(self) -> int:
        """How many drafts one yes could be for, where it is more than one."""
        cards = [card for place in self.places for card in place.cards]
        ready = [card for card in cards if card.is_free_draft]
        return len(ready) if len(ready) > 1 else 0
