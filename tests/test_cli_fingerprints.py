"""`jikimi fingerprint` and `jikimi match`, through the command line."""

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import skimage.data
import typer
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from jikimi.cli import fingerprints
from jikimi_core.fingerprint import pdq
from tests.clips import clip
from tests.pictures import chart

app = typer.Typer()
app.command("fingerprint")(fingerprints.fingerprint)
app.command("match")(fingerprints.match)


def run(*arguments: object, stdin: str = "") -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def lines_of(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def frames_in(line: dict[str, object]) -> list[dict[str, object]]:
    frames = line["frames"]
    assert isinstance(frames, list)
    return frames


def nearby(hash_in_hex: str, bits: int) -> str:
    """The hash with its lowest bits flipped."""
    return f"{int(hash_in_hex, 16) ^ ((1 << bits) - 1):064x}"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "커피.png"
    Image.fromarray(skimage.data.coffee()).save(path)
    return path


@pytest.fixture
def flat_picture(tmp_path: Path) -> Path:
    path = tmp_path / "flat.png"
    Image.new("RGB", (300, 200), (90, 120, 30)).save(path)
    return path


@pytest.fixture
def coffee_hash() -> str:
    return pdq.from_array(np.asarray(skimage.data.coffee())).hex


@pytest.fixture
def known(tmp_path: Path, coffee_hash: str) -> Path:
    """A list: an unrelated hash, the picture's, one 10 bits away."""
    path = tmp_path / "known.txt"
    path.write_text(f"{nearby(coffee_hash, 200)}\n{coffee_hash}\n{nearby(coffee_hash, 10)}\n")
    return path


def test_a_picture_gives_one_line_with_its_fingerprint(picture: Path, coffee_hash: str) -> None:
    result = run("fingerprint", picture)
    expected = {"file": str(picture), "kind": "image", "pdq": coffee_hash, "quality": 100}
    assert lines_of(result) == [expected]
    assert result.exit_code == 0


def test_a_bad_file_gets_its_own_line_and_the_others_theirs(picture: Path, tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Dear desk,")
    folder = tmp_path / "empty"
    folder.mkdir()
    result = run("fingerprint", tmp_path / "missing.jpg", picture, text, folder)
    lines = lines_of(result)
    assert [sorted(line) for line in lines] == [
        ["error", "file"],
        ["file", "kind", "pdq", "quality"],
        ["error", "file"],
        ["error", "file"],
    ]
    assert lines[2]["error"] == (
        "The file is not a picture. Use a JPEG, PNG, GIF, WebP, AVIF, BMP or TIFF file."
    )
    assert result.exit_code == 1


@pytest.mark.parametrize("threads", [1, 3])
def test_a_folder_gives_a_line_for_each_file_in_it_by_name(tmp_path: Path, threads: int) -> None:
    names = ["b/2.png", "b/1.png", "a.png", "c/.hidden/1.png", ".DS_Store"]
    folder = tmp_path / "pictures"
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(chart(number)).save(path, "PNG")
    lines = lines_of(run("fingerprint", "--threads", threads, folder))
    assert [line["file"] for line in lines] == [
        str(folder / name) for name in ("a.png", "b/1.png", "b/2.png")
    ]
    assert [line["pdq"] for line in lines] == [pdq.from_array(chart(n)).hex for n in (2, 1, 0)]


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "clip.mp4"
    path.write_bytes(clip(seconds=3))
    return path


def test_a_video_gives_one_line_with_a_fingerprint_for_each_second(video: Path) -> None:
    result = run("fingerprint", video)
    (line,) = lines_of(result)
    assert sorted(line) == ["file", "frames", "kind"]
    assert line["kind"] == "video"
    frames = frames_in(line)
    assert [frame["t"] for frame in frames] == [0, 1, 2]
    assert all(sorted(frame) == ["pdq", "quality", "t"] for frame in frames)
    assert result.exit_code == 0


def test_a_reference_video_has_more_frames(video: Path) -> None:
    (line,) = lines_of(run("fingerprint", "--reference", video))
    assert len(frames_in(line)) == 6


def test_a_video_is_found_in_a_list_frame_by_frame(video: Path, tmp_path: Path) -> None:
    (made,) = lines_of(run("fingerprint", video))
    second = str(frames_in(made)[1]["pdq"])
    known = tmp_path / "frames.txt"
    known.write_text(f"{second}\n")
    (line,) = lines_of(run("match", "--list", known, "--radius", 0, video))
    assert line["frames"] == 3
    assert line["matches"] == [{"t": 1.0, "line": 1, "pdq": second, "distance": 0}]


def test_a_damaged_video_gets_its_own_line(tmp_path: Path) -> None:
    damaged = tmp_path / "clip.mp4"
    damaged.write_bytes(b"\0\0\0\x20ftypisom" + bytes(500))
    result = run("fingerprint", damaged)
    assert "The video is damaged" in str(lines_of(result)[0]["error"])
    assert result.exit_code == 1


def test_a_picture_is_found_in_a_list_nearest_first(
    picture: Path, known: Path, coffee_hash: str
) -> None:
    result = run("match", "--list", known, "--radius", 31, picture)
    assert lines_of(result) == [
        {
            "file": str(picture),
            "pdq": coffee_hash,
            "quality": 100,
            "matches": [
                {"line": 2, "pdq": coffee_hash, "distance": 0},
                {"line": 3, "pdq": nearby(coffee_hash, 10), "distance": 10},
            ],
        }
    ]
    assert result.exit_code == 0


@pytest.mark.parametrize(("radius", "lines"), [(0, [2]), (9, [2]), (10, [2, 3]), (256, [2, 3, 1])])
def test_the_radius_decides(picture: Path, known: Path, radius: int, lines: list[int]) -> None:
    (answer,) = lines_of(run("match", "--list", known, "--radius", radius, picture))
    assert [match["line"] for match in answer["matches"]] == lines


@pytest.mark.parametrize("radius", [-1, 257])
def test_a_radius_that_cannot_be_is_refused(picture: Path, known: Path, radius: int) -> None:
    assert run("match", "--list", known, "--radius", radius, picture).exit_code == 2


@pytest.mark.parametrize("files", [(), ("-",)])
def test_hex_lines_come_from_stdin(known: Path, coffee_hash: str, files: tuple[str, ...]) -> None:
    query = nearby(coffee_hash, 3).upper()
    result = run("match", "--list", known, "--radius", 3, *files, stdin=f"\n{query}\nzz\n")
    answer, bad = lines_of(result)
    assert answer == {
        "query": query,
        "pdq": query.lower(),
        "quality": None,
        "matches": [{"line": 2, "pdq": coffee_hash, "distance": 3}],
    }
    assert bad["query"] == "zz"
    assert "64 characters" in str(bad["error"])
    assert result.exit_code == 1


def test_a_bad_picture_does_not_stop_the_matching(picture: Path, known: Path) -> None:
    result = run("match", "--list", known, "missing.png", picture)
    bad, answer = lines_of(result)
    assert sorted(bad) == ["error", "file"]
    assert len(answer["matches"]) == 2
    assert result.exit_code == 1


def test_a_match_of_a_picture_without_detail_comes_with_a_warning(
    flat_picture: Path, known: Path
) -> None:
    (answer,) = lines_of(run("match", "--list", known, flat_picture))
    assert answer["quality"] == 0
    assert "too little detail" in str(answer["warning"])


def test_a_csv_list_is_read_by_its_pdq_column(
    picture: Path, tmp_path: Path, coffee_hash: str
) -> None:
    path = tmp_path / "known.csv"
    path.write_text(f"id,pdq,note\r\n17,{coffee_hash},first\r\n", encoding="utf-8-sig")
    (answer,) = lines_of(run("match", "--list", path, picture))
    assert [match["line"] for match in answer["matches"]] == [2]


def test_bad_rows_of_a_list_are_told_by_line_and_skipped(
    picture: Path, tmp_path: Path, coffee_hash: str
) -> None:
    path = tmp_path / "known.txt"
    path.write_bytes(b"abc\n\xff\xfe\n" + f"{coffee_hash}\n".encode())
    result = run("match", "--list", path, picture)
    assert f"{path}, line 1, skipped" in result.stderr
    assert f"{path}, line 2, skipped" in result.stderr
    assert [match["line"] for match in lines_of(result)[0]["matches"]] == [3]
    assert result.exit_code == 0


def test_a_long_run_of_bad_rows_is_summed_up(tmp_path: Path, coffee_hash: str) -> None:
    path = tmp_path / "known.txt"
    path.write_text("bad\n" * 1000 + coffee_hash)
    result = run("match", "--list", path, stdin=coffee_hash)
    assert len(result.stderr.splitlines()) == 21
    assert "980 more lines skipped" in result.stderr


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "holds no fingerprint"),
        ("abc\n", "holds no fingerprint"),
        ("id,hash\n1,2\n", "no column named pdq"),
        (None, "cannot be read"),
    ],
)
def test_a_list_that_could_only_answer_no_is_refused(
    picture: Path, tmp_path: Path, content: str | None, reason: str
) -> None:
    path = tmp_path / "l"
    if content is not None:
        path.write_text(content)
    result = run("match", "--list", path, picture)
    assert reason in " ".join(result.stderr.replace("│", " ").split())
    assert result.stdout == ""
    assert result.exit_code == 2


def test_neither_command_needs_django() -> None:
    program = "import sys, jikimi.cli.fingerprints; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_bar_goes_to_the_terminal_and_nothing_but_json_to_the_pipe(
    picture: Path, flat_picture: Path
) -> None:
    program = "from jikimi.cli.main import app; app()"
    command = [sys.executable, "-c", program, "fingerprint", str(picture), str(flat_picture)]
    reader, terminal = pty.openpty()
    surroundings = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=terminal, env=surroundings
    ) as running:
        os.close(terminal)
        assert "Files" in read_until_closed(reader)
        assert running.stdout
        lines = [json.loads(line) for line in running.stdout]
    assert [line["file"] for line in lines] == [str(picture), str(flat_picture)]
    assert running.returncode == 0


def read_until_closed(reader: int) -> str:
    shown = b""
    with os.fdopen(reader, "rb", buffering=0) as terminal, suppress(OSError):  # EIO is its end
        while part := terminal.read(4096):
            shown += part
    return shown.decode(errors="replace")
