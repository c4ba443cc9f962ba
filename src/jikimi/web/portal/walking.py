"""Which page comes next: after an answer, by Back, by Change, or by the browser's own buttons."""

from dataclasses import dataclass

from jikimi.web.portal.carrying import Carried
from jikimi.web.portal.forms import QuestionForm
from jikimi.web.portal.steps import LAST, STEPS, Step, step_after, step_before, steps_for


@dataclass(frozen=True, kw_only=True)
class Going:
    """Where to, and whether the way leads back to the last page from there."""

    step: Step
    returning: bool = False


def form_of(step: Step, carried: Carried) -> QuestionForm:
    """A question with what was answered to it so far."""
    return step.form(carried.as_data(), facts=carried.facts())


def first_unanswered(carried: Carried) -> Step:
    """The first question whose answer cannot be used; the last page if there is none."""
    asked = steps_for(carried.facts())
    return next((step for step in asked if not form_of(step, carried).is_valid()), LAST)


def onward(step: Step, carried: Carried, *, returning: bool) -> Going:
    """After an answer. Whoever changed one comes back, by way of what it newly asks or tells."""
    following = step_after(step, carried.facts())
    if not returning:
        return Going(step=following)
    if not following.fields and following is not LAST:
        return Going(step=following, returning=True)
    return Going(step=first_unanswered(carried), returning=True)


def backward(step: Step, carried: Carried, *, returning: bool) -> Going:
    """By the page's own Back: to the question before, or out of a change."""
    if returning and first_unanswered(carried) is LAST:
        return Going(step=LAST)
    return Going(step=step_before(step, carried.facts()))


def reach(wanted: Step, carried: Carried, *, returning: bool = False) -> Going:
    """To a page that was seen before, if every question up to it still has an answer."""
    unanswered = first_unanswered(carried)
    is_for = wanted.is_for(carried.facts())
    if is_for and STEPS.index(wanted) <= STEPS.index(unanswered):
        return Going(step=wanted, returning=returning)
    return Going(step=unanswered, returning=returning)
