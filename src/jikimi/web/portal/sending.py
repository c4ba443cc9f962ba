"""Handing a finished report over, once."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language

from jikimi.cases.rules import AgeGroup, Situation
from jikimi.intake.actions import NewReport, Received, receive_report
from jikimi.web.portal.carrying import MOST_AGE, Carried
from jikimi.web.portal.errors import AlreadySent
from jikimi.web.portal.forms import QuestionForm, WordsForm
from jikimi.web.portal.models import SentForm


def report_from(forms: list[QuestionForm]) -> NewReport:
    """The report that these valid forms make together."""
    answers = {name: value for form in forms for name, value in form.cleaned_data.items()}
    words = next(form for form in forms if isinstance(form, WordsForm))
    has_file = answers["file"] == "yes"
    return NewReport(
        situation=Situation(answers["situation"]),
        age_group=AgeGroup(answers["age_group"]),
        language=get_language() or "en",
        had_file=has_file,
        fingerprints=answers["fingerprints"] if has_file else (),
        places=answers["places"],
        consents=answers["share"],
        declared_no_consent=answers["declared"],
        statement=answers["statement"],
        contact=words.contact_wishes(),
    )


@transaction.atomic
def send_once(carried: Carried, report: NewReport, *, now: datetime) -> Received:
    """Hand the report over. Raises AlreadySent, and NothingToGoBy for an empty one."""
    SentForm.objects.filter(sent_at__lt=now - MOST_AGE).delete()
    digest = hashlib.sha256(carried.mark.encode()).digest()
    _form, is_new = SentForm.objects.get_or_create(digest=digest, defaults={"sent_at": now})
    if not is_new:
        raise AlreadySent
    return receive_report(report, now=now)
