"""The house's own key pairs, as files in the data folder that only its user can read.

`centre` opens what survivors wrote; `dispatcher` opens one approved notice on its way out.
"""

import os
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from jikimi.evidence.errors import KeysMissing


class KeyOwner(StrEnum):
    """Who holds the private half."""

    CENTRE = "centre"
    DISPATCHER = "dispatcher"


def make_missing_keys(folder: Path) -> None:
    """Make each pair that is not there yet; never touch a private key that is.

    Two processes that start at once end with one pair: the first private key stays, and a public
    key is only ever written as the other half of the private one that lies there.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for owner in KeyOwner:
        is_new = _keep_first(_private_path(folder, owner), _new_private())
        if is_new or not _public_path(folder, owner).exists():
            _write(
                _public_path(folder, owner),
                private_key(folder, owner).public_key().public_bytes_raw(),
            )


def public_key(folder: Path, owner: KeyOwner) -> X25519PublicKey:
    """The half that seals. Raises KeysMissing."""
    return X25519PublicKey.from_public_bytes(_read(_public_path(folder, owner)))


def private_key(folder: Path, owner: KeyOwner) -> X25519PrivateKey:
    """The half that opens. Raises KeysMissing."""
    return X25519PrivateKey.from_private_bytes(_read(_private_path(folder, owner)))


def pair_belongs_together(folder: Path, owner: KeyOwner) -> bool:
    """Whether what the public half seals the private half can open. Raises KeysMissing."""
    made = private_key(folder, owner).public_key().public_bytes_raw()
    return made == public_key(folder, owner).public_bytes_raw()


def _new_private() -> bytes:
    return X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.Raw,
        serialization.PrivateFormat.Raw,
        serialization.NoEncryption(),
    )


def _keep_first(path: Path, content: bytes) -> bool:
    """Write a file that only its user can read, whole or not at all, unless there is one."""
    if path.exists():
        return False
    draft = _draft(path, content, 0o600)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    else:
        return True
    finally:
        draft.unlink()


def _write(path: Path, content: bytes) -> None:
    _draft(path, content, 0o644).replace(path)


def _draft(path: Path, content: bytes, mode: int) -> Path:
    draft = path.with_name(f"{path.name}.{uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeysMissing(str(path)) from error


def _public_path(folder: Path, owner: KeyOwner) -> Path:
    return folder / f"{owner}.public"


def _private_path(folder: Path, owner: KeyOwner) -> Path:
    return folder / f"{owner}.private"
