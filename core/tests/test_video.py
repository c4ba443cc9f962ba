"""Videos are fingerprinted frame by frame, and compared by how much of each is in the other."""

import io
from contextlib import suppress
from fractions import Fraction

import numpy as np
import pytest

from jikimi_core.fingerprint import pdq, video
from jikimi_core.fingerprint.errors import (
    Damaged,
    Empty,
    FingerprintError,
    NotAVideo,
    TooLarge,
    Truncated,
    Unreadable,
)
from jikimi_core.fingerprint.video import Frame
from tests.clips import (
    PHOTOS,
    QUARTER_CLOCKWISE,
    QUARTER_COUNTERCLOCKWISE,
    UPSIDE_DOWN,
    clip,
    scenes,
    turned,
)

WIDTH, HEIGHT, RATE, SECONDS = 160, 120, 10, 6


@pytest.fixture(scope="module")
def mp4() -> bytes:
    return clip()


def frames_of(content: bytes, **options: float) -> tuple[Frame, ...]:
    return video.from_file(io.BytesIO(content), **options)


def shown(t: float) -> bytes:
    """The fingerprint of the frame that was on display at ``t``, before it was encoded."""
    pictures = list(scenes(width=WIDTH, height=HEIGHT, frames=RATE * SECONDS))
    return pdq.from_array(pictures[round(t * RATE)]).hash


def test_a_frame_a_second_is_fingerprinted_as_it_was_shown(mp4: bytes) -> None:
    found = frames_of(mp4)
    assert [frame.t for frame in found] == [0, 1, 2, 3, 4, 5]
    for frame in found:
        assert pdq.distance(frame.hash, shown(frame.t)) <= 16


@pytest.mark.parametrize(
    ("kind", "codec", "options"),
    [
        ("webm", "libvpx", {"deadline": "realtime", "cpu-used": "8"}),
        ("webm", "libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"}),
        ("matroska", "libx264", {"preset": "ultrafast"}),
        ("avi", "mpeg4", {}),
        ("mpegts", "mpeg2video", {}),
        ("mov", "libx264", {"bf": "3", "preset": "veryfast"}),
    ],
)
def test_other_containers_and_codecs_give_nearly_the_same(
    mp4: bytes, kind: str, codec: str, options: dict[str, str]
) -> None:
    other = frames_of(clip(kind=kind, codec=codec, options=options))
    assert len(other) == SECONDS
    for ours, theirs in zip(frames_of(mp4), other, strict=True):
        assert pdq.distance(ours.hash, theirs.hash) <= video.RADIUS


@pytest.mark.parametrize(
    ("matrix", "turns"),
    [(QUARTER_CLOCKWISE, -1), (UPSIDE_DOWN, 2), (QUARTER_COUNTERCLOCKWISE, 1)],
)
def test_a_turned_phones_video_is_turned_before_it_is_fingerprinted(
    mp4: bytes, matrix: tuple[int, ...], turns: int
) -> None:
    first = next(scenes(width=WIDTH, height=HEIGHT, frames=RATE * SECONDS))
    upright = pdq.from_array(np.ascontiguousarray(np.rot90(first, turns)))
    assert pdq.distance(frames_of(turned(mp4, matrix))[0].hash, upright.hash) <= 16


def test_a_reference_has_two_frames_a_second_and_those_after_cuts() -> None:
    content = clip(rate=20, seconds=3.3)  # cuts at 1.1 and 2.2
    found = video.from_file(io.BytesIO(content), step=video.REFERENCE_STEP, cuts=True)
    assert [frame.t for frame in found] == [0, 0.5, 1, 1.1, 1.5, 2, 2.2, 2.5, 3]


def test_a_long_reference_is_sampled_in_larger_steps() -> None:
    assert video.reference_step(60) == 0.5
    assert video.reference_step(20 * 60) == 1
    assert video.reference_step(40 * 60) == 2


def test_what_repeats_or_shows_nothing_is_thinned_out() -> None:
    first, like_it, like_both, other = (
        Frame(t=n, hash=((1 << bits) - 1).to_bytes(32), quality=80)
        for n, bits in enumerate((0, 8, 16, 17))
    )
    poor = Frame(t=4, hash=b"\xff" * 32, quality=49)
    assert video.thinned([first, like_it, like_both, other, poor]) == (first, like_both)
    assert video.thinned([poor]) == ()


