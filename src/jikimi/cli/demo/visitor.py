"""A browser without a window: follows links, fills in forms, keeps cookies."""

from types import TracebackType
from typing import Self

import httpx

from jikimi.cli.demo.pages import Form, Page, read_page

_SECONDS = 30.0


class Visitor:
    """One person at one device."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._client = httpx.Client(
            base_url=origin, timeout=_SECONDS, follow_redirects=True, trust_env=False
        )
        self.page = Page()
        self._at = "/"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def open(self, address: str) -> Page:
        """Go to an address. Raises httpx.HTTPStatusError for an error page."""
        return self._see(self._client.get(address))

    def submit(self, form: Form, **answers: str | list[str]) -> Page:
        """Send a form of the page with these answers on top of what it holds."""
        data = {**form.fields, **answers}
        address = httpx.URL(self.origin).join(self._at).join(form.action or self._at)
        return self._see(self._client.post(address, data=data, headers={"Origin": self.origin}))

    def _see(self, response: httpx.Response) -> Page:
        self.page = read_page(response.text)
        self._at = str(response.url)
        if response.is_error:
            raise LookupError(
                f"{response.status_code} from {response.url.path}: {self.page.text[:400]}"
            )
        return self.page
