"""Handing a finished report over, once."""

import hashlib
from datetime import datetime

from django.db import Error as NoDatabase
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as say

from jikimi.cases.rules import AgeGroup, Situation
from jikimi.intake.actions import NewReport, Received, receive_report
from jikimi.intake.turns import Turns
from jikimi.web.portal.carrying import MOST_AGE, Carried, read_mark
from jikimi.web.portal.contact_forms import ReachForm
from jikimi.web.portal.errors import AlreadySent
from jikimi.web.portal.facts import Facts
from jikimi.web.portal.forms import QuestionForm
from jikimi.web.portal.models import SentForm


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


def is_over(carried: Carried) -> bool:
    """Whether this form was sent or left with Exit. Without a database it is taken as not over."""
    try:
        return SentForm.objects.filter(digest=_digest(carried.mark)).exists()
    except NoDatabase:
        return False


def close_form(signed_mark: str, *, now: datetime) -> None:
    """Make a form unusable once its survivor left it with Exit.

    A browser keeps what was posted with each page of the tab. Whoever goes back and agrees to send
    it again then sees an empty first question and none of her answers.
    """
    try:
        SentForm.objects.get_or_create(
            digest=_digest(read_mark(signed_mark)), defaults={"sent_at": now}
        )
    except Exception:  # noqa: BLE001  # Exit never fails; a mark that is none closes nothing
        return


MOST_FORMS = 200_000
"""So many forms that are over are remembered at most: two hundred times an ordinary day's."""

# Each makes a code, which takes a core for a moment, and holds a connection to the database.
SENDING = Turns(at_once=3, in_all=40)


def send_once(carried: Carried, report: NewReport, *, now: datetime) -> Received:
    """Hand the report over. Raises AlreadySent or TooManyAtOnce."""
    with SENDING.turn():
        return _send(carried, report, now)


def forget_old_forms(now: datetime, *, most: int = MOST_FORMS) -> None:
    """Forget forms whose signature is valid no longer; in a flood also the oldest beyond `most`."""
    SentForm.objects.filter(sent_at__lt=now - MOST_AGE).delete()
    newest_first = SentForm.objects.order_by("-sent_at").values_list("sent_at", flat=True)
    for sent_at in newest_first[most : most + 1]:
        SentForm.objects.filter(sent_at__lte=sent_at).delete()


@transaction.atomic
def _send(carried: Carried, report: NewReport, now: datetime) -> Received:
    _form, is_new = SentForm.objects.get_or_create(
        digest=_digest(carried.mark), defaults={"sent_at": now}
    )
    if not is_new:
        raise AlreadySent
    return receive_report(report, now=now)


def _digest(mark: str) -> bytes:
    return hashlib.sha256(mark.encode()).digest()
