"""The tip's form: one line that says where, and a few choices that may stay empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from jikimi.cases.rules import Place, SightingKind
from jikimi.intake.tips.receiving import NewTip
from jikimi.intake.tips.rules import SchoolLevel, Seen, Service, TipKind
from jikimi.web.portal.fields import PlacesField, PlainText
from jikimi.web.portal.options import Option
from jikimi.web.portal.packs_read import language_in_packs, regions_read

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Words

LONGEST_SCHOOL, LONGEST_REGION = 80, 60
ELSEWHERE = "ZZ"
"""Where a code of ISO 3166-2 stands else, as the CLDR says of a region that is none of its own."""

SERVICES = (
    Option(value=Service.IN_LINK, label=_("It is in the link")),
    Option(value=Service.TELEGRAM, label="Telegram"),
    Option(value=Service.DISCORD, label="Discord"),
    Option(value=Service.X, label="X"),
    Option(value=Service.INSTAGRAM, label="Instagram"),
    Option(value=Service.KAKAO, label="KakaoTalk"),
    Option(value=Service.LINE, label="LINE"),
    Option(value=Service.OTHER, label=_("Somewhere else, or I do not know")),
)
KINDS = (
    Option(value=TipKind.OTHER, label=_("I am not sure")),
    Option(value=TipKind.ROOM, label=_("A chat room")),
    Option(value=TipKind.CHANNEL, label=_("A channel")),
    Option(value=TipKind.ACCOUNT, label=_("An account")),
    Option(value=TipKind.POST, label=_("A post")),
    Option(value=TipKind.BOT, label=_("A bot")),
    Option(value=TipKind.SEARCH, label=_("A search result")),
    Option(value=TipKind.SITE, label=_("A website")),
)
LEVELS = (
    Option(value="", label=_("I do not know")),
    Option(value=SchoolLevel.ELEMENTARY, label=_("Elementary school")),
    Option(value=SchoolLevel.MIDDLE, label=_("Middle school")),
    Option(value=SchoolLevel.HIGH, label=_("High school")),
    Option(value=SchoolLevel.UNIVERSITY, label=_("University")),
    Option(value=SchoolLevel.NONE, label=_("No school")),
)
SEEN = (
    Option(value=Seen.UNKNOWN, label=_("I do not know")),
    Option(value=Seen.TODAY, label=_("Today")),
    Option(value=Seen.WEEK, label=_("Within a week")),
    Option(value=Seen.EARLIER, label=_("Longer ago")),
)
_CHOOSE = _("Choose one from the list. Nothing is lost.")


class OnePlace(PlacesField):
    """One link or name."""

    default_error_messages: ClassVar[dict[str, Words]] = {
        "not_one": _("Give one link or one name. For another, send a second tip."),
        "not_a_place": _(
            "This is neither a link nor the name of a room or account. Change it; the rest is fine."
        ),
        "only_here": _(
            "This leads to a device or network of its own, which nobody else can reach. Give the "
            "link as others open it."
        ),
    }

    def clean(self, value: object) -> tuple[Place, ...]:
        """The place, in a tuple of one."""
        places = super().clean(value)
        if len(places) != 1:
            raise forms.ValidationError(self.error_messages["not_one"], code="not_one")
        return places


class TipForm(forms.Form):
    """Where it is, and what the teller happens to know about it."""

    use_required_attribute = False
    place = OnePlace()

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="%s")
        self.fields["service"] = _one_of(SERVICES)
        self.fields["kind"] = _one_of(KINDS)
        self.fields["region"] = PlainText(most=6)
        self.fields["level"] = _one_of(LEVELS)
        self.fields["school"] = PlainText(most=LONGEST_SCHOOL)
        self.fields["elsewhere"] = PlainText(most=LONGEST_REGION)
        self.fields["seen"] = _one_of(SEEN)

    def clean_region(self) -> str:
        """A code of a region, or nothing."""
        code: str = self.cleaned_data["region"]
        if code and code != ELSEWHERE and code not in {region.code for region in regions_read()}:
            raise forms.ValidationError(_CHOOSE)
        return code

    def clean_school(self) -> str:
        """A name on one line."""
        return " ".join(self.cleaned_data["school"].split())

    def clean_elsewhere(self) -> str:
        """A region in words, on one line."""
        return " ".join(self.cleaned_data["elsewhere"].split())

    def problems(self) -> list[tuple[str, str]]:
        """What cannot be used: the field's id and a sentence, in the order of the page."""
        return [(name, str(line)) for name, lines in self.errors.items() for line in lines]

    def tip(self) -> NewTip:
        """What a valid form tells."""
        told = self.cleaned_data
        place: Place = told["place"][0]
        service = Service(told["service"] or Service.IN_LINK)
        if place.kind is SightingKind.LINK:
            service = Service.IN_LINK
        elif service is Service.IN_LINK:
            service = Service.OTHER
        return NewTip(
            place=place,
            service=service,
            kind=TipKind(told["kind"] or TipKind.OTHER),
            region=ELSEWHERE if told["elsewhere"] else told["region"],
            level=SchoolLevel(told["level"]) if told["level"] else None,
            seen=Seen(told["seen"] or Seen.UNKNOWN),
            school=told["school"],
            elsewhere=told["elsewhere"],
        )


def regions() -> list[Option]:
    """The regions of the centre's country in the page's language, after an empty one."""
    language = language_in_packs()
    named = [Option(value=region.code, label=region.name(language)) for region in regions_read()]
    elsewhere = Option(value=ELSEWHERE, label=_("Somewhere else"))
    return [Option(value="", label=_("I do not know")), *named, elsewhere] if named else []


def _one_of(choices: Sequence[Option]) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=[(option.value, option.label) for option in choices],
        required=False,
        error_messages={"invalid_choice": _CHOOSE},
    )
