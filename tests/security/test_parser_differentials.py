"""One link, four readers: the report, the packs, the fetcher and a browser must mean one host."""

import pytest

from jikimi.cases.errors import NotALinkOrHandle
from jikimi.cases.rules import LONGEST_LINK, read_place
from jikimi.takedown.errors import UnsafeAddress
from jikimi.takedown.rules.safe_text import exact_link
from jikimi.takedown.seeing.errors import ForbiddenAddress, NotALink, Unreachable
from jikimi.takedown.seeing.links import FetchPolicy, follow, read_link
from jikimi.venues.hosts import host_of, normal_host

DRESSED_UP = [
    "https://t.me@evil.example/a",
    "https://t.me:x@evil.example/a",
    "https://t.me%40evil.example/a",
    "https://evil.example\\@t.me/a",
    "https://t.me\\@evil.example/a",
    "https://t.me\\.evil.example/a",
    "https://evil.example/\\@t.me",
    "https://evil.example#@t.me/a",
    "https://evil.example?@t.me/a",
    "https://t.me%2f@evil.example/a",
    "https://t.me%2eevil.example/a",
    "https://evil.example%00.t.me/a",
    "https://evil.example%23.t.me/a",
    "https://t.me:443@evil.example:443/a",
    "https://t.me:443:443/a",
    "https://t.me:/a",
    "https://t.me:0443/a",
    "https://t.me:\uff14\uff14\uff13/a",
    "https://t.me../a",
    "https://.t.me/a",
    "https://t\u3002me.evil.example/a",
    "https://evil\uff0fexample.t.me/a",
    "https://evil.example\uff03.t.me/a",
    "https://\u212a.t.me/a",
    "https://T.ME\u2024evil.example/a",
    "https://t.me\u00a0.evil.example/a",
    "https://t\u00ad.me/a",
    "https://t\u200b.me/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://[t.me]/a",
    "https:///t.me/a",
    "https:/t.me/a",
    "https:\\\\t.me/a",
    "HTTPS://T.ME/a",
    "t.me:80/a",
    "t.me/a@evil.example",
    "t.me:pass@evil.example/a",
    "//t.me/a",
    "https://xn--t-0fa.me/a",
]


@pytest.mark.parametrize("line", DRESSED_UP)
def test_every_reader_names_the_same_host_or_refuses(line: str) -> None:
    try:
        place = read_place(line)
    except NotALinkOrHandle:
        return
    if not place.host:
        return
    noted, packs = normal_host(place.host), host_of(place.address)
    if noted is None or noted != packs:
        return  # `find_platform` then names nobody
    try:
        visited = read_link(place.address, FetchPolicy())
    except (NotALink, ForbiddenAddress):
        return
    assert visited.host.rstrip(".") == noted
    assert host_of(exact_link(place.address)) in {noted, None}


@pytest.mark.parametrize("letter", ["\u00df", "\u1e9e", "\u03c2", "\u200c", "\u200d"])
def test_a_host_that_means_two_sites_is_no_link_and_is_not_visited(letter: str) -> None:
    link = f"https://me{letter}enger.example/a"
    with pytest.raises(NotALinkOrHandle):
        read_place(link)
    with pytest.raises(NotALink):
        read_link(link, FetchPolicy())
    with pytest.raises(NotALink):
        follow(read_link("https://a.example/", FetchPolicy()), link, FetchPolicy())


@pytest.mark.parametrize(
    "line",
    [
        "https://" + "abc." * 100 + "example/a",
        "https://t.me/" + "a" * LONGEST_LINK,
        "t.me/" + "a" * (LONGEST_LINK - len("t.me/")),
        "https://t.me/" + "\ud55c" * (LONGEST_LINK // 3),
    ],
    ids=["host", "link", "link-with-our-scheme", "bytes"],
)
def test_what_no_row_could_hold_is_refused_where_it_is_typed(line: str) -> None:
    with pytest.raises(NotALinkOrHandle):
        read_place(line)


def test_the_longest_link_is_still_taken() -> None:
    link = "https://t.me/" + "a" * (LONGEST_LINK - len("https://t.me/"))
    assert read_place(link).address == link


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u2028", "\u0085", "\x7f", '"', "<", ">"])
def test_a_sign_that_turns_or_breaks_text_is_never_itself_in_a_letter(sign: str) -> None:
    try:
        written = exact_link(f"https://t.me/a{sign}gpj.exe")
    except UnsafeAddress:
        return
    assert sign not in written


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "127\u30020\u30020\u30021",
        "\u2460\u2461\u2466.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[fd00::1]",
        "[fe80::1]",
        "0",
        "0.0.0.0",  # noqa: S104  # it is a link here, no door of ours
        "localhost.",
        "LOCALHOST",
        "169.254.169.254",
        "[2002:7f00:1::]",
    ],
)
def test_no_spelling_of_a_private_address_is_opened(host: str) -> None:
    from jikimi.takedown.seeing.fetching import GuardedFetcher  # noqa: PLC0415

    # Some resolvers do not know a name with a dot at its end; that is a refusal, too.
    with pytest.raises((ForbiddenAddress, NotALink, Unreachable)):
        GuardedFetcher(user_agent="test").fetch(f"http://{host}/")
