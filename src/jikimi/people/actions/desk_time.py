"""Noting how long somebody has cases on the screen, and forgetting it again."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from jikimi.people.models import DeskStretch, Reveal, Staff, WentOn
from jikimi.people.rules import GoOn, Stretch, grown


def note_desk_time(staff: Staff, *, now: datetime) -> None:
    """A case or a reply was opened: the stretch goes on, or begins anew after a break.

    Written at most once a minute. Which case it was is not written down.
    """
    if _grown(_last(staff), now) is not None:
        _write_down(staff, now)


def go_on(staff: Staff, reason: GoOn, *, now: datetime) -> None:
    """The day's hours are full, and this person stays."""
    WentOn.objects.create(staff=staff, at=now, reason=reason)


def forget_old_days(*, now: datetime) -> int:
    """Drop desk time that is older than it is kept, and take the names off older views.

    Return how many rows were changed. How often a case was looked at stays, and by whom is on
    the case's trail.
    """
    before = now - timedelta(days=settings.METER_DAYS)
    stretches, _ = DeskStretch.objects.filter(ended_at__lt=before).delete()
    went_on, _ = WentOn.objects.filter(at__lt=before).delete()
    views = Reveal.objects.filter(asked_at__lt=before, staff__isnull=False)
    return stretches + went_on + views.update(staff=None, session=b"")


@transaction.atomic
def _write_down(staff: Staff, now: datetime) -> None:
    Staff.objects.select_for_update(of=("self",), no_key=True).get(pk=staff.pk)  # one at a time
    last = _last(staff)
    stretch = _grown(last, now)
    if stretch is None:
        return
    if last is not None and stretch.began == last.began_at:
        last.ended_at = stretch.ended
        last.save(update_fields=["ended_at"])
    else:
        DeskStretch.objects.create(staff=staff, began_at=stretch.began, ended_at=stretch.ended)


def _last(staff: Staff) -> DeskStretch | None:
    return DeskStretch.objects.filter(staff=staff).order_by("-ended_at").first()


def _grown(last: DeskStretch | None, now: datetime) -> Stretch | None:
    return grown(Stretch(began=last.began_at, ended=last.ended_at) if last else None, now)
