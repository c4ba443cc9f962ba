"""Switching on what goes by itself takes two people; switching it off takes one, at once."""

from datetime import datetime

from django.db import IntegrityError, transaction

from jikimi.people.models import Staff
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.errors import NotSwitched
from jikimi.takedown.rules.by_rule import Switch
from jikimi.takedown.switches.lookups import switched_on
from jikimi.takedown.switches.models import CONFIRMED, PROPOSED, REFUSED, SwitchChange
from jikimi.trail.actions import record

_LONGEST_WHY = 300


@transaction.atomic
def propose_switch(switch: Switch, *, why: str, staff: Staff, now: datetime) -> SwitchChange:
    """Wish that a switch be turned on. Raises NotSwitched."""
    if switch in switched_on():
        raise NotSwitched("It is on already.")
    if not why.strip() or len(why) > _LONGEST_WHY:
        raise NotSwitched(f"Say why, in at most {_LONGEST_WHY} characters.")
    try:
        with transaction.atomic():
            wish = SwitchChange.objects.create(
                switch=switch.value,
                turns_on=True,
                why=why.strip(),
                state=PROPOSED,
                proposed_at=now,
                proposed_by=staff,
            )
    except IntegrityError:
        raise NotSwitched("Somebody has proposed this already. Confirm or refuse that.") from None
    _record("switch proposed", switch, staff, now)
    return wish


@transaction.atomic
def confirm_switch(change_id: int, *, staff: Staff, now: datetime) -> Switch:
    """Say yes to a colleague's wish: from now on it is on. Raises NotSwitched."""
    wish = _held(change_id)
    if wish.proposed_by_id == staff.pk:
        raise NotSwitched("You proposed this yourself. Somebody else has to confirm it.")
    if not wish.proposed_by.is_active:
        raise NotSwitched("Who proposed this has no account any more. Refuse it.")
    return _decide(wish, CONFIRMED, "switched on", staff, now)


@transaction.atomic
def refuse_switch(change_id: int, *, staff: Staff, now: datetime) -> Switch:
    """Say no to a wish, or withdraw one's own. Raises NotSwitched."""
    return _decide(_held(change_id), REFUSED, "switch refused", staff, now)


@transaction.atomic
def switch_off(switch: Switch, *, why: str, staff: Staff, now: datetime) -> None:
    """Turn a switch off at once. Raises NotSwitched.

    Mail that a rule has approved and that has not left goes on; cancel it on its case.
    """
    if not why.strip() or len(why) > _LONGEST_WHY:
        raise NotSwitched(f"Say why, in at most {_LONGEST_WHY} characters.")
    if switch not in switched_on():
        raise NotSwitched("It is off already.")
    SwitchChange.objects.create(
        switch=switch.value,
        turns_on=False,
        why=why.strip(),
        state=CONFIRMED,
        proposed_at=now,
        proposed_by=staff,
        decided_at=now,
        decided_by=staff,
    )
    _record("switched off", switch, staff, now)


def _held(change_id: int) -> SwitchChange:
    wish = (
        SwitchChange.objects.select_for_update(of=("self",))
        .filter(pk=change_id, state=PROPOSED)
        .first()
    )
    if wish is None:
        raise NotSwitched("This does not wait any more. Somebody may have been faster.")
    return wish


def _decide(wish: SwitchChange, state: str, event: str, staff: Staff, now: datetime) -> Switch:
    wish.state, wish.decided_at, wish.decided_by = state, now, staff
    wish.save()
    switch = Switch(wish.switch)
    _record(event, switch, staff, now)
    return switch


def _record(event: str, switch: Switch, staff: Staff, now: datetime) -> None:
    record(event, at=now, actor=name_of(staff), switch=switch.value)
