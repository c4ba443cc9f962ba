"""Whether the packs agree with each other: clocks, languages, and the ladders between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from holidays import list_supported_countries

from jikimi.venues.errors import PackProblem
from jikimi.venues.pack_parts import FROM_OUR_REQUEST, LADDER_STEPS, Clock, LawId, RecipientId
from jikimi.venues.pack_values import LawPack, Packs, Recipient

_AUTHORITIES = frozenset({"regulator", "hotline"})


def authority_problems(law: LawPack, file: str) -> Iterator[PackProblem]:
    """Find a law that says when its authority is asked, and is not an authority's to apply."""
    if law.ask_authority == "in_turn":
        return
    if not law.recipient_kinds <= _AUTHORITIES or not law.countries:
        what = "only a law that an authority applies, for people of named countries, can say this."
        fix = "Take it out, or name regulator or hotline, and the countries, under applies_to."
        yield _problem(file, "duty.ask_authority", what, fix)


def clock_problems(law: LawPack, file: str) -> Iterator[PackProblem]:
    """Check a law's clock by itself: its trigger, and the place whose working days it counts."""
    clock = law.clock
    if clock is None:
        return
    if clock.trigger is None:
        what = "the clock has no trigger."
        yield _problem(file, "duty.clock.trigger", what, "Say what starts it.")
    if clock.calendar == "working_days":
        yield from _place_problems(clock, file)


def _place_problems(clock: Clock, file: str) -> Iterator[PackProblem]:
    if not _is_zone(clock.zone or ""):
        what = f"{clock.zone!r} is no time zone."
        yield _problem(file, "duty.clock.zone", what, "Write its IANA name, such as Asia/Seoul.")
    country, _, part = (clock.holidays or "").partition("-")
    known = list_supported_countries(include_aliases=False)
    if country not in known or (part and part not in known[country]):
        what = f"the public holidays of {clock.holidays!r} are not known."
        yield _problem(file, "duty.clock.holidays", what, "Write a country, or one of its parts.")


def quiet_hours_problems(recipient: Recipient, file: str) -> Iterator[PackProblem]:
    """Check the place by whose clock a recipient is left alone."""
    for route in recipient.routes:
        quiet, key = route.limits.quiet_hours, f"routes.{route.id}.limits.quiet_hours"
        if quiet is None:
            continue
        if quiet.begin == quiet.end:
            yield _problem(file, key, "begins when it ends.", "Write two times, or null.")
        if not _is_zone(quiet.zone):
            what = f"{quiet.zone!r} is no time zone."
            yield _problem(file, f"{key}.zone", what, "Write its IANA name, such as Asia/Seoul.")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return bool(name)


def two_clocks(packs: Packs, files: Mapping[LawId, str]) -> Iterator[PackProblem]:
    """Find packs that give one provision two different clocks for the same people.

    Takes the file of each law by its id.
    """
    laws = sorted(packs.laws.values(), key=lambda law: law.id)
    for at, law in enumerate(laws):
        for other in laws[at + 1 :]:
            if _same_duty(law, other) and law.clock != other.clock:
                for one, another in ((law, other), (other, law)):
                    what = f"another time for {one.cite} stands in {another.id!r}."
                    yield _problem(files[one.id], "duty.clock", what, "Keep the one that is right.")


def _same_duty(law: LawPack, other: LawPack) -> bool:
    return (
        (law.jurisdiction, law.cite) == (other.jurisdiction, other.cite)
        and bool(law.subjects & other.subjects)
        and bool(law.recipient_kinds & other.recipient_kinds)
        and _overlap_in_time(law, other)
    )


def _overlap_in_time(law: LawPack, other: LawPack) -> bool:
    return not any(
        one.valid_to and another.valid_from and one.valid_to < another.valid_from
        for one, another in ((law, other), (other, law))
    )


def stated_time_problems(recipient: Recipient, packs: Packs, file: str) -> Iterator[PackProblem]:
    """Find a promise that is slower than a law which binds the recipient."""
    stated = recipient.stated_time
    if stated is None:
        return
    for law_id in recipient.laws_ranked:
        law = packs.laws.get(law_id)
        if law is None or law.clock is None or law.clock.trigger != FROM_OUR_REQUEST:
            continue
        if stated.length > law.clock.length:
            what = f"is longer than the duty under {law_id!r}."
            yield _problem(file, "stated_time", what, "Read both again; the shorter one counts.")


