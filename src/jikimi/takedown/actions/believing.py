"""Somebody's word that a picture is gone: noted as a claim, and taken where no look can tell.

Nobody is asked to look for it. It stays marked as not seen by us; looks go on, and one that finds
the picture opens everything again, as for any copy that comes back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case, reopen_case
from jikimi.cases.lookups import those_to_be_fetched
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import DOWN, Liveness
from jikimi.people.models import Staff
from jikimi.takedown.actions.drafting import draft_in_case
from jikimi.takedown.actions.looking import bring_look_forward
from jikimi.takedown.actions.moving import held_of, move_together, name_of
from jikimi.takedown.actions.saving import save_together
from jikimi.takedown.actions.seen import close_if_all_down
from jikimi.takedown.errors import NotNow, NoWordTaken, OnlyALookProvesIt
from jikimi.takedown.models import Notice
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.hotline_route import is_hotline
from jikimi.takedown.rules.notice import UNDER_WAY, NoticeState, may_follow
from jikimi.takedown.rules.reply import ReplyKind, ReplyState, SenderProof, is_surely_of
from jikimi.takedown.rules.word import TakenWord, Word, why_a_look_decides, why_no_word
from jikimi.takedown.undecided import word_questions
from jikimi.trail.actions import Event, record, record_many
from jikimi.trail.lookups import entries_of
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import Packs, RecipientId

_BECAUSE: Mapping[Word, str] = {
    Word.RECIPIENT: "Its recipient says that it is gone. Not seen by us",
    Word.SHE: "She saw that it is gone. Not seen by us",
    Word.HELPER: "Her helper saw that it is gone. Not seen by us",
    Word.CASEWORKER: "A caseworker saw a page that says it is gone. No look of ours can tell",
}

_CLAIMED = "said to be gone"


@transaction.atomic
def take_word(sighting_id: UUID, word: TakenWord, *, staff: Staff, now: datetime) -> None:
    """Take somebody's word that a place of an open case is down. Raises OnlyALookProvesIt."""
    sighting = Sighting.objects.get(pk=sighting_id)
    case = hold_case(sighting.case_id)
    sighting = _held([sighting.pk], case)[0]
    if case.status != CaseStatus.OPEN or Liveness(sighting.liveness) in DOWN:
        raise OnlyALookProvesIt("The case is not open, or this place is down. Load the page again.")
    if word.by is Word.HELPER and not case.helper:
        raise OnlyALookProvesIt("Nobody reported this for her, so there is no helper's word.")
    question = word_questions(case, [sighting])[sighting.pk]
    if because := why_no_word(word.by, question):
        raise OnlyALookProvesIt(because)
    _believe(case, [sighting], word, _not_ended([sighting], case), actor=name_of(staff), now=now)


@transaction.atomic
def take_word_back(sighting_id: UUID, *, staff: Staff, now: datetime) -> None:
    """A word that was taken for a place does not hold. Raises NoWordTaken."""
    sighting = Sighting.objects.get(pk=sighting_id)
    case = hold_case(sighting.case_id)
    if case.status == CaseStatus.WITHDRAWN:
        raise NoWordTaken("She has withdrawn: nothing more is asked for in this case.")
    if not take_words_back(case, [sighting.address], actor=name_of(staff), now=now):
        raise NoWordTaken("No word stands for this place. Load the page again.")


def take_words_back(case: Case, addresses: Iterable[str], *, actor: str, now: datetime) -> int:
    """Where a word was taken for these places of a held case, the work begins again; at how many.

    The case opens, each is looked at soon, and its next notice is drafted.
    """
    places = _held(
        case.sightings.filter(
            address__in=list(addresses), liveness=Liveness.SAID_GONE.value
        ).values_list("pk", flat=True),
        case,
    )
    if not places:
        return 0
    if case.status == CaseStatus.CLOSED:
        reopen_case(case, now=now, actor=actor)
    for place in places:
        place.liveness = Liveness.UNKNOWN.value
        place.because = "The word that it is gone was taken back."
    save_together(places, ("liveness", "because"))
    for place in places:
        bring_look_forward(place, now)
        record("word taken back", at=now, case_ref=case.pk, actor=actor, sighting=str(place.pk))
    draft_in_case(case, [place.pk for place in places], now=now)
    return len(places)


def take_recipients_word(
    notices: Sequence[Notice], words: str, *, staff: Staff, now: datetime
) -> None:
    """Take a recipient's word about places of a held case, or note it as a claim.

    It is taken where no look can tell; else a look is brought forward, and the ladder waits for
    that look or for a person. Raises NotNow for a notice that can no longer become removed.
    """
    for notice in notices:
        if not may_follow(NoticeState(notice.state), NoticeState.REMOVED):
            raise NotNow(notice.state, NoticeState.REMOVED)
    case = notices[0].sighting.case
    places = _held([notice.sighting_id for notice in notices], case)
    looked_at = {one.pk for one in those_to_be_fetched(places)}
    questions = word_questions(case, places) if looked_at else {}
    claimed = [
        one for one in places if one.pk in looked_at and why_a_look_decides(questions[one.pk])
    ]
    note_claims(claimed, now, actor=name_of(staff))
    taken = [one for one in places if one not in claimed]
    # A hotline's report of a minor's picture is not ended by what a platform says.
    done = notices if case.is_minor else _not_ended(taken, case)
    word = TakenWord(by=Word.RECIPIENT, words=words)
    ended = [one for one in done if one.sighting_id in {place.pk for place in taken}]
    _believe(case, taken, word, ended, actor=name_of(staff), now=now)


