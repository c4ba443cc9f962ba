"""Archives and twin addresses, as they ship and as a centre adds to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from jsonschema import Draft202012Validator, FormatChecker

import jikimi.packs
from jikimi.takedown.rules.other_links import Archive, Mirrors, Twins
from jikimi.venues.errors import PackError, PackProblem

SHIPPED = Path(jikimi.packs.__file__).parent
_LARGEST = 1024 * 1024  # bytes


def mirrors_in_use() -> Mirrors:
    """What ships and the centre's own, read once per process. Raises PackError."""
    return load_mirrors(SHIPPED, *settings.PACK_FOLDERS)


@cache
def load_mirrors(*folders: Path) -> Mirrors:
    """Read ``mirrors/*.yaml`` of each folder; a later entry replaces an earlier of the same id.

    Raises PackError with the first file that cannot be used.
    """
    archives: dict[str, Archive] = {}
    twins: dict[str, Twins] = {}
    for path in (one for folder in folders for one in sorted((folder / "mirrors").glob("*.yaml"))):
        raw = _read(path)
        for one in raw["archives"]:
            archives[one["id"]] = Archive(name=one["name"], address=one["address"])
        for one in raw["groups"]:
            twins[one["id"]] = Twins(name=one["name"], hosts=tuple(one["hosts"]))
    return Mirrors(archives=tuple(archives.values()), twins=tuple(twins.values()))


# The schema decides what is inside; until then it is anything.
def _read(path: Path) -> Mapping[str, Any]:
    schema = json.loads((SHIPPED / "schema" / "mirrors-1.schema.json").read_text(encoding="utf-8"))
    checker = Draft202012Validator(schema, format_checker=FormatChecker())
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"larger than {_LARGEST} bytes")
        raw: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise _cannot_use(path, "(file)", " ".join(str(error).split())) from None
    for fault in checker.iter_errors(raw):
        raise _cannot_use(path, fault.json_path.removeprefix("$.") or "(top)", fault.message)
    return raw


def _cannot_use(path: Path, key: str, what: str) -> PackError:
    to_do = "Compare it with jikimi/packs/mirrors/mirrors.yaml."
    return PackError((PackProblem(file=str(path), key=key, what=f"{what}.", what_to_do=to_do),))
