"""What somebody types to propose a change of an entry, or to confirm one."""

from datetime import date, timedelta
from typing import cast

from django import forms

from jikimi.venues.pack_changes import ReadAt
from jikimi.venues.pack_proposals import STANDINGS
from jikimi.venues.pack_values import Recipient

_LONGEST_LINK, _LONGEST_WHY, _LONGEST_DOMAINS = 500, 500, 2000
_REVIEW, _LAST = timedelta(days=90), timedelta(days=180)
_STANDING_WORDS = {
    "verified": "I have read its sources, and it is right",
    "degraded": "It does not answer at present: pass it over",
    "dead": "It takes no notices any more: pass it over for good",
    "unverified": "It is doubtful: only draft for it",
}


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Reading(forms.Form):
    """Why, and where that was read."""

    why = forms.CharField(label="Why", max_length=_LONGEST_WHY)
    link = forms.CharField(
        label="Link of the page where you read it",
        max_length=_LONGEST_LINK,
        required=False,
        help_text="The page itself, so that the second person can read it too.",
    )
    on = forms.DateField(label="Read on", widget=_Day())
    confidence = forms.ChoiceField(
        label="That page is",
        choices=[("P", "the recipient’s or the law’s own"), ("S", "somebody else’s about it")],
    )

    def read(self) -> ReadAt:
        """The source as a value; the form is valid."""
        given = self.cleaned_data
        return ReadAt(
            link=given["link"],
            on=given["on"],
            confidence="P" if given["confidence"] == "P" else "S",
        )


class AddressProposal(Reading):
    """Another address for one route, or other domains."""

    route = forms.ChoiceField(label="Which way")
    address = forms.CharField(
        label="New address", max_length=_LONGEST_LINK, required=False, help_text="Empty: stays."
    )
    domains = forms.CharField(
        label="Every domain that may be written to",
        max_length=_LONGEST_DOMAINS,
        help_text="With spaces between them. The address has to lie inside one of them.",
    )
    field_order = ("route", "address", "domains", "why", "link", "on", "confidence")

    def offer(self, recipient: Recipient) -> "AddressProposal":
        """The form with a recipient's ways to choose from."""
        field = cast(forms.ChoiceField, self.fields["route"])
        field.choices = [(route.id, f"{route.id}: {route.address}") for route in recipient.routes]
        return self


class StandingProposal(Reading):
    """What is known of an entry from now on."""

    standing = forms.ChoiceField(label="What is so")
    review_by = forms.DateField(label="Read again by", widget=_Day(), required=False)
    expires = forms.DateField(label="Last day of use", widget=_Day(), required=False)
    field_order = ("standing", "review_by", "expires", "why", "link", "on", "confidence")

    def offer(self, section: str) -> "StandingProposal":
        """The form with what can be said of an entry of this section."""
        field = cast(forms.ChoiceField, self.fields["standing"])
        field.choices = [(one, _STANDING_WORDS[one]) for one in STANDINGS[section]]
        return self


class Undoing(forms.Form):
    """Why a change is to be taken back."""

    why = forms.CharField(label="Why", max_length=_LONGEST_WHY)


def fresh_dates(today: date) -> dict[str, date]:
    """The days that a form begins with."""
    return {"on": today, "review_by": today + _REVIEW, "expires": today + _LAST}
