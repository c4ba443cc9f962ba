"""Clocks that an authority starts with its order, and not we with a notice."""

from jikimi.takedown.contacts import packs_asked_once, recipient_of
from jikimi.takedown.facts import case_facts
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.clock import clock_from_order
from jikimi.takedown.rules.law_choice import laws_covering
from jikimi.venues.pack_values import LawId, LawPack


def law_waiting_for_order(notice: Notice) -> LawPack | None:
    """The law whose time begins with an order of the authority that was told; None if none does.

    A minor's picture is reported to a hotline under no law; then it is one of the hotline's own.
    """
    packs = packs_asked_once()
    recipient = recipient_of(notice.recipient_id, notice.sighting)
    if recipient is None or recipient.kind not in ("regulator", "hotline"):
        return None
    own = packs.laws.get(LawId(notice.law_id))
    laws = [own] if own else laws_covering(recipient, case_facts(notice.sighting.case), packs)
    return next((law for law in laws if clock_from_order(law)), None)
