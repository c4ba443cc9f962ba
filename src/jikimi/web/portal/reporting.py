"""The report: one address, one question a page."""

import logging
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from jikimi.evidence.errors import EvidenceError
from jikimi.intake.errors import NothingToGoBy
from jikimi.web.portal.carrying import Carried, read_carried
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.errors import AlreadySent, CannotBeRead
from jikimi.web.portal.forms import QuestionForm
from jikimi.web.portal.helplines import helplines
from jikimi.web.portal.sending import is_over, report_from, send_once
from jikimi.web.portal.steps import (
    FIRST,
    LAST,
    QUESTIONS,
    STEPS,
    Step,
    step_after,
    step_before,
    step_named,
)

log = logging.getLogger(__name__)


@page("GET", "HEAD", "POST")
def report(request: HttpRequest) -> HttpResponse:
    """Show a question, take its answer, show the next; after the last, hand the report over."""
    if "step" not in request.POST:
        return _show(request, FIRST, Carried())
    try:
        step = step_named(request.POST["step"])
        carried = read_carried(request.POST.get("carried", ""))
    except CannotBeRead:
        return _show(
            request, FIRST, Carried(), notice="started_again", status=HTTPStatus.BAD_REQUEST
        )
    if step is not LAST and is_over(carried):
        return _show(request, FIRST, Carried(), notice="over", status=HTTPStatus.CONFLICT)
    if step is not LAST:
        carried = carried.with_answers(request.POST, step.fields)
    if "switch_to" in request.POST:
        return _show(request, step, carried)
    if request.POST.get("go") == "back":
        return _show(request, step_before(step, carried.facts()), carried)
    return _go_on(request, step, carried)


def _go_on(request: HttpRequest, step: Step, carried: Carried) -> HttpResponse:
    form = _form(step, carried, request.POST)
    if not form.is_valid():
        return _show_problems(request, step, carried, form)
    following = step_after(step, carried.facts())
    return _show(request, following, carried) if following else _send(request, carried)


def _send(request: HttpRequest, carried: Carried) -> HttpResponse:
    forms: list[QuestionForm] = []
    for step in STEPS:
        form = _form(step, carried, request.POST)
        if not form.is_valid():
            return _show_problems(request, step, carried, form)
        forms.append(form)
    try:
        received = send_once(carried, report_from(forms), now=timezone.now())
    except NothingToGoBy:
        return _show(
            request, LAST, carried, notice="nothing_yet", status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    except AlreadySent:
        return show_page(request, "already_sent.html", status=HTTPStatus.CONFLICT)
    except (DatabaseError, EvidenceError) as error:
        log.error("A report could not be kept: %s. Run `jikimi doctor`.", type(error).__name__)
        return _show(
            request, LAST, carried, notice="not_kept", status=HTTPStatus.SERVICE_UNAVAILABLE
        )
    return show_page(request, "receipt.html", groups=received.code.spelled().split("-"))


def _form(step: Step, carried: Carried, posted: QueryDict) -> QuestionForm:
    data = posted if step is LAST else carried.as_data()
    return step.form(data, facts=carried.facts())


def _show_problems(
    request: HttpRequest, step: Step, carried: Carried, form: QuestionForm
) -> HttpResponse:
    problems = form.problems()
    return _show(request, step, carried, problems=problems, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _show(
    request: HttpRequest,
    step: Step,
    carried: Carried,
    *,
    notice: str = "",
    problems: list[tuple[str, str]] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    facts = carried.facts()
    return show_page(
        request,
        step.template,
        status=status,
        step=step,
        form=_form(step, carried, request.POST),
        facts=facts,
        is_first=step is FIRST,
        questions=QUESTIONS,
        carried=carried.signed(),
        exit_mark=carried.signed_mark(),
        words_so_far=[] if step is LAST else _words_so_far(request.POST),
        helplines=helplines(minor=facts.minor if "age_group" in carried.answers else None),
        notice=f"portal/notices/{notice}.html" if notice else "",
        problems=problems or [],
        problem_fields={name for name, _sentence in problems or []},
    )


def _words_so_far(posted: QueryDict) -> list[tuple[str, str]]:
    """What the last page held when she went back from it: carried on the page, never signed."""
    return [(name, value) for name in LAST.fields for value in posted.getlist(name) if value]
