"""What part of the queue somebody looks at: read from an address, and written into the next."""

from django.http import QueryDict
from django.utils.http import urlencode

from jikimi.takedown.rules.queue import LONGEST_SEARCH, QueueView, Show

_LAST_PAGE = 100_000


def view_of(asked: QueryDict) -> QueueView:
    """The part that an address names; what it says wrongly counts as not said."""
    show, page = asked.get("show", ""), asked.get("page", "")
    return QueueView(
        show=Show(show) if show in set(Show) else Show.ALL,
        search=asked.get("q", "").replace("\x00", "").strip().lower()[:LONGEST_SEARCH],
        page=min(max(int(page), 1), _LAST_PAGE) if page.isascii() and page.isdigit() else 1,
    )


def query_of(view: QueueView) -> str:
    """The end of an address that names this part: empty, or from its question mark on."""
    said = {
        "show": "" if view.show is Show.ALL else view.show.value,
        "q": view.search,
        "page": "" if view.page == 1 else str(view.page),
    }
    query = urlencode({name: value for name, value in said.items() if value})
    return f"?{query}" if query else ""
