"""The tip door: one page to tell of a room or a link, one to hear what became of it."""

import logging
from http import HTTPStatus

from django.db import Error as NoDatabase
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as say

from jikimi.intake.tips.admission import Later
from jikimi.intake.tips.errors import AlreadyTold, UnknownTipCode
from jikimi.intake.tips.receiving import (
    Told,
    is_told,
    receive_tip,
    tips_behind,
    told_again,
    told_before,
)
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.errors import CannotBeRead
from jikimi.web.portal.helplines import helplines
from jikimi.web.portal.own_seed import secrets_of_tip
from jikimi.web.portal.tip_answers import heard_of
from jikimi.web.portal.tip_form import KINDS, LEVELS, SEEN, SERVICES, TipForm, regions
from jikimi.web.portal.tip_gate import FormMark, gate, new_form, read_form

log = logging.getLogger(__name__)

_STAYS = ("service", "kind", "region", "level", "school", "elsewhere", "seen", "under")
_CARRIED = ("place", *_STAYS)
_LONGEST_CODE = 40


@page("GET", "HEAD", "POST")
def tip(request: HttpRequest) -> HttpResponse:
    """Show the form, or take what came on it."""
    now = timezone.now()
    if "place" not in request.POST:
        return _show(request, TipForm(), new_form(now=now))
    told = TipForm(request.POST)
    try:
        form = read_form(request.POST.get("form", ""), now=now)
    except CannotBeRead:
        return _show(request, told, new_form(now=now), "old_form", HTTPStatus.BAD_REQUEST)
    if not told.is_valid():
        return _show(request, told, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        return _take(request, told, form)
    except NoDatabase as error:
        log.error("A tip could not be kept: %s. Run `jikimi doctor`.", type(error).__name__)
        return _show(request, told, form, "not_kept", HTTPStatus.SERVICE_UNAVAILABLE)


@page("GET", "HEAD", "POST")
def answer(request: HttpRequest) -> HttpResponse:
    """What became of a tip, for whoever has its code."""
    if "code" not in request.POST:
        return show_page(request, "tip_answer.html")
    typed = request.POST["code"][:40]
    try:
        standings = tips_behind(typed, now=timezone.now())
    except UnknownTipCode:
        return _no_answer(request, typed, "wrong", HTTPStatus.UNPROCESSABLE_ENTITY)
    except NoDatabase:
        return _no_answer(request, typed, "not_now", HTTPStatus.SERVICE_UNAVAILABLE)
    return show_page(
        request,
        "tip_answer.html",
        under=typed,
        heard=heard_of(standings),
        helplines=helplines(minor=None),
    )


def _take(request: HttpRequest, told: TipForm, form: FormMark) -> HttpResponse:
    now, under = timezone.now(), request.POST.get("under", "")[:_LONGEST_CODE]
    tip, secrets = told.tip(), secrets_of_tip(form.mark)
    try:
        # Before the lanes: whoever sends one form again and again takes nobody's turn in them.
        if is_told(form.mark):
            raise AlreadyTold
        if known := told_before(tip, under=under):
            return _done(request, known)
        if later := gate.let_in(form, request.POST.get("proof", ""), now=now):
            return _ask_to_wait(request, form, later)
        done = receive_tip(tip, form=form.mark, now=now, under=under, secret=secrets[0])
    except AlreadyTold:
        tried = (
            told_again(tip, form=form.mark, now=now, under=under, secret=one) for one in secrets
        )
        again = next(filter(None, tried), None)
        if again is None:
            return show_page(request, "tip_already.html", status=HTTPStatus.CONFLICT)
        return _done(request, again, again=True)
    return _done(request, done)


def _done(request: HttpRequest, done: Told, *, again: bool = False) -> HttpResponse:
    """The code, and the line for the next place: what was chosen before stays chosen."""
    now = timezone.now()
    stays = {name: request.POST.get(name, "") for name in _STAYS}
    return show_page(
        request,
        "tip_done.html",
        done=done,
        again=again,
        groups=done.code.split("-"),
        tips_so_far=say("Tips under this code: %(number)s") % {"number": done.under_it},
        form_mark=new_form(now=now).signed,
        bits=gate.bits_to_ask(now=now),
        carried=[*{**stays, "under": done.code}.items()],
        helplines=helplines(minor=None),
    )


def _ask_to_wait(request: HttpRequest, form: FormMark, later: Later) -> HttpResponse:
    response = show_page(
        request,
        "tip_later.html",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        form_mark=form.signed,
        bits=later.bits,
        wait=say("Please wait %(seconds)s seconds, then press “Send the tip”.")
        % {"seconds": later.seconds},
        carried=[(name, request.POST.get(name, "")) for name in _CARRIED],
    )
    response.headers["Retry-After"] = str(later.seconds)
    return response


def _show(
    request: HttpRequest,
    told: TipForm,
    form: FormMark,
    notice: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    problems = told.problems() if told.is_bound and not notice else []
    return show_page(
        request,
        "tip.html",
        status=status,
        told=told,
        form_mark=form.signed,
        bits=gate.bits_to_ask(now=timezone.now()),
        services=SERVICES,
        kinds=KINDS,
        levels=LEVELS,
        times=SEEN,
        regions=regions(),
        under=request.POST.get("under", "")[:_LONGEST_CODE],
        notice=notice,
        problems=problems,
        problem_fields={name for name, _sentence in problems},
    )


def _no_answer(request: HttpRequest, typed: str, problem: str, status: HTTPStatus) -> HttpResponse:
    return show_page(request, "tip_answer.html", status=status, typed=typed, problem=problem)
