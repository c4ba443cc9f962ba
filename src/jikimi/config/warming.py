"""Pages and jobs are loaded soon after the start, so that hardly any survivor waits for it.

A partner's first question comes before: it is answered without a page, and while something is
loaded nothing else is answered as fast.
"""

import asyncio
import gc
import logging
import threading
from importlib import import_module

from django.conf import settings
from procrastinate.contrib.django import app as jobs

from jikimi.config.bodies import Application, Message, Receive, Scope, Send

log = logging.getLogger(__name__)
_REST_SECONDS = 1.0


def with_pages_loaded(inner: Application) -> Application:
    """The same application; once it has started, a thread of its own loads what it lacks.

    It ends after that thread: one that still loads while Python ends can break the process.
    """

    async def life(scope: Scope, receive: Receive, send: Send) -> None:
        later = threading.Timer(_REST_SECONDS, _load)
        later.daemon = True

        async def note_start_and_end(message: Message) -> None:
            if message["type"] == "lifespan.shutdown.complete" and later.is_alive():
                later.cancel()
                await asyncio.to_thread(later.join)
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                later.start()

        await inner(scope, receive, note_start_and_end)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await (life if scope["type"] == "lifespan" else inner)(scope, receive, send)

    return application


def _load() -> None:
    try:
        import_module(settings.ROOT_URLCONF)
        jobs.perform_import_paths()  # type: ignore[no-untyped-call]  # it is not typed
    except Exception:
        log.exception("What pages and jobs need could not be loaded ahead of them.")
    # As in `jikimi.config.asgi`: what is loaded stays; what a request left behind goes first.
    gc.collect()
    gc.freeze()
