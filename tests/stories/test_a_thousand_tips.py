"""A citizen's list of rooms, told within an evening: put together, read in order, answered.

A small number stands for the thousand; `python -m bench.tip_flood` does the large ones.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from jikimi.cases.models import Case, Sighting
from jikimi.intake.tips.counting import count_new_tips, forget_old_tips
from jikimi.intake.tips.models import Tip, TippedHour
from jikimi.intake.tips.reading import most_urgent
from jikimi.intake.tips.rules import Outcome
from jikimi.intake.tips.working import note_report, settle_place, take_up_place
from jikimi.people.models import Staff
from jikimi.web.portal.tip_gate import gate
from tests.portal.tipping import Teller, tell

pytestmark = pytest.mark.django_db
ROOMS, TELLERS = 6, 5


@pytest.fixture(autouse=True)
def _full_lanes() -> Iterator[None]:
    gate.start_anew()
    yield
    gate.start_anew()


def test_an_evening_of_tips_becomes_a_short_list_and_each_teller_can_hear_the_end(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = [now]
    monkeypatch.setattr("django.utils.timezone.now", lambda: here[0])
    codes = []
    for teller in range(TELLERS):
        here[0] = now + timedelta(hours=teller)
        for room in range(teller, ROOMS):
            sent = tell(f"https://t.me/room_{room}/{teller + 1}", level="high", region="KR-28")
            assert sent.status == 200
            codes.append((room, sent.code))
    evening = here[0]
    assert count_new_tips(now=evening) == Tip.objects.count() == len(codes) == 20

    rows = most_urgent(evening, at_most=10)
    assert len(rows) == ROOMS
    assert {row.place.address for row in rows[:2]} == {"https://t.me/room_4", "https://t.me/room_5"}
    assert not Case.objects.exists()
    assert not Sighting.objects.exists()

    staff = Staff.objects.create_staff(email="mina@centre.example", password="p")
    first = rows[0].place
    take_up_place(first.pk, staff=staff, now=evening)
    note_report(first.pk, "police", "Police", number="", staff=staff, now=evening)
    settle_place(first.pk, Outcome.DOWN, staff=staff, now=evening)

    told = {code for room, code in codes if first.address.endswith(str(room))}
    assert all("Your tip has arrived" in heard(code) for code in told)
    here[0] = evening + timedelta(days=3)
    assert all("It is down" in heard(code) for code in told)
    assert all("It is down" not in heard(code) for _room, code in codes if code not in told)

    forget_old_tips(now=evening + timedelta(days=400))
    assert not Tip.objects.exists()
    assert sum(TippedHour.objects.values_list("tips", flat=True)) == 20


def heard(code: str) -> str:
    return Teller().visitor.post("/tip/answer/", {"lang": "en", "code": code}).text
