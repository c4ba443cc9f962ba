"""Where two versions of one entry differ, key by key, in words that fit a table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jikimi.venues.pack_files import RawPack

_NAMES = ("id", "title")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One key with what it was and what it is; None where it was or is not there."""

    key: str
    before: str | None
    after: str | None


def differences(before: RawPack, after: RawPack) -> tuple[Difference, ...]:
    """Every key in which two documents differ, in order; items of lists go by their id."""
    old, new = dict(_leaves("", before)), dict(_leaves("", after))
    return tuple(
        Difference(key=key, before=old.get(key), after=new.get(key))
        for key in dict.fromkeys([*old, *new])
        if old.get(key) != new.get(key)
    )


def _leaves(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inside in value.items():
            yield from _leaves(f"{path}.{key}" if path else str(key), inside)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        names = [_name_of(item, at) for at, item in enumerate(value)]
        for at, (name, item) in enumerate(zip(names, value, strict=True)):
            which = f"{name} {at}" if names.count(name) > 1 else name
            yield from _leaves(f"{path}[{which}]", item)
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def _name_of(item: object, at: int) -> str:
    if isinstance(item, Mapping):
        return next(
            (str(item[name]) for name in _NAMES if isinstance(item.get(name), str)), str(at)
        )
    return str(at)
