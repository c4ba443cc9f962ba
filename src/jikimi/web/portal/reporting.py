"""The report: one address, one question a page."""

import logging
from http import HTTPStatus

from csp.decorators import csp_replace
from django.db import Error as NoDatabase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from jikimi.evidence.errors import EvidenceError
from jikimi.intake.errors import TooManyAtOnce
from jikimi.intake.rules import ReceiptCode
from jikimi.web.portal.asking_again import ask_again
from jikimi.web.portal.carrying import Carried, read_carried
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.errors import CannotBeRead, FormIsOver
from jikimi.web.portal.going_on import go_on
from jikimi.web.portal.helplines import helplines
from jikimi.web.portal.own_seed import code_ahead
from jikimi.web.portal.review import rows_of
from jikimi.web.portal.sending import report_from, send_once
from jikimi.web.portal.sent_forms import code_again
from jikimi.web.portal.steps import FIRST, LAST, Step, progress_at, step_named, steps_for
from jikimi.web.portal.walking import Going, backward, form_of, onward, reach

log = logging.getLogger(__name__)
_AT_FIRST, _AT_LAST = Going(step=FIRST), Going(step=LAST)


@csp_replace({"connect-src": ["'self'"]})
@page("GET", "HEAD", "POST")
def report(request: HttpRequest) -> HttpResponse:
    """Show a question, take its answer, show the next; after the last, hand the report over."""
    if "step" not in request.POST:
        return go_on(request) or _show(request, _AT_FIRST, Carried())
    try:
        step = step_named(request.POST["step"])
        carried = read_carried(request.POST.get("carried", ""))
    except CannotBeRead:
        return _begin_anew(request, "started_again", HTTPStatus.BAD_REQUEST)
    try:
        return _answer(request, step, carried)
    except FormIsOver as over:
        if over.was_sent and step is not FIRST:
            return show_page(request, "already_sent.html", status=HTTPStatus.CONFLICT)
        # At a first question nothing of hers is lost: she can answer it here and now.
        return _begin_anew(request, "over", HTTPStatus.CONFLICT)
    except NoDatabase as error:
        log.error(
            "Nobody can tell if a form is over: %s. Run `jikimi doctor`.", type(error).__name__
        )
        return ask_again(request, step, exit_mark=carried.signed_mark())


def _begin_anew(request: HttpRequest, notice: str, status: HTTPStatus) -> HttpResponse:
    return _show(request, _AT_FIRST, Carried(), notice=notice, status=status)


def _answer(request: HttpRequest, step: Step, carried: Carried) -> HttpResponse:
    """Any later page of a form that was just sent leads to its receipt: that may have been lost.

    A first page begins anew: somebody else may have left it to her, and have sent it.
    """
    if step is LAST and request.POST.get("go") == "next":
        # It looks for itself, once it has a turn: who waits for one holds no connection.
        return _send(request, carried)
    receipt = _what_came_of_it(request, carried)
    if receipt and step is FIRST:
        raise FormIsOver(was_sent=True)
    return receipt or _turn(request, step, carried)


def _what_came_of_it(request: HttpRequest, carried: Carried) -> HttpResponse | None:
    """The receipt of a form that was just sent; None for one not yet sent.

    Raises FormIsOver, or django.db.Error where nobody can tell.
    """
    code = code_again(carried, now=timezone.now())
    return _show_receipt(request, carried, code, again=True) if code else None


def _turn(request: HttpRequest, step: Step, carried: Carried) -> HttpResponse:
    """Take what the page holds, and go where its button leads."""
    pressed, returning = request.POST.get("go"), "returning" in request.POST
    # Whoever left a first page for her to answer may know what it carries.
    answered = carried.with_answers(request.POST, step.fields).with_seed(anew=step is FIRST)
    if step is LAST and pressed == "code":
        return _show_code_ahead(request, answered)
    if pressed == "skip" and step.may_be_skipped(carried.facts()):
        answered = answered.without(step.fields)
    if "switch_to" in request.POST:
        return _show(request, Going(step=step, returning=returning), answered)
    if wanted := _named(request, "change") or _named(request, "to"):
        changing = "change" in request.POST
        return _show(request, reach(wanted, answered, returning=changing), answered)
    if pressed == "back":
        return _show(request, backward(step, answered, returning=returning), answered)
    if not form_of(step, answered).is_valid():
        going = Going(step=step, returning=returning)
        return _show_problems(request, going, carried, typed=answered)
    return _show(request, onward(step, answered, returning=returning), answered)


