"""Archives and twin addresses, as they ship and as a centre adds to them: load them, check them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from jsonschema import Draft202012Validator, FormatChecker

import jikimi.packs
from jikimi.takedown.rules.other_links import Archive, Mirrors, Twins
from jikimi.venues.errors import PackError, PackProblem
from jikimi.venues.pack_values import Packs

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
    for raw in (_read(path) for folder in folders for path in _files(folder)):
        for one in raw["archives"]:
            archives[one["id"]] = Archive(name=one["name"], address=one["address"])
        for one in raw["groups"]:
            twins[one["id"]] = Twins(name=one["name"], hosts=tuple(one["hosts"]))
    return Mirrors(archives=tuple(archives.values()), twins=tuple(twins.values()))


def check_mirrors(folder: Path, packs: Packs) -> tuple[PackProblem, ...]:
    """Find what is wrong with a folder's mirrors: files, and groups that belong to several."""
    found: list[PackProblem] = []
    for path in _files(folder):
        try:
            raw = _read(path)
        except PackError as error:
            found += error.problems
        else:
            found += _owner_problems(path, raw, packs)
    return tuple(found)


def _files(folder: Path) -> list[Path]:
    return sorted((folder / "mirrors").glob("*.yaml"))


def _owner_problems(path: Path, raw: Mapping[str, Any], packs: Packs) -> Iterator[PackProblem]:
    """A host that was forgotten in its platform's entry would have its links sent elsewhere."""
    for group in raw["groups"]:
        owners = {host: packs.recipient_for_host(host) for host in group["hosts"]}
        named = {host: owner.id if owner else "nobody" for host, owner in owners.items()}
        if group.get("by_others") or len(set(named.values())) == 1:
            continue
        whose = ", ".join(f"{host} is {owner}'s" for host, owner in named.items())
        yield PackProblem(
            file=str(path),
            key=f"groups.{group['id']}.hosts",
            what=f"its hosts belong to several: {whose}.",
            what_to_do="Add those it forgot to its entry's link_domains, or say by_others: true.",
        )


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