def test_an_excerpt_is_found_whole_in_the_video_and_the_video_partly_in_it(mp4: bytes) -> None:
    whole = frames_of(mp4, step=0.5)
    excerpt = whole[:4]
    overlap = video.match(excerpt, whole)
    assert overlap.query_percent == 100
    assert 0 < overlap.reference_percent < 60


def test_frames_of_low_quality_and_repeated_ones_do_not_count() -> None:
    one, other = (Frame(t=0, hash=bytes([n]) * 32, quality=80) for n in (0, 0xFF))
    poor = Frame(t=1, hash=bytes([0xFF]) * 32, quality=49)
    assert video.match([one, one, other], [one]).query_percent == 50
    assert video.match([one, poor], [one]).query_percent == 100
    assert video.match([poor], [one]) == video.Overlap(query_percent=0, reference_percent=0)


def test_a_frame_exactly_at_the_radius_is_found() -> None:
    at_31 = Frame(t=0, hash=(2**31 - 1).to_bytes(32), quality=80)
    zero = Frame(t=0, hash=bytes(32), quality=80)
    assert video.match([at_31], [zero], 31).query_percent == 100
    assert video.match([at_31], [zero], 30).query_percent == 0


def test_progress_rises_to_the_end(mp4: bytes) -> None:
    heard: list[float] = []
    video.from_file(io.BytesIO(mp4), on_progress=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1


def refused(content: bytes) -> FingerprintError:
    with pytest.raises(FingerprintError) as caught:
        frames_of(content)
    return caught.value


def test_what_is_no_video_is_called_so() -> None:
    assert isinstance(refused(b""), Empty)
    assert isinstance(refused(b"words, and more words " * 50), NotAVideo)
    assert isinstance(refused(b"\0\0\0\x18ftypisom" + bytes(3000)), Damaged)
    with pytest.raises(Unreadable):
        video.from_file("/nowhere/at/all.mp4")


@pytest.mark.parametrize("kind", ["mp4", "matroska"])
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_video_that_was_cut_off_is_refused(kind: str, share: float) -> None:
    content = clip(kind=kind, codec="libx264", seconds=12, rate=10)
    error = refused(content[: int(share * len(content))])
    assert isinstance(error, Damaged)


def test_a_cut_off_video_that_begins_with_its_index_is_called_cut_off() -> None:
    content = clip(seconds=12, rate=10, kind="matroska")
    assert isinstance(refused(content[: len(content) // 2]), Truncated)


@pytest.mark.parametrize(
    ("kind", "codec"), [("webm", "libvpx"), ("matroska", "libx264"), ("mp4", "libx264")]
)
def test_a_video_that_begins_late_is_whole_from_its_first_frame(kind: str, codec: str) -> None:
    late = clip(kind=kind, codec=codec, width=64, height=48, seconds=4, begins=Fraction(3))
    assert [frame.t for frame in frames_of(late)] == [0, 1, 2, 3]


def test_a_video_that_begins_late_and_was_cut_off_is_called_cut_off() -> None:
    late = clip(kind="matroska", seconds=12, begins=Fraction(3))
    assert isinstance(refused(late[: len(late) // 2]), Truncated)


def test_a_playlist_cannot_have_another_file_opened() -> None:
    assert isinstance(refused(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n"), NotAVideo)
    assert isinstance(refused(b"ffconcat version 1.0\nfile /etc/hostname\n"), NotAVideo)


def test_a_name_is_only_ever_a_files_name() -> None:
    for name in ("http://127.0.0.1:9/a.mp4", "concat:/etc/hostname|/etc/hosts", "data:,x"):
        with pytest.raises(Unreadable):
            video.from_file(name)


def test_a_length_over_the_limit_is_refused() -> None:
    one_in_four_hours = clip(rate=Fraction(1, 4 * 3600), seconds=12 * 3600, width=64, height=64)
    assert isinstance(refused(one_in_four_hours), TooLarge)


def test_damage_inside_never_gets_past_the_errors_of_the_fingerprint(mp4: bytes) -> None:
    rng = np.random.default_rng(5)
    for _ in range(30):
        harmed = bytearray(mp4)
        for at in rng.integers(8, len(mp4), 12).tolist():
            harmed[at] = int(rng.integers(256))
        with suppress(FingerprintError):
            assert frames_of(bytes(harmed))


def test_the_photos_of_the_clips_are_told_apart() -> None:
    first, second = (frames_of(clip(photos=(name,), seconds=2)) for name in PHOTOS[:2])
    assert video.match(first, second) == video.Overlap(query_percent=0, reference_percent=0)
