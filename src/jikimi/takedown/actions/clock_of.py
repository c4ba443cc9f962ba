"""What begins when a notice has reached its recipient: its clock, and looking again."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Value
from django.db.models.functions import Least

from jikimi.cases.models import Sighting
from jikimi.takedown.contacts import packs_asked_once, recipient_of
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.clock import follow_up
from jikimi.takedown.rules.recheck import next_look
from jikimi.takedown.rules.reminder import remind_at
from jikimi.venues.packs import LawId


def start_clocks(notices: Sequence[Notice], sent_at: datetime) -> None:
    """Set when answers are due, whose time that is, and when to remind and look.

    The caller saves the notices.
    """
    _plan_first_looks([notice.sighting for notice in notices], sent_at)
    for notice in notices:
        _start(notice, sent_at)


def _start(notice: Notice, sent_at: datetime) -> None:
    recipient = recipient_of(notice.recipient_id, notice.sighting)
    if recipient is None:  # its entry was taken away meanwhile: no time can be named
        return
    time = follow_up(packs_asked_once().laws.get(LawId(notice.law_id)), recipient)
    notice.due_at = time.due_at(sent_at)
    notice.remind_at = remind_at(sent_at, notice.due_at)
    notice.reminded_at = None
    notice.due_reason = time.text


def _plan_first_looks(sightings: Sequence[Sighting], sent_at: datetime) -> None:
    """Look soon after sending, where looks are planned at all: never in a minor's case.

    Looks are counted anew: before each notice they had grown rare.
    """
    soon = next_look(0, sent_at)
    planned = [
        sighting
        for sighting in sightings
        if sighting.next_look_at is not None and not sighting.case.is_minor
    ]
    for sighting in planned:
        sighting.looks, sighting.next_look_at = 0, min(sighting.next_look_at or soon, soon)
    if planned:
        known = Sighting.objects.filter(pk__in=[one.pk for one in planned])
        known.filter(next_look_at__isnull=False).update(
            looks=0, next_look_at=Least("next_look_at", Value(soon))
        )
