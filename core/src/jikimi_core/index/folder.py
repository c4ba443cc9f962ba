"""The folder of an index: segment files that never change, and the manifest that names them.

A flush writes new segment files, then the manifest in place of the old one, then deletes files that
no manifest names. Killed at any instant, it leaves the state of the last manifest.
"""

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jikimi_core import _kernel
from jikimi_core.index import manifest as manifests
from jikimi_core.index import memory
from jikimi_core.index.errors import IndexFileError
from jikimi_core.index.manifest import Manifest, SavedSegment
from jikimi_core.index.parts import Part

MANIFEST: Final = "manifest"
_LOCK: Final = "lock"
_SUFFIX: Final = ".segment"
_UNFINISHED: Final = ".unfinished-"
# A segment up to this length is read whole and compared with its checksums when it is opened; a
# longer one would take the time that mapping it saves, and is compared by ``HammingIndex.verify``.
_VERIFIED_AT_ONCE: Final = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A folder's state: the manifest's very bytes, what they say, and the segments they name."""

    written: bytes
    manifest: Manifest
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder at ``path``, which need not exist yet."""

    path: Path

    def open(self) -> Opened | None:
        """Return its state, None if nothing was flushed yet. Raises IndexFileError.

        Another process may flush meanwhile and delete files of the state before; then it is kept
        from flushing while the newer state is opened.
        """
        with contextlib.suppress(FileNotFoundError):
            return self._opened()
        with self._reporting(self.path / _LOCK), self._alone():
            try:
                return self._opened()
            except FileNotFoundError as problem:
                raise IndexFileError(Path(problem.filename), "is missing") from problem

    def save(self, part: Part) -> Part:
        """Write the part's segment to a file and return the part as that file."""
        path = self._segment_path(part.number)
        with self._reporting(path):
            self._make()
            self._write(path, part.content)
            content = memory.mapped(path)
        return part.saved(content)

    def replace_manifest(self, before: bytes | None, manifest: Manifest) -> bytes:
        """Write the manifest in place of that with the bytes ``before``, delete what it drops.

        Raises IndexFileError, also when another process has replaced it meanwhile.
        """
        path = self.path / MANIFEST
        written = manifests.as_bytes(manifest)
        with self._reporting(path):
            self._make()
            with self._alone():
                if self._read_manifest() != before:
                    raise IndexFileError(path, "was changed by another process; open it anew")
                self._write(path, np.frombuffer(written, np.uint8))
                self._delete_unnamed(manifest)
        return written

    def _opened(self) -> Opened | None:
        """Raise FileNotFoundError if a segment is not there, and IndexFileError."""
        written = self._read_manifest()
        if written is None:
            return None
        manifest = manifests.parse(self.path / MANIFEST, written)
        parts = tuple(self._open_part(manifest, saved) for saved in manifest.segments)
        return Opened(written=written, manifest=manifest, parts=parts)

    def _make(self) -> None:
        if not self.path.is_dir():
            self.path.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(self.path.parent)

    def _read_manifest(self) -> bytes | None:
        path = self.path / MANIFEST
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except NotADirectoryError as problem:
            raise IndexFileError(self.path, "is not an index of fingerprints") from problem
        except OSError as problem:
            raise IndexFileError(path, f"cannot be read: {problem.strerror}") from problem

    def _open_part(self, manifest: Manifest, saved: SavedSegment) -> Part:
        path = self._segment_path(saved.number)
        try:
            content = memory.mapped(path)
            _require_length(content, saved)
            part = Part.of(saved.number, content, saved.rows).saved(content)
            if len(content) <= _VERIFIED_AT_ONCE:
                part.segment.verify()
        except FileNotFoundError:
            raise
        except OSError as problem:
            raise IndexFileError(path, f"cannot be read: {problem.strerror}") from problem
        except (ValueError, _kernel.DamagedSegment) as problem:
            raise IndexFileError(path, f"{problem}; restore it from a backup") from problem
        return self._without_removed(path, manifest, part, saved)

    def _without_removed(
        self, path: Path, manifest: Manifest, part: Part, saved: SavedSegment
    ) -> Part:
        if part.segment.permutation != _kernel.Permutation(manifest.order).id:
            raise IndexFileError(path, "has another order of bits than its index")
        opened = part.without(saved.removed, 1)
        if opened.gone != len(saved.removed):
            raise IndexFileError(path, "does not hold what was removed from it")
        return opened

    def _segment_path(self, number: int) -> Path:
        return self.path / f"{number:016x}{_SUFFIX}"

    def _write(self, path: Path, content: NDArray[np.uint8]) -> None:
        """Write a file at once, readable by its owner only: a crash leaves none or the whole."""
        descriptor, name = tempfile.mkstemp(dir=self.path, prefix=_UNFINISHED)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content.data)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()
            raise
        _sync_folder(self.path)

    def _delete_unnamed(self, manifest: Manifest) -> None:
        """Files still mapped by this process or another live on until they are let go."""
        named = {self._segment_path(saved.number) for saved in manifest.segments}
        for path in self.path.iterdir():
            unnamed = path.suffix == _SUFFIX and path not in named
            if unnamed or path.name.startswith(_UNFINISHED):
                path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder's lock, which a process that dies lets go."""
        descriptor = os.open(self.path / _LOCK, os.O_RDONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _reporting(self, path: Path) -> Iterator[None]:
        try:
            yield
        except OSError as problem:
            raise IndexFileError(path, f"cannot be written: {problem.strerror}") from problem


def _require_length(content: NDArray[np.uint8], saved: SavedSegment) -> None:
    length = _kernel.segment_bytes(saved.rows)
    if len(content) != length:
        raise ValueError(f"has {len(content)} bytes instead of {length}")


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
