"""What begins when a notice has reached its recipient: its clock, and looking again."""

from datetime import datetime

from jikimi.cases.models import Sighting
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.clock import follow_up
from jikimi.takedown.rules.recheck import next_look
from jikimi.takedown.rules.reminder import remind_at
from jikimi.venues.packs import LawId, RecipientId


def start_clock(notice: Notice, sent_at: datetime) -> None:
    """Set when an answer is due, whose time that is, and when to remind and look.

    The caller saves the notice.
    """
    _plan_first_look(notice.sighting, sent_at)
    packs = packs_for(notice.sighting)
    recipient = packs.recipients.get(RecipientId(notice.recipient_id))
    if recipient is None:  # its entry was taken away meanwhile: no time can be named
        return
    time = follow_up(packs.laws.get(LawId(notice.law_id)), recipient)
    notice.due_at = time.due_at(sent_at)
    notice.remind_at = remind_at(sent_at, notice.due_at)
    notice.reminded_at = None
    notice.due_reason = time.text


def _plan_first_look(sighting: Sighting, sent_at: datetime) -> None:
    """Look soon after sending, where looks are planned at all: never in a minor's case."""
    if sighting.next_look_at is not None and not sighting.case.is_minor:
        sighting.next_look_at = min(sighting.next_look_at, next_look((), sent_at))
        sighting.save(update_fields=["next_look_at"])
