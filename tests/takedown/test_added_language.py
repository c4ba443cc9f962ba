"""A language that nobody wrote into the program: a German letter from files alone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_django import Settings
from typer.testing import CliRunner

from jikimi.cli.packs import app
from jikimi.takedown.replies.phrases import phrasebook
from jikimi.takedown.rules.letter import CentreIdentity, NoticeFacts, write_letter
from jikimi.takedown.rules.reply import ReplyKind
from jikimi.takedown.rules.route import CaseFacts, ChosenRoute, SightingFacts, choose_route
from jikimi.venues.errors import PackError
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.packs import LawId, load_packs

NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
DSA = LawId("eu-dsa-16")
LINK = "https://x.com/a/status/1"
CASE = CaseFacts(
    minor=False,
    situation="fake",
    country="DE",
    language="de",
    consents=frozenset({"centre", "platforms"}),
    withdrawn=False,
)
FACTS = NoticeFacts(
    notice_id="JK-0123456789",
    links=(LINK,),
    situation="fake",
    minor=False,
    good_faith=True,
    reported_at=NOW,
)
CENTRE = CentreIdentity(
    name="Beispielstelle",
    address="Weg 1, Berlin",
    email="hilfe@centre.example",
    phone="030 0",
    representative="Kim Beispiel",
)
Raw = dict[str, Any]


def shipped(section: str, name: str) -> Raw:
    raw: Raw = yaml.safe_load((SHIPPED / section / f"{name}.yaml").read_text("utf-8"))
    return raw


def in_german(text: str) -> str:
    """Stands for a translation: the same placeholders, and German to be found again."""
    return f"Auf Deutsch: {text}"


def law_in_german() -> Raw:
    law = shipped("laws", DSA)
    return {
        "title": "Artikel 16 des Gesetzes über digitale Dienste",
        "manner": in_german(law["duty"]["manner"]["en"]),
        "elements": {
            one["id"]: in_german(one["template"]["en"]) for one in law["notice"]["elements"]
        },
        "reply_expected": {
            one["id"]: in_german(one["text"]["en"]) for one in law["reply_expected"]
        },
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    english = shipped("wordings", "en")
    wording = english | {
        "language": "de",
        "sentences": {key: in_german(text) for key, text in english["sentences"].items()},
        "laws": {str(DSA): law_in_german()},
    }
    own = shipped("recipients", "x") | {"language": "de", "lawpacks_ranked": [str(DSA)]}
    words = yaml.safe_load(
        (Path(SHIPPED).parent / "takedown" / "replies" / "words" / "en.yaml").read_text("utf-8")
    )
    words["kinds"]["removal"]["plain"] = ["wurde entfernt"]
    write(tmp_path / "wordings" / "de.yaml", wording)
    write(tmp_path / "recipients" / "x.yaml", own)
    write(tmp_path / "reply-words" / "de.yaml", words)
    return tmp_path


def write(path: Path, raw: Raw) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), "utf-8")


def change(path: Path, **changes: object) -> None:
    raw: Raw = yaml.safe_load(path.read_text("utf-8"))
    write(path, raw | changes)


def check(folder: Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["check", str(folder), "--on", "2026-11-21"])
    return result.exit_code, result.output


def test_files_alone_make_a_german_letter_with_english_below_it(folder: Path) -> None:
    assert check(folder)[0] == 0, check(folder)[1]
    packs = load_packs(folder)
    chosen = choose_route(SightingFacts(url=LINK, host="x.com", kind="link"), CASE, packs, (), NOW)
    assert isinstance(chosen, ChosenRoute)
    assert chosen.languages == ("de", "en")

    written = write_letter(route=chosen, packs=packs, facts=FACTS, centre=CENTRE, now=NOW)

    german, english = written.text.split("-" * 40)
    assert written.missing == ()
    assert "Artikel 16 des Gesetzes über digitale Dienste" in german
    assert LINK in german
    paragraphs = [one for one in german.split("\n\n") if one.strip()]
    assert [one for one in paragraphs if "Auf Deutsch: " not in one] == []
    assert "Auf Deutsch" not in english


def test_what_ships_has_no_german_and_its_own_texts_stay(folder: Path) -> None:
    assert "de" not in load_packs().laws[DSA].languages
    law = load_packs(folder).laws[DSA]
    assert law.title["en"] == load_packs().laws[DSA].title["en"]
    assert law.languages[-1] == "de"


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ({"elements": {}}, "elements.reasons is missing"),
        ({"false_statement": "Strafe droht."}, "the law has no false_statement"),
        ({"manner": "Bitte bald, {nickname}."}, "{nickname} is unknown"),
    ],
)
def test_a_text_that_is_missing_or_too_many_is_named_in_the_added_file(
    folder: Path, words: Raw, what: str
) -> None:
    change(folder / "wordings" / "de.yaml", laws={str(DSA): law_in_german() | words})
    code, said = check(folder)
    assert code == 1
    assert what in said
    assert "wordings/de.yaml" in said
    with pytest.raises(PackError):
        load_packs(folder)


def test_a_law_that_is_not_there_is_named(folder: Path) -> None:
    change(folder / "wordings" / "de.yaml", laws={"no-such-law": law_in_german()})
    assert "laws.no-such-law: no such law." in check(folder)[1]


def test_answers_in_the_added_language_are_understood(folder: Path, settings: Settings) -> None:
    assert "wurde entfernt" not in removals()
    settings.PACK_FOLDERS = [folder]
    assert "wurde entfernt" in removals()


def test_words_of_replies_that_cannot_be_read_are_named(folder: Path) -> None:
    change(folder / "reply-words" / "de.yaml", kinds={"applause": {}})
    code, said = check(folder)
    assert code == 1
    assert "reply-words/de.yaml" in said
    assert "applause" in said


def removals() -> set[str]:
    return {one.words for one in phrasebook().phrases if one.kind == ReplyKind.REMOVAL}
