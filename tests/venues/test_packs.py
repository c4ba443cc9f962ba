"""Packs: what loads, what is refused, and whose host a link is on."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from jikimi.cli.packs import app
from jikimi.venues.hosts import host_of, normal_host
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.packs import LawId, PackError, PackProblem, check_packs, load_packs

TODAY = date(2026, 11, 21)
Raw = dict[str, Any]
GONE = object()


def shipped(section: str, name: str) -> Raw:
    path = SHIPPED / section / f"{name}.yaml"
    raw: Raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return raw


def write(folder: Path, section: str, raw: Raw, name: str | None = None) -> Path:
    path = folder / section / f"{name or raw.get('id', 'pack')}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return folder


def problems_of(folder: Path, **options: bool) -> tuple[PackProblem, ...]:
    return check_packs(folder, TODAY, **options)


def the_one(problems: tuple[PackProblem, ...]) -> PackProblem:
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def stand_in(**changes: object) -> Raw:
    return shipped("recipients", "telegram") | {
        "id": "stand-in",
        "name": "Stand-in",
        "status": "stand_in",
        "domains_allowed": ["127.0.0.1:8901", "stand-in.invalid"],
        "link_domains": ["pictures.stand-in.invalid"],
        "routes": [
            shipped("recipients", "telegram")["routes"][0] | {"address": "abuse@stand-in.invalid"}
        ],
        **changes,
    }


def test_what_ships_is_in_order_on_the_day_it_was_read() -> None:
    assert check_packs(SHIPPED, TODAY) == ()


def test_every_entry_carries_sources_read_on_a_day_and_an_expiry() -> None:
    packs = load_packs()

    for entry in (*packs.laws.values(), *packs.recipients.values()):
        assert entry.sources
        assert entry.review.by <= entry.review.expires
        assert all(TODAY <= source.retrieved <= entry.review.by for source in entry.sources)


def test_an_entry_is_verified_only_if_a_primary_source_was_read() -> None:
    packs = load_packs()

    for entry in (*packs.laws.values(), *packs.recipients.values()):
        if entry.status == "verified":
            assert any(source.confidence == "P" for source in entry.sources), entry.id


def test_an_entry_that_counts_as_read_says_where_and_a_draft_of_one_need_not(
    tmp_path: Path,
) -> None:
    raw = shipped("laws", "tw-cyspa-5")
    raw["sources"] = [{k: v for k, v in one.items() if k != "url"} for one in raw["sources"]]

    problem = the_one(problems_of(write(tmp_path, "laws", raw)))
    unread = write(tmp_path, "laws", raw | {"status": "unverified"})

    assert (problem.key, "none of its sources has a link" in problem.what) == ("sources", True)
    assert problems_of(unread) == ()


def test_a_law_that_nobody_is_written_to_under_is_named_and_the_house_works_all_the_same(
    tmp_path: Path,
) -> None:
    idle = shipped("laws", "eu-dsa-16") | {"id": "own-law"}
    idle["duty"]["cite"] = "a law of our own"
    folder = write(tmp_path, "laws", idle)

    problem = the_one(problems_of(folder))
    assert "no host or platform ranks 'own-law'" in problem.what
    assert LawId("own-law") in load_packs(folder).laws

    for kind, is_idle in (("search", True), ("platform", False)):
        own = shipped("recipients", "reddit") | {"kind": kind}
        write(folder, "recipients", own | {"lawpacks_ranked": ["own-law"]})
        assert ("own-law" in "".join(map(str, problems_of(folder)))) == is_idle


def test_a_law_under_which_only_she_may_file_names_the_step_that_is_hers(tmp_path: Path) -> None:
    raw = shipped("laws", "ca-tribunal")
    assert problems_of(write(tmp_path, "laws", raw)) == ()

    problem = the_one(problems_of(write(tmp_path, "laws", raw | {"escalate": []})))

    assert (problem.key, "no step says to whom" in problem.what) == ("escalate", True)


def test_the_us_act_gives_48_hours_and_the_dsa_gives_none() -> None:
    laws = {str(id_): law for id_, law in load_packs().laws.items()}

    clock = laws["us-take-it-down"].clock
    assert clock is not None
    assert clock.length == timedelta(hours=48)
    assert laws["eu-dsa-16"].clock is None


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("t.me", "telegram"),
        ("T.Me.", "telegram"),
        ("web.telegram.org", "telegram"),
        ("t.me:443", "telegram"),
        ("ｔ．me", "telegram"),
        ("evil-telegram.org", None),
        ("t.me.evil.com", None),
        ("nott.me", None),
        ("telegram.org.", "telegram"),
        ("xn--telegrm-5wf.org", None),
        ("telegrаm.org", None),  # a Cyrillic а
        ("user@t.me", None),
        ("t.me/", None),
        ("..t.me", None),
        ("t.me:port", None),
        ("", None),
        (".", None),
        ("::1", None),
    ],
)
def test_a_host_belongs_to_a_recipient_on_label_boundaries_only(
    host: str, owner: str | None
) -> None:
    found = load_packs().recipient_for_host(host)

    assert (found.id if found else None) == owner


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_a_host(text: str) -> None:
    host = normal_host(text)

    assert host is None or (host.isascii() and host == host.lower() and normal_host(host) == host)


@pytest.mark.parametrize(
    "url",
    [
        "https://t.me@evil.example/",
        "https://t.me\\@evil.example/",
        "data:image/png;base64,AA",
        "t.me",
    ],
)
def test_a_link_that_dresses_up_its_host_has_none(url: str) -> None:
    assert host_of(url) is None


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("twitter.com", "x"),
        ("mobile.twitter.com", "x"),
        ("pbs.twimg.com", "x"),
        ("m.facebook.com", "facebook"),
        ("fb.watch", "facebook"),
        ("scontent.cdninstagram.com", "instagram"),
        ("vm.tiktok.com", "tiktok"),
        ("i.ytimg.com", "youtube"),
        ("preview.redd.it", "reddit"),
        ("media.discordapp.net", "discord"),
        ("telegra.ph", "telegram"),
        ("64.media.tumblr.com", "tumblr"),
        ("ei.phncdn.com", "pornhub"),
        ("img-hw.xvideos-cdn.com", "xvideos"),
        ("somebody.github.io", "github"),
        ("postfiles.pstatic.net", "naver"),
        ("k.kakaocdn.net", "kakao"),
        ("dcimg5.dcinside.co.kr", "dcinside"),
        ("nottwitter.com", None),
        ("nitter.net", None),
    ],
)
def test_short_addresses_and_picture_stores_are_their_platforms(
    host: str, owner: str | None
) -> None:
    found = load_packs().recipient_for_host(host)

    assert (found.id if found else None) == owner


def test_a_notice_never_goes_to_a_domain_of_links_alone(tmp_path: Path) -> None:
    raw = shipped("recipients", "x")
    raw["routes"][0]["address"] = "https://twitter.com/form"

    problem = the_one(problems_of(write(tmp_path, "recipients", raw)))

    assert "'twitter.com' is outside domains_allowed" in problem.what


def test_a_stand_in_is_found_by_its_host_and_port_only(tmp_path: Path) -> None:
    packs = load_packs(write(tmp_path, "recipients", stand_in()), allow_stand_ins=True)

    found = packs.recipient_for_host("127.0.0.1:8901")
    assert found is not None
    assert found.id == "stand-in"
    assert packs.recipient_for_host("127.0.0.1:8902") is None
    assert packs.recipient_for_host("127.0.0.1") is None


def test_a_stand_in_is_refused_unless_it_is_asked_for(tmp_path: Path) -> None:
    folder = write(tmp_path, "recipients", stand_in())

    with pytest.raises(PackError, match=r"stand-in\.yaml: status: is a stand-in"):
        load_packs(folder)


def test_only_a_stand_in_may_claim_an_address_of_this_machine(tmp_path: Path) -> None:
    raw = shipped("recipients", "x") | {"id": "y", "domains_allowed": ["127.0.0.1:8901", "x.com"]}

    found = problems_of(write(tmp_path, "recipients", raw))

    assert any("127.0.0.1:8901" in problem.what for problem in found)


def test_a_later_folder_overrides_an_entry_by_its_id(tmp_path: Path) -> None:
    raw = shipped("recipients", "d4u") | {"status": "verified"}

    packs = load_packs(write(tmp_path, "recipients", raw))

    statuses = {str(id_): recipient.status for id_, recipient in packs.recipients.items()}
    assert statuses["d4u"] == "verified"
    assert statuses["telegram"] == "verified"


def faulty_law(path: tuple[str | int, ...], value: object) -> Raw:
    """The shipped DSA pack with one place changed, or taken away where the value is GONE."""
    raw = shipped("laws", "eu-dsa-16")
    place: Any = raw
    for step in path[:-1]:
        place = place[step]
    if value is GONE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return raw


FIRST = ("notice", "elements", 0)
LATE_START = {"from": "2027-01-02", "to": "2027-01-01"}
LONG_AGO = {"by": "2020-01-01", "expires": "2020-01-02"}
IN_DAYS = {
    "value": 7,
    "unit": "days",
    "trigger": "valid_request",
    "calendar": "working_days",
    "zone": "Asia/Seoul",
    "holidays": "KR",
}
NO_PLACE = {key: value for key, value in IN_DAYS.items() if key != "zone"}
NO_TRIGGER = {"value": 7, "unit": "days", "calendar": "elapsed"}
SLOW = {"value": 3, "unit": "days"}
US = "us-take-it-down"
FOR_ANOTHER_LAW = [shipped("recipients", "x")["routes"][0] | {"lawpacks": ["tw-cyspa-5"]}]
WEEKS = {"value": 2, "unit": "weeks", "trigger": "valid_request", "calendar": "elapsed"}


@pytest.mark.parametrize(
    ("path", "value", "key", "what"),
    [
        ((*FIRST, "template", "ko"), GONE, "reasons.template", "'ko'"),
        ((*FIRST, "needs"), ["her_name"], "reasons.needs", "her_name"),
        (("valid",), LATE_START, "valid", "ends before"),
        (("review",), LONG_AGO, "review.expires", "expired"),
        (("duty", "manner", "en"), "{nickname}", "duty.manner", "{nickname}"),
        (("duty", "clock"), WEEKS, "duty.clock.unit", "weeks"),
        (("notice", "languages"), ["ko"], "languages", "English"),
        (("surprise",), 1, "(top)", "surprise"),
        (("sources",), GONE, "(top)", "sources"),
        (("review", "by"), "yesterday", "review.by", "yesterday"),
        (("duty", "clock"), {**IN_DAYS, "zone": "Asia/Soul"}, "duty.clock.zone", "Asia/Soul"),
        (("duty", "clock"), {**IN_DAYS, "holidays": "XX"}, "duty.clock.holidays", "XX"),
        (("duty", "clock"), {**IN_DAYS, "holidays": "KR-9"}, "duty.clock.holidays", "KR-9"),
        (("duty", "clock"), {**IN_DAYS, "unit": "hours"}, "duty.clock.unit", "days"),
        (("duty", "clock"), NO_PLACE, "duty.clock", "zone"),
        (("duty", "clock"), NO_TRIGGER, "duty.clock", "trigger"),
        (("escalate", 0, "to"), "the-ombudsman", "escalate", "the-ombudsman"),
        (("escalate", 0, "to"), "no such place", "escalate", "no such place"),
    ],
)
def test_a_faulty_law_is_named_with_its_key(
    tmp_path: Path, path: tuple[str | int, ...], value: object, key: str, what: str
) -> None:
    problem = the_one(problems_of(write(tmp_path, "laws", faulty_law(path, value))))

    assert problem.file.endswith("laws/eu-dsa-16.yaml")
    assert key in problem.key
    assert what in problem.what
    assert problem.what_to_do.endswith(".")


@pytest.mark.parametrize(
    ("changes", "key", "what"),
    [
        ({"lawpacks_ranked": ["no-such-law"]}, "lawpacks_ranked", "no-such-law"),
        ({"domains_allowed": ["x.example"]}, "routes.take-it-down-form.address", "help.x.com"),
        ({"domains_allowed": ["x.com", "t.me"]}, "domains_allowed", "belongs to 'telegram'"),
        ({"domains_allowed": ["x.com", "com"]}, "domains_allowed", "'com'"),
        ({"domains_allowed": ["x.com", "not a host.org"]}, "domains_allowed", "no host"),
        ({"link_domains": ["fb.watch"]}, "link_domains", "belongs to 'facebook'"),
        ({"link_domains": ["com"]}, "link_domains", "'com'"),
        ({"language": "de", "lawpacks_ranked": []}, "language", "'de'"),
        ({"domains_allowed": ["x.com", "x.onion"]}, "domains_allowed", "never be reached"),
        ({"domains_allowed": ["x.com", "x.123"]}, "domains_allowed", "never be reached"),
        ({"domains_allowed": ["x.com", "a_b.com"]}, "domains_allowed", "never be reached"),
        ({"stated_time": SLOW, "lawpacks_ranked": [US]}, "stated_time", US),
        ({"fallback": ["nobody"]}, "fallback", "'nobody'"),
        ({"fallback": ["x"]}, "fallback", "back here"),
        ({"kind": "hotline"}, "serves", "nobody"),
        ({"takes_reports": False}, "takes_reports", "only a list of hotlines"),
        ({"fallback": ["inhope"]}, "fallback", "'inhope' takes no reports"),
        ({"kind": "police"}, "serves", "nobody"),
        ({"domains_allowed": []}, "domains_allowed", "non-empty"),
        ({"routes": FOR_ANOTHER_LAW}, "routes.take-it-down-form.lawpacks", "tw-cyspa-5"),
        ({"status": "trusted"}, "status", "trusted"),
    ],
)
def test_a_faulty_recipient_is_named_with_its_key(
    tmp_path: Path, changes: Raw, key: str, what: str
) -> None:
    raw = shipped("recipients", "x") | changes

    problem = the_one(problems_of(write(tmp_path, "recipients", raw)))

    assert (key in problem.key, what in problem.what) == (True, True), str(problem)


@pytest.mark.parametrize(
    "sends", [{"type": "email", "address": "tip@police.example.org"}, {"auto_send": True}]
)
def test_a_way_to_the_police_that_sends_is_refused(tmp_path: Path, sends: Raw) -> None:
    raw = shipped("recipients", "police-kr") | {"domains_allowed": ["police.example.org"]}
    raw["routes"] = [raw["routes"][0] | sends]

    problem = the_one(problems_of(write(tmp_path, "recipients", raw)))

    assert (problem.key, "never sent" in problem.what) == ("routes.phone.type", True), str(problem)


@pytest.mark.parametrize(
    ("type_", "address"),
    [
        ("email", "abuse@evil-telegram.org"),
        ("email", "abuse@telegram.org\nBcc: a@evil.example"),
        ("email", "telegram.org"),
        ("web_form", "http://telegram.org.evil.example/form"),
        ("web_form", "https://telegram.org@evil.example/form"),
        ("phone", "call me"),
    ],
)
def test_a_route_outside_the_pinned_domains_is_refused(
    tmp_path: Path, type_: str, address: str
) -> None:
    raw = shipped("recipients", "telegram")
    raw["routes"] = [raw["routes"][0] | {"type": type_, "address": address}]

    assert (
        the_one(problems_of(write(tmp_path, "recipients", raw))).key == "routes.abuse-mail.address"
    )


def test_one_id_in_two_files_is_refused(tmp_path: Path) -> None:
    raw = shipped("laws", "eu-dsa-16")
    write(tmp_path, "laws", raw, "first")
    write(tmp_path, "laws", raw, "second")

    assert "'eu-dsa-16' is already in" in the_one(problems_of(tmp_path)).what


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a list",
        "{",
        "id: a\nid: b",
        "!!python/object/apply:os.system [ls]",
        "\x00",
        "a: &a [*a]",
    ],
)
def test_a_file_that_is_no_pack_is_a_problem_and_no_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "bad.yaml").write_text(text, encoding="utf-8")

    assert problems_of(tmp_path)


def test_a_key_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "recipients", shipped("recipients", "x")) / "recipients" / "x.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "name: Somebody else\n", encoding="utf-8")

    assert "'name' is there twice" in the_one(problems_of(tmp_path)).what


def test_an_expired_entry_still_loads(tmp_path: Path) -> None:
    packs = load_packs(write(tmp_path, "laws", faulty_law(("review",), LONG_AGO)))

    expired = {str(id_) for id_, law in packs.laws.items() if law.review.expired_on(TODAY)}
    assert expired == {"eu-dsa-16"}


def test_an_entry_may_be_used_on_its_last_day_and_not_after() -> None:
    review = next(iter(load_packs().laws.values())).review

    assert not review.expired_on(review.expires)
    assert review.expired_on(review.expires + timedelta(days=1))


def test_a_minor_in_korea_sees_the_lines_of_korea_and_of_the_world() -> None:
    lines = [line.id for line in load_packs().helplines("kr", minor=True)]

    assert lines == ["kr-police", "kr-1366", "kr-1388", "kr-d4u", "kr-109", "ncmec-take-it-down"]


def test_an_adult_is_not_sent_to_a_line_for_minors() -> None:
    assert [line.id for line in load_packs().helplines(None, minor=False)] == ["stopncii"]


def test_the_door_says_that_what_ships_is_in_order() -> None:
    result = CliRunner().invoke(app, ["check", "--on", "2026-11-21"])

    assert result.exit_code == 0
    packs = load_packs()
    assert f"{len(packs.laws)} laws, {len(packs.recipients)} recipients" in result.output
    assert "kr-tba-22-5" in result.output
    assert "d4u" in result.output


def test_the_door_names_an_expired_pack_and_exits_1() -> None:
    result = CliRunner().invoke(app, ["check", "--on", "2040-01-01"])

    assert result.exit_code == 1
    assert "eu-dsa-16.yaml: review.expires: expired on 2027-11-21" in result.output


def test_the_door_names_a_folder_without_packs(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(tmp_path / "nothing")])

    assert result.exit_code == 1
    assert "holds no packs" in result.output


def test_the_door_takes_a_relative_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "ours", "recipients", stand_in())
    monkeypatch.chdir(tmp_path)

    refused = CliRunner().invoke(app, ["check", "ours", "--on", "2026-11-21"])
    taken = CliRunner().invoke(app, ["check", "ours", "--on", "2026-11-21", "--allow-stand-ins"])

    assert (refused.exit_code, taken.exit_code) == (1, 0), taken.output


def element_of(law: Raw, name: str) -> Raw:
    found: Raw = next(one for one in law["notice"]["elements"] if one["id"] == name)
    return found


def test_what_the_report_gives_cannot_be_marked_as_added_by_hand(tmp_path: Path) -> None:
    law = shipped("laws", "id-12-2022-14")
    element_of(law, "reason")["by_hand"] = {"en": "the reason", "id": "alasan"}
    problem = the_one(problems_of(write(tmp_path, "laws", law)))
    assert problem.key == "notice.elements.reason.by_hand"
    assert "good_faith, situation" in problem.what


def test_a_minors_law_cannot_ask_a_person_for_a_screenshot(tmp_path: Path) -> None:
    law = shipped("laws", "id-12-2022-14-child")
    element_of(law, "screenshot")["by_hand"] = {"en": "a screenshot", "id": "tangkapan layar"}
    assert "minor's picture" in the_one(problems_of(write(tmp_path, "laws", law))).what


@pytest.mark.parametrize("words", [{"en": "a screenshot"}, {"en": "of {links}", "id": "tautan"}])
def test_what_a_person_adds_is_said_in_each_language_and_names_nothing(
    tmp_path: Path, words: dict[str, str]
) -> None:
    law = shipped("laws", "id-12-2022-14")
    element_of(law, "screenshot")["by_hand"] = words
    problem = the_one(problems_of(write(tmp_path, "laws", law)))
    assert problem.key == "notice.elements.screenshot.by_hand"
