"""What an answer is and where the addresses in it lead."""

from urllib.parse import urlsplit

from scrapy.http import Response

from jikimi.takedown.rules.recheck import Kind
from jikimi.takedown.seeing.errors import NotALink
from jikimi.takedown.seeing.links import join
from jikimi.takedown.seeing.looking import kind_of


def kind_told_by(response: Response) -> Kind:
    """What answered, told by its content."""
    media_type = (response.headers.get("Content-Type") or b"").decode("ascii", "replace")
    return kind_of(response.body, media_type)


def leads_on_to(response: Response) -> str | None:
    """Where a redirect leads, as the fetcher checked it."""
    location = response.headers.get("Location")
    return location.decode() if location else None


def absolute(base: str, reference: str) -> str:
    """The absolute address without a fragment; empty for what no address can be made of."""
    try:
        joined = join(base, reference)
        urlsplit(joined).port  # noqa: B018  # refuses brackets and ports that are none
    except (NotALink, ValueError):
        return ""
    return joined.partition("#")[0]
