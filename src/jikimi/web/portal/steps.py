"""The order of the questions."""

from collections.abc import Callable
from dataclasses import dataclass

from jikimi.web.portal.contact_forms import ContactForm, ReachForm
from jikimi.web.portal.errors import CannotBeRead
from jikimi.web.portal.facts import Facts
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
from jikimi.web.portal.helper_forms import AuthorityForm, HappeningForm, HelperForm


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page of the report."""

    name: str
    form: type[QuestionForm]
    is_for: Callable[[Facts], bool] = lambda _facts: True
    may_be_skipped: Callable[[Facts], bool] = lambda _facts: False

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what is asked."""
        return tuple(self.form.base_fields)

    @property
    def template(self) -> str:
        """The page, under templates/portal."""
        return f"steps/{self.name}.html"


STEPS = (
    Step(name="situation", form=SituationForm),
    Step(name="helper", form=HelperForm, is_for=lambda facts: facts.helping),
    Step(name="authority", form=AuthorityForm, is_for=lambda facts: facts.helping),
    Step(name="happening", form=HappeningForm, is_for=lambda facts: facts.helping),
    Step(name="first_aid", form=NothingAsked, is_for=lambda facts: facts.threatened),
    Step(name="no_looking", form=NothingAsked, is_for=lambda facts: facts.heard),
    Step(name="age", form=AgeForm),
    Step(name="file", form=FileForm),
    Step(name="places", form=PlacesForm, may_be_skipped=lambda _facts: True),
    Step(name="little_known", form=NothingAsked, is_for=lambda facts: facts.has_nothing),
    Step(name="sharing", form=SharingForm),
    Step(name="contact", form=ContactForm, may_be_skipped=lambda _facts: True),
    Step(name="reach", form=ReachForm, is_for=lambda facts: facts.wants_contact),
    Step(
        name="words",
        form=WordsForm,
        may_be_skipped=lambda facts: not facts.has_nothing or facts.wants_contact,
    ),
    # Nothing is asked here: what goes to whom is read once more, and then sent.
    Step(name="review", form=NothingAsked),
)
FIRST, LAST = STEPS[0], STEPS[-1]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Which question of how many; it counts what this person is asked, as far as is known."""

    number: int
    of: int


def step_named(name: str) -> Step:
    """The step a form says it is. Raises CannotBeRead."""
    for step in STEPS:
        if step.name == name:
            return step
    raise CannotBeRead


def steps_for(facts: Facts) -> list[Step]:
    """The pages of this report, as far as is known."""
    return [step for step in STEPS if step.is_for(facts)]


def progress_at(step: Step, facts: Facts) -> Progress:
    """How far this page is; one that only tells something counts with the question before it."""
    asked = [one for one in steps_for(facts) if one.fields]
    here = STEPS.index(step)
    return Progress(number=sum(STEPS.index(one) <= here for one in asked), of=len(asked))


def step_after(step: Step, facts: Facts) -> Step:
    """The next page; the last stays where it is."""
    return next((one for one in STEPS[STEPS.index(step) + 1 :] if one.is_for(facts)), LAST)


def step_before(step: Step, facts: Facts) -> Step:
    """The page before; the first stays where it is."""
    earlier = STEPS[: STEPS.index(step)]
    return next((found for found in reversed(earlier) if found.is_for(facts)), FIRST)
