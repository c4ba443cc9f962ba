"""Why a request is not answered, and what to do."""

from http import HTTPStatus


class Refused(Exception):
    """A request that gets no answer: its status, and a sentence that says what to do."""

    def __init__(self, status: HTTPStatus, detail: str, *, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after = retry_after


def no_key() -> Refused:
    """Nothing tells whether the key was ever one."""
    return Refused(HTTPStatus.UNAUTHORIZED, "Send a key that works: `Authorization: Bearer ...`.")


def not_in_scope(scope: str) -> Refused:
    return Refused(HTTPStatus.FORBIDDEN, f"This key lacks the scope {scope}. Ask for another.")


def cannot_be_read(why: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, f"The request cannot be read. {why}")


def too_long(most: int) -> Refused:
    return Refused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Send at most {most} bytes; split the batch."
    )


def too_slow() -> Refused:
    return Refused(HTTPStatus.REQUEST_TIMEOUT, "The request took too long to arrive.")


def no_such_list() -> Refused:
    """The same for a list that is not there and for one that this key may not search."""
    return Refused(HTTPStatus.NOT_FOUND, "One of the lists is not there for this key.")


def no_list_of_its_own() -> Refused:
    return Refused(HTTPStatus.FORBIDDEN, "There is no list here that you hand in to. Ask for one.")


def list_is_full(most: int) -> Refused:
    return Refused(
        HTTPStatus.CONFLICT,
        f"Your list would hold more than {most} fingerprints. Withdraw some first; nothing of this "
        "request was taken.",
    )


def log_was_replaced() -> Refused:
    return Refused(
        HTTPStatus.GONE,
        "A backup was restored here since then, so nobody can tell what has changed. Drop what you "
        "hold of these lists, and ask without after.",
    )


def too_often(seconds: int) -> Refused:
    return Refused(
        HTTPStatus.TOO_MANY_REQUESTS,
        "This key asks for more fingerprints a second than was agreed. Wait and go on.",
        retry_after=seconds,
    )


def too_busy() -> Refused:
    return Refused(
        HTTPStatus.SERVICE_UNAVAILABLE, "Too much is asked at once. Try again.", retry_after=1
    )


def not_ready() -> Refused:
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, "The lists are still being read.", retry_after=5)
