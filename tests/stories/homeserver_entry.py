"""The entry of a homeserver on loopback among the recipients: status stand_in."""

from datetime import date, timedelta
from pathlib import Path

import yaml

RECIPIENT = "test-homeserver"
_STILL_GOOD = timedelta(days=30)


def write_homeserver_entry(
    folder: Path, server: str, today: date, *, recipient: str = RECIPIENT
) -> None:
    """Add it to a pack folder. `server` is `127.0.0.1:port`."""
    until = str(today + _STILL_GOOD)
    entry: dict[str, object] = {
        "schema": "recipient/1",
        "id": recipient,
        "name": "Test homeserver",
        "kind": "platform",
        "status": "stand_in",
        "language": "en",
        "serves": [],
        "domains_allowed": [server],
        "private_paths": [],
        "may_receive": ["link"],
        "routes": [_route(f"http://{server}")],
        "lawpacks_ranked": ["eu-dsa-16", "us-take-it-down"],
        "stated_time": {"value": 48, "unit": "hours"},
        "observed": None,
        "adapter_format": "matrix",
        "fallback": ["google-search"],
        "sources": [
            {"title": "Itself", "kind": "stand_in", "retrieved": str(today), "confidence": "P"}
        ],
        "review": {"by": until, "expires": until},
    }
    (folder / "recipients").mkdir(parents=True, exist_ok=True)
    (folder / "recipients" / f"{recipient}.yaml").write_text(yaml.safe_dump(entry))


def _route(address: str) -> dict[str, object]:
    return {
        "id": "report",
        "type": "api",
        "address": address,
        "auto_send": True,
        "auth": "key",
        "subject_kinds": ["adult"],
        "limits": {"links_per_notice": 1, "one_host_per_notice": True, "note": "one a report"},
        "field_map": {},
        "privacy": "nothing leaves this machine",
    }
