"""What cannot change for an action while it holds its case is asked of the database once.

Approving thirty notices of a case asks ninety times for the same consents and packs. Inside
`asking_once` a question that is marked `once` is put the first time and answered from memory after.
Nothing is remembered beyond the block, and nothing outside one.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from inspect import unwrap
from typing import ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

_Answers = dict[tuple[Hashable, ...], object]
_answers: ContextVar[_Answers | None] = ContextVar("answers", default=None)


@contextmanager
def asking_once() -> Iterator[None]:
    """Remember answers until the block ends; a block inside another is part of it."""
    if _answers.get() is not None:
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def answered(question: Callable[Asked, Answer], answer: Answer, *args: Hashable) -> None:
    """Remember an answer that was found together with others, inside a block.

    `question` is one that is marked `once`, `args` what it would be asked with. What was answered
    before stays: other answers of this block may rest on it.
    """
    answers = _answers.get()
    if answers is not None:
        answers.setdefault((unwrap(question), *args), answer)


def is_answered(question: Callable[Asked, Answer], *args: Hashable) -> bool:
    """Whether this block remembers an answer already."""
    answers = _answers.get()
    return answers is not None and (unwrap(question), *args) in answers


def once(question: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Mark a question as one to remember; its arguments are positional and can be hashed."""

    @wraps(question)
    def ask(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        answers = _answers.get()
        if answers is None:
            return question(*args, **kwargs)
        key = (question, *args)
        if key not in answers:
            answers[key] = question(*args, **kwargs)
        return answers[key]  # type: ignore[return-value]  # as it was put there

    return ask
