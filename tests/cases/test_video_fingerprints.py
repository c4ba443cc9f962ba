"""A case holds the frames of a video, finds other cases by them, and lets go of them."""

from datetime import datetime

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from numpy.typing import NDArray

from jikimi.aftercare.actions import stop_everything
from jikimi.cases.actions import NewFingerprint, NewVideo, add_fingerprints
from jikimi.cases.errors import NotAVideosFrames
from jikimi.cases.frames import MOST_FRAMES, VideoFrame, pack_frames, read_frames
from jikimi.cases.lookups import (
    fingerprints_held,
    prints_of_minors,
    resembles_a_minors,
    resembling_cases,
    telling_frames,
    those_resembling_a_minors,
)
from jikimi.cases.models import Case, Fingerprint, VideoFingerprint
from jikimi.cases.rules import AgeGroup
from jikimi.intake.actions import receive_report
from tests.reports import a_report

pytestmark = pytest.mark.django_db


def frame(number: int, *, quality: int = 80) -> VideoFrame:
    """A frame half a second after the one before, whose hash is far from every other's."""
    pattern = int.from_bytes(b"\x0f\x33\x55\x99" * 8)
    turned = (pattern << (7 * number) | pattern >> (256 - 7 * number)) % 2**256
    return VideoFrame(milliseconds=500 * number, pdq=turned.to_bytes(32), quality=quality)


def video(*numbers: int) -> NewVideo:
    return NewVideo(frames=tuple(frame(number) for number in numbers))


def case_with(
    now: datetime, *made: NewFingerprint | NewVideo, age: AgeGroup = AgeGroup.ADULT
) -> Case:
    return receive_report(a_report(fingerprints=made, places=(), age_group=age), now=now).case


def test_frames_come_back_as_they_were_kept(now: datetime) -> None:
    case = case_with(now, video(0, 1, 5))
    (held,) = case.videos.all()
    assert held.read() == (frame(0), frame(1), frame(5))
    assert len(bytes(held.frames)) == 3 * 36


def test_a_case_holds_the_same_video_once(now: datetime) -> None:
    case = case_with(now, video(0, 1), NewFingerprint(pdq=bytes(32), quality=90))
    assert add_fingerprints(case, [video(0, 1), video(0, 2)], now=now) == 3
    assert fingerprints_held(case) == 3


def test_another_case_with_a_still_of_the_video_is_found(now: datetime) -> None:
    with_video = case_with(now, video(0, 1, 2))
    with_still = case_with(now, NewFingerprint(pdq=frame(2).pdq, quality=90))
    assert [one.case_id for one in resembling_cases(with_video)] == [with_still.pk]
    (found,) = resembling_cases(with_still)
    assert (found.case_id, found.distance) == (with_video.pk, 0)


def test_a_still_of_a_minors_video_is_a_minors_picture(now: datetime) -> None:
    case_with(now, video(0, 1), age=AgeGroup.NOT_SURE)
    assert resembles_a_minors([frame(1).pdq])
    assert frame(0).pdq in prints_of_minors()


def turned_over(pdq: bytes, bits: int) -> bytes:
    """The same but for its lowest bits."""
    return (int.from_bytes(pdq) ^ (1 << bits) - 1).to_bytes(32)


def test_what_resembles_a_minors_is_told_to_the_bit(now: datetime) -> None:
    case_with(now, video(0, 1), NewFingerprint(pdq=bytes(32), quality=90), age=AgeGroup.UNDER_18)
    near = {turned_over(bytes(32), 31), turned_over(frame(0).pdq, 31), frame(1).pdq}
    far = {turned_over(bytes(32), 32), turned_over(frame(0).pdq, 32)}
    assert those_resembling_a_minors([*near, *far, *near]) == near


def test_no_fingerprint_is_compared_with_all_of_minors_row_by_row(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_with(now, video(*range(20)), age=AgeGroup.UNDER_18)
    counted, count = [], np.bitwise_count

    def counting(bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
        counted.append(bits.size)
        return count(bits)

    monkeypatch.setattr(np, "bitwise_count", counting)
    assert len(those_resembling_a_minors(frame(number).pdq for number in range(30))) == 20
    assert sum(counted) == 0


def test_a_letter_names_a_few_frames_spread_over_the_video(now: datetime) -> None:
    case = case_with(now, video(*range(25)))
    assert [one.milliseconds for one in telling_frames(case, most=10)] == [
        500 * number for number in range(0, 25, 3)
    ]


@pytest.mark.parametrize(("age", "kept"), [(AgeGroup.ADULT, 0), (AgeGroup.UNDER_18, 1)])
def test_withdrawing_erases_an_adults_and_keeps_what_shields_a_minor(
    now: datetime, age: AgeGroup, kept: int
) -> None:
    case = case_with(now, video(0, 1), age=age)
    stop_everything(case.pk, now=now)
    assert VideoFingerprint.objects.count() == kept


@pytest.mark.parametrize("count", [0, MOST_FRAMES + 1])
def test_the_database_refuses_another_number_of_frames(now: datetime, count: int) -> None:
    case = case_with(now, video(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        VideoFingerprint.objects.create(
            case=case, frames=bytes(36 * count), frame_count=count, mark=bytes(32), made_at=now
        )


@pytest.mark.parametrize("length", [31, 33])
def test_the_database_refuses_a_fingerprint_of_another_length(now: datetime, length: int) -> None:
    case = case_with(now, video(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        Fingerprint.objects.create(case=case, pdq=bytes(length), quality=80, made_at=now)


def harmed(place: int, value: int) -> bytes:
    packed = bytearray(pack_frames([frame(1), frame(2)]))
    packed[place] = value
    return bytes(packed)


HARMED = {
    "nothing": b"",
    "half a frame": pack_frames([frame(1)])[:20],
    "too many": pack_frames([frame(1)]) * (MOST_FRAMES + 1),
    "twice the same time": pack_frames([frame(1), frame(1)]),
    "backwards": pack_frames([frame(2), frame(1)]),
    "quality of 49": harmed(32, 49),
    "quality of 101": harmed(32, 101),
    "a hash with all bits set": pack_frames([frame(1)]).replace(frame(1).pdq, b"\xff" * 32),
    "a hash with none": pack_frames([frame(1)]).replace(frame(1).pdq, bytes(32)),
}


@pytest.mark.parametrize("name", HARMED)
def test_what_is_no_row_of_frames_is_refused(name: str) -> None:
    with pytest.raises(NotAVideosFrames):
        read_frames(HARMED[name])
