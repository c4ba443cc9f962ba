"""Scrapy's way to the network: the house's guarded fetcher, and nothing else.

Scrapy's own handlers, its proxies, cookies, decompression and redirects are not loaded at all
(`jikimi.takedown.watch.crawler`), so that every byte comes through here.
"""

import asyncio
from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from jikimi.cases.rules import page_mark
from jikimi.takedown.seeing.errors import ForbiddenAddress, NotALink, SeeingError, TooLarge
from jikimi.takedown.seeing.fetching import MAX_PICTURE_BYTES, GuardedFetcher, OneAnswer
from jikimi.takedown.seeing.links import FetchPolicy

if TYPE_CHECKING:
    from jikimi.takedown.watch.spider import WatchSpider

VISIT_SECONDS = 20.0
ASK_FOR_A_REST = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
LONGEST_ROBOTS = 512_000
"""Bytes of a robots.txt that are read, a little more than RFC 9309 asks for."""

_EVERYTHING_ALLOWED = b""
_NOTHING_ALLOWED = b"User-agent: *\nDisallow: /\n"


class LeftAlone(SeeingError):
    """The visit has had enough bytes, or this host asked for a rest."""

    because = "This was left alone."


class GuardedDownloads(BaseDownloadHandler):
    """A download handler for http and https."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._spider = cast("WatchSpider", crawler.spider)
        order = self._spider.order
        self._fetcher = GuardedFetcher(
            user_agent=order.user_agent,
            policy=FetchPolicy(allowed_loopback_ports=order.loopback_ports),
            is_barred=lambda url: page_mark(url) in order.never,
        )
        self._bytes_left = order.budget.size
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def download_request(self, request: Request) -> Response:
        """Answer a request of Scrapy's. Raises a `SeeingError`."""
        is_robots = request.meta.get("dont_obey_robotstxt", False)
        ask = self._robots if is_robots else self._page_or_picture
        # Scrapy starts several at once where it keeps no delay; a host is asked one by one.
        async with self._turns[urlsplit(request.url).hostname or ""]:
            return await asyncio.to_thread(ask, request.url)

    def _page_or_picture(self, url: str) -> Response:
        if urlsplit(url).hostname in self._spider.resting or self._bytes_left <= 0:
            raise LeftAlone
        try:
            answer = self._fetcher.fetch_one(url, seconds=VISIT_SECONDS)
        except TooLarge:
            self._bytes_left -= MAX_PICTURE_BYTES
            raise
        self._bytes_left -= len(answer.body)
        if answer.status in ASK_FOR_A_REST:
            self._spider.resting.add(urlsplit(url).hostname or "")
        return _response(url, answer)

    def _robots(self, url: str) -> Response:
        """What a site's robots.txt means (RFC 9309, 2.3.1), as one that says so."""
        try:
            answer = self._fetcher.fetch(url, seconds=VISIT_SECONDS)
        except (ForbiddenAddress, NotALink):
            # It lies where nothing is ever opened; the page itself is refused with that reason.
            return Response(url, body=_EVERYTHING_ALLOWED)
        except SeeingError:
            return self._silent(url)
        if answer.status == HTTPStatus.OK:
            return Response(url, body=answer.body[:LONGEST_ROBOTS])
        if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in ASK_FOR_A_REST:
            return self._silent(url)
        return Response(url, body=_EVERYTHING_ALLOWED)

    def _silent(self, url: str) -> Response:
        self._spider.silent_about_robots.add(urlsplit(url).netloc)
        return Response(url, body=_NOTHING_ALLOWED)


def _response(url: str, answer: OneAnswer) -> Response:
    headers = {"Content-Type": answer.media_type, "Retry-After": answer.retry_after}
    if answer.onward is not None:
        headers["Location"] = answer.onward
    return Response(url, status=answer.status, headers=headers, body=answer.body)
