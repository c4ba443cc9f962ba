"""Whether anybody answers today at the domains and addresses of recipients' entries.

Asked only where a person wants to know (`jikimi packs check --online`), over the guarded fetcher.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus

from jikimi.takedown.rdap.asking import Resolver, addresses_of
from jikimi.takedown.seeing.errors import ForbiddenAddress, SeeingError, TooLarge, TooSlow
from jikimi.takedown.seeing.fetching import LinkFetcher
from jikimi.venues.errors import PackProblem
from jikimi.venues.pack_values import Recipient, Route

SECONDS = 15.0
_NEVER_ASKED = frozenset({"dead", "stand_in"})
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_WHAT_TO_DO = "Try it by hand; if it is gone for good, correct the entry or mark it dead."


@dataclass(frozen=True, kw_only=True)
class Question:
    """One domain or address of an entry that is to be asked."""

    recipient_id: str
    key: str
    """Where it stands in the entry, as the checks of files name it."""
    address: str
    """A domain, or a link."""
    is_page: bool = False
    """Whether people open it; what an interface answers without a key tells nothing."""


def questions_about(recipients: Iterable[Recipient]) -> tuple[Question, ...]:
    """Gather what to ask, each once: domains, where mail goes, and the links of routes."""
    found = (
        question
        for recipient in recipients
        if recipient.status not in _NEVER_ASKED
        for question in _questions(recipient)
    )
    once: dict[tuple[str, str], Question] = {}
    for question in found:
        once.setdefault((question.recipient_id, question.address), question)
    return tuple(once.values())


def why_no_answer(
    question: Question, fetcher: LinkFetcher, resolve: Resolver = addresses_of
) -> PackProblem | None:
    """Ask one; None where somebody is there.

    Whoever is there and turns strangers away is there: only "no such page" and a server's own
    fault count against a page, and against an interface no status at all.
    """
    is_link = "://" in question.address
    what = _link(question, fetcher) if is_link else _name(question.address, resolve)
    if not what:
        return None
    return PackProblem(
        file=f"recipients/{question.recipient_id}",
        key=question.key,
        what=f"{question.address!r} {what}",
        what_to_do=_WHAT_TO_DO,
    )


def _questions(recipient: Recipient) -> Iterator[Question]:
    for domain in recipient.domains:
        yield Question(recipient_id=recipient.id, key="domains_allowed", address=domain)
    for route in recipient.routes:
        if route.type != "phone":
            yield _question(recipient, route)


def _question(recipient: Recipient, route: Route) -> Question:
    is_mail = route.type == "email"
    return Question(
        recipient_id=recipient.id,
        key=f"routes.{route.id}.address",
        address=route.address.rpartition("@")[2] if is_mail else route.address,
        is_page=route.type in ("web_form", "in_app"),
    )


def _name(domain: str, resolve: Resolver) -> str:
    try:
        resolve(domain)
    except ForbiddenAddress:
        return "leads into a private network."
    except TooSlow:
        return "was not found in time by the name servers."
    except SeeingError:
        return "is not found: no server stands under that name."
    return ""


def _link(question: Question, fetcher: LinkFetcher) -> str:
    try:
        status = fetcher.fetch(question.address, seconds=SECONDS).status
    except TooLarge:
        return ""
    except SeeingError as error:
        return f"gives no answer. {error}"
    no_page = status in _GONE or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return f"answers {status}." if question.is_page and no_page else ""
