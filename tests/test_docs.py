"""The documents say what the code does: names, settings, states, layers, tables, formats, links."""

import ast
import importlib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import typer.main
import yaml
from django.apps import apps
from typer.core import TyperGroup

from jikimi.cli.main import app as command_line
from jikimi.takedown.rules.notice import FOLLOWS
from jikimi.trail.errors import LeafDiffers, NotATrailExport, RootDiffers
from jikimi.trail.rules import canonical, leaf_of
from jikimi.trail.verifying import verify_export

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
CHANGES = ROOT / "CHANGELOG.md"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
PATH_OF_A_REPORT = (DOCS / "path-of-a-report.md").read_text()
ARCHITECTURE = (DOCS / "architecture.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CORE = tomllib.loads((ROOT / "core" / "pyproject.toml").read_text())
TRAIL_VECTOR = (DOCS / "formats" / "vectors" / "jikimi-trail-1.json").read_text()

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code_in(text: str) -> set[str]:
    """What stands in backticks."""
    return set(re.findall(r"`([^`\n]+)`", text))


def dotted_names(text: str) -> set[str]:
    return {name for name in code_in(text) if re.fullmatch(r"jikimi(_core)?(\.\w+)+", name)}


def exists(name: str) -> bool:
    """Whether a dotted name is a module, or something inside one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def table_rows(text: str, head: str) -> list[list[str]]:
    """The cells of the table whose first line begins with `head`."""
    lines = iter(text.splitlines())
    assert any(line.startswith(head) for line in lines), f"no table begins with {head}"
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def first_block_after(text: str, heading: str) -> str:
    """What stands between the first pair of fences under a heading."""
    return text.partition(f"\n## {heading}\n")[2].split("```")[1].strip("\n")


def environment_settings() -> Iterator[tuple[str, object]]:
    """Each variable that the settings read, with its default where that is a plain value."""
    source = (ROOT / "src" / "jikimi" / "config" / "settings.py").read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and re.fullmatch(r"env\.\w+", ast.unparse(node.func)):
            given = {word.arg: word.value for word in node.keywords}.get("default")
            yield ast.literal_eval(node.args[0]), getattr(given, "value", None)


def commands(group: TyperGroup, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        yield f"{before}{name}"
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{before}{name} ")


@each_page
def test_every_dotted_name_in_a_page_exists(page: Path) -> None:
    assert [name for name in sorted(dotted_names(page.read_text())) if not exists(name)] == []


def test_a_name_that_does_not_exist_would_be_noticed() -> None:
    text = "`jikimi.trail.actions.record`, `jikimi.trail.actions.forget`, `jikimi.attic.record`"
    assert {name: exists(name) for name in dotted_names(text)} == {
        "jikimi.trail.actions.record": True,
        "jikimi.trail.actions.forget": False,
        "jikimi.attic.record": False,
    }


def test_the_path_of_a_report_goes_through_every_domain() -> None:
    walked = {name.split(".")[1] for name in dotted_names(PATH_OF_A_REPORT)}
    assert walked >= {"web", "intake", "cases", "evidence", "takedown", "venues", "trail"}


@each_page
def test_every_link_in_a_page_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@each_page
def test_every_command_and_door_in_a_page_exists(page: Path) -> None:
    group = typer.main.get_command(command_line)
    assert isinstance(group, TyperGroup)
    known = set(commands(group))
    doors = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    unknown = []
    for code in code_in(page.read_text()):
        kind, _, rest = code.partition(" ")
        words = re.match(r"[a-z]+( [a-z]+)?", rest)
        if kind == "jikimi" and words and not {words[0], words[0].split()[0]} & known:
            unknown.append(code)
        if kind == "make" and rest.split()[0] not in doors:
            unknown.append(code)
    assert unknown == []


def test_the_index_names_every_document() -> None:
    listed = set(re.findall(r"\]\(([^)#]+)\)", (DOCS / "README.md").read_text()))
    ours = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")} - {"README.md"}
    assert ours - listed == set()


def test_the_list_of_changes_names_each_thing_once() -> None:
    """Git keeps both sides of a conflict in it; what was written anew would then stand twice."""
    names = re.findall(r"^- (\*\*.+?\*\*)?", CHANGES.read_text(), re.MULTILINE)
    assert "" not in names
    assert [name for name in names if names.count(name) > 1] == []


def test_no_two_decisions_share_a_number() -> None:
    numbers = [page.name[:4] for page in (DOCS / "decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))


def test_the_table_of_a_notices_states_is_what_the_rules_allow() -> None:
    told = {
        state.strip("`"): code_in(following)
        for state, _meaning, following in table_rows(PATH_OF_A_REPORT, "| state | means |")
    }
    assert told == {state.value: {after.value for after in FOLLOWS[state]} for state in FOLLOWS}


def test_the_drawing_of_a_notices_states_is_what_the_rules_allow() -> None:
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", PATH_OF_A_REPORT, re.MULTILINE))
    assert drawn == {(state.value, after.value) for state in FOLLOWS for after in FOLLOWS[state]}


def test_the_layers_are_those_that_are_held() -> None:
    contract = PROJECT["tool"]["importlinter"]["contracts"][0]
    assert first_block_after(ARCHITECTURE, "Layers").splitlines() == contract["layers"]


def test_each_domain_has_the_tables_that_are_told() -> None:
    told = {row[0].strip("`"): code_in(row[1]) for row in table_rows(ARCHITECTURE, "| domain |")}
    real = {
        config.name.removeprefix("jikimi."): {model._meta.db_table for model in config.get_models()}
        for config in apps.get_app_configs()
        if config.name.startswith("jikimi.")
    }
    assert told == real


def test_the_table_of_settings_holds_each_variable_with_its_default() -> None:
    readme = (ROOT / "README.md").read_text()
    told = {row[0].strip("`"): row[2] for row in table_rows(readme, "| variable | meaning |")}
    real = dict(environment_settings())
    assert set(told) == set(real)
    plain = {name: str(value) for name, value in real.items() if value not in {None, ""}}
    hidden = {"DATABASE_URL", "JIKIMI_MAIL"}  # their defaults stand for "not set"
    assert [
        name for name in plain if name not in hidden and f"`{plain[name]}`" not in told[name]
    ] == []


def test_each_dependency_has_its_reason_and_each_reason_its_dependency() -> None:
    page = (DOCS / "decisions" / "0007-what-was-chosen-off-the-shelf.md").read_text()
    told = set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE))
    project = PROJECT["project"]
    wanted: Iterable[str] = [
        *project["dependencies"],
        *CORE["project"]["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    assert told == {re.split(r"[\[<>=]", name)[0] for name in wanted}


def test_the_trail_vector_verifies_and_gives_the_bytes_that_the_page_shows() -> None:
    vector = json.loads(TRAIL_VECTOR)
    assert verify_export(TRAIL_VECTOR) == len(vector["entries"])
    page = (DOCS / "formats" / "trail-export-1.md").read_text().splitlines()
    first = vector["entries"][0]
    leaf = leaf_of(bytes.fromhex(first["salt"]), first["payload"])
    for shown in (canonical(first["payload"]).decode(), first["salt"], leaf.hex(), vector["root"]):
        assert shown in page


@pytest.mark.parametrize(
    ("before", "after", "error"),
    [
        ('"scope": "platforms"', '"scope": "police"', LeafDiffers),
        ('"position": 4', '"position": 3', LeafDiffers),
        ('"77923f77', '"00000000', RootDiffers),
        ("jikimi-trail/1", "jikimi-trail/2", NotATrailExport),
    ],
)
def test_a_changed_trail_vector_does_not_verify(
    before: str, after: str, error: type[Exception]
) -> None:
    assert TRAIL_VECTOR.count(before) == 1
    with pytest.raises(error):
        verify_export(TRAIL_VECTOR.replace(before, after))


def test_the_hooks_before_a_commit_fetch_nothing() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]
    for hook in hooks["repos"][0]["hooks"]:
        assert hook["language"] == "system"
        assert (ROOT / hook["entry"].split()[0]).exists()
