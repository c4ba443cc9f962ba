"""What is true of a route whoever is asked, as sentences that a caseworker can check. Pure."""

from __future__ import annotations

from jikimi.takedown.rules.clock import FollowUp
from jikimi.takedown.rules.route_values import CaseFacts
from jikimi.venues.pack_values import LawPack, Recipient

_LANGUAGES = {
    "en": "English",
    "fr": "French",
    "id": "Indonesian",
    "ja": "Japanese",
    "ko": "Korean",
    "zh-TW": "Traditional Chinese",
}


def letter_and_time(recipient: Recipient, time: FollowUp) -> str:
    """Say in which languages the letter is, and how long the recipient has by whose word."""
    own = recipient.language
    also = ", its own language, and in English" if own != "en" else ""
    return f" The letter is in {_LANGUAGES.get(own, own)}{also}. {recipient.name} has {time.text}."


def where_she_lives(law: LawPack | None, recipient: Recipient, case: CaseFacts) -> str:
    """Say that a choice rests on a country which she has not named; empty if it does not."""
    country = (case.country or "").upper()
    rests_on_it = bool(law.countries) if law else country in recipient.serves
    if not (case.country_assumed and rests_on_it):
        return ""
    return (
        f" That she lives in {country} is assumed, because she has not said where. Ask her, and "
        "note it on the case."
    )
