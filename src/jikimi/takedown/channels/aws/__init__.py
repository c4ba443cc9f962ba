"""The AWS Abuse Signal API: CreateAbuseReport, and what became of a report.

Sources: its API Reference and User Guide (docs.aws.amazon.com/abuse-signal), published 2026-11-18,
read 2026-11-22. It takes XARF v4, one address a report, and signatures of version 4 under the
service name `abuse`. A `clientToken` makes a repeat within 24 hours harmless.
"""

import json
from typing import Literal
from urllib.parse import quote, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from jikimi.takedown.channels import Envelope, Parcel, Taken
from jikimi.takedown.channels.asking import Question, Standing, Told
from jikimi.takedown.channels.calling import Call, ask, code_at, hand_over
from jikimi.takedown.channels.keys import missing_keys, required_keys
from jikimi.takedown.channels.said import one_link_of, said_of_an_adult
from jikimi.takedown.channels.xarf.report import xarf_report
from jikimi.takedown.rules.letter import Letter

SERVICE = "abuse"
_KEYS = ("access_key_id", "secret_access_key")
_REGION_OF_A_STAND_IN = "us-east-1"
_STANDINGS = {
    "ACTIONED": Standing.SETTLED,
    "CONTENT_DOWN_OR_INACCESSIBLE": Standing.SETTLED,
    "NOT_RESOLVABLE_TO_AWS": Standing.REFUSED,
    "REVIEWED_NO_AWS_ACTION": Standing.REFUSED,
    "NEED_MORE_INFORMATION": Standing.ASKS_MORE,
    "QUEUED": Standing.RECEIVED,
    "PROCESSING": Standing.RECEIVED,
}


class AwsChannel:
    """Reports to Amazon's trust and safety team."""

    name = "aws"
    route_type: Literal["api"] = "api"

    def why_not(self) -> str:
        return missing_keys(self.name, _KEYS)

    def compose(self, letter: Letter, envelope: Envelope) -> bytes:
        """Raises MayNotSend unless it is a removal request about an adult, with one link."""
        said = said_of_an_adult(letter)
        one_link_of(said)
        form = {
            "clientToken": str(envelope.outbound_id),
            "correlationId": said.reference,
            "report": {"xarf": xarf_report(said, envelope.outbound_id)},
        }
        return json.dumps(form, ensure_ascii=False).encode()

    def send(self, parcel: Parcel) -> Taken:
        answer = hand_over(_signed("POST", parcel.address, parcel.domains, parcel.content))
        return Taken(reference=code_at(answer.document, "reportId"))

    def ask_about(self, question: Question) -> Told:
        url = f"{question.address}/{quote(question.reference, safe='')}"
        document = ask(_signed("GET", url, question.domains, b"")).document
        word = code_at(document, "reasonCode") or code_at(document, "status")
        return Told(standing=_STANDINGS.get(word, Standing.UNKNOWN), word=word)


def _signed(method: str, url: str, domains: tuple[str, ...], body: bytes) -> Call:
    """A call with a signature of version 4 over its method, host, path and content."""
    keys = required_keys("aws", _KEYS)
    request = AWSRequest(method=method, url=url, data=body)
    if body:
        request.headers["Content-Type"] = "application/json"
    credentials = Credentials(keys["access_key_id"], keys["secret_access_key"])
    SigV4Auth(credentials, SERVICE, _region(url)).add_auth(request)
    headers = {str(name): str(value) for name, value in request.headers.items()}
    return Call(method=method, url=url, domains=domains, headers=headers, body=body)


def _region(url: str) -> str:
    """The region that an address names: `abuse.<region>.amazonaws.com`."""
    service, _, rest = (urlsplit(url).hostname or "").partition(".")
    return rest.partition(".")[0] if service == SERVICE else _REGION_OF_A_STAND_IN


CHANNEL = AwsChannel()
