"""Times as a caseworker reads them: in the centre's zone, which is named, exact for machines."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@register.simple_tag
def moment(at: datetime) -> SafeString:
    """Date and time of day."""
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), _spelled(at))


@register.simple_tag
def ago(at: datetime, now: datetime) -> SafeString:
    """How long ago; the exact time on demand."""
    return format_html(
        '<time datetime="{}" title="{}">{} ago</time>',
        at.isoformat(),
        _spelled(at),
        in_words(now - at),
    )


@register.simple_tag
def left(due: datetime, now: datetime) -> SafeString:
    """How long a clock still runs, or since when it has run out."""
    gone = due <= now
    words = f"run out {in_words(now - due)} ago" if gone else f"{in_words(due - now)} left"
    return format_html(
        '<time class="tone-{}" datetime="{}" title="{}">{}</time>',
        "late" if due - now < 6 * _HOUR else "warn" if due - now < _DAY else "plain",
        due.isoformat(),
        _spelled(due),
        words,
    )


def in_words(span: timedelta) -> str:
    """A span in its largest whole unit, as a caseworker says it."""
    if span < _MINUTE:
        return "under a minute"
    if span < _HOUR:
        return f"{span // _MINUTE} min"
    if span < 2 * _DAY:
        return f"{span // _HOUR} h"
    return f"{span // _DAY} days"


def _spelled(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j M Y, H:i T")
