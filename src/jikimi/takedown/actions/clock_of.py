"""Starting the clock of a notice from what its law or its recipient gives."""

from datetime import datetime

from jikimi.takedown.models import Notice
from jikimi.takedown.rules.clock import follow_up
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.packs import LawId, RecipientId


def start_clock(notice: Notice, sent_at: datetime) -> None:
    """Set when an answer is due and whose time that is. The caller saves."""
    packs = packs_in_use()
    recipient = packs.recipients.get(RecipientId(notice.recipient_id))
    if recipient is None:  # its entry was taken away meanwhile: no time can be named
        return
    time = follow_up(packs.laws.get(LawId(notice.law_id)), recipient)
    notice.due_at = sent_at + time.after
    notice.due_reason = time.text
