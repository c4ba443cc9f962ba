"""Requests to forget: who was asked what and when, and how each ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.cases.models import Case
from jikimi.people.models import Staff
from jikimi.takedown.actions.forgetting import (
    agree_to_give_up,
    keep_asking,
    note_asked_to_forget,
    note_forgotten,
    propose_giving_up,
)
from jikimi.takedown.errors import CannotGiveUp
from jikimi.takedown.rules.forgetting import CannotForget, why_not_yet
from jikimi.takedown.withdrawals.lookups import ended_since, unconfirmed
from jikimi.takedown.withdrawals.models import RecipientWithdrawal
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board

MOST_SHOWN = 100
SHOWN_AFTER = timedelta(days=90)
WHY: Mapping[CannotForget, str] = {
    CannotForget.LAW: "They say that a law makes them keep it",
    CannotForget.REFUSED: "They said no",
    CannotForget.SILENT: "They were asked and do not answer",
    CannotForget.GONE: "They exist no more",
}


@dataclass(frozen=True, kw_only=True)
class ForgetRow:
    """One request, in words."""

    row: RecipientWithdrawal
    nickname: str
    """Of the case, or empty once that is erased."""
    may_end: tuple[tuple[str, str], ...]
    """For which reasons it may be given up now."""
    why: str
    proposed_by: str
    is_mine: bool


class Act(Protocol):
    """Something that a caseworker does now."""

    def __call__(self, *, staff: Staff, now: datetime) -> None: ...


@require_safe
def show_to_forget(request: StaffRequest) -> HttpResponse:
    """Every request that is open, the longest first, and those that ended of late."""
    now = timezone.now()
    shown = {
        "board": board(now),
        "rows": _rows(unconfirmed()[:MOST_SHOWN], request),
        "ended": _rows(ended_since(now - SHOWN_AFTER)[:MOST_SHOWN], request),
        "now": now,
        "shows_to_forget": True,
    }
    return render(request, "desk/to_forget.html", shown)


@require_POST
def asked(request: StaffRequest, withdrawal_id: int) -> HttpResponse:
    """It was asked to forget."""
    act = partial(note_asked_to_forget, withdrawal_id)
    return _note(request, act, "Noted. Her page says that they were asked.")


@require_POST
def confirmed(request: StaffRequest, withdrawal_id: int) -> HttpResponse:
    """It says that it has."""
    act = partial(note_forgotten, withdrawal_id)
    return _note(request, act, "Noted. Her page says that they have confirmed it.")


@require_POST
def cannot(request: StaffRequest, withdrawal_id: int) -> HttpResponse:
    """It will not be confirmed: proposed by one person."""
    said = request.POST.get("why", "")

    def act(*, staff: Staff, now: datetime) -> None:
        if said not in set(CannotForget):
            raise CannotGiveUp("Say why it cannot be done.")
        propose_giving_up(withdrawal_id, CannotForget(said), staff=staff, now=now)

    return _note(request, act, "Proposed. It ends, and her page says why, once a colleague agrees.")


@require_POST
def agree(request: StaffRequest, withdrawal_id: int) -> HttpResponse:
    """It ends without a confirmation: the second person."""
    act = partial(agree_to_give_up, withdrawal_id)
    return _note(request, act, "Ended. Her page says why it cannot be done.")


@require_POST
def go_on(request: StaffRequest, withdrawal_id: int) -> HttpResponse:
    """The proposal is refused or taken back."""
    act = partial(keep_asking, withdrawal_id)
    return _note(request, act, "The request stays open.")


def _note(request: StaffRequest, act: Act, done: str) -> HttpResponse:
    def do() -> str:
        act(staff=request.user, now=timezone.now())
        return done

    do_and_say(request, do)
    return redirect("desk_to_forget")


def _rows(held: Iterable[RecipientWithdrawal], request: StaffRequest) -> list[ForgetRow]:
    rows = list(held)
    cases = Case.objects.filter(pk__in={row.case_ref for row in rows})
    nicknames = dict(cases.values_list("pk", "nickname"))
    return [_row(row, nicknames.get(row.case_ref, ""), request) for row in rows]


def _row(row: RecipientWithdrawal, nickname: str, request: StaffRequest) -> ForgetRow:
    now, by = timezone.now(), row.given_up_by
    return ForgetRow(
        row=row,
        nickname=nickname,
        may_end=tuple(
            (why.value, words)
            for why, words in WHY.items()
            if not why_not_yet(why, asked_at=row.asked_at, now=now)
        ),
        why=WHY[CannotForget(row.cannot)] if row.cannot else "",
        proposed_by=str(by or ""),
        is_mine=by == request.user,
    )


_ROW = "forget/<int:withdrawal_id>/"
addresses = [
    path("forget/", staff_required(show_to_forget), name="desk_to_forget"),
    path(_ROW + "asked/", staff_required(asked), name="desk_asked_to_forget"),
    path(_ROW + "confirmed/", staff_required(confirmed), name="desk_forgotten"),
    path(_ROW + "cannot/", staff_required(cannot), name="desk_cannot_forget"),
    path(_ROW + "agree/", staff_required(agree), name="desk_agree_to_give_up"),
    path(_ROW + "go-on/", staff_required(go_on), name="desk_keep_asking"),
]
