"""Moments as the reader's language says them, from the CLDR's own data: nothing to translate."""

import re
from datetime import date, datetime

from babel import Locale
from babel.dates import (
    format_date,
    format_time,
    format_timedelta,
    get_datetime_format,
    get_time_format,
)
from django import template
from django.utils.timezone import localtime
from django.utils.translation import get_language, to_locale

register = template.Library()
_GAP_BEFORE_HAN = re.compile(r"(?<=\d) (?=[\u4e00-\u9fff])")
_HALF_OF_DAY = re.compile(r"\ba\b")


@register.filter
def moment(at: datetime) -> str:
    """A date and a time of day, in the centre's time zone: "November 25, 2026, 2:30 PM"."""
    locale, here = _locale(), localtime(at)
    # The half of the day in full: short, Korean would say "PM" where everybody says "오후".
    clock = _HALF_OF_DAY.sub("aaaa", get_time_format("short", locale=locale).pattern)
    day_and_clock = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    return day_and_clock.format(
        format_time(here, clock, locale=locale), format_date(here, "long", locale=locale)
    )


@register.filter
def day(at: date) -> str:
    """A date, or a moment without its time of day: "November 25, 2026"."""
    here = localtime(at) if isinstance(at, datetime) else at
    return format_date(here, "long", locale=_locale())


@register.filter
def seen_from(at: datetime, now: datetime) -> str:
    """How far off a moment is, in words: "in 3 days", "2 hours ago"."""
    words = format_timedelta(at - now, add_direction=True, locale=_locale())
    return _GAP_BEFORE_HAN.sub("", words)


def _locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en"))
