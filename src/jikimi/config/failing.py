"""What fails outside of every page is told to our log, which keeps a database's words out.

The server would else write it down itself, message and all.
"""

import logging

from jikimi.config.bodies import Application, Receive, Scope, Send

log = logging.getLogger(__name__)


class RequestFailed(Exception):
    """An answer cannot be given or ended. What happened stands in the log, one entry before."""


def with_failures_told(inner: Application) -> Application:
    """The same application; whatever fails in it is told, and only RequestFailed is raised."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        is_done = False
        try:
            await inner(scope, receive, send)
            is_done = True
        except Exception:
            log.exception("A request could not be answered.")
        if not is_done:
            raise RequestFailed  # out here, where it holds nothing of what failed

    return application
