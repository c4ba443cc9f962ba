"""One visit: from the named address to pages in reach, and to the pictures they show."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.python.failure import Failure

from jikimi.takedown.rules.recheck import Kind
from jikimi.takedown.rules.watching import (
    CRAWLER_NAME,
    WatchOutcome,
    is_in_reach,
    place_of,
    wait_asked_for,
)
from jikimi.takedown.seeing.errors import ForbiddenAddress, NotALink, SeeingError
from jikimi.takedown.seeing.isolating import fingerprint_apart, watched_page_apart
from jikimi.takedown.seeing.looking import is_no_photo
from jikimi.takedown.seeing.watched_pages import WatchedPage, WatchedPicture
from jikimi.takedown.watch.answers import absolute, kind_told_by, leads_on_to
from jikimi.takedown.watch.downloading import ASK_FOR_A_REST, LeftAlone
from jikimi.takedown.watch.orders import (
    CrawlOrder,
    Ended,
    Forbidden,
    SeenPage,
    SeenPicture,
    Told,
    Unread,
)

MOST_REDIRECTS = 4
MOST_SILENCES = 5
"""Answers in a row that cannot be used, after which a visit ends."""

_OK = range(200, 300)
_PICTURES_FIRST = 10
_BY_STATUS = {
    404: WatchOutcome.GONE,
    410: WatchOutcome.GONE,
    401: WatchOutcome.CLOSED,
    403: WatchOutcome.CLOSED,
    451: WatchOutcome.CLOSED,
}


class WatchSpider(Spider):
    """Asks for one page after another and says what it sees; it keeps nothing."""

    name = "watch"

    def __init__(self, *, order: CrawlOrder, say: Callable[[Told], None]) -> None:
        super().__init__()
        self.order = order
        self.resting: set[str] = set()
        """Hosts that asked for a rest."""
        self.silent_about_robots: set[str] = set()
        """Hosts whose robots.txt could not be had."""
        self._say = say
        self._known: set[bytes] = set()
        self._pages_left = order.budget.pages
        self._pictures_left = order.budget.pictures
        self._has_read = False
        self._is_limited = False
        self._silences = 0
        self._ended_by: WatchOutcome | None = None
        self._wait: timedelta | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: object, **kwargs: object) -> "WatchSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.slow_down, signal=signals.robots_parsed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for request in self._page(self.order.address, depth=0):
            yield request

    def slow_down(self, robotparser: RobotParser, request: Request) -> None:
        """Take the delay that a robots.txt asks for; one longer than a visit forbids it."""
        wish, host = robotparser.crawl_delay(CRAWLER_NAME), urlsplit(request.url).hostname
        downloader = self.crawler.engine.downloader if self.crawler.engine else None
        if wish is None or host is None or downloader is None or wish <= self.order.delay:
            return
        if wish >= self.order.budget.seconds:
            self._failed(WatchOutcome.ROBOTS)
            self.resting.add(host)
            return
        downloader.per_slot_settings[host] = {"delay": wish, "jitter": 0.0}
        if host in downloader.slots:
            downloader.slots[host].delay = wish

    async def read_page(self, response: Response, depth: int, hops: int) -> AsyncIterator[Request]:
        """A page: its pictures, and the pages it leads to."""
        self._end_if_asked(response)
        self._silences = 0
        onward = leads_on_to(response)
        if onward is not None:
            for request in self._page(onward, depth=depth, hops=hops + 1):
                yield request
        elif response.status not in _OK:
            self._failed(_BY_STATUS.get(response.status, WatchOutcome.UNREACHABLE))
        elif (kind := kind_told_by(response)) is Kind.PICTURE:
            await self._compare(response, response.url)
        elif kind is Kind.PAGE:
            page = await asyncio.to_thread(watched_page_apart, response.body)
            for request in self._shown_by(page, response.url, depth):
                yield request

    async def read_picture(
        self, response: Response, place: str, hops: int
    ) -> AsyncIterator[Request]:
        """A picture: what it is in numbers, and where it stands."""
        self._end_if_asked(response)
        self._silences = 0
        onward = leads_on_to(response)
        if onward is not None and hops < MOST_REDIRECTS:
            yield self._request(onward, self.read_picture, place=place, hops=hops + 1)
        elif response.status in _OK and kind_told_by(response) is Kind.PICTURE:
            await self._compare(response, place)
        elif not (response.status in _OK and is_no_photo(response.body)):
            self._say(Unread(count=1))

    def has_failed(self, failure: Failure) -> None:
        """A request that was forbidden, refused, or came to nothing."""
        request, error = failure.request, failure.value  # type: ignore[attr-defined]
        if isinstance(error, IgnoreRequest):
            self._say(Forbidden())
            silent = urlsplit(request.url).netloc in self.silent_about_robots
            self._failed(WatchOutcome.UNREACHABLE if silent else WatchOutcome.ROBOTS)
            return
        if "place" in request.cb_kwargs:
            self._say(Unread(count=1))
        if isinstance(error, LeftAlone):
            self._is_limited = True
            return
        refused = isinstance(error, ForbiddenAddress | NotALink)
        self._failed(WatchOutcome.REFUSED if refused else WatchOutcome.UNREACHABLE)
        self._silences += not refused
        if self._silences >= MOST_SILENCES:
            self._is_limited = True
            raise CloseSpider("silence")

    def closed(self, reason: str) -> None:
        """Say how it ended."""
        if self._ended_by is None:
            limited = self._is_limited or reason != "finished"
            self._ended_by = WatchOutcome.LIMIT if limited else WatchOutcome.DONE
        self._say(Ended(outcome=self._ended_by, wait=self._wait))

    def _shown_by(self, page: WatchedPage, url: str, depth: int) -> Iterator[Request]:
        self._has_read = True
        self._say(SeenPage())
        if page.left_out:
            self._say(Unread(count=page.left_out))
        if page.asks_for_password and not page.pictures and depth == 0:
            self._ended_by = WatchOutcome.CLOSED
        base = absolute(url, page.base or "")
        for picture in page.pictures:
            yield from self._picture(picture, base, url)
        for link in page.links:
            yield from self._page(absolute(base, link), depth=depth + 1)

    def _page(self, url: str, *, depth: int, hops: int = 0) -> Iterator[Request]:
        """The request for a page that is in reach, within the budget and not known yet."""
        if hops > MOST_REDIRECTS or not is_in_reach(self.order.scope, self.order.address, url):
            if depth == 0:
                self._failed(WatchOutcome.CLOSED)
            return
        request = self._request(url, self.read_page, depth=depth, hops=hops)
        if hops:
            yield request
        elif self._is_new(request):
            if depth > self.order.budget.depth or self._pages_left == 0:
                self._is_limited = True
                return
            self._pages_left -= 1
            yield request

    def _picture(self, picture: WatchedPicture, base: str, url: str) -> Iterator[Request]:
        link = absolute(base, picture.link)
        place = place_of(self.order.scope, self.order.address, url, absolute(base, picture.inside))
        if not link.startswith(("http://", "https://")) or urlsplit(link).hostname in self.resting:
            self._say(Unread(count=1))
            return
        request = self._request(link, self.read_picture, place=place, hops=0)
        if not self._is_new(request):
            return
        if self._pictures_left == 0:
            self._is_limited = True
            return
        self._pictures_left -= 1
        yield request

    def _request(
        self, url: str, then: Callable[..., AsyncIterator[Request]], **told: str | int
    ) -> Request:
        first = _PICTURES_FIRST if "place" in told else 0
        return Request(
            url,
            callback=then,
            errback=self.has_failed,
            cb_kwargs=told,
            dont_filter=True,
            priority=first,
        )

    def _is_new(self, request: Request) -> bool:
        """Whether it was not asked for in this visit; Scrapy's own mark of a request decides."""
        mark = self.crawler.request_fingerprinter.fingerprint(request)
        is_new = mark not in self._known
        self._known.add(mark)
        return is_new

    async def _compare(self, response: Response, place: str) -> None:
        try:
            found = await asyncio.to_thread(fingerprint_apart, response.body)
        except SeeingError:
            self._say(Unread(count=1))
            return
        self._has_read = True
        self._say(SeenPicture(place=place, hash=found.hash, quality=found.quality))

    def _failed(self, outcome: WatchOutcome) -> None:
        """It counts for the whole visit only while nothing has been read."""
        if not self._has_read and self._ended_by is None:
            self._ended_by = outcome

    def _end_if_asked(self, response: Response) -> None:
        here = urlsplit(response.url).hostname == urlsplit(self.order.address).hostname
        if here and response.status in ASK_FOR_A_REST:
            header = (response.headers.get("Retry-After") or b"").decode("ascii", "replace")
            self._ended_by = WatchOutcome.BACK_OFF
            self._wait = wait_asked_for(header, datetime.now(UTC))
            raise CloseSpider("rest")
