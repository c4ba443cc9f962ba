"""The page about the wire shows what the code reads and writes."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from jikimi.api.match import wire
from jikimi.exchange.rules.answers import Remark, bits_by_region

PAGE = (Path(__file__).parents[2] / "docs" / "formats" / "match-1.md").read_text()
ASKED, ANSWERED, LATE = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)


def test_the_question_of_the_page_is_read() -> None:
    request = wire.read_request(ASKED.encode())
    assert [one.radius for one in request.fingerprints] == [None, 10]
    assert request.explain


@pytest.mark.parametrize(
    ("shown", "kind"), [(ANSWERED, wire.MatchResponse), (LATE, wire.LaterResponse)]
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
