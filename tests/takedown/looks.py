"""What a server answers to a look, without a server: one status, and perhaps a picture."""

from jikimi.takedown.seeing.fetching import FetchedLink


class Answers:
    """A fetcher to which every link answers alike."""

    def __init__(self, status: int, body: bytes = b"") -> None:
        self.status, self.body = status, body

    def fetch(self, url: str, *, seconds: float = 0) -> FetchedLink:
        return FetchedLink(
            status=self.status,
            final_url=url,
            media_type="image/png" if self.body else "",
            body=self.body,
            redirects=0,
            elapsed=0.0,
        )
