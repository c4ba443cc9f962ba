"""What an operator does with lists and partners, as she types it."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.rules import AgeGroup
from jikimi.cli.main import app
from jikimi.exchange.models import Entry, PrintList
from jikimi.intake.actions import receive_report
from jikimi.people.actions import digest_of
from jikimi.people.models import PartnerKey
from tests.exchange.log_of_lists import commit_positions
from tests.reports import a_report

pytestmark = pytest.mark.django_db
HASHES = [f"{number:064x}" for number in range(3)]


@pytest.fixture
def jikimi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Typed":
    monkeypatch.setenv("JIKIMI_DATA", str(tmp_path))
    return Typed(tmp_path)


class Typed:
    """A command as it is typed, on this test's data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--data", str(self.folder)])

    def file(self, *lines: str) -> str:
        made = self.folder / "list.txt"
        made.write_text("\n".join(lines) + "\n")
        return str(made)


def test_a_list_is_imported_and_shown(jikimi: Typed) -> None:
    done = jikimi("lists", "import", "known", jikimi.file(*HASHES, HASHES[0]))
    assert done.exit_code == 0
    assert "known: 4 fingerprints read, 3 new, 1 known already, 0 rows skipped." in done.output
    shown = jikimi("lists", "show").output.split()
    assert shown[:2] == ["known", "3"]
    assert shown[-3:] == ["searched", "by", "house"]


def test_an_import_says_what_is_held_back_for_a_minors_sake(jikimi: Typed, now: datetime) -> None:
    minors = (NewFingerprint(pdq=bytes.fromhex(HASHES[0]), quality=90),)
    receive_report(a_report(age_group=AgeGroup.UNDER_18, fingerprints=minors), now=now)
    far = "f0" * 32
    file = jikimi.file(*HASHES, far)
    done = jikimi("lists", "import", "known", file, "--audience", "platforms")
    assert "4 fingerprints read, 1 new, 0 known already" in done.output
    assert "3 are held back, because they are near a minor's report." in done.output
    assert "held back" not in jikimi("lists", "import", "ours", file).output


def test_rows_that_cannot_be_read_are_named_by_line_and_skipped(jikimi: Typed) -> None:
    file = jikimi.file("id,pdq", f"1,{HASHES[0]}", "2,nonsense", f"3,{HASHES[1]}")
    done = jikimi("lists", "import", "known", file)
    assert done.exit_code == 0
    assert "line 3, skipped" in done.output
    assert "2 new, 0 known already, 1 rows skipped." in done.output


def test_a_list_for_others_or_a_negative_one_is_made_by_saying_so(jikimi: Typed) -> None:
    file = jikimi.file(*HASHES)
    jikimi("lists", "import", "shared", file, "--audience", "platforms")
    jikimi("lists", "import", "blank", file, "--negative")
    told = {one.name: (one.audience, one.purpose) for one in PrintList.objects.all()}
    assert told == {"shared": ("platforms", "match"), "blank": ("house", "negative")}


@pytest.mark.parametrize("name", ["own-reports", "Not A Name"])
def test_a_name_that_takes_no_import_is_refused_in_words(name: str, jikimi: Typed) -> None:
    done = jikimi("lists", "import", name, jikimi.file(*HASHES))
    assert done.exit_code == 1
    assert "name" in done.output
    assert not Entry.objects.exists()


def test_a_file_without_a_column_for_hashes_is_refused_in_words(jikimi: Typed) -> None:
    done = jikimi("lists", "import", "known", jikimi.file("id,hash", "1,2"))
    assert done.exit_code == 1
    assert "no column named pdq" in done.output


def test_fingerprints_are_withdrawn_from_an_imported_list(jikimi: Typed) -> None:
    jikimi("lists", "import", "known", jikimi.file(*HASHES))
    done = jikimi("lists", "withdraw", "known", jikimi.file(HASHES[0], "nonsense"))
    assert "known: 1 fingerprints withdrawn, 1 rows skipped." in done.output
    assert jikimi("lists", "show").output.split()[:2] == ["known", "2"]
    assert jikimi("lists", "withdraw", "own-reports", jikimi.file(HASHES[0])).exit_code == 1


def test_a_list_is_taken_away_once_somebody_says_yes(jikimi: Typed) -> None:
    jikimi("lists", "import", "known", jikimi.file(*HASHES))
    assert jikimi("lists", "remove", "known").exit_code == 1
    assert Entry.objects.count() == 3
    done = jikimi("lists", "remove", "known", "--yes")
    assert "known is taken away. It held 3 fingerprints." in done.output
    assert not Entry.objects.exists()
    assert jikimi("lists", "remove", "known", "--yes").exit_code == 1


