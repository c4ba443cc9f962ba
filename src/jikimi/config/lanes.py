"""A lane of their own for tips: however many come at once, everybody else's requests go by.

It stands before Django. What is refused here costs a few microseconds and reaches no thread and no
connection to the database.
"""

import asyncio

from jikimi.config.bodies import Application, Receive, Scope, Send

TIPS_UNDER = "/tip/"
AT_ONCE = 2
MOST_WAITING = 40
"""Fewer than the requests that the server takes in at once (128), so that others get in."""

# In the portal's first two languages: nothing of the request has been read that would tell which.
_BUSY = """지금 제보가 아주 많이 들어오고 있어요. 아직 보내지지 않았어요.
뒤로 가면 쓰신 것이 대개 남아 있어요. 잠시 뒤에 다시 보내 주세요.

Very many tips are coming in just now. Yours is not sent yet.
Go back: what you typed is usually still there. Send it again in a moment.
""".encode()
_HEADERS = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"retry-after", b"5"),
]


def with_a_lane_for_tips(inner: Application) -> Application:
    """The same application, with at most AT_ONCE requests under `/tip/` at a time.

    Up to MOST_WAITING wait for their turn; whoever comes then gets 503 at once.
    """
    turns = asyncio.Semaphore(AT_ONCE)
    waiting = 0

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal waiting
        if scope["type"] != "http" or not scope["path"].startswith(TIPS_UNDER):
            return await inner(scope, receive, send)
        if waiting >= MOST_WAITING:
            await send({"type": "http.response.start", "status": 503, "headers": _HEADERS})
            return await send({"type": "http.response.body", "body": _BUSY})
        waiting += 1
        try:
            await turns.acquire()
        finally:
            waiting -= 1
        try:
            return await inner(scope, receive, send)
        finally:
            turns.release()

    return application
