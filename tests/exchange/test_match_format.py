"""The pages about the wire show what the code reads and writes."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from jikimi.api.match import list_wire, wire
from jikimi.api.match.fetching import place_of
from jikimi.api.match.sharing import read_handed_in
from jikimi.exchange.rules.answers import Remark, bits_by_region

FORMATS = Path(__file__).parents[2] / "docs" / "formats"
PAGE = (FORMATS / "match-1.md").read_text()
ASKED, ANSWERED, LATE = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
LISTS = (FORMATS / "lists-1.md").read_text()
HANDED_IN, TAKEN, CHANGES = re.findall(r"```json\n(.*?)```", LISTS, re.DOTALL)


def test_the_question_of_the_page_is_read() -> None:
    request = wire.read_request(ASKED.encode())
    assert [one.radius for one in request.fingerprints] == [None, 10]
    assert request.explain


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        (ANSWERED, wire.MatchResponse),
        (LATE, wire.LaterResponse),
        (TAKEN, list_wire.ShareResponse),
        (CHANGES, list_wire.ChangesResponse),
    ],
)
def test_the_answers_of_the_page_are_those_that_are_written(
    shown: str, kind: type[msgspec.Struct]
) -> None:
    read = msgspec.json.decode(shown, type=kind)
    assert json.loads(wire.write(read)) == json.loads(shown)


def test_the_example_explains_its_four_bits() -> None:
    one, other = (fingerprint["value"] for fingerprint in json.loads(ASKED)["fingerprints"])
    told = json.loads(ANSWERED)["matches"][0][0]["explanation"]["regions"]
    assert list(bits_by_region(bytes.fromhex(one), bytes.fromhex(other))) == told


def test_every_field_and_remark_stands_on_the_page() -> None:
    for kind in (wire.MatchRequest, wire.Fingerprint, wire.Match, wire.Explanation):
        for field in kind.__struct_fields__:
            assert f"`{field}`" in PAGE or f".{field}`" in PAGE, field
    for remark in Remark:
        assert f"`{remark.value}`" in PAGE


def test_what_the_page_hands_in_is_answered_as_the_page_says() -> None:
    answer = read_handed_in(HANDED_IN.encode()).response()
    assert json.loads(wire.write(answer)) == json.loads(TAKEN)
    assert place_of(json.loads(CHANGES)["next"]) is not None


def test_every_field_of_lists_stands_on_their_page() -> None:
    for kind in (
        *(list_wire.ShareRequest, list_wire.AddedPrint, list_wire.ShareResponse),
        *(list_wire.RefusedPrint, list_wire.ListedPrint, list_wire.ChangesResponse),
    ):
        for field in kind.__struct_fields__:
            assert f"`{field}`" in LISTS or f".{field}`" in LISTS, field


def test_what_is_handed_in_is_described_as_it_is_read() -> None:
    described, read = list_wire.ShareRequest, list_wire.ShareEnvelope
    assert described.__struct_fields__ == read.__struct_fields__
