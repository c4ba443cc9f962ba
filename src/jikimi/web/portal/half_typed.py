"""What she was typing on a page behind her code that closed meanwhile, until she is back.

It goes with the page that asks for the code, locked: whoever comes upon that page reads nothing of
it. It opens for the code of the same report alone, and nothing is sent by itself.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from cryptography.fernet import InvalidToken
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from jikimi.cases.models import Case
from jikimi.web.boxes import box_for, secrets_of_house

PAGES: Mapping[str, tuple[str, ...]] = {
    "messages": ("words",),
    "add": ("places", "fingerprints", "adult"),
    "contact": ("contact_by", "contact_how", "contact_when", "contact_else"),
}
"""The pages that are typed on, and the names of their fields."""
OPENS_FOR = timedelta(hours=12)
PURPOSE = "jikimi half typed/1"
_WHOSE, _KEPT = "whose", "typed"


@dataclass(frozen=True, kw_only=True)
class HalfTyped:
    """Fields by name, the page they were typed on, and the sign of the report it belongs to."""

    page: str
    whose: str
    fields: Mapping[str, str] = field(repr=False)


def sign_of(case: Case) -> str:
    """What such a page bears, so that its words open for the code of this report alone."""
    return _signs_of(case)[0]


def lock(request: HttpRequest) -> str:
    """What was typed on this page, as text for a hidden field; empty if there is nothing."""
    page = request.resolver_match.url_name or "" if request.resolver_match else ""
    fields = {name: request.POST.get(name, "") for name in PAGES.get(page, ())}
    if not any(text.strip() for text in fields.values()):
        return ""
    content = json.dumps([page, request.POST.get(_WHOSE, ""), fields]).encode()
    return box_for(PURPOSE).encrypt(zlib.compress(content)).decode()


def page_of(locked: str, case: Case) -> str:
    """The page that was typed on, if it was one of this report's; else the report's own."""
    typed = _opened(locked, case)
    return typed.page if typed else "status"


def keep(request: HttpRequest, locked: str, case: Case) -> None:
    """Have it ready for the visit to this report that has begun, locked as it came."""
    if _opened(locked, case):
        request.session[_KEPT] = locked


def kept_for(request: HttpRequest, case: Case, page: str) -> Mapping[str, str]:
    """What had been typed on this page before its visit began; nothing else has names here."""
    typed = _opened(request.session.get(_KEPT, ""), case)
    return typed.fields if typed and typed.page == page else {}


def forget(request: HttpRequest) -> None:
    """It was sent, or can be sent no more."""
    request.session.pop(_KEPT, None)


def _opened(locked: str, case: Case) -> HalfTyped | None:
    try:
        content = box_for(PURPOSE).decrypt(locked.encode(), ttl=int(OPENS_FOR.total_seconds()))
    except InvalidToken:
        return None
    page, whose, fields = json.loads(zlib.decompress(content))
    typed = HalfTyped(page=page, whose=whose, fields=fields)
    is_hers = any(constant_time_compare(whose, sign) for sign in _signs_of(case))
    return typed if is_hers else None


def _signs_of(case: Case) -> list[str]:
    """By the current secret of this house, then by the retired ones."""
    return [
        salted_hmac("jikimi.portal.whose", str(case.pk), secret=one, algorithm="sha256").hexdigest()
        for one in secrets_of_house()
    ]
