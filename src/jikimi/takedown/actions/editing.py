"""A caseworker's own words in a draft, and the order of its languages.

All else in a letter is the law's, and comes from the packs.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.people.models import Staff
from jikimi.takedown.actions.moving import locked, name_of
from jikimi.takedown.errors import NotNow, UnsafeNote
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.note import read_note
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.actions import record


@transaction.atomic
def edit_notice(
    notice_id: UUID, *, note: str, english_first: bool, staff: Staff, now: datetime
) -> Notice:
    """Keep a note for a draft's letter, "" for none, and which language stands first in it.

    The trail says that it was edited, never what was written. Raises NotNow if it is no draft any
    more, UnsafeNote, and UnknownNotice; then nothing has changed.
    """
    notice = locked(notice_id)
    if notice.state != NoticeState.DRAFT:
        raise NotNow(notice.state, "an edited draft")
    words = _safe(note, notice)
    if (words, english_first) == (notice.note, notice.english_first):
        return notice
    notice.note, notice.english_first = words, english_first
    notice.save(update_fields=["note", "english_first"])
    record(
        "notice edited",
        at=now,
        case_ref=notice.sighting.case_id,
        actor=name_of(staff),
        notice=str(notice.pk),
        has_note=bool(words),
        english_first=english_first,
    )
    return notice


def _safe(note: str, notice: Notice) -> str:
    sighting = notice.sighting
    links = (sighting.address,) if sighting.kind == "link" else ()
    words = read_note(note, links=links, nickname=sighting.case.nickname)
    if words and sighting.case.is_minor:
        raise UnsafeNote("No note goes out in the case of somebody who is or may be under 18.")
    return words
