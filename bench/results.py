"""bench/RESULTS.md: one section for each measurement."""

import re
from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).with_name("RESULTS.md")


def write_head(text: str) -> None:
    """Say above all sections when and where they were measured."""
    sections = re.split(r"^(?=## )", RESULTS.read_text(), flags=re.MULTILINE)[1:]
    RESULTS.write_text("".join((f"# Results\n\n{text}\n\n", *sections)))


def write_section(title: str, text: str) -> None:
    """Put `text` under the heading `title`, in the place of what stood there, else at the end."""
    before, *sections = re.split(r"^(?=## )", RESULTS.read_text(), flags=re.MULTILINE)
    section = f"## {title}\n\n{text}\n"
    if any(_is_titled(old, title) for old in sections):
        sections = [
            section + ("\n" if old is not sections[-1] else "") if _is_titled(old, title) else old
            for old in sections
        ]
    else:
        sections.append(f"\n{section}")
    RESULTS.write_text("".join((before, *sections)))


def _is_titled(section: str, title: str) -> bool:
    return section.startswith(f"## {title}\n")
