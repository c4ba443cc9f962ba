"""Another route for a draft, because a caseworker knows better."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.people.models import Staff
from jikimi.takedown.actions.drafting import write_draft
from jikimi.takedown.actions.moving import locked, move, name_of
from jikimi.takedown.errors import MayNotSend, NotNow
from jikimi.takedown.letters import other_routes_of
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.actions import record


@transaction.atomic
def choose_other_route(
    notice_id: UUID, recipient_id: str, law_id: str, *, staff: Staff, now: datetime
) -> Notice:
    """Cancel a draft and write one to another recipient, or under another law, in its place.

    Raises NotNow if it is no draft any more, MayNotSend if the rules do not allow that route now,
    and UnknownNotice.
    """
    notice = locked(notice_id)
    if notice.state != NoticeState.DRAFT:
        raise NotNow(notice.state, "another notice")
    wanted = (recipient_id, law_id)
    for route in other_routes_of(notice, now):
        if (route.recipient_id, route.law_id or "") == wanted:
            break
    else:
        raise MayNotSend("This route is not open any more. Look at the list again.")
    move(notice, NoticeState.CANCELLED, now=now, actor=name_of(staff))
    drafted = write_draft(notice.sighting, route, now)
    drafted.chosen_by = staff
    drafted.save(update_fields=["chosen_by"])
    record(
        "route chosen",
        at=now,
        case_ref=notice.sighting.case_id,
        actor=name_of(staff),
        notice=str(drafted.pk),
        instead_of=str(notice.pk),
    )
    return drafted
