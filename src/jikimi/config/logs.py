"""What a process may write of an error, wherever it writes it.

PostgreSQL quotes what it refuses: a link, a name, a whole statement. So an error of the database,
and whatever it led to, is written with its class, its SQLSTATE and the lines that it passed, and
without a word of its message. That is done where records are made, so it holds for every logger of
a process, a library's own too; and where a process or a thread ends with an error.
"""

import logging
import logging.config
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

import psycopg
from django.db import Error as DjangoDatabaseError

_DATABASE = (DjangoDatabaseError, psycopg.Error, psycopg.Warning)
_CAUSED = "\nThe above exception was the direct cause of the following exception:\n\n"
_MEANWHILE = "\nDuring handling of the above exception, another exception occurred:\n\n"


def set_up(settings: dict[str, Any]) -> None:
    """Set up logging as the settings say, and let this process write no words of a database.

    Django calls it when a process starts; a repeat changes nothing.
    """
    logging.config.dictConfig(settings)
    make = logging.getLogRecordFactory()
    if isinstance(make, _WithoutWords):
        return
    logging.setLogRecordFactory(_WithoutWords(make))
    sys.excepthook = _tell_at_the_end
    threading.excepthook = _tell_of_a_thread
    sys.unraisablehook = _tell_of_what_was_ignored


def told(error: BaseException) -> str:
    """An error as Python writes it; without its message where a database's may be in that.

    Causes, what was being handled, and the members of a group are written by the same rule.
    """
    return "".join(_told(error, frozenset()))


def named(error: BaseException) -> str:
    """Only what an error is: its class, and the SQLSTATE that a database gave."""
    kind = type(error)
    state = next((one.sqlstate for one in _behind(error) if isinstance(one, psycopg.Error)), None)
    where = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
    name = f"{where}{kind.__qualname__}"
    return f"{name} (SQLSTATE {state})" if state else name


def may_quote(error: BaseException) -> bool:
    """Whether an error is a database's, or came of one that may stand in its message."""
    return any(isinstance(one, _DATABASE) for one in _behind(error))


class _WithoutWords:
    """Makes records as before, with what they hold of a database's errors in our own words."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make

    def __call__(self, *facts: Any, **more: Any) -> logging.LogRecord:
        record = self._make(*facts, **more)
        error = record.exc_info[1] if record.exc_info else None
        record.msg = _safe(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(_safe(value) for value in record.args)
        elif record.args:
            record.args = {name: _safe(value) for name, value in record.args.items()}
        if error is not None and may_quote(error):
            record.msg, record.args = _without_quotes(_message(record), error), None
            record.exc_info, record.exc_text = None, told(error).rstrip("\n")
        return record


def _safe(value: Any) -> Any:
    return named(value) if isinstance(value, BaseException) and may_quote(value) else value


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError, LookupError):  # logging would say so only once it is written
        return str(record.msg)


def _without_quotes(message: str, error: BaseException) -> str:
    """A message that was put together already, such as asyncio's, which holds the error's repr."""
    for one in filter(may_quote, _behind(error)):
        for words in filter(None, (repr(one), str(one))):
            message = message.replace(words, named(one))
    return message


def _behind(error: BaseException) -> Iterator[BaseException]:
    """An error, its causes, what was being handled, and the members of groups; each once."""
    waiting, seen = [error], {id(error)}
    while waiting:
        yield (one := waiting.pop())
        others = [one.__cause__, one.__context__, *_members(one)]
        fresh = [other for other in others if other is not None and id(other) not in seen]
        seen.update(map(id, fresh))
        waiting += fresh


def _members(error: BaseException) -> tuple[BaseException, ...]:
    return error.exceptions if isinstance(error, BaseExceptionGroup) else ()


def _told(error: BaseException, above: frozenset[int]) -> Iterator[str]:
    above |= {id(error)}
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None and id(earlier) not in above:
        yield from _told(earlier, above)
        yield _CAUSED if error.__cause__ else _MEANWHILE
    if error.__traceback__:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
    if may_quote(error):
        yield f"{named(error)}\n"
    else:
        yield from traceback.format_exception_only(error)
    for member in _members(error):
        if id(member) not in above:
            yield from (f"  | {line}\n" for line in "".join(_told(member, above)).splitlines())


def _tell_at_the_end(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if may_quote(error):
        sys.stderr.write(told(error))
    else:
        sys.__excepthook__(kind, error, trace)


def _tell_of_a_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None and may_quote(ended.exc_value):
        sys.stderr.write(f"A thread ended with an error.\n{told(ended.exc_value)}")
    else:
        threading.__excepthook__(ended)


def _tell_of_what_was_ignored(ignored: "sys.UnraisableHookArgs") -> None:
    if ignored.exc_value is not None and may_quote(ignored.exc_value):
        sys.stderr.write(f"An error was ignored.\n{told(ignored.exc_value)}")
    else:
        sys.__unraisablehook__(ignored)
