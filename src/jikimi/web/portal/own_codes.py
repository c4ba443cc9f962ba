"""New codes: in the place of the old one, a spare one, and refusing a way back that is not hers."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from jikimi.aftercare.actions import (
    make_spare_code,
    refuse_recovery,
    replace_code,
    use_spare_code,
)
from jikimi.evidence.own_key import OwnKey
from jikimi.intake.receipts import Opened
from jikimi.intake.rules import ReceiptCode
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.visit import Visit, address, begin_visit, receipt_of, with_visit


@page("GET", "HEAD", "POST")
@with_visit
def codes(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What new codes there can be; or one of them, shown once."""
    now, what = timezone.now(), request.POST.get("what", "")
    if what == "new":
        code = replace_code(visit.case.pk, visit.key, now=now)
        return _shown_once(request, visit, code, visit.key)
    if what == "spare" and visit.key:
        code = make_spare_code(visit.case.pk, visit.key, now=now)
        return show_page(request, "new_code.html", code=code, is_spare=True)
    if what == "refuse":
        refuse_recovery(visit.case.pk, now=now)
        return HttpResponseRedirect(address("status"))
    return show_page(request, "codes.html", may_have_spare=visit.key is not None)


def spend_spare_code(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Somebody typed the spare code: a new code, shown once, and her report is open."""
    code = use_spare_code(opened.case.pk, opened.key, now=timezone.now())
    return _shown_once(request, Visit(case=opened.case, key=opened.key), code, opened.key)


def _shown_once(
    request: HttpRequest, visit: Visit, code: ReceiptCode, key: OwnKey | None
) -> HttpResponse:
    """This browser goes on; every other one that had the old code is out."""
    response = show_page(request, "new_code.html", code=code)
    begin_visit(request, response, visit.case, receipt_of(visit.case), key)
    return response
