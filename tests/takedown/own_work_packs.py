"""A pack folder of a centre that has read the copyright law and puts it first at Telegram."""

from pathlib import Path

from jikimi.venues.pack_files import SHIPPED

_LAW = Path("laws") / "us-dmca-512.yaml"
_TELEGRAM = Path("recipients") / "telegram.yaml"


def write_own_work_packs(folder: Path) -> None:
    """Write both overrides."""
    for file, old, new in (
        (_LAW, "status: unverified", "status: verified"),
        (_TELEGRAM, ",\n  us-dmca-512]", "]"),
        (_TELEGRAM, "lawpacks_ranked: [", "lawpacks_ranked: [us-dmca-512, "),
    ):
        ours = folder / file
        text = (ours if ours.exists() else SHIPPED / file).read_text("utf-8")
        assert old in text
        ours.parent.mkdir(parents=True, exist_ok=True)
        ours.write_text(text.replace(old, new, 1), "utf-8")