def test_without_a_list_it_is_said_how_one_is_made(jikimi: Typed) -> None:
    assert "lists import" in jikimi("lists", "show").output


def test_a_partners_key_is_printed_once_and_ended_by_name(jikimi: Typed) -> None:
    done = jikimi("partner", "add", "A platform", "--scope", "match", "--scope", "fetch")
    assert done.exit_code == 0
    assert "takes away whole lists" in done.output
    (key,) = [word for word in done.output.split() if word.startswith("jikimi_")]
    kept = PartnerKey.objects.get()
    assert bytes(kept.digest) == digest_of(key)
    assert kept.scopes == ["match", "fetch"]
    shown = jikimi("partner", "show").output
    assert "A platform (platform)" in shown
    assert "match fetch, 1,000 fingerprints a second" in shown
    assert key not in shown
    assert jikimi("partner", "end", "A platform").exit_code == 0
    assert "no key that works" in jikimi("partner", "show").output
    kept.refresh_from_db()
    assert kept.ended_at is not None
    assert jikimi("partner", "end", "A platform").exit_code == 1


def test_a_partner_that_shares_gets_a_list_that_bears_its_name(jikimi: Typed) -> None:
    done = jikimi("partner", "add", "A platform", "--scope", "share", "--audience", "platforms")
    assert done.exit_code == 0
    assert "the list a-platform, which is searched by platforms" in done.output
    shown = jikimi("lists", "show").output
    assert "partner by A platform, to match, searched by platforms" in shown
    assert jikimi("lists", "import", "a-platform", jikimi.file(*HASHES)).exit_code == 1
    again = jikimi("partner", "add", "A platform", "--scope", "share")
    assert again.exit_code == 0
    assert PrintList.objects.count() == 1
    ended = jikimi("partner", "end", "A platform").output
    assert "2 keys of A platform have ended." in ended
    assert "`jikimi lists remove a-platform`" in ended


def test_a_list_that_cannot_be_given_leaves_no_key_behind(jikimi: Typed) -> None:
    jikimi("lists", "import", "known", jikimi.file(*HASHES))
    jikimi("partner", "add", "A platform", "--scope", "share")
    for partner, words, told in (
        ("한국", [], "--list"),
        ("Known", [], "a list known already"),
        ("Other", ["--list", "own-reports"], "a list own-reports already"),
        ("A platform", ["--list", "another"], "Leave --list out"),
        ("A platform", ["--audience", "hotlines"], "audience is house"),
    ):
        done = jikimi("partner", "add", partner, "--scope", "share", *words)
        assert done.exit_code == 1
        assert told in done.output
    assert PartnerKey.objects.count() == 1


def test_a_list_is_given_to_none_that_does_not_share(jikimi: Typed) -> None:
    done = jikimi("partner", "add", "A platform", "--scope", "match", "--list", "theirs")
    assert done.exit_code == 2
    assert "belong to --scope share" in " ".join(done.output.replace("│", " ").split())
    assert not PartnerKey.objects.exists()


def test_a_known_partner_stays_what_it_is(jikimi: Typed) -> None:
    jikimi("partner", "add", "A platform", "--scope", "match")
    done = jikimi("partner", "add", "A platform", "--scope", "match", "--kind", "hotline")
    assert done.exit_code == 1
    assert "known as a platform" in done.output


def test_a_list_of_the_house_is_matched_against_by_its_name(jikimi: Typed) -> None:
    jikimi("lists", "import", "known", jikimi.file(*HASHES))
    commit_positions()
    done = CliRunner().invoke(
        app,
        ["match", "--list", "known", "--radius", "0", "--data", str(jikimi.folder)],
        input=HASHES[1],
    )
    (found,) = json.loads(done.stdout)["matches"]
    assert (found["pdq"], found["distance"]) == (HASHES[1], 0)
    assert found["id"] == f"{Entry.objects.get(pdq=bytes.fromhex(HASHES[1])).pk:016x}"


def test_a_name_that_is_neither_a_file_nor_a_list_is_refused(jikimi: Typed) -> None:
    done = CliRunner().invoke(app, ["match", "--list", "nothing", "--data", str(jikimi.folder)])
    assert done.exit_code == 2
    assert "neither a file nor a list" in done.output
