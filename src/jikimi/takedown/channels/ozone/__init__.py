"""Reports over the AT Protocol to a moderation service that runs Ozone, such as Bluesky's.

Sources: the lexicons com.atproto.moderation.createReport, com.atproto.server.createSession,
com.atproto.identity.resolveHandle, com.atproto.repo.getRecord and tools.ozone.report.defs
(bluesky-social/atproto), and the XRPC specification on service proxying; read 2026-11-22.

The address of a route is the account's own server; after its `#` stands the DID of the moderation
service, which the server passes the report on to. Nobody who reports can ask what became of it.
"""

import json
from collections.abc import Mapping
from typing import Literal
from urllib.parse import quote, urlencode

from jikimi.takedown.channels import Envelope, Parcel, RefusedForGood, ServerAway, Taken
from jikimi.takedown.channels.calling import Answer, Call, ask, code_at, hand_over
from jikimi.takedown.channels.keys import missing_keys, required_keys
from jikimi.takedown.channels.ozone.subjects import is_did, subject_of
from jikimi.takedown.channels.said import SaidNotice, one_link_of, said_of_an_adult
from jikimi.takedown.errors import MayNotSend
from jikimi.takedown.rules.letter import Letter
from jikimi.takedown.rules.plain_json import text_at

REASON = "tools.ozone.report.defs#reasonSexualNCII"
_POSTS = "app.bsky.feed.post"
_KEYS = ("identifier", "app_password")
_LONGEST_REASON = 2000
_LONGEST_TOKEN = 8000


class OzoneChannel:
    """Reports of one post or account, each in a session of its own."""

    name = "ozone"
    route_type: Literal["api"] = "api"

    def why_not(self) -> str:
        return missing_keys(self.name, _KEYS)

    def compose(self, letter: Letter, envelope: Envelope) -> bytes:
        """Raises MayNotSend unless it is about an adult, and about one post or account."""
        said = said_of_an_adult(letter)
        subject = subject_of(one_link_of(said))
        if subject is None:
            raise MayNotSend("This interface takes links of posts and accounts: use its form.")
        form = {
            "actor": subject.actor,
            "post": subject.post,
            "reason": _reason(said),
            "outbound": str(envelope.outbound_id),
        }
        return json.dumps(form, ensure_ascii=False).encode()

    def send(self, parcel: Parcel) -> Taken:
        form: object = json.loads(parcel.content)
        service = _Service(parcel)
        token = service.sign_in()
        subject = service.subject(text_at(form, "actor"), text_at(form, "post"))
        answer = service.report(_report(form, subject), token, str(parcel.outbound_id))
        return Taken(reference=code_at(answer.document, "id"))


class _Service:
    """The account's server, for as long as one report takes."""

    def __init__(self, parcel: Parcel) -> None:
        server, _, self._moderation = parcel.address.partition("#")
        self._base = f"{server.rstrip('/')}/xrpc"
        self._domains = parcel.domains

    def sign_in(self) -> str:
        """Return a token for this session. Raises ServerAway."""
        keys = required_keys("ozone", _KEYS)
        who = {"identifier": keys["identifier"], "password": keys["app_password"]}
        answer = ask(self._post("com.atproto.server.createSession", who, {}))
        token = code_at(answer.document, "accessJwt", longest=_LONGEST_TOKEN)
        if not token:
            raise ServerAway("The interface signs us in without a token.")
        return token

    def subject(self, actor: str, post: str) -> dict[str, str]:
        """Look up what the report is about. Raises RefusedForGood where it is gone."""
        try:
            did = actor if is_did(actor) else self._did_of(actor)
            if not post:
                return {"$type": "com.atproto.admin.defs#repoRef", "did": did}
            where = {"repo": did, "collection": _POSTS, "rkey": post}
            cid = code_at(self._get("com.atproto.repo.getRecord", where).document, "cid")
        except RefusedForGood:
            did = cid = ""
        if not did or not cid:
            raise RefusedForGood("The post or account is not found there. Look at its link.")
        uri = f"at://{did}/{_POSTS}/{post}"
        return {"$type": "com.atproto.repo.strongRef", "uri": uri, "cid": cid}

    def report(self, form: dict[str, object], token: str, outbound: str) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": outbound}
        if is_did(self._moderation):
            headers["atproto-proxy"] = f"{self._moderation}#atproto_labeler"
        return hand_over(self._post("com.atproto.moderation.createReport", form, headers))

    def _did_of(self, handle: str) -> str:
        answer = self._get("com.atproto.identity.resolveHandle", {"handle": handle})
        did = code_at(answer.document, "did")
        if not is_did(did):
            raise RefusedForGood("The account is not found there.")
        return did

    def _get(self, method: str, about: dict[str, str]) -> Answer:
        query = urlencode(about, quote_via=quote)
        return ask(Call(method="GET", url=f"{self._base}/{method}?{query}", domains=self._domains))

    def _post(self, method: str, form: Mapping[str, object], headers: dict[str, str]) -> Call:
        return Call(
            method="POST",
            url=f"{self._base}/{method}",
            domains=self._domains,
            headers={"Content-Type": "application/json", **headers},
            body=json.dumps(form, ensure_ascii=False).encode(),
        )


def _report(form: object, subject: dict[str, str]) -> dict[str, object]:
    return {
        "reasonType": REASON,
        "reason": text_at(form, "reason"),
        "subject": subject,
        "modTool": {"name": "jikimi", "meta": {"outbound": text_at(form, "outbound")}},
    }


def _reason(said: SaidNotice) -> str:
    words = f"{said.reasons} Legal basis: {said.law}. {said.centre}, {said.email}. "
    return f"{words}Please quote {said.reference}."[:_LONGEST_REASON]


CHANNEL = OzoneChannel()