def _named(request: HttpRequest, name: str) -> Step | None:
    try:
        return step_named(request.POST.get(name, ""))
    except CannotBeRead:
        return None


def _send(request: HttpRequest, carried: Carried) -> HttpResponse:
    """Hand it over. Its answers are shown again only while nothing came of it."""
    facts = carried.facts()
    forms = {step: form_of(step, carried) for step in steps_for(facts)}
    for step, form in forms.items():
        if not form.is_valid():
            going = Going(step=step, returning=True)
            came = _what_came_of_it(request, carried)
            return came or _show_problems(request, going, carried)
    try:
        sent = send_once(carried, report_from(list(forms.values()), facts), now=timezone.now())
    except (NoDatabase, EvidenceError, TooManyAtOnce) as error:
        if not isinstance(error, TooManyAtOnce):
            log.error("A report could not be kept: %s. Run `jikimi doctor`.", type(error).__name__)
        return _what_came_of_it(request, carried) or _show(
            request, _AT_LAST, carried, notice="not_kept", status=HTTPStatus.SERVICE_UNAVAILABLE
        )
    return _show_receipt(request, carried, sent.code, again=sent.again)


def _show_receipt(
    request: HttpRequest, carried: Carried, code: ReceiptCode, *, again: bool
) -> HttpResponse:
    """The code; if the same form came again, that nothing is doubled."""
    return show_page(
        request,
        "receipt.html",
        code=code,
        again=again,
        was_shown=carried.was_shown,
        facts=carried.facts(),
        exit_mark=carried.signed_mark(),
    )


def _show_code_ahead(request: HttpRequest, carried: Carried) -> HttpResponse:
    """The code before anything is sent, for whoever may lose the answer; only if she asks.

    It is a new one that no page so far tells, or the one that was shown already.
    """
    shown = carried.with_shown_seed()
    code, before = code_ahead(shown), carried.was_shown
    return _show(request, _AT_LAST, shown, notice="code_ahead", code=code, was_shown=before)


def _show_problems(
    request: HttpRequest, going: Going, carried: Carried, *, typed: Carried | None = None
) -> HttpResponse:
    """The same question again, with what was typed; what cannot be used is not carried on."""
    form = form_of(going.step, typed or carried)
    return _show(
        request,
        going,
        carried,
        typed=typed,
        problems=form.problems(),
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _show(
    request: HttpRequest,
    going: Going,
    carried: Carried,
    *,
    typed: Carried | None = None,
    notice: str = "",
    problems: list[tuple[str, str]] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    code: ReceiptCode | None = None,
    was_shown: bool | None = None,
) -> HttpResponse:
    step, facts = going.step, carried.facts()
    return show_page(
        request,
        step.template,
        status=status,
        step=step,
        form=form_of(step, typed or carried),
        facts=facts,
        progress=progress_at(step, facts),
        is_first=step is FIRST,
        may_be_skipped=step.may_be_skipped(facts),
        returning=going.returning,
        rows=rows_of(carried) if step is LAST else (),
        code=code,
        was_shown=carried.was_shown if was_shown is None else was_shown,
        shares=carried.answers.get("share", ()),
        carried=carried.signed(),
        exit_mark=carried.signed_mark(),
        helplines=helplines(minor=facts.minor if "age_group" in carried.answers else None),
        notice=f"portal/notices/{notice}.html" if notice else "",
        problems=problems or [],
        problem_fields={name for name, _sentence in problems or []},
    )
