"""A notice as XARF v4, the form that abuse desks' machines read.

Source: the specification of XARF v4.2 and its JSON Schemas (xarf.org), read 2026-11-22. It has no
type for intimate pictures shared without consent. The nearest that is true is personal data that
somebody exposed on purpose (`content/exposed_data`); the tags of our own say what it is.
"""

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from uuid import UUID

from jikimi.takedown.channels.said import SaidNotice
from jikimi.venues.hosts import host_of, is_loopback

VERSION = "4.2.0"
_LONGEST_DESCRIPTION = 1000
_LONGEST_NAME = 200

Field = str | list[str] | Mapping[str, str] | list[Mapping[str, str | int]]


def xarf_report(said: SaidNotice, outbound_id: UUID) -> dict[str, Field]:
    """Return the report of a notice: its first link, and all of them as text where there are more.

    The same notice gives the same report, with the same id, at each try. No evidence but text.
    """
    link = said.links[0]
    host = host_of(link) or ""
    return {
        "xarf_version": VERSION,
        "report_id": str(report_id(outbound_id)),
        "timestamp": said.reported_at,
        "reporter": _who(said),
        "sender": _who(said),
        "source_identifier": host,
        "category": "content",
        "type": "exposed_data",
        "url": link,
        **({} if is_loopback(host) or not host else {"domain": host}),
        "data_types": ["personal_information", "other"],
        "exposure_method": "intentional_leak",
        "discovery_source": "user_report",
        "evidence_source": "user_report",
        "verification_method": "user_report",
        "description": _description(said),
        "tags": _tags(said),
        **({"evidence": [_all_links(said)]} if len(said.links) > 1 else {}),
    }


def report_id(outbound_id: UUID) -> UUID:
    """Give the report's id: a random one of our own that leads to no case, the same at each try."""
    return UUID(bytes=hashlib.sha256(b"xarf " + outbound_id.bytes).digest()[:16], version=4)


def _who(said: SaidNotice) -> Mapping[str, str]:
    return {
        "org": said.centre[:_LONGEST_NAME],
        "contact": said.email,
        "domain": said.email.rpartition("@")[2],
    }


def _tags(said: SaidNotice) -> list[str]:
    return [
        "ncii:non-consensual-intimate-image",
        "ncii:synthetic" if said.is_fake else "ncii:shared-without-consent",
    ]


def _description(said: SaidNotice) -> str:
    words = f"{said.reasons} Legal basis: {said.law}. Please quote {said.reference}."
    return words[:_LONGEST_DESCRIPTION]


def _all_links(said: SaidNotice) -> Mapping[str, str | int]:
    listed = "\n".join(said.links).encode()
    return {
        "content_type": "text/plain",
        "description": "Every address of this notice, one a line",
        "payload": b64encode(listed).decode(),
        "hash": f"sha256:{hashlib.sha256(listed).hexdigest()}",
        "size": len(listed),
    }
