"""Reading what registries say, and the data that names them."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from jikimi.cli.packs import app
from jikimi.takedown.rdap.answers import MAX_ANSWER_BYTES, Unreadable, abuse_contacts
from jikimi.takedown.rdap.bootstrap import services_in
from jikimi.takedown.rdap.registries import SHIPPED, load_registries
from jikimi.venues.errors import PackError
from tests.contracts.rdap_registry import Json, domain, entity, network


def read(answer: object, kind: str = "registrar") -> list[tuple[str, str]]:
    body = json.dumps(answer).encode()
    found = abuse_contacts(body, kind, "https://registry.example/")  # type: ignore[arg-type]
    return [(one.name, one.email) for one in found]


def with_email(email: str) -> Json:
    return domain(entity("Desk", "abuse", email=email))


def test_only_the_role_abuse_counts() -> None:
    answer = domain(
        entity("Owner", "registrant", email="owner@home.example"),
        entity("Technician", "technical", "administrative", email="tech@home.example"),
        entity("Desk", "abuse", email="abuse@desk.example"),
    )
    assert read(answer) == [("Desk", "abuse@desk.example")]


def test_a_contact_inside_another_has_the_outer_ones_name() -> None:
    inner = entity("Abuse", "abuse", email="abuse@desk.example")
    assert read(domain(entity("The Registrar", "registrar", inside=(inner,)))) == [
        ("The Registrar", "abuse@desk.example")
    ]


def test_each_address_is_given_once_in_the_answers_order() -> None:
    answer = domain(
        entity("One", "abuse", email="b@desk.example"),
        entity("Two", "abuse", email="a@desk.example"),
        entity("Three", "abuse", email="B@DESK.example"),
    )
    assert read(answer) == [("One", "b@desk.example"), ("Two", "a@desk.example")]


def test_of_very_many_contacts_a_few_are_read() -> None:
    many = [entity("Desk", "abuse", email=f"a{number}@desk.example") for number in range(150)]
    card = ["email", {}, "text", "abuse@desk.example"]
    crowded = entity("Desk", "abuse")
    crowded["vcardArray"] = ["vcard", [card] * 20_000]

    assert len(read(domain(*many))) == 10
    assert len(read(domain(crowded))) == 1


def test_a_contact_too_deep_inside_is_left() -> None:
    inner = entity("Desk", "abuse", email="abuse@desk.example")
    for _ in range(4):
        inner = entity("Around", "registrar", inside=(inner,))
    assert read(domain(inner)) == []


@pytest.mark.parametrize(
    "email",
    [
        "",
        "no address",
        "abuse@",
        "@desk.example",
        "abuse@localhost",
        "abuse@127.0.0.1",
        "abuse@[192.0.2.1]",
        "abuse@desk.example:25",
        '"a b"@desk.example',
        "a@b@desk.example",
        "a,b@desk.example",
        "abuse@desk.example\r\nBcc: all@desk.example",
        "<abuse@desk.example>",
        "-oQ/tmp@desk.example",
        "x" * 65 + "@desk.example",
    ],
)
def test_what_is_no_plain_address_is_left(email: str) -> None:
    assert read(with_email(email)) == []


@pytest.mark.parametrize(
    "email", ["Abuse@Desk.Example", " abuse@desk.example ", "mailto:abuse@desk.example"]
)
def test_an_address_is_given_in_lower_case_without_trimmings(email: str) -> None:
    assert read(with_email(email)) == [("Desk", "abuse@desk.example")]


def test_a_name_is_one_line() -> None:
    answer = domain(entity("Desk\r\nSubject: \u202eurgent", "abuse", email="abuse@desk.example"))
    ((name, _),) = read(answer)
    assert name == "Desk Subject: urgent"


def test_an_answer_about_something_else_is_not_read() -> None:
    with pytest.raises(Unreadable, match="no ip network"):
        read(domain(), "host")
    assert read(network(entity("Net", "abuse", email="abuse@desk.example")), "host") == [
        ("Net", "abuse@desk.example")
    ]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"a":', b"\xff", b"[" * 100_000, b'"domain"']
)
def test_what_is_no_rdap_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        abuse_contacts(body, "registrar", "")


def test_an_answer_that_is_too_large_is_not_read() -> None:
    body = json.dumps(domain()).encode()
    padded = body + b" " * (MAX_ANSWER_BYTES + 1 - len(body))
    with pytest.raises(Unreadable, match="too large"):
        abuse_contacts(padded, "registrar", "")
    assert abuse_contacts(padded[:-1], "registrar", "") == ()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(["entities", "roles", "vcardArray", "objectClassName", "x"]),
            inside,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(anything)
def test_whatever_shape_the_inside_has_it_is_read_or_left(inside: object) -> None:
    answer = {"objectClassName": "domain", "entities": [inside, {"entities": inside}]}
    answer["entities"].append({"roles": ["abuse"], "vcardArray": inside})  # type: ignore[attr-defined]
    assert all("@" in email for _, email in read(answer))


# --- Which registry


def test_a_published_list_is_read_as_far_as_it_is_as_the_standard_has_it() -> None:
    published = {
        "version": "1.0",
        "services": [
            [["KR", "xn--3e0b707e"], ["http://plain.example/", "https://kr.example/rdap/"]],
            [["plain"], ["http://plain.example/"]],
            [["half"], ["https://half.example"]],
            [["inside"], ["http://10.0.0.1/"]],
            [["hidden"], ["http://127.0.0.1:80@evil.example/"]],
            [["named"], ["https://somebody@evil.example/"]],
            ["text", "https://text.example/"],
            [[7, "seven"], [None, "https://seven.example/"]],
            [],
            None,
        ],
    }
    assert services_in(json.dumps(published).encode()) == {
        "kr": "https://kr.example/rdap/",
        "xn--3e0b707e": "https://kr.example/rdap/",
        "seven": "https://seven.example/",
    }


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"{}", b'{"services": 7}', b'{"services": []}', b"[" * 100_000]
)
def test_what_is_no_list_of_registries_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        services_in(body)


A_FILE = """
schema: rdap/1
domains: {com: "https://ours.example/com/", kr: "https://ours.example/kr/"}
networks: {"192.0.2.0/24": "https://ours.example/net/"}
lawpacks_ranked: []
sources: [{title: Ours, kind: list, retrieved: "2026-11-21", confidence: P}]
"""


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "rdap").mkdir()
    (tmp_path / "rdap" / "ours.yaml").write_text(text)
    return tmp_path


def test_the_shipped_registries_answer_for_the_largest_domains_and_every_address() -> None:
    shipped = load_registries()

    assert {shipped.for_domain(f"a.{name}") is not None for name in ("com", "net", "org")} == {True}
    assert shipped.for_domain("a.invalid-tld") is None
    assert shipped.for_address("8.8.8.8") == shipped.for_address("2606:4700::1")
    assert shipped.laws_ranked


def test_a_centres_file_adds_and_overrides_and_the_narrowest_network_wins(tmp_path: Path) -> None:
    ours = load_registries(folder(tmp_path, A_FILE))

    assert ours.for_domain("a.COM") == "https://ours.example/com/"
    assert ours.for_domain("a.kr") == "https://ours.example/kr/"
    assert ours.for_domain("a.net") == load_registries().for_domain("a.net")
    assert ours.for_address("192.0.2.9") == "https://ours.example/net/"
    assert ours.for_address("8.8.8.8") == load_registries().for_address("8.8.8.8")
    assert ours.laws_ranked == load_registries().laws_ranked
    assert ours.fallback == load_registries().fallback


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://ours.example/kr/", "http://ours.example/kr/"),
        ("https://ours.example/kr/", "https://ours.example/kr"),
        ("https://ours.example/kr/", "file:///etc/"),
        ("rdap/1", "rdap/2"),
        ("192.0.2.0/24", "192.0.2.7/24"),
        ("192.0.2.0/24", "999.0.2.0/24"),
        ("confidence: P", "confidence: certain"),
        ("schema:", "- "),
        ("domains: {com", "domains: {COM"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, before: str, after: str) -> None:
    with pytest.raises(PackError, match=r"ours\.yaml"):
        load_registries(folder(tmp_path, A_FILE.replace(before, after)))


def test_whom_a_host_of_nobodys_leads_to_is_the_centres_own_to_say(tmp_path: Path) -> None:
    ours = load_registries(folder(tmp_path, A_FILE + "fallback: [host, google-search]\n"))

    assert ours.fallback == ("host", "google-search")
    assert load_registries().fallback[0] == "site_operator"


def checked(folder: Path) -> Result:
    return CliRunner().invoke(app, ["check", str(folder), "--on", "2026-11-21"])


def test_the_check_of_packs_reads_a_centres_registries(tmp_path: Path) -> None:
    text = A_FILE.replace("ranked: []", "ranked: [eu-dsa-16]") + "fallback: [host, bing]\n"
    assert checked(folder(tmp_path, text)).exit_code == 0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("ranked: []", "ranked: [eu-dsa-61]", "the law 'eu-dsa-61' is unknown"),
        ("schema:", "fallback: [host, googel-search]\nschema:", "'googel-search' is unknown"),
        ("schema:", "fallback: [registar]\nschema:", "'registar' is unknown"),
        ("kr/", "kr", "domains.kr"),
    ],
)
def test_the_check_of_packs_names_what_would_take_a_rung_away_unseen(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    result = checked(folder(tmp_path, A_FILE.replace(before, after)))

    assert result.exit_code == 1
    assert "ours.yaml" in result.stderr
    assert said in result.stderr


def test_a_centres_registries_may_name_its_own_recipient(tmp_path: Path) -> None:
    bing = (SHIPPED / "recipients" / "bing.yaml").read_text(encoding="utf-8")
    own = bing.replace("id: bing", "id: our-search").replace("bing.", "search.")
    (tmp_path / "recipients").mkdir()
    (tmp_path / "recipients" / "our-search.yaml").write_text(own)
    folder(tmp_path, A_FILE + "fallback: [host, our-search]\n")

    assert checked(tmp_path).stderr == ""
