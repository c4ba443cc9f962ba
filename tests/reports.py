"""A report as a test needs it, with one thing changed at a time."""

from dataclasses import replace
from typing import Any

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.rules import AgeGroup, Situation, read_place
from jikimi.intake.actions import NewReport
from jikimi.trail.models import ConsentScope

PDQ = bytes(range(32))
A_REPORT = NewReport(
    situation=Situation.FAKED,
    age_group=AgeGroup.ADULT,
    language="ko",
    had_file=True,
    fingerprints=(NewFingerprint(pdq=PDQ, quality=90),),
    places=(read_place("https://t.me/some_channel/12"),),
    consents=frozenset({ConsentScope.CENTRE, ConsentScope.PLATFORMS}),
    declared_no_consent=True,
    statement="누군가 제 사진으로 가짜를 만들었어요.",
    contact="저녁 6시 이후에만",
)


def a_report(**changes: Any) -> NewReport:
    """A_REPORT, with changes."""
    return replace(A_REPORT, **changes)
