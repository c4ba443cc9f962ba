"""Replies on pages that are about something else: a case's own, and how many wait in all."""

from django import template

from jikimi.cases.models import Case
from jikimi.takedown.replies.kept import answers_not_arrived, replies_of, replies_waiting
from jikimi.web.desk.reply_cards import ReplyCard, cards_of

register = template.Library()


@register.simple_tag
def replies_to(case: Case) -> tuple[ReplyCard, ...]:
    """Every mail that answers a notice of a case, newest first."""
    return cards_of(replies_of(case.pk))


@register.simple_tag
def how_many_replies_wait() -> int:
    """How many mails wait for a person, and answers of ours that did not arrive."""
    return replies_waiting().count() + answers_not_arrived().count()
