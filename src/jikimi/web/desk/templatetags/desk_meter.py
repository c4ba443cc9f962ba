"""A gentle word on every page of the desk, when it is time for one."""

from django import template
from django.utils import timezone

from jikimi.people.lookups import limits_in_use, meter_at
from jikimi.people.models import Staff
from jikimi.people.rules import Reminder, reminder_for

register = template.Library()


@register.simple_tag
def word_for(staff: Staff) -> str:
    """What to say to this person now; empty most of the time."""
    limits = limits_in_use()
    meter = meter_at(staff, timezone.now())
    match reminder_for(meter, limits):
        case Reminder.BREAK:
            return "An hour without a break. Ten minutes away from the screen do you good."
        case Reminder.HOURS:
            return "Your hours for today are full. What is left can wait, or a colleague has it."
        case Reminder.DAY_ENDS:
            return f"It is past {limits.ends:%H:%M}. Let something else be the end of your day."
    return ""
