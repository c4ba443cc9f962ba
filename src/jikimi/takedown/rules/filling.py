"""Fill the sentences of the packs, and write down the notices that went before. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from jikimi.takedown.rules.history import Earlier
from jikimi.venues.pack_values import Wording

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


def fill(template: str, values: Mapping[str, str]) -> str:
    """Fill each placeholder once; what is filled in is never read as a template."""
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], template)


def earlier_lines(earlier: Iterable[Earlier], wording: Wording) -> str:
    """Say in one indented line each to whom earlier notices went, when, and how they ended."""
    return "\n".join(f"  - {_line(one, wording.sentences)}" for one in earlier)


def _line(one: Earlier, say: Mapping[str, str]) -> str:
    end = f"{one.outcome_at:%Y-%m-%d}" if one.outcome_at else ""
    return fill(
        say["earlier_line"],
        {
            "sent_on": f"{one.sent_at:%Y-%m-%d}",
            "reference": _numbers(one),
            "to": one.to,
            "under": fill(say["earlier_under"], {"cite": one.cite}) if one.cite else "",
            "outcome": fill(say[f"earlier_{one.outcome}"], {"ended_on": end, "due_on": end}),
        },
    )


def _numbers(one: Earlier) -> str:
    """Our reference, and what its recipient calls it where that is known."""
    return f"{one.reference} ({one.their_reference})" if one.their_reference else one.reference
