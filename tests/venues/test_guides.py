"""Guides: what ships is whole, and each fault is named with what to do."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from jikimi.cli.packs import app
from jikimi.venues.guide_values import GUIDE_LANGUAGES
from jikimi.venues.guides import check_guides, load_guides
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.packs import PackError, PackProblem, load_packs

TODAY = date(2026, 11, 22)
LINK = {"en": "See https://example.com", **dict.fromkeys(("ko", "id", "ja", "zh-TW"), "x")}
ONLY_ENGLISH = {"en": "x"}
GONE = object()
Raw = dict[str, Any]


def shipped(name: str) -> Raw:
    raw: Raw = yaml.safe_load((SHIPPED / "guides" / f"{name}.yaml").read_text(encoding="utf-8"))
    return raw


def write(folder: Path, raw: Raw, name: str = "guide") -> Path:
    (folder / "guides").mkdir(exist_ok=True)
    text = yaml.safe_dump(raw, allow_unicode=True)
    (folder / "guides" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def changed(path: tuple[str | int, ...], value: object, guide: str = "law") -> Raw:
    raw = shipped(guide)
    place: Any = raw
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return raw


def problems_of(folder: Path) -> tuple[PackProblem, ...]:
    return check_guides(folder, load_packs(), TODAY)


def the_one(problems: tuple[PackProblem, ...]) -> PackProblem:
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def test_what_ships_is_in_order_on_the_day_it_was_written() -> None:
    assert problems_of(SHIPPED) == ()


def test_every_guide_is_written_in_five_languages_and_none_is_the_english_one() -> None:
    for guide in load_guides().everything:
        assert set(guide.title) == set(GUIDE_LANGUAGES)
        for language in set(GUIDE_LANGUAGES) - {"en"}:
            assert guide.title[language] != guide.title["en"]
            assert guide.lead[language] != guide.lead["en"]


def test_every_guide_is_reached_and_leads_on() -> None:
    guides = load_guides()
    assert [one.number for one in guides.everything] == [*range(1, 11), 20]
    assert guides.card is not None
    for one in guides.guides:
        assert one.situations
        assert guides.related_to(one)


def test_nobody_is_told_to_keep_or_send_a_picture_of_a_minor() -> None:
    proof = next(one for one in load_guides().guides if one.id == "proof")
    text = " ".join(item["en"] for section in proof.sections for item in section.items)
    assert "do not save, copy or photograph" in text
    assert "Do not upload or send the picture again" in text


@pytest.mark.parametrize(
    ("path", "value", "key", "what"),
    [
        (("title", "ja"), GONE, "title", "'ja' is missing"),
        (("places", 0, "items", 0, "id"), GONE, "places.KR.items[0]", "'id' is missing"),
        (("lead",), ONLY_ENGLISH, "lead", "is missing"),
        (("title", "en"), GONE, "title", "'en'"),
        (("words", "ko"), GONE, "words", "'ko'"),
        (("words", "ko"), [], "words.ko", "[]"),
        (("sections", 0, "items", 0), LINK, "sections[0].items[0]", "address"),
        (("places", 0, "laws"), ["kr-nothing"], "places.KR.laws", "kr-nothing"),
        (("lines",), ["kr-nobody"], "lines", "kr-nobody"),
        (("related",), ["nothing"], "related", "nothing"),
        (("related",), ["law"], "related", "names itself"),
        (("number",), 0, "number", "0"),
        (("situations",), ["bored"], "situations[0]", "bored"),
        (("sources", 0, "url"), "http://a.example", "sources[0].url", "http://"),
        (("sources",), GONE, "(top)", "sources"),
        (("sources", 0, "retrieved"), "lately", "sources[0].retrieved", "lately"),
        (("review",), {"by": "2020-01-01", "expires": "2020-02-01"}, "review.expires", "expired"),
        (("review",), {"by": "2027-02-01", "expires": "2027-01-01"}, "review", "before its review"),
        (("review",), GONE, "(top)", "review"),
        (("status",), "verified", "status", "none of its sources"),
        (("surprise",), 1, "(top)", "surprise"),
    ],
)
def test_a_faulty_guide_is_named_with_its_key_and_what_to_do(
    tmp_path: Path, path: tuple[str | int, ...], value: object, key: str, what: str
) -> None:
    found = problems_of(write(tmp_path, changed(path, value)))

    assert found
    for problem in found:
        assert problem.file.endswith("guides/guide.yaml")
        assert (problem.key, problem.what_to_do[-1:]) == (key, "."), str(problem)
    assert what in found[0].what


def test_two_guides_cannot_have_one_address(tmp_path: Path) -> None:
    raw = changed(("id",), "ours") | {"related": ["law"]}
    assert "already the number of 'law'" in the_one(problems_of(write(tmp_path, raw))).what


def test_there_is_one_card(tmp_path: Path) -> None:
    raw = changed(("id",), "our-card", "card") | {"number": 21}
    assert "there is a card already" in the_one(problems_of(write(tmp_path, raw))).what


def test_one_id_in_two_files_is_refused(tmp_path: Path) -> None:
    write(tmp_path, shipped("law"), "first")
    write(tmp_path, shipped("law"), "second")
    assert "'law' is already in" in the_one(problems_of(tmp_path)).what


def test_the_centres_own_guide_takes_the_place_of_one_of_its_id(tmp_path: Path) -> None:
    raw = changed(("title", "ko"), "우리 센터의 안내", "first-hour")
    guides = load_guides(write(tmp_path, raw))
    assert {one.title["ko"] for one in guides.everything if one.id == "first-hour"} == {
        "우리 센터의 안내"
    }
    assert len(guides.everything) == len(load_guides().everything)


def test_a_file_that_is_no_guide_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "bad.yaml").write_text("{", encoding="utf-8")
    assert problems_of(tmp_path)
    with pytest.raises(PackError, match=r"bad\.yaml"):
        load_guides(tmp_path)


def test_the_door_says_which_guides_no_specialist_has_read() -> None:
    result = CliRunner().invoke(app, ["check", "--on", "2026-11-22"])
    assert result.exit_code == 0
    assert "11 guides" in result.output
    assert "no specialist has gone through yet: danger, first-hour" in result.output


def test_the_door_takes_a_folder_that_holds_nothing_but_guides(tmp_path: Path) -> None:
    write(tmp_path, shipped("law"))
    good = CliRunner().invoke(app, ["check", str(tmp_path), "--on", "2026-11-22"])
    write(tmp_path, changed(("lines",), ["kr-nobody"]))
    bad = CliRunner().invoke(app, ["check", str(tmp_path), "--on", "2026-11-22"])

    assert (good.exit_code, bad.exit_code) == (0, 1), good.output
    assert "the helpline 'kr-nobody' is unknown. Add it under helplines/" in bad.output


def test_the_door_names_an_expired_guide() -> None:
    result = CliRunner().invoke(app, ["check", "--on", "2040-01-01"])
    assert "guides/danger.yaml: review.expires: expired on 2027-11-22" in result.output
