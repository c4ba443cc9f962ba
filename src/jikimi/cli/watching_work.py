"""A progress bar on stderr for whoever watches; nobody watches a pipe.

Where lines of output go to the same terminal they are the progress themselves: only one file alone,
which may be a long video, has a bar then.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

from jikimi_core.fingerprint.video import ProgressListener


class Bars:
    """Bars of work that is under way: one for all files, one for each video. Safe in threads."""

    def __init__(self, progress: Progress, files: int) -> None:
        self._progress = progress
        self._files = progress.add_task("Files", total=files, visible=files > 1)

    def one_more(self) -> None:
        """Count a file as done."""
        self._progress.advance(self._files)

    @contextmanager
    def video(self, name: str) -> Iterator[ProgressListener]:
        """Show how far a video is while it is worked on."""
        task = self._progress.add_task(name.replace("[", r"\["), total=1.0)
        try:
            yield lambda share: self._progress.update(task, completed=share)
        finally:
            self._progress.remove_task(task)


@contextmanager
def bars_for(files: int) -> Iterator[Bars]:
    """Show bars while ``files`` files are worked on, and leave nothing of them behind."""
    console = Console(stderr=True)
    shown = console.is_terminal and (files == 1 or not sys.stdout.isatty())
    with Progress(
        console=console, transient=True, disable=not shown, redirect_stdout=False
    ) as progress:
        yield Bars(progress, files)
