"""The crawler's own process: Scrapy with everything left out that is not needed.

``python -m jikimi.takedown.watch.crawler`` reads a `CrawlOrder` on standard input and prints what
it sees, a line of JSON each (`jikimi.takedown.watch.orders`). It takes its limits first, has none
of our environment and no way to the database, and ends with whoever started it.
"""

import asyncio
import ctypes
import logging
import os
import resource
import signal
import sys

from jikimi.takedown.rules.watching import CRAWLER_NAME
from jikimi.takedown.watch.orders import CrawlOrder, Told, write_told

MEMORY_BYTES = 2_000_000_000
CPU_SECONDS = 120
_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Read the order, visit, end."""
    _end_with_parent()
    _take_limits()
    logging.disable(logging.CRITICAL)  # a crawler's log is a list of links

    asyncio.run(_visit(CrawlOrder.from_json(sys.stdin.read())))


async def _visit(order: CrawlOrder) -> None:
    # Scrapy is loaded under the limits.
    from scrapy.crawler import AsyncCrawlerRunner  # noqa: PLC0415

    from jikimi.takedown.watch.downloading import GuardedDownloads  # noqa: PLC0415
    from jikimi.takedown.watch.spider import WatchSpider  # noqa: PLC0415

    def say(told: Told) -> None:
        sys.stdout.write(write_told(told) + "\n")
        sys.stdout.flush()

    runner = AsyncCrawlerRunner(
        {
            **_only_what_is_needed(order),
            "DOWNLOAD_HANDLERS": {"http": GuardedDownloads, "https": GuardedDownloads},
        }
    )
    await runner.crawl(WatchSpider, order=order, say=say)


def _only_what_is_needed(order: CrawlOrder) -> dict[str, object]:
    """Lists instead of Scrapy's defaults: no telnet, no remote control, no second network."""
    return {
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOADER_MIDDLEWARES_BASE": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": 100,
        },
        "SPIDER_MIDDLEWARES_BASE": {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25},
        "EXTENSIONS_BASE": {"scrapy.extensions.closespider.CloseSpider": 0},
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "ROBOTSTXT_OBEY": order.obeys_robots,
        "ROBOTSTXT_USER_AGENT": CRAWLER_NAME,
        "USER_AGENT": order.user_agent,
        "DOWNLOAD_DELAY": order.delay,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "CONCURRENT_REQUESTS": 4,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CLOSESPIDER_TIMEOUT": order.budget.seconds,
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }


def _take_limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end_with_parent() -> None:
    """Ask Linux to kill this process with its parent, so that no crawler is left behind."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)


if __name__ == "__main__":
    main()
