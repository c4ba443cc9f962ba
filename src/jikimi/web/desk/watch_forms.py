"""What a caseworker types about a page to be watched."""

from django import forms

from jikimi.cases.models import Case
from jikimi.takedown.actions.watching import NewWatch
from jikimi.takedown.rules.watching import WatchScope
from jikimi.web.desk.replies import NO_PICTURES

LONGEST_REASON = 500
REACHES = {
    WatchScope.PAGE: "this page alone",
    WatchScope.BELOW: "this page and the pages below it",
    WatchScope.CHANNEL: "a public channel’s web preview",
}
GAPS = {1: "every hour", 6: "every 6 hours", 24: "every day", 168: "every week"}


class NameWatch(forms.Form):
    """A page, how far to go from it, for whom, and why."""

    address = forms.CharField(
        label="Address",
        max_length=2000,
        help_text="Of a page that everybody can open. A room that needs an account is not visited.",
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "url"}),
    )
    scope = forms.ChoiceField(
        label="How far", choices=[(scope.value, words) for scope, words in REACHES.items()]
    )
    nickname = forms.CharField(
        label="For one case",
        max_length=40,
        required=False,
        help_text="Its nickname. Empty: for every adult’s case that agreed to notices.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )
    every = forms.TypedChoiceField(
        label="How often at first",
        choices=list(GAPS.items()),
        coerce=int,
        initial=24,
        help_text="Visits become rarer while nothing new is found.",
    )
    why = forms.CharField(
        label="Why",
        max_length=LONGEST_REASON,
        validators=[NO_PICTURES],
        help_text="For your colleagues. Never her name or words.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean_nickname(self) -> Case | None:
        """The case of that name."""
        nickname = self.cleaned_data["nickname"].strip().lower()
        if not nickname:
            return None
        case = Case.objects.filter(nickname=nickname).first()
        if case is None:
            raise forms.ValidationError("No case has this nickname. Look for it in the queue.")
        return case

    def named(self) -> NewWatch:
        """What a valid form names."""
        given = self.cleaned_data
        case: Case | None = given["nickname"]
        return NewWatch(
            address=given["address"],
            scope=WatchScope(given["scope"]),
            case_id=case.pk if case else None,
            why=given["why"],
            every_hours=given["every"],
        )
