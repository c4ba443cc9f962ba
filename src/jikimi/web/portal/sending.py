"""Handing a finished report over, once."""

from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as say

from jikimi.cases.rules import AgeGroup, Situation
from jikimi.intake.actions import NewReport, receive_report
from jikimi.intake.turns import Turns
from jikimi.web.portal.carrying import Carried
from jikimi.web.portal.contact_forms import ReachForm
from jikimi.web.portal.facts import Facts
from jikimi.web.portal.forms import QuestionForm
from jikimi.web.portal.sent_forms import HandedOver, hand_over_once

# Each makes a code, which takes a core for a moment, and holds a connection to the database.
SENDING = Turns(at_once=3, in_all=40)


def report_from(forms: list[QuestionForm], facts: Facts) -> NewReport:
    """The report that these valid forms make together."""
    answers = {name: value for form in forms for name, value in form.cleaned_data.items()}
    has_file = answers["file"] == "yes"
    return NewReport(
        situation=Situation(facts.happening),
        age_group=AgeGroup(answers["age_group"]),
        language=get_language() or "en",
        had_file=has_file,
        fingerprints=answers["fingerprints"] if has_file else (),
        places=answers["places"],
        consents=answers["share"],
        declared_no_consent=answers["declared"],
        statement=answers["statement"],
        contact=_contact(forms, answers["contact"]),
        wants_contact=facts.wants_contact,
        helper=facts.helper,
        authority=facts.authority,
    )


def _contact(forms: list[QuestionForm], wants: str) -> str:
    """What the caseworker reads about contact; empty if nothing was answered."""
    if wants == "no":
        return say("Please do not contact me.")
    return next((form.wishes() for form in forms if isinstance(form, ReachForm)), "")


def send_once(carried: Carried, report: NewReport, *, now: datetime) -> HandedOver:
    """Hand the report over, or tell the code of the one that this form handed over before.

    Raises FormIsOver or TooManyAtOnce.
    """
    with SENDING.turn():
        return hand_over_once(
            carried, lambda codes: receive_report(report, now=now, codes=codes).code, now=now
        )
