"""The keys of interfaces, from one file that only its owner can read."""

import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from jikimi.takedown.channels import NotSentYet

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keys_of(channel: str) -> Mapping[str, str]:
    """Return what the file of JIKIMI_CHANNEL_KEYS says under a channel's name; empty if nothing.

    The file is TOML, with a table for each channel and texts in it. It is read at each call, so
    that a changed key counts at once. Raises NotSentYet for a file that cannot be read or that
    others can read; the words name the setting and never a key.
    """
    if not settings.CHANNEL_KEYS:
        return {}
    try:
        return {name: str(value) for name, value in _read(Path(settings.CHANNEL_KEYS), channel)}
    except (OSError, ValueError) as error:
        raise NotSentYet(f"JIKIMI_CHANNEL_KEYS cannot be read ({type(error).__name__}).") from None


def _read(path: Path, channel: str) -> list[tuple[str, object]]:
    with path.open("rb") as file:
        if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
            raise NotSentYet("JIKIMI_CHANNEL_KEYS can be read by others: set its mode to 600.")
        table = tomllib.load(file).get(channel, {})
    if not isinstance(table, dict):
        raise ValueError(channel)
    return list(table.items())
