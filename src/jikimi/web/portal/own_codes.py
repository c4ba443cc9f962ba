"""New codes: in the place of the old one, a spare one, and refusing a way back that is not hers.

Like the first, each comes of the form that asks for it, and is shown again to the same form if that
answer was lost.
"""

from http import HTTPStatus

from django.contrib.sessions.backends.base import UpdateError
from django.db import Error as NoDatabase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from jikimi.aftercare.actions import (
    make_spare_code,
    refuse_recovery,
    replace_code,
    use_spare_code,
)
from jikimi.intake.errors import TooManyAtOnce, TryAgainLater, WrongReceipt
from jikimi.intake.receipts import Opened, open_with
from jikimi.intake.rules import ReceiptCode, read_receipt
from jikimi.intake.turns import Turns
from jikimi.web.portal import half_typed
from jikimi.web.portal.carrying import Carried, read_carried
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.errors import CannotBeRead, FormIsOver
from jikimi.web.portal.going_on import go_on
from jikimi.web.portal.own_seed import carried_by
from jikimi.web.portal.sent_forms import (
    MakesCode,
    close_with_visit,
    code_again,
    hand_over_once,
)
from jikimi.web.portal.visit import (
    Visit,
    address,
    ask_for_code,
    begin_visit,
    closes_itself,
    is_open,
    receipt_of,
    with_visit,
)
from jikimi.web.sessions import SessionStore

# Each takes a core for a moment, and holds the case and a connection to the database.
MAKING = Turns(at_once=1, in_all=12)


@page("GET", "HEAD", "POST")
def codes(request: HttpRequest) -> HttpResponse:
    """What new codes there can be; or one of them, shown once."""
    try:
        shown = go_on(request) or _shown_again(request, _carried(request))
        return shown or with_visit(_codes)(request)
    except (TooManyAtOnce, NoDatabase):
        return ask_for_code(request, HTTPStatus.SERVICE_UNAVAILABLE, problem="not_now")


def _codes(request: HttpRequest, visit: Visit) -> HttpResponse:
    now, what = timezone.now(), request.POST.get("what", "")
    if what == "refuse":
        refuse_recovery(visit.case.pk, now=now)
        return HttpResponseRedirect(address("status"))
    key, case_id, carried = visit.key, visit.case.pk, _carried(request) or Carried()
    if what == "new":
        made = _made(carried, lambda codes: replace_code(case_id, key, now=now, codes=codes))
        if made:
            return _shown_once(request, visit, made, carried)
    if what == "spare" and key:
        made = _made(carried, lambda codes: make_spare_code(case_id, key, now=now, codes=codes))
        if made:
            return _shown_spare(request, made, carried)
    forms = [Carried().with_seed().signed() for _ in ("new", "spare")]
    return show_page(request, "codes.html", may_have_spare=key is not None, forms=forms)


def spend_spare_code(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Somebody typed the spare code: a new code, shown once, and her report is open.

    What she was typing when it closed goes along, also where no new code can be made. Raises
    TooManyAtOnce.
    """
    now, case_id, key = timezone.now(), opened.case.pk, opened.key
    carried = next(iter(_typed(request)), Carried())
    code = _made(carried, lambda codes: use_spare_code(case_id, key, now=now, codes=codes))
    if code is None:
        return ask_for_code(request, HTTPStatus.UNPROCESSABLE_ENTITY, problem="wrong")
    return _shown_once(request, Visit(case=opened.case, key=opened.key), code, carried)


def spent_before(request: HttpRequest) -> HttpResponse | None:
    """The new code again, if what was typed is a spare code that was spent some minutes ago."""
    shown = (_shown_again(request, carried) for carried in _typed(request))
    return next(filter(None, shown), None)


def _made(carried: Carried, makes: MakesCode) -> ReceiptCode | None:
    """Raises TooManyAtOnce."""
    try:
        with MAKING.turn():
            return hand_over_once(carried, makes, now=timezone.now()).code
    except FormIsOver:
        return None


def _shown_again(request: HttpRequest, carried: Carried | None) -> HttpResponse | None:
    """None where this form has brought no code, or shows it no more, or it opens nothing by now.

    Raises TooManyAtOnce or django.db.Error: whoever cannot be let in now is not told that the code
    is wrong.
    """
    try:
        code = code_again(carried, now=timezone.now()) if carried else None
        opened = open_with(code.spelled(), now=timezone.now()) if code else None
    except (FormIsOver, WrongReceipt, TryAgainLater):
        return None
    if carried is None or code is None or opened is None:
        return None
    if opened.is_spare:
        return _shown_spare(request, code, carried)
    return _shown_once(request, Visit(case=opened.case, key=opened.key), code, carried)


def _shown_spare(request: HttpRequest, code: ReceiptCode, carried: Carried) -> HttpResponse:
    mark = carried.signed_mark()
    if is_open(request):
        close_with_visit(request.session, carried)
        _is_kept(request)
    response = show_page(
        request, "new_code.html", code=code, is_spare=True, exit_mark=mark, then="status"
    )
    return closes_itself(response)


def _shown_once(
    request: HttpRequest, visit: Visit, code: ReceiptCode, carried: Carried
) -> HttpResponse:
    """This browser goes on; every other one that had the old code is out.

    Where no visit can be kept, the code is shown all the same: nothing else opens her report now.
    """
    locked, mark = request.POST.get("locked", ""), carried.signed_mark()
    then = half_typed.page_of(locked, visit.case)
    response = show_page(request, "new_code.html", code=code, exit_mark=mark, then=then)
    if not _begins(request, response, visit, carried):
        response = show_page(
            request,
            "new_code.html",
            code=code,
            exit_mark=mark,
            then="status",
            locked=locked,
            not_open=True,
        )
    return closes_itself(response)


def _begins(request: HttpRequest, response: HttpResponse, visit: Visit, carried: Carried) -> bool:
    """Whether a visit could be begun; what she was typing goes along."""
    try:
        begin_visit(request, response, visit.case, receipt_of(visit.case), visit.key)
    except NoDatabase:
        request.session = SessionStore()
        return False
    close_with_visit(request.session, carried)
    half_typed.keep(request, request.POST.get("locked", ""), visit.case)
    return _is_kept(request)


def _is_kept(request: HttpRequest) -> bool:
    """Whether the session could be written; one that could not is none any more."""
    try:
        request.session.save()
    except (NoDatabase, UpdateError):
        request.session = SessionStore()
        return False
    return True


def _carried(request: HttpRequest) -> Carried | None:
    try:
        return read_carried(request.POST.get("carried", ""))
    except CannotBeRead:
        return None


def _typed(request: HttpRequest) -> list[Carried]:
    spare = read_receipt(request.POST.get("code", ""))
    return carried_by(spare) if spare else []
