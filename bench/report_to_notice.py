"""How long a caseworker waits: from a survivor's submit to a notice ready for approval."""

from dataclasses import dataclass
from datetime import datetime
from statistics import median

import psycopg

from jikimi.cli.database import database_for
from jikimi.cli.demo.processes import Product, product, standin
from jikimi.cli.demo.story import PICTURE
from jikimi.cli.demo.visitor import Visitor
from jikimi.cli.demo.walk import answer_all_questions
from jikimi_core.fingerprint import pdq
from tests.folders import reachable_folder

REPORTS = 30
_WAITS = """
SELECT min(c.payload->>'at') FILTER (WHERE c.payload->>'event' = 'report received'),
       min(c.payload->>'at') FILTER (WHERE c.payload->>'event' = 'notice drafted'),
       max(s.last_look_at)
FROM trail_entrycontent c JOIN cases_sighting s ON s.case_id::text = c.payload->>'case'
GROUP BY c.payload->>'case'
"""


@dataclass(frozen=True, kw_only=True)
class ReportToNotice:
    """Seconds, over `reports` reports sent one after the other."""

    reports: int
    median_s: float
    slowest_s: float

    def as_markdown(self) -> str:
        return (
            "| reports | median s | slowest s | target s |\n|---|---|---|---|\n"
            f"| {self.reports} | {self.median_s:.2f} | {self.slowest_s:.2f} | 5 |"
        )


def measure() -> ReportToNotice:
    """Send reports through the portal of a running house and read its trail."""
    made = pdq.from_file(PICTURE)
    with (
        standin(PICTURE) as doors,
        reachable_folder() as folder,
        product(folder, doors) as house,
    ):
        for number in range(REPORTS):
            with Visitor(house.origin) as survivor:
                answer_all_questions(survivor, made, f"{doors.page}?copy={number}")
        waits = _waits(house)
    return ReportToNotice(reports=len(waits), median_s=median(waits), slowest_s=max(waits))


def _waits(house: Product) -> list[float]:
    """Seconds between the two entries of each case, once every case has both."""
    with database_for(house.data) as url, psycopg.connect(url) as connection:
        while True:
            rows = connection.execute(_WAITS).fetchall()
            if len(rows) == REPORTS and all(drafted for _, drafted, _ in rows):
                break
            connection.rollback()
    times = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b, _ in rows]
    return [(drafted - received).total_seconds() for received, drafted in times]


if __name__ == "__main__":
    print(measure().as_markdown())
