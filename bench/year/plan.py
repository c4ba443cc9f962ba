"""The arguments of one year, as every process of it reads them."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.year.made import MadeCase, made_year
from jikimi.cases.rules import page_mark


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What `plan.json` in the year's folder says."""

    items: int
    seed: int
    ports: tuple[int, ...]
    pictures: float

    def keep(self, folder: Path) -> None:
        (folder / "plan.json").write_text(json.dumps(asdict(self)))

    @classmethod
    def of(cls, folder: Path) -> "Plan":
        said = json.loads((folder / "plan.json").read_text())
        return cls(**{**said, "ports": tuple(said["ports"])})

    def cases(self) -> Iterator[MadeCase]:
        return made_year(self.items, self.seed, self.ports, self.pictures)

    def leaving(self) -> list[str]:
        """Marks of places of those who will take everything back, one of each."""
        return [page_mark(case.places[0].link) for case in self.cases() if case.withdraws]
