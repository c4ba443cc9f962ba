"""What a caseworker types where a place or a case ends without a look."""

from collections.abc import Iterable
from typing import cast

from django import forms

from jikimi.web.desk.replies import NO_PICTURES
from jikimi.web.desk.wording import CLOSINGS, WORDS_OF

_MOST_WORDS = 300
_CHOOSE = ("", "Choose")
_ONE_LINE = {"autocomplete": "off"}


class SomebodysWord(forms.Form):
    """Who says that it is gone, and how they know."""

    by = forms.ChoiceField(
        label="Who says so",
        choices=[(one.value, words) for one, words in WORDS_OF.items()],
        error_messages={"required": "Choose who says so."},
    )
    words = forms.CharField(
        label="How they know, in a few words, without names",
        max_length=_MOST_WORDS,
        validators=[NO_PICTURES],
        error_messages={"required": "Say in a few words how they know."},
        widget=forms.TextInput(_ONE_LINE),
    )

    def offer(self, whose: Iterable[tuple[str, str]]) -> None:
        """Show the value and words of those whose word may be taken, and nobody else's."""
        cast(forms.ChoiceField, self.fields["by"]).choices = [_CHOOSE, *whose]


class WhyClosed(forms.Form):
    """Why a case is closed."""

    because = forms.ChoiceField(
        label="Because",
        choices=[_CHOOSE, *((one.value, words) for one, words in CLOSINGS.items())],
        error_messages={"required": "Choose why."},
    )
    words = forms.CharField(
        label="How you know, in a few words, without names",
        max_length=_MOST_WORDS,
        validators=[NO_PICTURES],
        error_messages={"required": "Say in a few words how you know."},
        widget=forms.TextInput(_ONE_LINE),
    )
