"""The order of the questions."""

from collections.abc import Callable
from dataclasses import dataclass

from jikimi.web.portal.carrying import Facts
from jikimi.web.portal.errors import CannotBeRead
from jikimi.web.portal.forms import (
    AgeForm,
    FileForm,
    NothingAsked,
    PlacesForm,
    QuestionForm,
    SharingForm,
    SituationForm,
    WordsForm,
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of the report."""

    name: str
    form: type[QuestionForm]
    is_for: Callable[[Facts], bool] = lambda _facts: True

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what is asked."""
        return tuple(self.form.base_fields)

    @property
    def template(self) -> str:
        """The page, under templates/portal."""
        return f"steps/{self.name}.html"

    @property
    def number(self) -> int:
        """Which question it is, from 1; a page that only tells something counts as the last."""
        return sum(bool(step.fields) for step in STEPS[: STEPS.index(self) + 1])


STEPS = (
    Step(name="situation", form=SituationForm),
    Step(name="first_aid", form=NothingAsked, is_for=lambda facts: facts.threatened),
    Step(name="age", form=AgeForm),
    Step(name="file", form=FileForm),
    Step(name="places", form=PlacesForm),
    Step(name="sharing", form=SharingForm),
    # The free words come last, so that they are asked once and sent once.
    Step(name="words", form=WordsForm),
)
FIRST, LAST = STEPS[0], STEPS[-1]
QUESTIONS = LAST.number


def step_named(name: str) -> Step:
    """The step a form says it is. Raises CannotBeRead."""
    for step in STEPS:
        if step.name == name:
            return step
    raise CannotBeRead


def step_after(step: Step, facts: Facts) -> Step | None:
    """The next page, None after the last."""
    return next((later for later in STEPS[STEPS.index(step) + 1 :] if later.is_for(facts)), None)


def step_before(step: Step, facts: Facts) -> Step:
    """The page before; the first stays where it is."""
    earlier = STEPS[: STEPS.index(step)]
    return next((found for found in reversed(earlier) if found.is_for(facts)), FIRST)
