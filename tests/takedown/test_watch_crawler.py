"""The crawler's process over real HTTP: what it reaches, what it leaves alone, how it ends."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO

import pytest

from jikimi.cases.rules import page_mark
from jikimi.takedown.rules.watching import Budget, WatchOutcome, WatchScope
from jikimi.takedown.watch.crawling import crawl
from jikimi.takedown.watch.orders import (
    CrawlOrder,
    Ended,
    Forbidden,
    SeenPage,
    SeenPicture,
    Told,
    Unread,
)
from jikimi_core.fingerprint import pdq
from tests.pictures import encoded, photo
from tests.takedown.watched_site import Answer, WatchedSite, watched_site

COFFEE = encoded(photo("coffee"), quality=85)
ROCKET = encoded(photo("rocket"), quality=85)


@pytest.fixture
def site() -> Iterator[WatchedSite]:
    with watched_site() as running:
        yield running


def visit(order: CrawlOrder) -> list[Told]:
    """All that the crawler says of one visit."""
    with crawl(order) as under_way:
        return [told for told in under_way.told() if told is not None]


def how_many(told: list[Told], kind: type[Told]) -> int:
    return sum(isinstance(one, kind) for one in told)


def outcome(told: list[Told]) -> WatchOutcome:
    assert isinstance(told[-1], Ended)
    return told[-1].outcome


def places(told: list[Told]) -> list[str]:
    return [one.place for one in told if isinstance(one, SeenPicture)]


# --- what it reaches ---------------------------------------------------------------------------


def test_pictures_of_the_page_and_of_pages_below_are_fingerprinted(site: WatchedSite) -> None:
    site.put_page("/a/", "<img src=/i/1><a href=b/>more</a><a href=/else/>else</a>")
    site.put_page("/a/b/", "<img src=/i/2>")
    site.put_picture("/i/1", COFFEE)
    site.put_picture("/i/2", ROCKET)
    told = visit(site.order("/a/"))
    assert (how_many(told, SeenPage), outcome(told)) == (2, WatchOutcome.DONE)
    assert sorted(places(told)) == [site.url("/a/"), site.url("/a/b/")]
    assert "/else/" not in site.asked
    hashes = {one.place: one.hash for one in told if isinstance(one, SeenPicture)}
    assert hashes[site.url("/a/")] == pdq.from_file(BytesIO(COFFEE)).hash


def test_a_watch_of_one_page_opens_no_other(site: WatchedSite) -> None:
    site.put_page("/a/", "<img src=/i/1><a href=b/>more</a><a href='/a/?page=2'>next</a>")
    site.put_picture("/i/1", COFFEE)
    told = visit(site.order("/a/", scope=WatchScope.PAGE))
    assert (how_many(told, SeenPicture), outcome(told)) == (1, WatchOutcome.DONE)
    assert site.asked == ["/robots.txt", "/a/", "/i/1"]


def test_a_channels_picture_is_told_at_its_own_post(site: WatchedSite) -> None:
    site.put_page(
        "/s/room",
        f"<a href='{site.url('/room/17')}?single' style=\"background-image:url('/i/1')\"></a>"
        "<a href='/s/room?before=10'>older</a><a href='/s/other'>other</a>",
    )
    site.put_page("/s/room?before=10", "<a href='/login'><img src=/i/2></a>")
    site.put_picture("/i/1", COFFEE)
    site.put_picture("/i/2", ROCKET)
    told = visit(site.order("/s/room", scope=WatchScope.CHANNEL))
    assert sorted(places(told)) == [site.url("/room/17"), site.url("/s/room?before=10")]
    assert "/s/other" not in site.asked


def test_an_address_that_is_a_picture_itself_is_compared(site: WatchedSite) -> None:
    site.put_picture("/a.jpg", COFFEE)
    told = visit(site.order("/a.jpg", scope=WatchScope.PAGE))
    assert places(told) == [site.url("/a.jpg")]


def test_a_page_and_a_picture_are_asked_for_once_however_often_they_are_named(
    site: WatchedSite,
) -> None:
    site.put_page("/", "<img src=/i/1><img src=/i/1#x><a href=/b#1>b</a><a href=/b#2>b</a>")
    site.put_page("/b", "<img src=/i/1><a href=/>home</a>")
    site.put_picture("/i/1", COFFEE)
    visit(site.order("/"))
    assert sorted(site.asked) == ["/", "/b", "/i/1", "/robots.txt"]


def test_redirects_within_reach_are_followed_and_others_are_not(site: WatchedSite) -> None:
    def to(location: str) -> Answer:
        return Answer(status=302, headers=(("Location", location),))

    site.pages["/a"] = to("/a/")
    site.put_page("/a/", "<img src=/old><a href=/a/gone>x</a>")
    site.pages["/old"] = to("/i/1")
    site.pages["/a/gone"] = to("/login")
    site.put_picture("/i/1", COFFEE)
    told = visit(site.order("/a"))
    assert how_many(told, SeenPicture) == 1
    assert "/login" not in site.asked


# --- manners -----------------------------------------------------------------------------------


def test_what_robots_txt_forbids_is_left_alone_and_counted(site: WatchedSite) -> None:
    site.put_robots("User-agent: *\nDisallow: /a/private\nDisallow: /i/\n")
    site.put_page("/a/", "<img src=/i/1><a href=/a/private>x</a><a href=/a/open>y</a>")
    site.put_page("/a/open", "nothing")
    told = visit(site.order("/a/"))
    assert (how_many(told, Forbidden), outcome(told)) == (2, WatchOutcome.DONE)
    assert site.asked == ["/robots.txt", "/a/", "/a/open"]


def test_a_site_that_forbids_the_page_itself_is_not_visited(site: WatchedSite) -> None:
    site.put_robots("User-agent: LinkCheck\nDisallow: /\n")
    site.put_page("/", "x")
    assert outcome(visit(site.order("/"))) is WatchOutcome.ROBOTS
    assert site.asked == ["/robots.txt"]


def test_with_the_centres_authority_robots_txt_is_not_even_asked_for(site: WatchedSite) -> None:
    site.put_robots("User-agent: *\nDisallow: /\n")
    site.put_page("/", "<img src=/i/1>")
    site.put_picture("/i/1", COFFEE)
    told = visit(site.order("/", obeys_robots=False))
    assert how_many(told, SeenPicture) == 1
    assert "/robots.txt" not in site.asked


@pytest.mark.parametrize(
    ("status", "ends"),
    [(404, WatchOutcome.DONE), (403, WatchOutcome.DONE)]
    + [(status, WatchOutcome.UNREACHABLE) for status in (429, 500, 503)],
)
def test_a_robots_txt_that_is_missing_allows_and_one_that_fails_forbids(
    status: int, ends: WatchOutcome, site: WatchedSite
) -> None:
    site.put_robots("", status=status)
    site.put_page("/", "x")
    assert outcome(visit(site.order("/"))) is ends
    assert ("/" in site.asked) is (ends is WatchOutcome.DONE)


def test_a_delay_that_robots_txt_asks_for_is_kept(site: WatchedSite) -> None:
    site.put_robots("User-agent: *\nCrawl-delay: 50\n")
    site.put_page("/", "x")
    budget = Budget(pages=9, pictures=5, depth=1, seconds=60, size=10**8)
    seconds_of_silence = 0
    with crawl(site.order("/", budget=budget)) as under_way:
        for told in under_way.told():
            assert told is None
            seconds_of_silence += bool(site.asked)
            if seconds_of_silence == 4:
                break
    assert site.asked == ["/robots.txt"]


def test_a_delay_longer_than_a_visit_forbids_it(site: WatchedSite) -> None:
    site.put_robots("User-agent: *\nCrawl-delay: 86400\n")
    site.put_page("/", "x")
    assert outcome(visit(site.order("/"))) is WatchOutcome.ROBOTS
    assert site.asked == ["/robots.txt"]


def test_a_page_that_asks_not_to_be_followed_is_not(site: WatchedSite) -> None:
    site.put_page("/", "<meta name=robots content='noindex, nofollow'><a href=/b>b</a>")
    visit(site.order("/"))
    assert site.asked == ["/robots.txt", "/"]


@pytest.mark.parametrize(("status", "header"), [(429, "120"), (503, "120")])
def test_a_server_that_asks_for_a_rest_is_asked_nothing_more(
    status: int, header: str, site: WatchedSite
) -> None:
    site.put_page("/", "<img src=/i/1><img src=/i/2><a href=/b>b</a>")
    site.pages["/i/1"] = Answer(status=status, headers=(("Retry-After", header),))
    told = visit(site.order("/"))
    assert told[-1] == Ended(outcome=WatchOutcome.BACK_OFF, wait=timedelta(seconds=120))
    assert site.asked == ["/robots.txt", "/", "/i/1"]


def test_one_host_is_asked_one_thing_at_a_time(site: WatchedSite) -> None:
    site.put_page("/", "".join(f"<img src=/i/{n}><a href=/{n}>x</a>" for n in range(5)))
    site.whatever_else = lambda _path: Answer(status=404, seconds=0.05)
    visit(site.order("/"))
    assert len(site.asked) == 12
    assert site.most_at_once == 1


# --- limits ------------------------------------------------------------------------------------


def test_an_endless_calendar_ends_at_the_limit_of_pages(site: WatchedSite) -> None:
    def next_month(path: str) -> Answer:
        number = int(path.rpartition("/")[2] or 0)
        links = "".join(f"<a href=/c/{number * 10 + n}>x</a>" for n in range(10))
        return Answer(body=links.encode(), media_type="text/html")

    site.put_robots("", status=404)
    site.whatever_else = next_month
    budget = Budget(pages=7, pictures=5, depth=9, seconds=60, size=10**8)
    told = visit(site.order("/c/", budget=budget))
    assert (how_many(told, SeenPage), outcome(told)) == (7, WatchOutcome.LIMIT)
    assert len(site.asked) == 8


def test_pages_deeper_than_the_limit_are_left(site: WatchedSite) -> None:
    site.put_page("/", "<a href=/1>x</a>")
    site.put_page("/1", "<a href=/2>x</a>")
    budget = Budget(pages=9, pictures=5, depth=1, seconds=60, size=10**8)
    assert outcome(visit(site.order("/", budget=budget))) is WatchOutcome.LIMIT
    assert "/2" not in site.asked


def test_only_so_many_pictures_are_fetched(site: WatchedSite) -> None:
    site.put_page("/", "".join(f"<img src=/i/{n}>" for n in range(50)))
    site.whatever_else = lambda _path: Answer(body=b"")
    budget = Budget(pages=9, pictures=3, depth=1, seconds=60, size=10**8)
    assert outcome(visit(site.order("/", budget=budget))) is WatchOutcome.LIMIT
    assert sum(path.startswith("/i/") for path in site.asked) == 3


def test_only_so_many_bytes_are_fetched(site: WatchedSite) -> None:
    site.put_page("/", "".join(f"<img src=/i/{n}>" for n in range(5)))
    for number in range(5):
        site.put_picture(f"/i/{number}", COFFEE)
    budget = Budget(pages=9, pictures=9, depth=1, seconds=60, size=len(COFFEE))
    told = visit(site.order("/", budget=budget))
    assert how_many(told, SeenPicture) < 3
    assert sum(one.count for one in told if isinstance(one, Unread)) >= 3


@pytest.mark.parametrize("character", ["a", "\u00e9", "\U0001f600"])
def test_a_page_of_very_many_long_names_is_still_read(character: str, site: WatchedSite) -> None:
    far = "".join(f"<a href=/{character * 700}{n}>x</a>" for n in range(400))
    near = "".join(f"<img src=/i/{n}/{character * 100}>" for n in range(200))
    site.put_page("/", far + near)
    site.whatever_else = lambda _path: Answer(status=404)
    budget = Budget(pages=1, pictures=2, depth=1, seconds=60, size=10**8)
    told = visit(site.order("/", budget=budget))
    assert (how_many(told, SeenPage), outcome(told)) == (1, WatchOutcome.LIMIT)
    assert sum(path.startswith("/i/") for path in site.asked) == 2


def test_addresses_that_are_none_do_not_keep_the_others_from_being_read(site: WatchedSite) -> None:
    broken = (
        "http://[",
        "http://[::1",
        "http://x:port/",
        "//",
        "\\\\a",
        "http://",
        "http://\u00df.x/",
    )
    shown = "".join(f"<img src='{one}'><a href='{one}'>x</a>" for one in broken)
    site.put_page("/", f"{shown}<img src=/i/1><a href=/b>b</a>")
    site.put_page("/b", "<img src=/i/2>")
    site.put_picture("/i/1", COFFEE)
    site.put_picture("/i/2", ROCKET)
    told = visit(site.order("/"))
    assert (how_many(told, SeenPage), how_many(told, SeenPicture)) == (2, 2)
    assert sum(one.count for one in told if isinstance(one, Unread)) >= 4


# --- what answers otherwise --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        (404, WatchOutcome.GONE),
        (410, WatchOutcome.GONE),
        (403, WatchOutcome.CLOSED),
        (500, WatchOutcome.UNREACHABLE),
    ],
)
def test_how_a_visit_ends_where_the_page_does_not_answer(
    status: int, ends: WatchOutcome, site: WatchedSite
) -> None:
    site.pages["/"] = Answer(status=status)
    assert outcome(visit(site.order("/"))) is ends


def test_being_led_to_a_door_is_told(site: WatchedSite) -> None:
    site.pages["/a"] = Answer(status=302, headers=(("Location", "/login"),))
    assert outcome(visit(site.order("/a"))) is WatchOutcome.CLOSED


def test_an_address_known_from_a_minors_case_is_never_opened(site: WatchedSite) -> None:
    never = frozenset(page_mark(site.url(path)) for path in ("/b/", "/i/%31"))
    site.put_page("/", "<a href=/b#top>b</a><img src=/i/1><img src=/i/2>")
    site.put_picture("/i/2", COFFEE)
    told = visit(site.order("/", never=never))
    assert how_many(told, SeenPicture) == 1
    assert site.asked == ["/robots.txt", "/", "/i/2"]


def test_the_order_survives_its_way_to_the_crawler(site: WatchedSite) -> None:
    order = site.order("/", never=frozenset({"ab", "cd"}), delay=1.5)
    assert CrawlOrder.from_json(order.to_json()) == order
