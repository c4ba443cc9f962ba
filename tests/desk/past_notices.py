"""Notices of earlier days, each about a place of its own, for the pages that sum them up."""

from datetime import datetime, timedelta

from jikimi.cases.models import Case, Sighting
from jikimi.cases.rules import page_mark
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState


def past_notice(
    case: Case, begun: datetime, removed_after: float | None = None, **changes: object
) -> Notice:
    """A notice to Telegram that was removed after so many hours, or else is overdue."""
    number = Sighting.objects.count()
    place = Sighting.objects.create(
        case=case,
        kind="link",
        address=f"https://t.me/earlier/{number}",
        page=page_mark(f"https://t.me/earlier/{number}"),
        host="t.me",
        reported_at=begun,
    )
    gone = None if removed_after is None else begun + timedelta(hours=removed_after)
    values: dict[str, object] = {
        "recipient_id": "telegram",
        "recipient_name": "Telegram",
        "law_id": "eu-dsa-16",
        "route_type": "email",
        "because": "Because.",
        "state": NoticeState.REMOVED if gone else NoticeState.OVERDUE,
        "drafted_at": begun,
        "sent_at": begun,
        "due_at": begun + timedelta(hours=72),
        "ended_at": gone,
    }
    return Notice.objects.create(sighting=place, **values | changes)
