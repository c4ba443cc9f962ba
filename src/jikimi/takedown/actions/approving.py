"""A caseworker's yes, her own hand, or her no."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.evidence.actions import seal_for_case, seal_for_dispatch
from jikimi.evidence.models import Purpose
from jikimi.people.models import Staff
from jikimi.takedown.actions.clock_of import start_clock
from jikimi.takedown.actions.drafting import draft_for_sighting
from jikimi.takedown.actions.jobs import Job, ask_for
from jikimi.takedown.actions.moving import locked, move, name_of
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.errors import LetterIncomplete, MayNotSend
from jikimi.takedown.facts import case_facts
from jikimi.takedown.letters import preview_letter, route_now
from jikimi.takedown.models import Notice, OutboundMail
from jikimi.takedown.replies.threading import plus_address
from jikimi.takedown.rules.clock import to_utc
from jikimi.takedown.rules.hotline_route import consent_blockers
from jikimi.takedown.rules.letter import Letter
from jikimi.takedown.rules.notice import STOPPABLE, NoticeState
from jikimi.takedown.rules.route import ChosenRoute
from jikimi.takedown.rules.sending import is_expired


@transaction.atomic
def approve_notice(notice_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Say yes to a notice by mail: it is written, sealed for the dispatcher, and goes out soon.

    Raises MayNotSend, LetterIncomplete or NotNow, and then nothing has changed.
    """
    notice = locked(notice_id)
    chosen = route_now(notice, now)
    if chosen.why_not:
        raise MayNotSend(chosen.why_not)
    if chosen.route_type != "email":
        raise MayNotSend("This recipient takes no mail: hand the notice over and say so here.")
    letter = preview_letter(notice, now)
    if letter.missing:
        raise LetterIncomplete(letter.missing)
    _approved_by(notice, staff, now)
    move(notice, NoticeState.APPROVED, now=now, actor=name_of(staff))
    seal_for_case(notice.sighting.case_id, Purpose.LETTER, letter.text, now=now)
    _put_into_outbox(notice, letter, now)
    ask_for(Job.DISPATCH)


@transaction.atomic
def hand_over_notice(notice_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Note that a caseworker has handed a notice over by form or telephone; its clock starts.

    Raises MayNotSend where the survivor has not agreed, mail is the way, or an entry has expired;
    LetterIncomplete where a mandatory element is missing.
    """
    notice = locked(notice_id)
    chosen = route_now(notice, now)
    if chosen.route_type == "email":
        raise MayNotSend("This recipient is written to by mail: approve the notice instead.")
    if chosen.law_id is None and (blockers := consent_blockers(case_facts(notice.sighting.case))):
        raise MayNotSend(f"Not to be handed over yet: {'; '.join(blockers)}.")
    if _is_expired(notice, chosen, now):
        raise MayNotSend(chosen.why_not or "Its entry has expired.")
    letter = preview_letter(notice, now)
    if letter.missing:
        raise LetterIncomplete(letter.missing)
    _approved_by(notice, staff, now)
    if notice.state == NoticeState.DRAFT:
        move(notice, NoticeState.APPROVED, now=now, actor=name_of(staff))
    start_clock(notice, now)
    move(notice, NoticeState.SENT, now=now, actor=name_of(staff), by_hand=True)
    seal_for_case(notice.sighting.case_id, Purpose.LETTER, letter.text, now=now)
    if notice.sighting.case.is_minor:
        # The hotline knows now; who comes after it may be drafted.
        draft_for_sighting(notice.sighting_id, now=now)


@transaction.atomic
def cancel_notice(notice_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Stop a notice that has not left, and draft what the rules choose instead, if anything."""
    notice = locked(notice_id)
    outdated = _is_outdated(notice, now)
    move(notice, NoticeState.CANCELLED, now=now, actor=name_of(staff))
    if outdated:
        draft_for_sighting(notice.sighting_id, now=now)


@transaction.atomic
def stop_notices_of(case_id: UUID, *, now: datetime) -> None:
    """Stop every notice of a case that has not left."""
    hold_case(case_id)
    waiting = Notice.objects.filter(sighting__case_id=case_id, state__in=sorted(STOPPABLE))
    for notice_id in waiting.values_list("pk", flat=True):
        move(locked(notice_id), NoticeState.CANCELLED, now=now)


def _is_expired(notice: Notice, chosen: ChosenRoute, now: datetime) -> bool:
    """Whether the entry of the recipient or the law is past its last day.

    One that is merely unverified may be handed over: the person who does it verifies it.
    """
    packs = packs_for(notice.sighting)
    law = packs.laws[chosen.law_id] if chosen.law_id else None
    return is_expired(packs.recipients[chosen.recipient_id], law, to_utc(now).date())


def _is_outdated(notice: Notice, now: datetime) -> bool:
    """Whether the rules would choose otherwise by now."""
    try:
        route_now(notice, now)
    except MayNotSend:
        return True
    return False


def _approved_by(notice: Notice, staff: Staff, now: datetime) -> None:
    notice.approved_at = now
    notice.approved_by = staff


def _put_into_outbox(notice: Notice, letter: Letter, now: datetime) -> None:
    outbound_id = uuid4()
    # A mail that was refused before makes room: the new one is sealed to a row of its own.
    OutboundMail.objects.filter(notice=notice).delete()
    message_id = f"<{notice.pk.hex}@{settings.CENTRE_EMAIL.rpartition('@')[2]}>"
    mail = _mail(notice, letter, message_id, now)
    OutboundMail.objects.create(
        id=outbound_id,
        notice=notice,
        message_id=message_id,
        recipient_address=notice.address,
        sealed=seal_for_dispatch(outbound_id, mail),
        not_before=now,
    )


def _mail(notice: Notice, letter: Letter, message_id: str, now: datetime) -> bytes:
    """The mail as it leaves: the letter, and the same for machines. Never a picture."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = settings.DEFAULT_FROM_EMAIL
    if settings.INBOX_URL:
        mail["Reply-To"] = plus_address(settings.CENTRE_EMAIL, notice.reference)
    mail["To"] = notice.address
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id
    mail.set_content(letter.text)
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
    mail.add_attachment(
        letter.notice_json.encode(), maintype="application", subtype="json", filename="notice.json"
    )
    return mail.as_bytes()
