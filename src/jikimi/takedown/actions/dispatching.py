"""Sending approved mail once: claimed and committed first, the network touched after.

A mail whose sending broke off is UNKNOWN and waits for a person; it is never blindly sent again.
"""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction

from jikimi.cases.models import CaseStatus
from jikimi.evidence.actions import open_for_dispatch
from jikimi.evidence.errors import EvidenceError
from jikimi.takedown.actions.clock_of import start_clock
from jikimi.takedown.actions.moving import locked, move
from jikimi.takedown.channels import (
    Channel,
    MaybeSent,
    NotSentYet,
    Parcel,
    RefusedForGood,
    ServerAway,
)
from jikimi.takedown.models import OutboundMail
from jikimi.takedown.rules.notice import (
    INTERRUPTED_AFTER,
    NoticeState,
    OutboxState,
    retry_after,
)

Clock = Callable[[], datetime]


def dispatch_ready(channel: Channel, clock: Clock) -> int:
    """Send every mail whose time has come; return how many were tried.

    Stops at the first that finds the mail server away: the others wait, untouched.
    """
    tried = 0
    while (mail := _claim_next(clock())) is not None:
        tried += 1
        if not _send(mail, channel, clock):
            break
    return tried


def mail_is_ready(now: datetime) -> bool:
    """Whether a mail's time has come."""
    return OutboundMail.objects.filter(state=OutboxState.READY, not_before__lte=now).exists()


def mark_interrupted(now: datetime) -> int:
    """Mails left in SENDING by a process that died become UNKNOWN; return how many."""
    left = OutboundMail.objects.filter(
        state=OutboxState.SENDING, claimed_at__lte=now - INTERRUPTED_AFTER
    )
    for mail in left:
        _settle(mail, OutboxState.UNKNOWN, now, trouble="The sender ended while sending.")
    return len(left)


@transaction.atomic
def _claim_next(now: datetime) -> OutboundMail | None:
    """Commit to sending one mail, before anything of it leaves."""
    mail = _next_ready(now)
    while mail is not None and mail.notice.sighting.case.status == CaseStatus.WITHDRAWN:
        move(locked(mail.notice_id), NoticeState.CANCELLED, now=now)
        mail = _next_ready(now)
    if mail is None:
        return None
    mail.state = OutboxState.SENDING
    mail.claimed_at = now
    mail.attempts += 1
    mail.save()
    move(locked(mail.notice_id), NoticeState.SENDING, now=now, attempt=mail.attempts)
    return mail


def _next_ready(now: datetime) -> OutboundMail | None:
    """The mail that has waited longest, held with its case; those somebody holds are left out."""
    return (
        OutboundMail.objects.select_for_update(
            skip_locked=True, of=("self", "notice__sighting__case")
        )
        .select_related("notice__sighting__case")
        .filter(state=OutboxState.READY, not_before__lte=now)
        .order_by("not_before")
        .first()
    )


def _send(mail: OutboundMail, channel: Channel, clock: Clock) -> bool:
    """Send a claimed mail and write down what became of it; False if the server is away."""
    try:
        channel.send(_parcel(mail))
    except NotSentYet as trouble:
        _settle(mail, OutboxState.READY, clock(), trouble=trouble.safe_words)
        return not isinstance(trouble, ServerAway)
    except RefusedForGood as trouble:
        _settle(mail, OutboxState.REFUSED, clock(), trouble=trouble.safe_words)
    except MaybeSent as trouble:
        _settle(mail, OutboxState.UNKNOWN, clock(), trouble=trouble.safe_words)
    else:
        _settle(mail, OutboxState.SENT, clock())
    return True


def _parcel(mail: OutboundMail) -> Parcel:
    """What the mail holds, opened. Raises NotSentYet where our keys do not open it."""
    try:
        content = open_for_dispatch(mail.pk, bytes(mail.sealed or b""))
    except EvidenceError:
        raise NotSentYet("It does not open with this house's keys. Run `jikimi doctor`.") from None
    return Parcel(
        sender=settings.DEFAULT_FROM_EMAIL, recipient=mail.recipient_address, content=content
    )


_NOTICE_AFTER = {
    OutboxState.READY: NoticeState.APPROVED,
    OutboxState.REFUSED: NoticeState.UNDELIVERABLE,
    OutboxState.UNKNOWN: NoticeState.UNKNOWN,
    OutboxState.SENT: NoticeState.SENT,
}


@transaction.atomic
def _settle(claimed: OutboundMail, to: OutboxState, now: datetime, *, trouble: str = "") -> None:
    """Write down what became of a claimed mail, unless somebody has already.

    A sender that was given up may come back late, when a later attempt is under way: what it has
    to say is then about its own attempt, and not about that one.
    """
    notice = locked(claimed.notice_id)
    mail = OutboundMail.objects.select_for_update().get(pk=claimed.pk)
    if mail.state != OutboxState.SENDING or mail.attempts != claimed.attempts:
        return
    mail.state = to
    mail.trouble = trouble
    if to is OutboxState.READY:
        mail.not_before = now + retry_after(mail.attempts)
    if to is OutboxState.SENT:
        mail.sealed = None
        start_clock(notice, now)
    mail.save()
    move(notice, _NOTICE_AFTER[to], now=now, **({"trouble": trouble} if trouble else {}))
