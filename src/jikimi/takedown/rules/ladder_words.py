"""The ladder in words: why this rung, what was sent before, and what is left to a person. Pure."""

from __future__ import annotations

from jikimi.takedown.rules.health import known_not_to_work
from jikimi.takedown.rules.history import can_be_quoted
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route_values import Climbed, PastNotice, RouteQuestion, Rung
from jikimi.takedown.rules.word import Word
from jikimi.venues.pack_values import LawPack, Recipient


def climb_reason(climbed: Climbed, first: Recipient | None, question: RouteQuestion) -> str:
    """Say why this rung, as sentences that a caseworker can check, and what else she can do."""
    to = climbed.to.recipient
    before = _what_came_before(first)
    under = _law_in_words(to, climbed.law) if climbed.law else ""
    sentences = [f"Because {before}, the next rung is {_whose(climbed.rung)}: {to.name}{under}."]
    if climbed.passed_over:
        sentences.append(f"Passed over: {'; '.join(climbed.passed_over)}.")
    if climbed.by_hand:
        sentences.append(f"Besides, a person can turn to: {'; '.join(climbed.by_hand)}.")
    return " ".join([*sentences, *history_in_words(question)])


def at_once_reason(
    to: Recipient, law: LawPack | None, first: Recipient | None, question: RouteQuestion
) -> str:
    """Say why an authority is asked beside the platform, or before anybody is known to ask."""
    waiting_for = first.name if first else "the one who runs the site"
    title = law.title["en"] if law else "its law"
    because = (
        f"Because {title} protects people where she lives, and {to.name} applies it without "
        f"waiting for {waiting_for}, it is asked at once."
    )
    return " ".join([because, *history_in_words(question)])


def history_in_words(question: RouteQuestion) -> list[str]:
    """Say what was sent before, one sentence a notice, oldest first."""
    return [_told(past, question) for past in sent_before(question)]


def sent_before(question: RouteQuestion) -> tuple[PastNotice, ...]:
    """Give the earlier notices that went out and can be quoted."""
    return tuple(past for past in question.history if can_be_quoted(past))


def registries_first(first: Recipient | None) -> str:
    """Say that a program finds out who hosts the link, and what a person can do meanwhile."""
    return (
        f"Because {_what_came_before(first)}, its host is next, and the public registries are "
        "asked who that is. A notice is drafted once they have answered. To do it yourself, "
        "enter its address for abuse below; a colleague confirms it."
    )


def top_of_ladder(first: Recipient | None, by_hand: list[str], passed_over: list[str]) -> str:
    """Say that no program can go further, and what a person can do."""
    before = (
        f"no law is left under which {first.name} can be asked about this link"
        if first
        else "no entry says who answers for this link's host"
    )
    if by_hand:
        words = f"the next step is a person's: {', or '.join(dict.fromkeys(by_hand))}."
    elif first:
        words = "the next step is a person's: its complaint procedure, its host or a regulator."
    else:
        words = "no notice can be drafted. Enter who runs it below; a colleague confirms it."
    tail = f" Passed over: {'; '.join(passed_over)}." if passed_over else ""
    return f"Because {before}, {words}{tail}"


def no_police_reason(why_no_platform: str, passed_over: list[str], *, agreed: bool) -> str:
    """Say why neither a platform nor the police are told of a place."""
    if passed_over:
        return f"{why_no_platform} Passed over: {'; '.join(passed_over)}."
    if not agreed:
        return f"{why_no_platform} Nor has she agreed that the police are told."
    return f"{why_no_platform} No entry names the police where she lives: look their office up."


def police_reason(climbed: Climbed, why_no_platform: str, question: RouteQuestion) -> str:
    """Say why the police, and no platform, are told of a place."""
    sentences = [
        why_no_platform,
        f"She has agreed that the police are told: {climbed.to.recipient.name}.",
    ]
    if climbed.passed_over:
        sentences.append(f"Passed over: {'; '.join(climbed.passed_over)}.")
    return " ".join([*sentences, *history_in_words(question)])


def _what_came_before(first: Recipient | None) -> str:
    if first is None:
        return "no entry says who answers for this link's host"
    if known_not_to_work(first):
        return f"{first.name} is passed over, as known not to work at present"
    return f"{first.name} did not take it down"


def _law_in_words(to: Recipient, law: LawPack) -> str:
    if to.kind in ("regulator", "hotline"):
        return f", which itself applies {law.title['en']}"
    return f", and {law.title['en']} applies to it"


def _whose(rung: Rung) -> str:
    return {
        "platform": "the platform",
        "operator": "who operates it",
        "cdn": "the network that delivers it",
        "host": "its host",
        "registrar": "the registrar of its domain",
        "search": "the search engine that leads to it",
        "regulator": "the authority",
        "police": "the police",
        "partner": "who helps across borders",
    }[rung]


def _told(past: PastNotice, question: RouteQuestion) -> str:
    recipient = question.packs.recipients.get(past.recipient_id)
    name = past.recipient_name or (recipient.name if recipient else past.recipient_id)
    law = question.packs.laws.get(past.law_id) if past.law_id else None
    under = f" under {law.title['en']}" if law else ""
    end = ""
    if past.state is NoticeState.OVERDUE and past.due_at:
        end = f", its clock ran out on {past.due_at:%Y-%m-%d}"
    elif past.state is NoticeState.REFUSED and past.ended_at:
        end = f", refused on {past.ended_at:%Y-%m-%d}"
    elif past.on_word_of:
        end = ", said to be removed, not seen by us" if past.on_word_of == Word.RECIPIENT else ""
    elif past.state is NoticeState.REMOVED and past.ended_at:
        end = f", found removed on {past.ended_at:%Y-%m-%d}"
    return f"Notice {past.reference} went to {name}{under} on {past.sent_at:%Y-%m-%d}{end}."
