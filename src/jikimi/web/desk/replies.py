"""What a caseworker types about a recipient's answer."""

import re

from django import forms
from django.core.validators import RegexValidator

from jikimi.takedown.rules.notice import NoticeState, ReportedReply

_SAID = [
    (NoticeState.ACKNOWLEDGED.value, "has it"),
    (NoticeState.REFUSED.value, "refuses"),
    (NoticeState.REMOVED.value, "says it is removed"),
]
NO_PICTURES = RegexValidator(
    r"data:\s*[a-z]+/|;\s*base64\s*,",
    message="Words only: a picture cannot be kept here.",
    inverse_match=True,
    flags=re.IGNORECASE,
)


class Reply(forms.Form):
    """A recipient's answer, in one of three kinds and its own words."""

    state = forms.ChoiceField(label="The recipient", choices=_SAID)
    words = forms.CharField(
        label="In its words",
        max_length=300,
        required=False,
        validators=[NO_PICTURES],
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def reported(self) -> ReportedReply:
        """The answer of a valid form."""
        return ReportedReply(
            state=NoticeState(self.cleaned_data["state"]), words=self.cleaned_data["words"]
        )
