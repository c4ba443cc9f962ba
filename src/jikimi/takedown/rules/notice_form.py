"""The notice for machines: `jikimi-notice/1`, as docs/formats/jikimi-notice-1.md has it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from jikimi.takedown.rules.history import Earlier
from jikimi.takedown.rules.letter_values import Draft
from jikimi.venues.pack_values import Clock, LawPack

# Keywords of the EU's statement-of-reasons database; the rest of the category is not ours to guess.
_CATEGORY = "STATEMENT_CATEGORY_CYBER_VIOLENCE"
_SHARED = "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"
_DEEPFAKE = "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"

Json = str | int | bool | None | list["Json"] | Mapping[str, "Json"]


def notice_form(draft: Draft, reasons: str) -> str:
    """Return the notice as JSON text.

    A report to a hotline holds where, when and the reporter's category, and nothing more.
    """
    form = _common(draft) | (_request(draft, draft.law, reasons) if draft.law else {})
    return json.dumps(form, ensure_ascii=False, indent=2) + "\n"


def _common(draft: Draft) -> dict[str, Json]:
    centre = draft.centre
    return {
        "format": "jikimi-notice/1",
        "type": "removal_request" if draft.law else "hotline_report",
        "notice_id": draft.notice_id,
        "issued_at": _time(draft.written_at),
        "recipient": {"id": draft.recipient.id, "name": draft.recipient.name},
        "subject": "minor" if draft.minor else "adult",
        "situation": draft.situation,
        "links": list(draft.told.links),
        "handles": list(draft.told.handles),
        "fingerprints": [
            {"type": one.type, "value": one.value, "quality": one.quality}
            for one in draft.told.fingerprints
        ],
        "reported_at": _time(draft.reported_at),
        "submitter": {
            "name": centre.name,
            "capacity": "authorised_representative" if draft.law else "reporter",
            "representative": centre.representative,
            "address": centre.address,
            "email": centre.email,
            "phone": centre.phone,
        },
    }


def _request(draft: Draft, law: LawPack, reasons: str) -> dict[str, Json]:
    return {
        "legal_basis": {"id": law.id, "jurisdiction": law.jurisdiction, "cite": law.cite},
        "category": _CATEGORY,
        "keywords": [_DEEPFAKE if draft.situation == "fake" else _SHARED],
        "reasons": reasons,
        "earlier": [_earlier(one) for one in draft.earlier],
        **({"note": draft.note} if draft.note else {}),
        "requested": _requested(draft, law),
        "deadline": _deadline(law.clock),
        "declarations": {
            "good_faith": draft.good_faith,
            "accurate_and_complete": draft.good_faith,
            "intimate_content_present": draft.good_faith,
            "made_for_the_person_depicted": True,
            "authorised_by_copyright_owner": law.asks_for_ownership and draft.owns_copyright,
        },
        "signature": {
            "form": "electronic",
            "name": draft.centre.representative,
            "signed_at": _time(draft.written_at),
        },
    }


def _earlier(one: Earlier) -> Mapping[str, Json]:
    return {
        "notice_id": one.reference,
        "recipient": one.to,
        "cite": one.cite or None,
        "sent_at": _time(one.sent_at),
        "outcome": one.outcome,
        "outcome_at": _time(one.outcome_at) if one.outcome_at else None,
    }


def _requested(draft: Draft, law: LawPack) -> list[Json]:
    if draft.to_authority:
        return ["order_removal"]
    copies = "known_identical_copies" in law.scope
    return ["remove", *(["remove_known_identical_copies"] if copies else [])]


def _deadline(clock: Clock | None) -> Mapping[str, Json]:
    """Give the time in seconds; working days are no fixed number of them."""
    elapsed = clock is not None and clock.calendar == "elapsed"
    return {
        "seconds": int(clock.length.total_seconds()) if clock and elapsed else None,
        "counted_from": clock.trigger if clock else None,
    }


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
