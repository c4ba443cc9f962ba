"""The answers that can be chosen, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from jikimi.cases.rules import AgeGroup, Authority, Relation, Situation
from jikimi.trail.models import ConsentScope

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Words


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer: its value, its words, and a second line that explains it."""

    value: str
    label: Words
    hint: Words = ""


SITUATIONS = (
    Option(
        value=Situation.THREATENED,
        label=_("Someone threatens to spread pictures of me"),
        hint=_("First we tell you what to do now."),
    ),
    Option(
        value=Situation.FAKED,
        label=_("Someone made a fake of me"),
        hint=_("A composite, a deepfake, an edited picture or video"),
    ),
    Option(value=Situation.POSTED, label=_("It is already posted somewhere")),
    Option(
        value=Situation.HEARD,
        label=_("I heard that something exists"),
        hint=_("It is fine that you have not seen it. Do not look for it."),
    ),
    Option(value=Situation.HELPING, label=_("I am helping someone else")),
)

HELPERS = (
    Option(value=Relation.PARENT, label=_("Her parent or guardian")),
    Option(value=Relation.FRIEND, label=_("A friend")),
    Option(value=Relation.TEACHER, label=_("A teacher, or somebody from her school")),
    Option(value=Relation.LAWYER, label=_("Her lawyer")),
    Option(value=Relation.OTHER, label=_("Somebody else close to her")),
)

AGREED = Option(
    value=Authority.AGREED,
    label=_("She knows about this report and agrees"),
    hint=_("She has told you so herself."),
)
IN_CARE = Option(
    value=Authority.IN_CARE,
    label=_("She is a child in my care"),
    hint=_("You are her parent or guardian by law. If you can, talk with her first."),
)
MANDATE = Option(
    value=Authority.MANDATE,
    label=_("I have her written mandate"),
    hint=_("The centre may ask you for it."),
)
NOT_ASKED = Option(
    value=Authority.NOT_ASKED,
    label=_("She does not know yet, or has not agreed"),
    hint=_("You can still report. Nothing goes out before a caseworker has found out."),
)
NOT_SURE_SHE_AGREES = Option(
    value=Authority.NOT_SURE,
    label=_("I am not sure"),
    hint=_("We take the most careful way: nothing goes out yet."),
)

HAPPENED = (
    Option(
        value=Situation.THREATENED,
        label=_("Someone threatens to spread pictures of her"),
        hint=_("First we tell you what to do now."),
    ),
    Option(value=Situation.FAKED, label=_("Someone made a fake of her")),
    Option(value=Situation.POSTED, label=_("It is already posted somewhere")),
    Option(
        value=Situation.HEARD,
        label=_("I heard that something exists"),
        hint=_("It is fine that you have not seen it. Do not look for it."),
    ),
    Option(value=Situation.HELPING, label=_("I do not know")),
)

AGES = (
    Option(value=AgeGroup.UNDER_18, label=_("Under 18")),
    Option(value=AgeGroup.ADULT, label=_("18 or over")),
    Option(value=AgeGroup.MIXED, label=_("Some from before 18, some from after")),
    Option(value=AgeGroup.NOT_SURE, label=_("I am not sure")),
)

FILES = (
    Option(
        value="yes",
        label=_("Yes, on this phone or computer"),
        hint=_("A fingerprint is made here. The picture is not sent."),
    ),
    Option(
        value="no",
        label=_("No, or not here"),
        hint=_("A link or a name is enough."),
    ),
)

CENTRE = Option(
    value=ConsentScope.CENTRE,
    label=_("The centre may read my report"),
    hint=_(
        "Needed, because somebody has to read it to help. A caseworker sees your answers and "
        "words. Your picture is not sent."
    ),
)
PLATFORMS = Option(
    value=ConsentScope.PLATFORMS,
    label=_("Platforms, websites and search engines may get a removal notice"),
    hint=_(
        "The centre writes in its own name. If needed, it also asks those who run the servers, "
        "and an authority that can order a removal. They get the link and, if you make one, the "
        "fingerprint. They do not get your name or your words."
    ),
)
PLATFORMS_UNDER_18 = Option(
    value=ConsentScope.PLATFORMS,
    label=PLATFORMS.label,
    hint=_(
        "The centre writes in its own name. If needed, it also asks those who run the servers, "
        "and an authority that can order a removal. They get the link. They do not get your name "
        "or your words."
    ),
)
BLOCK_LIST = Option(
    value=ConsentScope.BLOCK_LIST,
    label=_("Platforms that take part may check new uploads against the fingerprint"),
    hint=_(
        "Their programs ask us whether a new upload is like your picture, so that they can stop "
        "it. They do not get the picture."
    ),
)
POLICE = Option(
    value=ConsentScope.POLICE,
    label=_("The police may get my report"),
    hint=_("Only if you want it. Choosing nothing here is fine, and you can decide later."),
)

CONTACTS = (
    Option(value="no", label=_("No. I look here myself, with my code.")),
    Option(
        value="yes",
        label=_("Yes, but only in a way that is safe"),
        hint=_("The next page asks how, when, and what we may say."),
    ),
)

WAYS = (
    Option(value="message", label=_("By message or chat")),
    Option(value="call", label=_("By telephone")),
    Option(value="email", label=_("By e-mail")),
    Option(value="other", label=_("In another way, written below")),
)

IF_SOMEBODY_ELSE = (
    Option(
        value="silent",
        label=_("Say nothing and end the call"),
        hint=_("Also: leave no message."),
    ),
    Option(
        value="ask",
        label=_("Ask for me, and do not say who calls or why"),
    ),
    Option(
        value="trusted",
        label=_("It is fine to say who calls"),
        hint=_("Only people I trust pick up."),
    ),
)
