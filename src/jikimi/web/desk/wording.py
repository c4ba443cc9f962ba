"""The words and tones in which the desk says what a state is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.conf.locale import LANG_INFO

from jikimi.cases.rules import (
    AgeGroup,
    Authority,
    ClosedBecause,
    Ground,
    Liveness,
    Origin,
    Relation,
    Situation,
)
from jikimi.people.rules import GoOn, Reason
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.word import Word

Tone = Literal["late", "warn", "ok", "plain"]


@dataclass(frozen=True, kw_only=True)
class Said:
    """A state as a word and a colour."""

    words: str
    tone: Tone


SITUATIONS: Mapping[Situation, str] = {
    Situation.THREATENED: "Threatened",
    Situation.FAKED: "Fake",
    Situation.POSTED: "Posted",
    Situation.HEARD: "Heard of it",
    Situation.HELPING: "Not known what happened",
}
ORIGINS: Mapping[Origin, str] = {
    Origin.FAKE: "A fake, made from another picture",
    Origin.RECORDING: "A real recording, made or shared without consent",
}
AGES: Mapping[AgeGroup, str] = {
    AgeGroup.UNDER_18: "under 18",
    AgeGroup.ADULT: "adult",
    AgeGroup.NOT_SURE: "age not sure, so a minor’s path",
    AgeGroup.MIXED: "minors and adults, so a minor’s path",
}
HELPERS: Mapping[Relation, str] = {
    Relation.PARENT: "a parent or guardian",
    Relation.FRIEND: "a friend",
    Relation.TEACHER: "a teacher or somebody from school",
    Relation.LAWYER: "a lawyer",
    Relation.OTHER: "somebody else close to her",
}
AUTHORITIES: Mapping[Authority, str] = {
    Authority.OWN: "She reported it herself.",
    Authority.AGREED: "She knows of the report and agrees, says the helper.",
    Authority.IN_CARE: "She is a child in the helper’s care, says the helper.",
    Authority.MANDATE: "The helper has her written mandate, says the helper.",
    Authority.NOT_ASKED: "She does not know of it yet, or has not agreed.",
    Authority.NOT_SURE: "The helper is not sure whether she agrees.",
}
GROUNDS: Mapping[Ground, str] = {
    Ground.SHE_AGREES: "She knows and agrees",
    Ground.CARER_AGREES: "A parent or guardian agrees, and it does not put her in danger",
    Ground.DUTY: "The law, or her protection, demands it",
}
NOTICES: Mapping[NoticeState, Said] = {
    NoticeState.DRAFT: Said(words="draft", tone="warn"),
    NoticeState.APPROVED: Said(words="approved", tone="plain"),
    NoticeState.SENDING: Said(words="going out", tone="plain"),
    NoticeState.UNKNOWN: Said(words="sending broke off", tone="late"),
    NoticeState.UNDELIVERABLE: Said(words="mail was refused", tone="warn"),
    NoticeState.SENT: Said(words="sent", tone="plain"),
    NoticeState.ACKNOWLEDGED: Said(words="acknowledged", tone="plain"),
    NoticeState.OVERDUE: Said(words="clock run out", tone="late"),
    NoticeState.REFUSED: Said(words="refused", tone="warn"),
    NoticeState.REMOVED: Said(words="removed", tone="ok"),
    NoticeState.CANCELLED: Said(words="cancelled", tone="plain"),
}
PLACES: Mapping[Liveness, Said] = {
    Liveness.UNKNOWN: Said(words="not looked yet", tone="plain"),
    Liveness.STILL_THERE: Said(words="still there", tone="warn"),
    Liveness.GONE: Said(words="gone", tone="ok"),
    Liveness.REPLACED: Said(words="another picture now", tone="ok"),
    Liveness.BLOCKED_HERE: Said(words="blocked here, not removed", tone="warn"),
    Liveness.CANNOT_TELL: Said(words="cannot tell", tone="plain"),
    Liveness.SAID_GONE: Said(words="said to be gone, not seen by us", tone="plain"),
}
WORDS_OF: Mapping[Word, str] = {
    Word.RECIPIENT: "The recipient says so",
    Word.SHE: "She saw that it is gone",
    Word.HELPER: "Her helper saw that it is gone",
    Word.CASEWORKER: "A caseworker saw a page that says so",
}
CLOSINGS: Mapping[ClosedBecause, str] = {
    ClosedBecause.POLICE: "It was told to the police, who go on with it",
    ClosedBecause.SAID_GONE: "A platform or a person says that it is gone, and no look can tell",
    ClosedBecause.ALL_ASKED: "Everybody who can be asked has been asked",
}
ROUTES: Mapping[str, str] = {
    "email": "by e-mail",
    "web_form": "through its web form, by hand",
    "phone": "by telephone",
    "api": "through its interface, by hand",
    "in_app": "inside its app, by hand",
    "in_person": "in person, by hand",
}
RUNGS: Mapping[str, str] = {
    "operator": "to its operator",
    "cdn": "to its delivery network",
    "host": "to its host",
    "registrar": "to its registrar",
    "search": "to a search engine",
    "regulator": "to an authority",
    "police": "to the police",
    "partner": "to a sister centre or hotline across borders",
}
VIEW_REASONS: Mapping[Reason, str] = {
    Reason.MATCH_IN_DOUBT: "The figures leave it open whether this is the right picture",
    Reason.RECIPIENT_DOUBTS: "The recipient says that it is something else",
    Reason.RECIPIENT_ASKS: "The recipient wants a person to confirm which picture it is",
    Reason.SHE_ASKS: "She asked that somebody check",
    Reason.SECOND_PERSON: "A colleague needs a second person",
}
GO_ON_REASONS: Mapping[GoOn, str] = {
    GoOn.SOMEBODY_WAITS: "Somebody is in danger or waits for me",
    GoOn.FINISHING: "I finish what I began",
    GoOn.NOBODY_ELSE: "Nobody else is here",
}
KINDS: Mapping[str, str] = {
    "platform": "platform",
    "host": "host",
    "cdn": "delivery network",
    "registrar": "registrar",
    "search": "search engine",
    "regulator": "authority",
    "police": "police",
    "hotline": "hotline",
}
STATUSES: Mapping[str, Said] = {
    "verified": Said(words="verified", tone="ok"),
    "unverified": Said(words="unverified, so it only drafts", tone="warn"),
    "degraded": Said(words="known not to work at present", tone="late"),
    "dead": Said(words="takes no notices any more", tone="late"),
    "stand_in": Said(words="stand-in", tone="warn"),
}


def said_of_notice(state: NoticeState, on_word_of: str) -> Said:
    """A notice's state; a removal that nobody of us saw says so."""
    if state is NoticeState.REMOVED and on_word_of:
        return Said(words="said to be removed, not seen by us", tone="plain")
    return NOTICES[state]


def language_name(code: str) -> str:
    """A language in English; its code where nobody has written that down."""
    return str(LANG_INFO.get(code, {}).get("name", code))


def count(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number} {one if number == 1 else many}"
