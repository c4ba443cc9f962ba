"""The stand-in platform's entry among the recipients: status stand_in, refused in production."""

from datetime import date, timedelta
from pathlib import Path

import yaml

from jikimi.cli.demo.standin_platform import Doors

_STILL_GOOD = timedelta(days=30)


def write_recipient(folder: Path, doors: Doors, today: date) -> None:
    """Add `recipients/standin.yaml` to a pack folder."""
    review = {"by": str(today + _STILL_GOOD), "expires": str(today + _STILL_GOOD)}
    entry: dict[str, object] = {
        "schema": "recipient/1",
        "id": "standin",
        "name": "Stand-in platform",
        "kind": "platform",
        "status": "stand_in",
        "language": "en",
        "serves": [],
        "domains_allowed": [f"127.0.0.1:{doors.http_port}", doors.mailbox.rpartition("@")[2]],
        "private_paths": [],
        "may_receive": ["link", "fingerprint"],
        "routes": [
            {
                "id": "abuse-mail",
                "type": "email",
                "address": doors.mailbox,
                "auto_send": True,
                "auth": "none",
                "subject_kinds": ["adult", "minor"],
                "limits": None,
                "field_map": {},
                "privacy": "nothing leaves this machine",
            }
        ],
        "lawpacks_ranked": ["eu-dsa-16", "us-take-it-down"],
        "stated_time": None,
        "observed": {"n": 0, "median_h": None, "window": "none", "note": "a stand-in"},
        "adapter_format": "jikimi-notice/1",
        "fallback": [],
        "sources": [
            {
                "title": "The stand-in itself",
                "kind": "stand_in",
                "retrieved": str(today),
                "confidence": "P",
            }
        ],
        "review": review,
    }
    (folder / "recipients").mkdir(parents=True, exist_ok=True)
    (folder / "recipients" / "standin.yaml").write_text(yaml.safe_dump(entry, sort_keys=False))
