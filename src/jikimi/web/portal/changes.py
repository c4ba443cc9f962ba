"""What changed of late. Her visits are not kept, so it is the last days and not "since then"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from jikimi.aftercare.lookups import messages_of
from jikimi.cases.models import Case
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Words

OF_LATE = timedelta(days=7)
MOST = 6
_ENDS: dict[NoticeState, Words] = {
    NoticeState.REMOVED: _("It was noted as removed."),
    NoticeState.REFUSED: _("They said no."),
    NoticeState.CANCELLED: _("The notice was stopped before it left."),
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that happened: when, with whom, in words."""

    at: datetime
    who: str
    words: Words


def changes_of(case: Case, *, now: datetime) -> list[Change]:
    """What happened in the last days, newest first, a few at most."""
    notices = Notice.objects.filter(sighting__case=case)
    found = [change for notice in notices for change in steps_of(notice)]
    found += [
        Change(at=message.at, who="", words=_("The centre has written to you."))
        for message in messages_of(case)
        if not message.is_hers
    ]
    late = [change for change in found if now - OF_LATE <= change.at <= now]
    return sorted(late, key=lambda change: change.at, reverse=True)[:MOST]


def is_told_police(notice: Notice) -> bool:
    """Whether it tells the police of a place, and asks nobody to remove anything."""
    return notice.rung == "police"


def steps_of(notice: Notice) -> list[Change]:
    """What happened with one notice so far, oldest first."""
    state = NoticeState(notice.state)
    # The police were told, and had no time for anything.
    ran_out = state is NoticeState.OVERDUE and not is_told_police(notice)
    told: list[tuple[datetime | None, Words]] = [
        (notice.drafted_at, _("The notice was written.")),
        (notice.approved_at, _("The centre approved it.")),
        (notice.sent_at, _("It was sent.")),
        (notice.acknowledged_at, _("They said that they have it.")),
        (notice.due_at if ran_out else None, _("Their time ran out.")),
        (notice.ended_at, _ENDS.get(state, "")),
    ]
    return [
        Change(at=at, who=notice.recipient_name, words=words) for at, words in told if at and words
    ]
