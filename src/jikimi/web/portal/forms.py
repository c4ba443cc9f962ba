"""The questions' forms: what may be answered, and what is said when it cannot be used."""

from collections.abc import Sequence
from typing import cast

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from jikimi.trail.models import ConsentScope
from jikimi.web.portal.facts import Facts
from jikimi.web.portal.fields import (
    LONGEST_STATEMENT,
    FingerprintsField,
    PlacesField,
    PlainText,
)
from jikimi.web.portal.options import (
    AGES,
    BLOCK_LIST,
    CENTRE,
    FILES,
    PLATFORMS,
    PLATFORMS_UNDER_18,
    POLICE,
    SITUATIONS,
    Option,
)

CHOOSE_ONE = _("Choose one. Nothing is lost.")


def one_of(choices: Sequence[Option], *, required: bool = True) -> forms.ChoiceField:
    """A choice of one, whose faults are said in words that lose nothing."""
    return forms.ChoiceField(
        choices=[(option.value, option.label) for option in choices],
        widget=forms.RadioSelect,
        required=required,
        error_messages={"required": CHOOSE_ONE, "invalid_choice": CHOOSE_ONE},
    )


class QuestionForm(forms.Form):
    """One question, asked with what earlier answers mean for it."""

    use_required_attribute = False
    options: Sequence[Option] = ()

    def __init__(self, data: MultiValueDict[str, str], *, facts: Facts) -> None:
        super().__init__(data, auto_id="%s")
        self.facts = facts

    def problems(self) -> list[tuple[str, str]]:
        """What cannot be used: the field's id and a sentence, in the order of the page."""
        return [(name, str(line)) for name, lines in self.errors.items() for line in lines]


class NothingAsked(QuestionForm):
    """A page between two questions that only tells something."""


class SituationForm(QuestionForm):
    """What is happening?"""

    options = SITUATIONS
    situation = one_of(SITUATIONS)


class AgeForm(QuestionForm):
    """How old is the person in the picture?"""

    options = AGES
    age_group = one_of(AGES)


class FileForm(QuestionForm):
    """Is the picture at hand? The fingerprints are the page's own work."""

    options = FILES
    file = one_of(FILES)
    fingerprints = FingerprintsField()


class PlacesForm(QuestionForm):
    """Where is it?"""

    places = PlacesField()


class SharingForm(QuestionForm):
    """Who may receive what? Nothing is chosen beforehand; only the centre is needed.

    Under 18 nothing is asked about the fingerprint: it is on no list, and goes to no platform.
    """

    share = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": CHOOSE_ONE},
    )

    def __init__(self, data: MultiValueDict[str, str], *, facts: Facts) -> None:
        super().__init__(data, facts=facts)
        self.options = [CENTRE, PLATFORMS_UNDER_18 if facts.minor else PLATFORMS]
        if facts.has_fingerprints and not facts.minor:
            self.options.append(BLOCK_LIST)
        self.options.append(POLICE)
        share = cast("forms.MultipleChoiceField", self.fields["share"])
        share.choices = [(option.value, option.label) for option in self.options]

    def clean_share(self) -> frozenset[ConsentScope]:
        """The choices; without the centre nobody could read the report."""
        chosen = frozenset(ConsentScope(value) for value in self.cleaned_data["share"])
        if ConsentScope.CENTRE not in chosen:
            raise forms.ValidationError(
                say(
                    "Without the first choice nobody can read your report, so it cannot be sent. "
                    "If you do not want that, you can leave now: nothing has been kept."
                )
            )
        return chosen


class WordsForm(QuestionForm):
    """The statement. It is optional, unless there is nothing else to go by."""

    declared = forms.BooleanField(required=False)
    statement = PlainText(most=LONGEST_STATEMENT)

    def clean_statement(self) -> str:
        """The words; they are needed where nothing else leads anywhere."""
        statement: str = self.cleaned_data["statement"]
        if not statement and self.facts.has_nothing and not self.facts.wants_contact:
            raise forms.ValidationError(
                say(
                    "There is nothing yet to go by: no picture, no place, no words, no way to "
                    "reach you. A few words are enough: what you heard, from whom, where."
                )
            )
        return statement
