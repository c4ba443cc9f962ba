"""Authorities that themselves apply a law of her country to her picture. Pure.

Which these are, and when they may be asked, is data: a regulator or hotline whose ranked law names
her country. Of a minor's picture hotlines hear by a path of their own, and before any regulator.
"""

from __future__ import annotations

from jikimi.takedown.rules.law_choice import applicable_laws
from jikimi.takedown.rules.route_values import RouteQuestion
from jikimi.venues.pack_values import AskAuthority, Recipient


def authorities(question: RouteQuestion) -> tuple[Recipient, ...]:
    """Give those whose law covers this case, by their ids; for a minor's, regulators alone."""
    kinds = ("regulator",) if question.case.minor else ("regulator", "hotline")
    known = question.packs.recipients
    return tuple(
        recipient
        for recipient in (known[id_] for id_ in sorted(known))
        if recipient.kind in kinds and _turns(recipient, question)
    )


def asked_at_once(question: RouteQuestion) -> tuple[Recipient, ...]:
    """Give those that a law lets be asked without waiting for a platform."""
    return tuple(one for one in authorities(question) if "at_once" in _turns(one, question))


def is_next_to_the_platform(authority: Recipient, question: RouteQuestion) -> bool:
    """Tell whether it comes as soon as the platform led nowhere, before its network and host."""
    return "after_platform" in _turns(authority, question)


def _turns(recipient: Recipient, question: RouteQuestion) -> set[AskAuthority]:
    """Say when each law of her country lets it be asked; empty if it applies none."""
    return {law.ask_authority for law in applicable_laws(recipient, question) if law.countries}
