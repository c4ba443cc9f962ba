"""What she did behind her receipt, on pages that are about something else."""

from django import template

from jikimi.aftercare.lookups import messages_of, recovery_waiting, unread_messages
from jikimi.aftercare.models import Recovery
from jikimi.cases.models import Case
from jikimi.takedown.withdrawals.lookups import unconfirmed

register = template.Library()


@register.simple_tag
def how_many_messages(case: Case) -> int:
    """How many messages a case holds."""
    return messages_of(case).count()


@register.simple_tag
def how_many_unread_in(case: Case) -> int:
    """How many of hers nobody has opened."""
    return unread_messages().filter(case=case).count()


@register.simple_tag
def how_many_unread() -> int:
    """How many messages nobody has opened, in all cases."""
    return unread_messages().count()


@register.simple_tag
def how_many_to_forget() -> int:
    """How many recipients have still to confirm that they forgot."""
    return unconfirmed().count()


@register.simple_tag
def way_back_to(case: Case) -> Recovery | None:
    """The way back that was asked for, if one waits."""
    return recovery_waiting(case)
