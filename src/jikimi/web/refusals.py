"""What was refused ahead of Django, on its way to the page that says so."""

from dataclasses import dataclass
from http import HTTPStatus

IN_SCOPE = "jikimi.refused"
"""Under this name it stands in the scope of the request, where no client can write."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Why nothing of a request was taken in, and the language to say it in."""

    status: HTTPStatus
    language: str
