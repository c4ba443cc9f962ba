"""Many files are fingerprinted at once, and come out in their order."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from numpy.typing import NDArray

from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.errors import NotAPicture, Unreadable
from jikimi_core.fingerprint.many import from_files, in_order

Pixels = NDArray[np.uint8]
LONGEST_WAIT = 60.0


@pytest.fixture
def files(coffee: Pixels, encoded: Callable[..., io.BytesIO], tmp_path: Path) -> list[Path]:
    """Crops of a photo, with one file between them that is no picture, and one that is missing."""
    paths = [tmp_path / f"{number:02}.jpg" for number in range(12)]
    for number, path in enumerate(paths[:-1]):
        path.write_bytes(encoded(coffee[number * 9 :, : 500 - number], "JPEG").getvalue())
    paths[5].write_text("Dear desk,")
    return paths


@pytest.mark.parametrize("threads", [None, 1, 2, 5, 40])
def test_each_file_gets_its_own_answer_in_order(files: list[Path], threads: int | None) -> None:
    answers = list(from_files(files, threads=threads))
    assert [answer.file for answer in answers] == files
    assert isinstance(answers[5].found, NotAPicture)
    assert isinstance(answers[11].found, Unreadable)
    for answer in answers[:5] + answers[6:11]:
        assert answer.found == pdq.from_file(answer.file)


def test_several_are_under_way_at_once() -> None:
    all_here = Barrier(3, timeout=LONGEST_WAIT)

    def meet(number: int) -> int:
        all_here.wait()
        return number

    assert list(in_order(meet, range(6), threads=3)) == list(range(6))


def test_files_are_asked_for_only_as_they_are_needed() -> None:
    asked = []

    def numbers() -> Iterator[int]:
        for number in range(1000):
            asked.append(number)
            yield number

    answers = in_order(lambda number: number, numbers(), threads=2)
    assert next(answers) == 0
    assert len(asked) <= 8
    answers.close()


def test_without_files_there_are_no_answers() -> None:
    assert list(from_files([])) == []


def test_no_threads_are_refused() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        from_files([], threads=0)