def note_claims(sightings: Iterable[Sighting], now: datetime, *, actor: str = "system") -> None:
    """Note that somebody says these held places are down, and have each looked at soon.

    While such a claim stands, nothing climbs the ladder by itself from there. What a caseworker
    notes goes on the trail also where a claim stands: it outlasts a mail that turns out to be none.
    """
    for sighting in sightings:
        if Liveness(sighting.liveness) in DOWN:
            continue
        bring_look_forward(sighting, now)
        is_first = sighting.claimed_gone_at is None
        if is_first:
            sighting.claimed_gone_at = now
            sighting.save(update_fields=["claimed_gone_at"])
        if is_first or actor != "system":
            record(
                _CLAIMED,
                at=now,
                case_ref=sighting.case_id,
                actor=actor,
                sighting=str(sighting.pk),
            )


def domains_of(notice: Notice, packs: Packs) -> tuple[str, ...]:
    """The domains that are known of a notice's recipient."""
    recipient = packs.recipients.get(RecipientId(notice.recipient_id))
    return recipient.domains if recipient else ()


def drop_claims(sightings: Sequence[Sighting]) -> None:
    """One mail about these held places of a case was no claim: each ends, unless another stands."""
    since = {one.pk: one.claimed_gone_at for one in sightings if one.claimed_gone_at}
    if not since:
        return
    case_id = sightings[0].case_id
    last: dict[UUID, datetime] = {}
    for place, at in chain(_claims_by_mail(case_id), _claims_noted(case_id)):
        last[place] = max(at, last.get(place, at))
    ended = [place for place, at in since.items() if place not in last or last[place] < at]
    Sighting.objects.filter(pk__in=ended).update(claimed_gone_at=None)


def _claims_by_mail(case_id: UUID) -> Iterator[tuple[UUID, datetime]]:
    """Each place that a mail, proven or confirmed by a caseworker, says is gone; and when it came.

    A mail speaks for every notice of the letter that it answers.
    """
    mails = (
        ReceivedReply.objects.filter(
            notice__sighting__case=case_id,
            kind=ReplyKind.REMOVAL,
            state__in=[ReplyState.CONFIRMED, ReplyState.WAITING],
        )
        .select_related("notice__letter")
        .prefetch_related("notice__letter__notices")
    )
    packs = packs_in_use()
    for mail in mails:
        answered = mail.notice
        if answered is None:
            continue
        domains = domains_of(answered, packs)
        if mail.state == ReplyState.CONFIRMED or _is_proven(mail, domains):
            for notice in answered.letter.notices.all() if answered.letter else [answered]:
                yield notice.sighting_id, mail.came_at


def _is_proven(mail: ReceivedReply, domains: tuple[str, ...]) -> bool:
    proof = SenderProof(mail.proof)
    return not mail.contradicted and is_surely_of(proof, mail.sender_domain, domains)


def _claims_noted(case_id: UUID) -> Iterator[tuple[UUID, datetime]]:
    """Each place of which a caseworker noted that somebody says it is gone, and when."""
    for content in entries_of(case_id):
        said = content.payload
        if said["event"] == _CLAIMED and said["actor"] != "system":
            yield UUID(str(said["sighting"])), content.entry.at


def _held(ids: Iterable[UUID], case: Case) -> list[Sighting]:
    sightings = list(case.sightings.select_for_update().filter(pk__in=list(ids)).order_by("pk"))
    for sighting in sightings:
        sighting.case = case
    return sightings


def _not_ended(sightings: Sequence[Sighting], case: Case) -> list[Notice]:
    """What a word about these places ends: all but a hotline's report of a minor's picture."""
    asked = held_of(case, Notice.objects.filter(sighting__in=sightings))
    done = [one for one in asked if may_follow(NoticeState(one.state), NoticeState.REMOVED)]
    if not case.is_minor:
        return done
    packs = packs_in_use()
    return [one for one in done if not is_hotline(packs, RecipientId(one.recipient_id))]


def _believe(
    case: Case,
    sightings: Sequence[Sighting],
    word: TakenWord,
    notices: Sequence[Notice],
    *,
    actor: str,
    now: datetime,
) -> None:
    """These places are down by this word, and with them these notices about them."""
    if not sightings:
        return
    said = f": “{word.words}”" if word.words else ""
    for sighting in sightings:
        sighting.liveness = Liveness.SAID_GONE.value
        sighting.because = f"{_BECAUSE[word.by]}{said}."
        sighting.claimed_gone_at = None
    save_together(sightings, ("liveness", "because", "claimed_gone_at"))
    record_many(
        [
            Event(
                name="word taken",
                at=now,
                case_ref=case.pk,
                actor=actor,
                facts={"sighting": str(sighting.pk), "word_of": word.by.value},
            )
            for sighting in sightings
        ]
    )
    for notice in notices:
        notice.on_word_of = word.by.value
    move_together(notices, NoticeState.REMOVED, now=now, actor=actor, word_of=word.by.value)
    under_way = Notice.objects.filter(sighting__case=case, state__in=sorted(UNDER_WAY))
    if not (case.is_minor and under_way.exists()):
        close_if_all_down(case, now)
