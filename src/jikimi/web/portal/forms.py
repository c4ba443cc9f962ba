"""The questions' forms: what may be answered, and what is said when it cannot be used."""

from collections.abc import Sequence

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from jikimi.trail.models import ConsentScope
from jikimi.web.portal.carrying import Facts
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
    CONTACTS,
    FILES,
    PLATFORMS,
    POLICE,
    SITUATIONS,
    Option,
)

_CHOOSE_ONE = _("Choose one. Nothing is lost.")


def _one_of(choices: Sequence[Option], *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=[(option.value, option.label) for option in choices],
        widget=forms.RadioSelect,
        required=required,
        error_messages={"required": _CHOOSE_ONE, "invalid_choice": _CHOOSE_ONE},
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
    situation = _one_of(SITUATIONS)


class AgeForm(QuestionForm):
    """How old is the person in the picture?"""

    options = AGES
    age_group = _one_of(AGES)


class FileForm(QuestionForm):
    """Is the picture at hand? The fingerprints are the page's own work."""

    options = FILES
    file = _one_of(FILES)
    fingerprints = FingerprintsField()


class PlacesForm(QuestionForm):
    """Where is it?"""

    places = PlacesField()


class SharingForm(QuestionForm):
    """Who may receive what? Nothing is chosen beforehand; only the centre is needed."""

    share = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _CHOOSE_ONE},
    )

    def __init__(self, data: MultiValueDict[str, str], *, facts: Facts) -> None:
        super().__init__(data, facts=facts)
        self.options = [CENTRE, PLATFORMS]
        if facts.has_fingerprints:
            self.options.append(BLOCK_LIST)
        self.options.append(POLICE)
        self.fields["share"] = forms.MultipleChoiceField(
            choices=[(option.value, option.label) for option in self.options],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )

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
    """The statement, and whether, how and when contact is safe. All of it is optional."""

    options = CONTACTS
    declared = forms.BooleanField(required=False)
    statement = PlainText(most=LONGEST_STATEMENT)
    contact = _one_of(CONTACTS, required=False)
    contact_how = PlainText(most=300)
    contact_when = PlainText(most=300)

    def clean(self) -> None:
        """Whoever wants to be contacted says how."""
        wants = self.cleaned_data.get("contact") == "yes"
        if wants and not self.cleaned_data.get("contact_how") and "contact_how" not in self.errors:
            self.add_error("contact_how", say("Write how, or choose no contact. Nothing is lost."))

    def contact_wishes(self) -> str:
        """What the caseworker reads about contact; empty if nothing was answered."""
        answers = self.cleaned_data
        if answers["contact"] == "no":
            return say("Please do not contact me.")
        lines = [
            (say("How"), answers["contact_how"]),
            (say("When it is safe"), answers["contact_when"]),
        ]
        return "\n".join(f"{label}: {text}" for label, text in lines if text)
