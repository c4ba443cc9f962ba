"""Which law a recipient is written to under: its pack's ranking, or our own figures. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jikimi.takedown.rules.effect import Effect, figures, surest
from jikimi.takedown.rules.notice import UNDER_WAY, NoticeState
from jikimi.takedown.rules.route_values import CaseFacts, PastNotice, RouteQuestion
from jikimi.takedown.rules.sending import law_blockers
from jikimi.venues.pack_values import LawId, LawPack, Packs, Recipient

LED_NOWHERE = frozenset({NoticeState.OVERDUE, NoticeState.REFUSED})


def owes_an_answer(earlier: Iterable[PastNotice]) -> bool:
    """Tell whether one of these notices still waits to go out, or for an answer in time."""
    return any(past.state in UNDER_WAY for past in earlier)


def best_law(recipient: Recipient, question: RouteQuestion) -> LawPack | None:
    """Choose the best law that applies and may be sent, else one that may be drafted.

    A law that led nowhere is not tried twice; after a removal it is, because the picture has come
    back. None if no law is left.
    """
    spent = {
        past.law_id
        for past in question.history
        if past.recipient_id == recipient.id and past.state in LED_NOWHERE
    }
    laws = [
        law
        for law in ranked(applicable_laws(recipient, question), measured(recipient, question))
        if law.id not in spent
    ]
    return min(
        laws, key=lambda law: bool(law_blockers(law, recipient.kind, question.today)), default=None
    )


def applicable_laws(recipient: Recipient, question: RouteQuestion) -> list[LawPack]:
    """Give the laws that cover this recipient and case, in the order of the recipient's pack."""
    return laws_covering(recipient, question.case, question.packs)


def laws_covering(recipient: Recipient, case: CaseFacts, packs: Packs) -> list[LawPack]:
    """Give the laws of a recipient's pack that cover a case, in its order."""
    return [
        packs.laws[id_]
        for id_ in recipient.laws_ranked
        if id_ in packs.laws
        and recipient.kind in packs.laws[id_].recipient_kinds
        and covers(packs.laws[id_], case)
        and _has_a_way(packs.laws[id_], recipient, case)
    ]


def measured(recipient: Recipient, question: RouteQuestion) -> dict[LawId, Effect]:
    """Give our own figures for a recipient by law, where there are enough to go by."""
    return {
        effect.law_id: effect
        for effect in question.outcomes
        if effect.recipient_id == recipient.id and effect.law_id and effect.is_enough
    }


def ranked(laws: Sequence[LawPack], known: dict[LawId, Effect]) -> list[LawPack]:
    """Put those laws whose effect is known in its order, on the places that they held together.

    A law without enough figures keeps its place: it is neither praised nor blamed for that.
    """
    in_order = iter(
        sorted((law for law in laws if law.id in known), key=lambda law: surest(known[law.id]))
    )
    return [next(in_order) if law.id in known else law for law in laws]


def figures_in_words(law: LawPack, recipient: Recipient, question: RouteQuestion) -> str:
    """Say by which figures of our own a law was chosen over others; empty if by none."""
    known = measured(recipient, question)
    compared = [one for one in applicable_laws(recipient, question) if one.id in known]
    if law.id not in known or len(compared) < 2:  # noqa: PLR2004 - a comparison takes two
        return ""
    others = [one for one in compared if one.id != law.id]
    told = "; ".join(figures(known[one.id], one.title["en"]) for one in (law, *others))
    return f" At {recipient.name}, by our own notices: {told}."


def covers(law: LawPack, case: CaseFacts) -> bool:
    """Tell whether a law covers such a picture, of somebody who lives there, whoever holds it."""
    return (
        (case.situation == "unknown" or case.situation in law.content)
        and case.subject in law.subjects
        and (not law.countries or (case.country or "").upper() in law.countries)
        and _has_what_it_requires(law, case)
    )


def _has_a_way(law: LawPack, recipient: Recipient, case: CaseFacts) -> bool:
    """Tell whether notices under it can be sent there, or no notice of such a picture at all."""
    ways = recipient.routes_for(case.subject)
    return not ways or recipient.route_for(case.subject, law.id) is not None


def _has_what_it_requires(law: LawPack, case: CaseFacts) -> bool:
    """Copyright is a basis only where she confirmed that the picture is hers; never a minor's."""
    return not law.asks_for_ownership or (case.owns_copyright and not case.minor)
