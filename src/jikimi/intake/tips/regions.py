"""Regions that a tip may name, by ISO 3166-2, with their names by language. English is whole."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Region:
    """A province or a large city."""

    code: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """Its name in a language, else in English."""
        return self.names.get(language) or self.names["en"]


def regions_of(country: str) -> tuple[Region, ...]:
    """The regions of a country (ISO 3166, any case); none where nobody has written them down."""
    return _REGIONS.get(country.upper(), ())


def is_region(code: str) -> bool:
    """Whether a code names a region of any country here."""
    return any(region.code == code for regions in _REGIONS.values() for region in regions)


def _korean(code: str, en: str, ko: str, ja: str, zh: str) -> Region:
    return Region(code=f"KR-{code}", names={"en": en, "ko": ko, "id": en, "ja": ja, "zh-hant": zh})


_REGIONS: Mapping[str, tuple[Region, ...]] = {
    "KR": (
        _korean("11", "Seoul", "서울", "ソウル", "首爾"),
        _korean("26", "Busan", "부산", "釜山", "釜山"),
        _korean("27", "Daegu", "대구", "大邱", "大邱"),
        _korean("28", "Incheon", "인천", "仁川", "仁川"),
        _korean("29", "Gwangju", "광주", "光州", "光州"),
        _korean("30", "Daejeon", "대전", "大田", "大田"),
        _korean("31", "Ulsan", "울산", "蔚山", "蔚山"),
        _korean("50", "Sejong", "세종", "世宗", "世宗"),
        _korean("41", "Gyeonggi", "경기", "京畿", "京畿"),
        _korean("42", "Gangwon", "강원", "江原", "江原"),
        _korean("43", "Chungbuk", "충북", "忠北", "忠北"),
        _korean("44", "Chungnam", "충남", "忠南", "忠南"),
        _korean("45", "Jeonbuk", "전북", "全北", "全北"),
        _korean("46", "Jeonnam", "전남", "全南", "全南"),
        _korean("47", "Gyeongbuk", "경북", "慶北", "慶北"),
        _korean("48", "Gyeongnam", "경남", "慶南", "慶南"),
        _korean("49", "Jeju", "제주", "済州", "濟州"),
    )
}
