"""Cloudflare's interface for reports of intimate pictures shared without consent (`abuse_ncsei`).

Source: Cloudflare API, "Submit an abuse report" and "Submitted abuse reports"
(developers.cloudflare.com/api/resources/abuse_reports), read 2026-11-22. It may publish who
reports, and the addresses: so the centre signs, the host is told without a name, and the owner is
never told. There is no key against repeats: our reference stands in the report and in a header.
"""

import json
from typing import Literal
from urllib.parse import quote

from jikimi.takedown.channels import Envelope, Parcel, Taken
from jikimi.takedown.channels.asking import Question, Standing, Told
from jikimi.takedown.channels.calling import Call, ask, code_at, hand_over
from jikimi.takedown.channels.keys import missing_keys, required_keys
from jikimi.takedown.channels.said import SaidNotice, said_of_an_adult
from jikimi.takedown.rules.letter import Letter

KIND = "abuse_ncsei"
_KEYS = ("account_id", "token")
_LONGEST = {"name": 255, "company": 100, "title": 255, "comments": 2000}
_LONGEST_PHONE = 20
_GONE_SAYS_IT = frozenset({"content_removed", "content_unavailable"})


class CloudflareChannel:
    """Reports to Cloudflare: it passes traffic on, so its answer mostly names the host."""

    name = "cloudflare"
    route_type: Literal["api"] = "api"

    def why_not(self) -> str:
        return missing_keys(self.name, _KEYS)

    def compose(self, letter: Letter, envelope: Envelope) -> bytes:  # noqa: ARG002
        """Raises MayNotSend unless it is a removal request about an adult."""
        return json.dumps(_form(said_of_an_adult(letter)), ensure_ascii=False).encode()

    def send(self, parcel: Parcel) -> Taken:
        keys = required_keys(self.name, _KEYS)
        answer = hand_over(
            Call(
                method="POST",
                url=_address(parcel.address, keys["account_id"]),
                domains=parcel.domains,
                headers=_headers(keys["token"])
                | {
                    "Content-Type": "application/json",
                    "Idempotency-Key": str(parcel.outbound_id),
                },
                body=parcel.content,
            )
        )
        return Taken(reference=code_at(answer.document, "abuse_rand"))

    def ask_about(self, question: Question) -> Told:
        keys = required_keys(self.name, _KEYS)
        reports = _address(question.address, keys["account_id"]).removesuffix(KIND)
        answer = ask(
            Call(
                method="GET",
                url=f"{reports}submitted/{quote(question.reference, safe='')}",
                domains=question.domains,
                headers=_headers(keys["token"]),
            )
        )
        return _told(
            code_at(answer.document, "result", "status"),
            code_at(answer.document, "result", "denial_reason"),
        )


def _form(said: SaidNotice) -> dict[str, str | bool]:
    texts = {
        "name": said.centre,
        "company": said.centre,
        "title": said.reference,
        "comments": f"{said.reasons} Legal basis: {said.law}. Please quote {said.reference}.",
    }
    return {
        "act": KIND,
        "email": said.email,
        "email2": said.email,
        **{name: text[: _LONGEST[name]] for name, text in texts.items()},
        **({"tele": said.phone} if 0 < len(said.phone) <= _LONGEST_PHONE else {}),
        "host_notification": "send-anon",
        "owner_notification": "none",
        "ncsei_subject_representation": False,
        "urls": "\n".join(said.links),
    }


def _address(address: str, account_id: str) -> str:
    return address.replace("{account_id}", quote(account_id, safe=""))


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _told(status: str, reason: str) -> Told:
    if status == "submitted":
        return Told(standing=Standing.RECEIVED, word=status)
    if status == "accepted" or reason in _GONE_SAYS_IT:
        return Told(standing=Standing.SETTLED, word=reason or status)
    if status == "denied" and reason == "duplicate_report":
        return Told(standing=Standing.RECEIVED, word=reason)
    if status == "denied":
        return Told(standing=Standing.REFUSED, word=reason or status)
    return Told(standing=Standing.UNKNOWN)


CHANNEL = CloudflareChannel()
