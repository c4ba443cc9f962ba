"""Read the YAML files of a pack folder and hold each against its schema."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

import jikimi.packs
from jikimi.venues.errors import PackProblem

# The schema decides what is inside a document; until then it is anything.
RawPack = Mapping[str, Any]

SHIPPED = Path(jikimi.packs.__file__).parent
SCHEMAS = {
    "laws": "lawpack-1",
    "recipients": "recipient-1",
    "helplines": "helplines-1",
    "wordings": "wording-1",
}
GUIDES, REGIONS = "guides", "regions"
_SCHEMA_OF = {**SCHEMAS, GUIDES: "guide-1", REGIONS: "regions-1"}
_OF_TAKEDOWN = ("mirrors", "rdap", "reply-words")  # read there; here a folder may hold them alone
_SECTIONS = (*_SCHEMA_OF, *_OF_TAKEDOWN)
_LARGEST = 256 * 1024  # bytes; a pack is a few kilobytes


@dataclass(frozen=True, kw_only=True)
class PackDocument:
    """One file that its schema accepts. `section` is the folder it was in."""

    file: str
    section: str
    raw: RawPack

    @cached_property
    def schema_problems(self) -> tuple[PackProblem, ...]:
        """What the schema of its section finds wrong. It is held against it once."""
        errors = _validator(_SCHEMA_OF[self.section]).iter_errors(self.raw)
        return tuple(sorted(_schema_problem(Path(self.file), error) for error in errors))


class _PackLoader(yaml.CSafeLoader):
    """Safe YAML where dates stay text (the schema reads them) and no key may come twice.

    libyaml's scanner: the pure one takes a second and more for what ships.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own shape
        first: [rule for rule in rules if rule[0] != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.YAMLError(f"the key {key!r} is there twice")
        return super().construct_mapping(node, deep)


def read_folder(folder: Path) -> tuple[tuple[PackDocument, ...], tuple[PackProblem, ...]]:
    """Read every document of a folder with the sub-folders of `SCHEMAS`, in order of name."""
    if not any((folder / section).is_dir() for section in _SECTIONS):
        return (), (_no_packs_in(folder),)
    read = [read_section(folder, section) for section in SCHEMAS]
    documents = tuple(document for found, _problems in read for document in found)
    return documents, tuple(problem for _documents, found in read for problem in found)


def read_section(
    folder: Path, section: str
) -> tuple[tuple[PackDocument, ...], tuple[PackProblem, ...]]:
    """Read one sub-folder, which need not be there: one of `SCHEMAS`, `GUIDES` or `REGIONS`.

    What ships is read once per process.
    """
    return _read_shipped(section) if folder == SHIPPED else _read_section(folder, section)


@cache
def _read_shipped(section: str) -> tuple[tuple[PackDocument, ...], tuple[PackProblem, ...]]:
    return _read_section(SHIPPED, section)


def _read_section(
    folder: Path, section: str
) -> tuple[tuple[PackDocument, ...], tuple[PackProblem, ...]]:
    read = [_read_file(path, section) for path in sorted((folder / section).glob("*"))]
    documents = tuple(document for document, _problems in read if document)
    return documents, tuple(problem for _document, found in read for problem in found)


def _read_file(path: Path, section: str) -> tuple[PackDocument | None, tuple[PackProblem, ...]]:
    if path.suffix != ".yaml":
        return None, (
            _problem(path, "(file)", "is not a .yaml file.", "Rename it to .yaml or take it away."),
        )
    try:
        raw = _load(path)
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        what = f"cannot be read as YAML ({' '.join(str(error).split())})."
        return None, (_problem(path, "(file)", what, "Correct the file; docs/formats shows one."),)
    document = PackDocument(file=str(path), section=section, raw=raw)
    found = document.schema_problems
    return (None, found) if found else (document, ())


def _load(path: Path) -> RawPack:
    if path.stat().st_size > _LARGEST:
        raise ValueError(f"larger than {_LARGEST} bytes")
    raw: RawPack = _PackLoader(path.read_text(encoding="utf-8")).get_single_data()
    return raw


@cache
def _validator(schema: str) -> Draft202012Validator:
    text = (SHIPPED / "schema" / f"{schema}.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text), format_checker=FormatChecker())


def _schema_problem(path: Path, error: ValidationError) -> PackProblem:
    key = error.json_path.removeprefix("$").removeprefix(".") or "(top)"
    return _problem(path, key, f"{error.message}.", _what_to_do(error))


def _what_to_do(error: ValidationError) -> str:
    allowed = json.dumps(error.validator_value, ensure_ascii=False, default=str)
    answers = {
        "additionalProperties": "Take the key away or correct its spelling.",
        "required": "Add the key.",
        "enum": f"Use one of {allowed}.",
        "const": f"Write {allowed}.",
        "type": f"Write a value of type {allowed}.",
        "format": "Write the date as YYYY-MM-DD.",
        "uniqueItems": "Name each only once.",
        "minItems": "Give at least one.",
    }
    return answers.get(str(error.validator), "Compare it with docs/formats.")


def _no_packs_in(folder: Path) -> PackProblem:
    sections = ", ".join(_SECTIONS)
    return _problem(folder, "(folder)", "holds no packs.", f"Give a folder with {sections} in it.")


def _problem(path: Path, key: str, what: str, what_to_do: str) -> PackProblem:
    return PackProblem(file=str(path), key=key, what=what, what_to_do=what_to_do)
