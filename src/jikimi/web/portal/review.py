"""What the last page reads back before anything is sent: each question and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from jikimi.web.portal.carrying import Carried
from jikimi.web.portal.contact_forms import ReachForm
from jikimi.web.portal.forms import QuestionForm
from jikimi.web.portal.steps import steps_for
from jikimi.web.portal.walking import form_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Words


@dataclass(frozen=True, kw_only=True)
class Row:
    """One question, and what was answered to it."""

    step: str
    title: Words
    lines: tuple[str, ...] = field(repr=False)


def rows_of(carried: Carried) -> list[Row]:
    """Every question that was asked, in its order. All of them have to have a usable answer."""
    rows = []
    for step in steps_for(carried.facts()):
        form = form_of(step, carried)
        if step.fields and form.is_valid():
            lines = tuple(_ANSWERS[step.name](form))
            rows.append(Row(step=step.name, title=_TITLES[step.name], lines=lines))
    return rows


def _chosen(name: str) -> Callable[[QuestionForm], Sequence[str]]:
    """The words of the one answer chosen, or that there is none."""

    def lines(form: QuestionForm) -> Sequence[str]:
        value = form.cleaned_data[name]
        return [str(one.label) for one in form.options if one.value == value] or [say("No answer")]

    return lines


def _file(form: QuestionForm) -> Sequence[str]:
    made = len(form.cleaned_data["fingerprints"]) if form.cleaned_data["file"] == "yes" else 0
    if not made:
        return [say("No fingerprint")]
    return [
        say("Fingerprints made on this device: %(number)d") % {"number": made},
        say("0 photos sent"),
    ]


def _places(form: QuestionForm) -> Sequence[str]:
    return [place.address for place in form.cleaned_data["places"]] or [say("None that I know")]


def _sharing(form: QuestionForm) -> Sequence[str]:
    chosen = form.cleaned_data["share"]
    return [str(option.label) for option in form.options if option.value in chosen]


def _reach(form: QuestionForm) -> Sequence[str]:
    return form.wishes().split("\n") if isinstance(form, ReachForm) else []


def _words(form: QuestionForm) -> Sequence[str]:
    lines = [say("I state that this was not agreed to.")] if form.cleaned_data["declared"] else []
    return [*lines, *filter(None, form.cleaned_data["statement"].split("\n"))] or [say("No words")]


_TITLES: Mapping[str, Words] = {
    "situation": _("What is happening"),
    "helper": _("Who you are to her"),
    "authority": _("Her own wish"),
    "happening": _("What is happening to her"),
    "age": _("Age in the picture"),
    "file": _("The picture"),
    "places": _("Where it is"),
    "sharing": _("Who may receive what"),
    "contact": _("Contact"),
    "reach": _("How to reach you"),
    "words": _("Your statement"),
}
_ANSWERS: Mapping[str, Callable[[QuestionForm], Sequence[str]]] = {
    "situation": _chosen("situation"),
    "helper": _chosen("helper"),
    "authority": _chosen("authority"),
    "happening": _chosen("happening"),
    "age": _chosen("age_group"),
    "file": _file,
    "places": _places,
    "sharing": _sharing,
    "contact": _chosen("contact"),
    "reach": _reach,
    "words": _words,
}
