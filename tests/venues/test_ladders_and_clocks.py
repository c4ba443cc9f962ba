"""What packs must agree on: times, languages, and ladders that end somewhere."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.pack_values import LADDER_STEPS
from jikimi.venues.packs import LawId, RecipientId, check_packs, load_packs

PACKS = load_packs()
TODAY = date(2026, 11, 21)
Raw = dict[str, Any]


def shipped(section: str, name: str) -> Raw:
    raw: Raw = yaml.safe_load((SHIPPED / section / f"{name}.yaml").read_text(encoding="utf-8"))
    return raw


def write(folder: Path, section: str, *packs: Raw) -> Path:
    (folder / section).mkdir(parents=True, exist_ok=True)
    for raw in packs:
        text = yaml.safe_dump(raw, allow_unicode=True, default_flow_style=False)
        (folder / section / f"{raw['id']}.yaml").write_text(text, encoding="utf-8")
    return folder


def written_to_under(*law_ids: str) -> Raw:
    """A platform to which notices go under these laws, too."""
    raw = shipped("recipients", "reddit")
    return raw | {"lawpacks_ranked": [*raw["lawpacks_ranked"], *law_ids]}


def keys_of(folder: Path) -> set[str]:
    return {problem.key for problem in check_packs(folder, TODAY)}


@pytest.mark.parametrize(
    "place", ["US", "EU", "GB", "KR", "JP", "TW", "AU", "ID", "IN", "CA", "FR"]
)
def test_every_place_that_was_read_about_has_a_law(place: str) -> None:
    assert any(law.jurisdiction == place for law in PACKS.laws.values())


def test_no_law_claims_hours_that_our_notice_does_not_start() -> None:
    ours = {law.id for law in PACKS.laws.values() if law.clock and law.clock.trigger}
    started = {
        law.id for law in PACKS.laws.values() if law.clock and law.clock.trigger == "valid_request"
    }

    assert started == {"us-take-it-down", "gb-osa-10-3a", "jp-idpa", "in-it-rules"}
    assert ours - started == {
        "au-osa-77",
        "tw-cyspa-5",
        "id-12-2022-14",
        "id-12-2022-14-child",
    }


def test_only_copyright_asks_who_made_the_picture_and_it_is_never_for_a_minor() -> None:
    asking = [law for law in PACKS.laws.values() if "owns_copyright" in law.requires]

    assert [law.id for law in asking] == ["us-dmca-512"]
    assert asking[0].subjects == {"adult"}
    assert asking[0].false_statement


def test_the_successor_of_the_kcsc_is_known_not_to_work() -> None:
    assert PACKS.recipients[RecipientId("kcsc-successor")].status == "degraded"


def test_every_platform_has_somebody_to_turn_to_next() -> None:
    for recipient in PACKS.recipients.values():
        if recipient.kind == "platform":
            assert recipient.fallback, recipient.id


def test_every_rung_is_an_entry_or_a_step() -> None:
    rungs = {rung.to for law in PACKS.laws.values() for rung in law.escalate}
    rungs |= {target for one in PACKS.recipients.values() for target in one.fallback}

    assert rungs - LADDER_STEPS <= set(PACKS.recipients)


def test_a_report_to_cloudflare_names_250_links_of_one_host() -> None:
    limits = PACKS.recipients[RecipientId("cloudflare")].routes[0].limits

    assert (limits.links_per_notice, limits.one_host_per_notice) == (250, True)


def test_limits_may_be_words_alone() -> None:
    limits = PACKS.recipients[RecipientId("line")].routes[0].limits

    assert limits.links_per_notice is None
    assert limits.note == "reported inside the app"


def test_two_recipients_that_point_at_each_other_are_both_named(tmp_path: Path) -> None:
    first = shipped("recipients", "bing") | {"id": "bing", "fallback": ["google-search"]}

    problems = check_packs(write(tmp_path, "recipients", first), TODAY)

    assert [problem.key for problem in problems] == ["fallback"]
    assert "leads back" in problems[0].what


def test_a_ladder_that_comes_back_through_a_law_is_found(tmp_path: Path) -> None:
    office = shipped("recipients", "ofcom") | {"fallback": ["reddit"]}

    assert keys_of(write(tmp_path, "recipients", office)) == {"fallback"}


def test_a_recipient_may_not_be_called_as_a_step_is(tmp_path: Path) -> None:
    raw = shipped("recipients", "ofcom") | {"id": "host", "domains_allowed": ["host-of-ours.com"]}
    raw["routes"][0]["address"] = "https://host-of-ours.com/"

    assert keys_of(write(tmp_path, "recipients", raw)) == {"id"}


def test_two_clocks_for_one_law_are_named_in_both_files(tmp_path: Path) -> None:
    law = shipped("laws", "us-take-it-down")
    slow = {**law["duty"], "clock": {**law["duty"]["clock"], "value": 72}}
    second = law | {"id": "us-again", "duty": slow}

    write(tmp_path, "recipients", written_to_under("us-again"))

    problems = check_packs(write(tmp_path, "laws", law, second), TODAY)

    assert {(Path(one.file).stem, one.key) for one in problems} == {
        ("us-take-it-down", "duty.clock"),
        ("us-again", "duty.clock"),
    }


@pytest.mark.parametrize(
    ("key", "of_the_first", "of_the_second"),
    [
        ("applies_to", {"subject": ["adult"]}, {"subject": ["minor"]}),
        ("valid", {"to": "2027-12-31"}, {"from": "2028-01-01"}),
    ],
)
def test_a_law_may_have_another_clock_for_others_or_at_another_time(
    tmp_path: Path, key: str, of_the_first: Raw, of_the_second: Raw
) -> None:
    first, second = shipped("laws", "us-take-it-down"), shipped("laws", "us-take-it-down")
    second["id"], second["duty"]["clock"]["value"] = "us-again", 72
    first[key] |= of_the_first
    second[key] |= of_the_second

    write(tmp_path, "recipients", written_to_under("us-again"))

    assert keys_of(write(tmp_path, "laws", first, second)) == set()


def test_a_promise_slower_than_an_authoritys_clock_is_no_contradiction(tmp_path: Path) -> None:
    raw = shipped("recipients", "esafety") | {"stated_time": {"value": 5, "unit": "days"}}

    assert keys_of(write(tmp_path, "recipients", raw)) == set()


@pytest.mark.parametrize(
    ("law_id", "applies"),
    [
        ("us-take-it-down", {}),
        ("au-osa-77", {"countries": []}),
        ("au-osa-77", {"recipient_kinds": ["hotline", "platform"]}),
    ],
)
def test_only_an_authoritys_law_for_named_countries_says_when_it_is_asked(
    tmp_path: Path, law_id: str, applies: Raw
) -> None:
    law = shipped("laws", law_id)
    law["duty"]["ask_authority"] = "at_once"
    law["applies_to"] |= applies

    assert keys_of(write(tmp_path, "laws", law)) == {"duty.ask_authority"}


def test_a_law_in_a_language_without_letters_is_named(tmp_path: Path) -> None:
    law = shipped("laws", "recipient-terms")
    law["notice"]["languages"] = [*law["notice"]["languages"], "nl"]
    for place in (
        law["title"],
        law["duty"]["manner"],
        *(element["template"] for element in law["notice"]["elements"]),
        *(reply["text"] for reply in law["reply_expected"]),
    ):
        place["nl"] = "woorden"

    problems = check_packs(write(tmp_path, "laws", law), TODAY)

    assert [problem.key for problem in problems] == ["notice.languages"]
    assert "'nl'" in problems[0].what


def test_a_working_days_clock_loads_with_its_place(tmp_path: Path) -> None:
    law = shipped("laws", "jp-idpa")
    law["duty"]["clock"] |= {
        "calendar": "working_days",
        "zone": "Asia/Tokyo",
        "holidays": "JP",
    }
    folder = write(tmp_path, "laws", law)

    clock = load_packs(folder).laws[LawId("jp-idpa")].clock

    assert keys_of(folder) == set()
    assert clock is not None
    assert (clock.calendar, clock.zone, clock.holidays) == ("working_days", "Asia/Tokyo", "JP")


def test_a_language_is_one_more_file(tmp_path: Path) -> None:
    english = yaml.safe_load((SHIPPED / "wordings" / "en.yaml").read_text(encoding="utf-8"))
    (tmp_path / "wordings").mkdir()
    (tmp_path / "wordings" / "de.yaml").write_text(
        yaml.safe_dump(english | {"language": "de"}), encoding="utf-8"
    )

    assert keys_of(tmp_path) == set()
    assert "de" in load_packs(tmp_path).wordings
