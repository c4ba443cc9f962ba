"""The language of what is answered ahead of Django, which would otherwise choose it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

_AS_LONG_AS_A_CODE = 20


def language_of(scope: Mapping[str, Any], typed: bytes = b"") -> str:
    """As the portal chooses it: by the form, by the address, else by the browser.

    `typed` is the beginning of the body; every form of ours begins with its language.
    """
    field, _, _rest = typed[:_AS_LONG_AS_A_CODE].decode("ascii", "replace").partition("&")
    asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [])
    by_browser = dict(scope.get("headers", ())).get(b"accept-language", b"").decode("latin-1")
    named = [field.removeprefix("lang="), *asked]
    wanted = [*named, *(code for code, _weight in parse_accept_lang_header(by_browser.lower()))]
    return next(filter(None, map(_offered, wanted)), settings.LANGUAGE_CODE)


def _offered(code: str) -> str:
    try:
        return get_supported_language_variant(code)
    except (LookupError, ValueError):
        return ""
