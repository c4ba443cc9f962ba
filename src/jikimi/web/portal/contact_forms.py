"""Whether, how and when contact is safe. All of it is optional."""

from django import forms
from django.utils.translation import gettext as say

from jikimi.web.portal.fields import PlainText
from jikimi.web.portal.forms import QuestionForm, one_of
from jikimi.web.portal.options import CONTACTS, IF_SOMEBODY_ELSE, WAYS, Option


class ContactForm(QuestionForm):
    """May the centre contact you? No answer is a no."""

    options = CONTACTS
    contact = one_of(CONTACTS, required=False)


class ReachForm(QuestionForm):
    """How, when, and what may be said when somebody else picks up."""

    options = WAYS
    others = IF_SOMEBODY_ELSE
    contact_by = one_of(WAYS)
    contact_how = PlainText(most=300)
    contact_when = PlainText(most=300)
    contact_else = one_of(IF_SOMEBODY_ELSE, required=False)

    def clean_contact_how(self) -> str:
        """Whoever wants to be contacted says where."""
        how: str = self.cleaned_data["contact_how"]
        if not how:
            raise forms.ValidationError(
                say("Write how, or go back and choose no contact. Nothing is lost.")
            )
        return how

    def wishes(self) -> str:
        """What the caseworker reads; without an answer about others, the careful one."""
        answers = self.cleaned_data
        careful = answers["contact_else"] or IF_SOMEBODY_ELSE[0].value
        lines = [
            (say("How"), _label(WAYS, answers["contact_by"])),
            (say("Number, e-mail or account name"), answers["contact_how"]),
            (say("When it is safe"), answers["contact_when"]),
            (say("If somebody else picks up or reads along"), _label(IF_SOMEBODY_ELSE, careful)),
        ]
        return "\n".join(
            say("%(label)s: %(words)s") % {"label": label, "words": words}
            for label, words in lines
            if words
        )


def _label(options: tuple[Option, ...], value: str) -> str:
    return next(str(option.label) for option in options if option.value == value)
