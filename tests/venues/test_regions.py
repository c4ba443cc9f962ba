"""Regions for the tip door: what ships, and what a centre's own file may not be."""

from datetime import date
from pathlib import Path

import pytest

from jikimi.venues.errors import PackError
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.regions import check_regions, regions_of

TODAY = date(2026, 11, 22)
OWN = {"KR": "ko", "JP": "ja", "TW": "zh-TW", "ID": "id"}


@pytest.mark.parametrize(("country", "many"), [("KR", 17), ("JP", 47), ("TW", 22), ("ID", 38)])
def test_every_region_has_one_code_and_a_name_in_its_own_language(country: str, many: int) -> None:
    regions = regions_of(country)
    assert len({region.code for region in regions}) == len(regions) == many
    for language in ("en", OWN[country]):
        assert len({region.names[language] for region in regions}) == many
    assert regions[0].name("xx") == regions[0].names["en"]


def test_a_country_that_nobody_wrote_down_has_no_regions() -> None:
    assert regions_of("zz") == ()


def test_what_ships_is_in_order() -> None:
    assert check_regions(SHIPPED, TODAY) == ()
    assert all("is over" in one.what for one in check_regions(SHIPPED, date(2030, 1, 1)))


def test_a_centres_own_file_replaces_a_country_and_its_faults_are_named(tmp_path: Path) -> None:
    (tmp_path / "regions").mkdir()
    file = tmp_path / "regions" / "tw.yaml"
    whole = (SHIPPED / "regions" / "tw.yaml").read_text(encoding="utf-8")
    file.write_text(whole.replace("TW-TPE", "JP-13").replace("TW-NWT", "TW-TAO"), encoding="utf-8")
    assert {one.what for one in check_regions(tmp_path, TODAY)} == {
        "JP-13 is not in TW.",
        "names TW-TAO twice.",
    }
    assert regions_of("TW", tmp_path)[1].code == "JP-13"
    other = tmp_path / "other"
    (other / "regions").mkdir(parents=True)
    (other / "regions" / "tw.yaml").write_text(whole.replace("en: Taipei", "xx: T"), "utf-8")
    with pytest.raises(PackError):
        regions_of("TW", other)
