"""The keys of interfaces, from one file that only its owner can read."""

import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from jikimi.takedown.channels import NotSentYet, ServerAway

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


def required_keys(channel: str, names: tuple[str, ...]) -> Mapping[str, str]:
    """Return the keys that a channel cannot do without.

    Raises ServerAway with a sentence that says which are missing, or not in plain ASCII.
    """
    try:
        keys = keys_of(channel)
    except NotSentYet as trouble:
        raise ServerAway(trouble.safe_words) from None
    lacking = [name for name in names if not _is_key(keys.get(name, ""))]
    if lacking:
        raise ServerAway(f"JIKIMI_CHANNEL_KEYS lacks {', '.join(lacking)} under [{channel}].")
    return keys


def missing_keys(channel: str, names: tuple[str, ...]) -> str:
    """Return a sentence saying which keys a channel lacks; "" if it has them all."""
    try:
        required_keys(channel, names)
    except ServerAway as trouble:
        return trouble.safe_words
    return ""


def _is_key(text: str) -> bool:
    return text.isascii() and text.isprintable() and bool(text.strip())
