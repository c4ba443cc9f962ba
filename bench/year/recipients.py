"""The stand-in sites and the stand-in hotline, as entries among the recipients."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml

_STILL_GOOD = timedelta(days=60)
_LETTERS_AN_HOUR = 100_000
"""The most that an entry may say: no rate is to hold the year up."""
_LINKS_A_LETTER = (None, 10, 5, None)


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """What differs between them."""

    id: str
    kind: str
    domains: tuple[str, ...]
    route: str
    address: str
    links_a_letter: int | None
    laws: tuple[str, ...]


def write_recipients(folder: Path, ports: tuple[int, ...], today: date) -> None:
    """Add one entry for each site, the last one at home, and a hotline that is told by hand."""
    (folder / "recipients").mkdir(parents=True, exist_ok=True)
    abroad, home = ("eu-dsa-16", "us-take-it-down"), ("kr-tba-22-5", "eu-dsa-16")
    sites = [
        StandIn(
            id=f"site-{n}",
            kind="platform",
            domains=(f"127.0.0.1:{port}", f"site-{n}.example"),
            route="email",
            address=f"abuse@site-{n}.example",
            links_a_letter=_LINKS_A_LETTER[n],
            laws=home if port == ports[-1] else abroad,
        )
        for n, port in enumerate(ports)
    ]
    hotline = StandIn(
        id="a-hotline",  # the first by its name is asked
        kind="hotline",
        domains=("hotline.example",),
        route="web_form",
        address="https://hotline.example/report",
        links_a_letter=None,
        laws=(),
    )
    for one in (*sites, hotline):
        entry = _entry(one, today)
        path = folder / "recipients" / f"{one.id}.yaml"
        path.write_text(yaml.safe_dump(entry, sort_keys=False))


def _entry(one: StandIn, today: date) -> dict[str, object]:
    last = str(today + _STILL_GOOD)
    return {
        "schema": "recipient/1",
        "id": one.id,
        "name": f"Stand-in {one.id}",
        "kind": one.kind,
        "status": "stand_in",
        "language": "en",
        "serves": ["KR"] if one.kind == "hotline" else [],
        "domains_allowed": list(one.domains),
        "private_paths": [],
        "may_receive": ["link"] if one.kind == "hotline" else ["link", "fingerprint"],
        "routes": [_route(one)],
        "lawpacks_ranked": list(one.laws),
        "stated_time": None,
        "observed": None,
        "adapter_format": None,
        "fallback": [],
        "sources": [
            {
                "title": "The stand-in itself",
                "kind": "stand_in",
                "retrieved": str(today),
                "confidence": "P",
            }
        ],
        "review": {"by": last, "expires": last},
    }


def _route(one: StandIn) -> dict[str, object]:
    is_mail = one.route == "email"
    limits = {
        "links_per_notice": one.links_a_letter,
        "one_host_per_notice": False,
        "note": None,
    }
    if is_mail:
        limits["per_hour"] = _LETTERS_AN_HOUR
    return {
        "id": "door",
        "type": one.route,
        "address": one.address,
        "auto_send": is_mail,
        "auth": "none",
        "subject_kinds": ["adult", "minor"],
        "limits": limits,
        "field_map": {},
        "privacy": "nothing leaves this machine",
    }
