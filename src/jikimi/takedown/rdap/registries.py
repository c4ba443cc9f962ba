"""Which registry answers for a domain or an address: data that a centre can bring up to date."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

import jikimi.packs
from jikimi.venues.errors import PackError, PackProblem
from jikimi.venues.pack_agreement import target_problems
from jikimi.venues.pack_values import LawId, Packs

SHIPPED = Path(jikimi.packs.__file__).parent
_LARGEST = 1024 * 1024  # bytes; all of IANA's lists are smaller


@dataclass(frozen=True, kw_only=True)
class Registries:
    """Base addresses of RDAP services, each ending in a slash."""

    domains: Mapping[str, str]
    """By top-level domain, in lower-case ASCII."""
    networks: Mapping[str, str]
    """By network in CIDR form."""
    laws_ranked: tuple[LawId, ...]
    """Laws to write to a found host or registrar under, best first."""
    bootstrap: str | None = None
    """Where the list for all other top-level domains is (RFC 9224); None to ask for none."""
    fallback: tuple[str, ...] = ()
    """Whom to turn to where no entry answers for a host: recipients' ids or LADDER_STEPS."""

    def for_domain(self, name: str) -> str | None:
        """Give the service for a domain name; None if nobody knows one."""
        return self.domains.get(name.rpartition(".")[2].lower())

    def for_address(self, address: str) -> str | None:
        """Give the service for an address in numbers; the narrowest network wins."""
        ip = ipaddress.ip_address(address)
        claims = [
            (network.prefixlen, self.networks[text])
            for text in self.networks
            if ip in (network := ipaddress.ip_network(text))
        ]
        return max(claims)[1] if claims else None


def load_registries(*folders: Path) -> Registries:
    """Read what ships, then ``rdap/*.yaml`` of each folder; a later entry replaces an earlier.

    Raises PackError with the first file that cannot be used.
    """
    domains: dict[str, str] = {}
    networks: dict[str, str] = {}
    laws: tuple[LawId, ...] = ()
    bootstrap: str | None = None
    fallback: tuple[str, ...] = ()
    for path in _files((SHIPPED, *folders)):
        raw = _read(path)
        domains |= raw["domains"]
        networks |= raw["networks"]
        laws = tuple(LawId(law) for law in raw["lawpacks_ranked"]) or laws
        bootstrap = raw.get("bootstrap", bootstrap)
        fallback = tuple(raw.get("fallback", ())) or fallback
    return Registries(
        domains=domains,
        networks=networks,
        laws_ranked=laws,
        bootstrap=bootstrap,
        fallback=fallback,
    )


def check_registries(folder: Path, packs: Packs) -> tuple[PackProblem, ...]:
    """Find what is wrong with a folder's registries: files, and names that nobody answers to."""
    found: list[PackProblem] = []
    for path in _files((folder,)):
        try:
            raw = _read(path)
        except PackError as error:
            found += error.problems
        else:
            found += _unknown_names(path, raw, packs)
    return tuple(found)


def _unknown_names(path: Path, raw: Mapping[str, Any], packs: Packs) -> Iterator[PackProblem]:
    """A name that is spelt wrong would take its rung from every ladder, and nobody would see."""
    for law in raw["lawpacks_ranked"]:
        if law not in packs.laws:
            what = f"the law {law!r} is unknown."
            yield PackProblem(
                file=str(path),
                key="lawpacks_ranked",
                what=what,
                what_to_do="Add its law pack, or correct its id.",
            )
    for target in raw.get("fallback", ()):
        yield from target_problems(target, packs, str(path), "fallback")


def _files(folders: Iterable[Path]) -> list[Path]:
    return [path for folder in folders for path in sorted((folder / "rdap").glob("*.yaml"))]


# The schema decides what is inside; until then it is anything.
def _read(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"larger than {_LARGEST} bytes")
        raw: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for network in raw["networks"] if _fits(raw, path) else ():
            ipaddress.ip_network(network)
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise _cannot_use(path, "(file)", " ".join(str(error).split())) from None
    return raw


def _fits(raw: object, path: Path) -> bool:
    schema = json.loads((SHIPPED / "schema" / "rdap-1.schema.json").read_text(encoding="utf-8"))
    checker = Draft202012Validator(schema, format_checker=FormatChecker())
    for error in checker.iter_errors(raw):
        raise _cannot_use(path, error.json_path.removeprefix("$.") or "(top)", error.message)
    return True


def _cannot_use(path: Path, key: str, what: str) -> PackError:
    to_do = "Compare it with jikimi/packs/rdap/registries.yaml."
    return PackError((PackProblem(file=str(path), key=key, what=f"{what}.", what_to_do=to_do),))
