"""What is asked of somebody who reports for another person."""

from collections.abc import Sequence

from django.utils.datastructures import MultiValueDict

from jikimi.cases.rules import Relation
from jikimi.web.portal.facts import Facts
from jikimi.web.portal.forms import QuestionForm, one_of
from jikimi.web.portal.options import (
    AGREED,
    HAPPENED,
    HELPERS,
    IN_CARE,
    MANDATE,
    NOT_ASKED,
    NOT_SURE_SHE_AGREES,
    Option,
)


class HelperForm(QuestionForm):
    """Who are you to her?"""

    options = HELPERS
    helper = one_of(HELPERS)


class AuthorityForm(QuestionForm):
    """Does she know, and does she agree? What may be said depends on who says it."""

    authority = one_of(())

    def __init__(self, data: MultiValueDict[str, str], *, facts: Facts) -> None:
        super().__init__(data, facts=facts)
        self.options = _rights_of(facts.helper)
        self.fields["authority"] = one_of(self.options)


class HappeningForm(QuestionForm):
    """What is happening to her?"""

    options = HAPPENED
    happening = one_of(HAPPENED)


def _rights_of(helper: Relation | None) -> Sequence[Option]:
    own = {Relation.PARENT: (IN_CARE,), Relation.LAWYER: (MANDATE,)}
    special = own.get(helper, ()) if helper else ()
    return (AGREED, *special, NOT_ASKED, NOT_SURE_SHE_AGREES)
