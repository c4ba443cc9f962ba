"""What rests, on every page; and what others saw that is near a case's fingerprints."""

from django import template

from jikimi.cases.models import Case
from jikimi.exchange.case_finds import CaseFinds, finds_of
from jikimi.exchange.lookups import how_many_wait

register = template.Library()


@register.simple_tag
def how_many_lines_of_lists_wait() -> int:
    """How many entries rest or flood, and cases keep or hold something off, till somebody looks."""
    return how_many_wait()


@register.simple_tag
def what_others_saw(case: Case) -> CaseFinds:
    """What partners asked about and what other lists hold near a case's fingerprints."""
    return finds_of(case)
