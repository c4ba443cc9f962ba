"""Approval by rule, as a centre switches it on: two people agree on each rung."""

import secrets
from datetime import UTC, datetime

from jikimi.people.models import Staff
from jikimi.takedown.actions import confirm_switch, propose_switch
from jikimi.takedown.rules.by_rule import Switch


def let_rungs_go_by_themselves() -> None:
    """Switch every rung on; what no switch lets go waits for a caseworker all the same."""
    one, other = (
        Staff.objects.create_staff(email=f"{name}@centre.example", password=secrets.token_hex())
        for name in ("head", "lawyer")
    )
    now = datetime.now(UTC)
    for switch in Switch:
        wish = propose_switch(switch, why="A year without waiting.", staff=one, now=now)
        confirm_switch(wish.pk, staff=other, now=now)