def idle_law_problems(law: LawPack, packs: Packs, file: str) -> Iterator[PackProblem]:
    """Find a law that leads nobody to anybody: no recipient ranks it, and no step of hers is named.

    A house works with it all the same, so it is looked for by the check alone.
    """
    if law.is_hers_alone:
        if not any(rung.to in LADDER_STEPS for rung in law.escalate):
            what = "only the person depicted may file, and no step says to whom."
            yield _problem(file, "escalate", what, "Name the step, such as `tribunal`.")
    elif not any(_may_be_written_to(one, law) for one in packs.recipients.values()):
        kinds = " or ".join(sorted(law.recipient_kinds))
        what = f"no {kinds} ranks {law.id!r}, so nobody is written to under it."
        fix = "Add it to their lawpacks_ranked, or take the law out."
        yield _problem(file, "applies_to.recipient_kinds", what, fix)


def _may_be_written_to(recipient: Recipient, law: LawPack) -> bool:
    return (
        law.id in recipient.laws_ranked
        and recipient.kind in law.recipient_kinds
        and any(route.subjects & law.subjects for route in recipient.routes)
    )


def language_problems(law: LawPack, packs: Packs, file: str) -> Iterator[PackProblem]:
    """Find languages of a law in which no letter can be put around its elements."""
    for language in law.languages:
        if language not in packs.wordings:
            what = f"no letter can be written in {language!r}."
            yield _problem(file, "notice.languages", what, "Add wordings/<language>.yaml for it.")


def rung_problems(
    packs: Packs, *, law_files: Mapping[LawId, str], recipient_files: Mapping[RecipientId, str]
) -> Iterator[PackProblem]:
    """Find rungs of a ladder that lead to nobody, and ladders that lead back to themselves."""
    for law in packs.laws.values():
        for rung in law.escalate:
            yield from target_problems(rung.to, packs, law_files[law.id], "escalate")
    for recipient in packs.recipients.values():
        file = recipient_files[recipient.id]
        for target in recipient.fallback:
            yield from target_problems(target, packs, file, "fallback")
        if recipient.id in LADDER_STEPS:
            what = f"{recipient.id!r} is the name of a step of every ladder."
            yield _problem(file, "id", what, "Choose another id.")
        if _comes_back(recipient, packs):
            what = "the ladder from here leads back here."
            yield _problem(file, "fallback", what, "Take one rung of the circle away.")


def target_problems(target: str, packs: Packs, file: str, key: str) -> Iterator[PackProblem]:
    """Find a rung that is neither a recipient who can be told nor a step."""
    if target not in LADDER_STEPS and target not in packs.recipients:
        steps = ", ".join(sorted(LADDER_STEPS))
        what = f"the recipient {target!r} is unknown."
        yield _problem(file, key, what, f"Add it, correct its id, or use a step: {steps}.")
    told = packs.recipients.get(RecipientId(target))
    if told and not told.takes_reports:
        what = f"{target!r} takes no reports: a ladder that leads there ends there."
        yield _problem(file, key, what, "Name somebody who does.")


def _comes_back(start: Recipient, packs: Packs) -> bool:
    """Tell whether following fallbacks, and the escalations of ranked laws, leads back."""
    waiting, seen = list(_next(start, packs)), set[str]()
    while waiting:
        id_ = waiting.pop()
        if id_ in seen:
            continue
        seen.add(id_)
        recipient = packs.recipients.get(RecipientId(id_))
        waiting += _next(recipient, packs) if recipient else ()
    return start.id in seen


def _next(recipient: Recipient, packs: Packs) -> Iterator[str]:
    yield from recipient.fallback
    for law_id in recipient.laws_ranked:
        if law_id in packs.laws:
            yield from (rung.to for rung in packs.laws[law_id].escalate)


def _problem(file: str, key: str, what: str, what_to_do: str) -> PackProblem:
    return PackProblem(file=file, key=key, what=what, what_to_do=what_to_do)
