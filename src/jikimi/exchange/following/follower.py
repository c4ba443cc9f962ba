"""A follower: listens, catches up by position, and holds the lists ready."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from jikimi.exchange.copying import ListedRows
from jikimi.exchange.errors import LogDiffers, NotReadyYet
from jikimi.exchange.following.held import HeldLists
from jikimi.exchange.following.keeping import Keeping
from jikimi.exchange.following.kept import new_index
from jikimi.exchange.following.news import News, read_news
from jikimi.exchange.following.reading import (
    CHANNEL,
    Head,
    KeyFacts,
    added_between,
    entries_listed,
    read_keys,
    withdrawn_between,
)

log = logging.getLogger(__name__)
LOOKS_AGAIN_AFTER: Final = 1.0
"""Seconds after which the log is looked at without being woken; a key's end waits no longer."""
STALE_AFTER: Final = 30.0
"""Seconds. Who heard nothing for so long cannot know what was withdrawn, and answers nothing."""

MOST_READ_BY_A_JOB: Final = 500_000
"""Entries. More of them are read by who serves, once, and mapped by the others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Followed:
    """Where a follower stands: the position it holds, and how long ago that was the newest."""

    position: int
    seconds_since: float


class Follower:
    """Follows the log in a thread of its own from `start` to `stop`.

    With a folder it begins from what is kept there. It keeps it up itself, if it may and no other
    process does; otherwise it goes over to what the other has kept, so that both map one memory.
    """

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection],
        *,
        folder: Path | None = None,
        keeps: bool = True,
        key: bytes | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`key` is the secret order of bits in the indexes (see `HammingIndex`)."""
        self._clock = clock
        self._connect = connect
        self._key = key
        self._keeping = None if folder is None else Keeping(folder, may=keeps, key=key, clock=clock)
        self._head = Head()
        self._to_check: tuple[Head, ...] = ()
        self._held = self._working = self._empty()
        self._position = 0
        self._keys: Mapping[bytes, KeyFacts] = {}
        self._caught_up_at = 0.0
        self._ready = threading.Event()
        self._damaged = threading.Event()
        self._stopping = threading.Event()
        # Made by `start`: one that holds us would keep what a job held mapped after the job.
        self._thread: threading.Thread | None = None

    @property
    def lists(self) -> HeldLists:
        """What is listed.

        Raises NotReadyYet before the log was followed to its end, and once it has not been for
        STALE_AFTER.
        """
        self._check_ready()
        return self._held

    @property
    def keys(self) -> Mapping[bytes, KeyFacts]:
        """Every key that works, by its digest. Raises NotReadyYet as `lists` does."""
        self._check_ready()
        return self._keys

    @property
    def followed(self) -> Followed:
        """How far the log was followed. `lists`, asked for after it, are as far or further."""
        since = self._clock() - self._caught_up_at
        position = self._position if self._ready.is_set() else self._head.position
        return Followed(position=position, seconds_since=since)

    def start(self) -> None:
        """Begin to follow."""
        self._thread = threading.Thread(target=self._run, name="follows lists", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop following, keep what has to be kept, and wait for that."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if self._keeping is not None:
            self._keeping.close(self._working)

    def wait_until_ready(self, seconds: float) -> bool:
        """Whether the log was followed to its end within so many seconds."""
        return self._ready.wait(seconds)

    def distrust(self) -> None:
        """Somebody's search came upon damage: answer nothing until everything was read anew."""
        self._damaged.set()

    def open_kept(self) -> None:
        """Begin from what is kept in the folder, if there is one. `start` does it by itself."""
        if self._keeping is not None:
            self._keeping.take()
            self._go_over_to_kept(self._keeping)

    def catch_up(self, connection: psycopg.Connection) -> None:
        """Follow the log to its end. Raises LogDiffers, and begins anew the next time."""
        if self._damaged.is_set():
            self._begin_anew()
        elif self._keeping is not None and (self._keeping.take() or self._keeping.has_newer()):
            self._go_over_to_kept(self._keeping)
        try:
            news = read_news(connection, (self._head, *self._to_check))
        except LogDiffers:
            self._begin_anew()
            raise
        self._working.know(news.lists, news.resting)
        self._follow(connection, news)
        self._keys = read_keys(connection)
        self._held, self._to_check = self._working, ()
        # Only now: a page up to here is told by what is held.
        self._position = self._head.position
        self._caught_up_at = self._clock()
        self._ready.set()

    def is_far_behind(self, connection: psycopg.Connection) -> bool:
        """Whether it would have to read more from the database than a job should wait for."""
        if self._head.position or (self._keeping is not None and self._keeping.has_newer()):
            return False
        return entries_listed(connection) > MOST_READ_BY_A_JOB

    def keep(self) -> None:
        """Write what was followed to the folder, where this process keeps it and it has changed."""
        if self._keeping is not None:
            self._keeping.keep(self._working)

    def _check_ready(self) -> None:
        is_stale = self.followed.seconds_since > STALE_AFTER
        if not self._ready.is_set() or self._damaged.is_set() or is_stale:
            raise NotReadyYet

    def _follow(self, connection: psycopg.Connection, news: News) -> None:
        after, head = self._head.position, news.head
        if self._keeping is not None and (anew := self._keeping.lists_to_read_anew):
            self._add(added_between(connection, 0, after, anew))
            self._keeping.were_read(anew)
        if head.position == after:
            return
        if self._keeping is not None:
            self._keeping.goes_to(head)
        if news.is_whole:
            self._add([news.added])
            withdrawn = news.withdrawn
        else:
            self._add(added_between(connection, after, head.position))
            withdrawn = withdrawn_between(connection, after, head.position)
        # Ids are never used twice, so that what was withdrawn cannot have come after.
        self._working.remove(withdrawn)
        self._head = head
        if self._keeping is not None:
            self._keeping.went_to(head)

    def _add(self, added: Iterable[ListedRows]) -> None:
        for rows in added:
            self._working.add(rows)
            if self._keeping is not None:
                self._keeping.grew(len(rows.ids))

    def _go_over_to_kept(self, keeping: Keeping) -> None:
        """Work on with the kept indexes; what came after them is followed again.

        Whoever searches goes on in what was held before until that is done.
        """
        note = keeping.open()
        self._working = HeldLists(keeping.index_of)
        self._head, self._to_check = note.head, (note.ahead,)

    def _begin_anew(self) -> None:
        self._ready.clear()
        self._head, self._to_check = Head(), ()
        if self._keeping is not None:
            self._keeping.forget()
        self._working = self._empty()
        self._damaged.clear()  # the last: what fails before is begun anew again

    def _empty(self) -> HeldLists:
        if self._keeping is not None:
            return HeldLists(self._keeping.index_of)
        return HeldLists(lambda list_: new_index(list_, None, self._key))

    def _run(self) -> None:
        is_open = False
        while not self._stopping.is_set():
            try:
                if not is_open:
                    is_open = True
                    self.open_kept()
                with self._connect() as connection:
                    self._listen(connection)
            except LogDiffers:
                log.warning("the log of lists is another one; reading all of it")
            except psycopg.Error as trouble:
                log.warning("the lists cannot be followed now (%s)", type(trouble).__name__)
                self._stopping.wait(LOOKS_AGAIN_AFTER)
            except Exception:  # a thread that ended would go on matching what is gone
                log.exception("following the lists failed; reading all of them anew")
                # Nothing more may be answered from what is held, and the loop itself begins anew:
                # that may fail too, and is then tried again.
                self._ready.clear()
                self._damaged.set()
                self._stopping.wait(LOOKS_AGAIN_AFTER)

    def _listen(self, connection: psycopg.Connection) -> None:
        # First listen, then look: what commits in between wakes us again.
        connection.execute(f"LISTEN {CHANNEL}")
        while not self._stopping.is_set():
            self.catch_up(connection)
            if self._keeping is not None:
                self._keeping.look_after(self._working, self.distrust)
            for _woken in connection.notifies(timeout=LOOKS_AGAIN_AFTER, stop_after=1):
                pass
