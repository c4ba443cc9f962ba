"""Cloudflare, AWS and a server of the AT Protocol, as far as they publish how they take reports."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import xarf
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .interfaces import Interface, Invalid, Request, Says, check, interface

CLOUDFLARE_KEYS = {"account_id": "0123456789abcdef0123456789abcdef", "token": "cf-token-hush-hush"}
AWS_KEYS = {"access_key_id": "AKIDEXAMPLEHUSH", "secret_access_key": "aws-secret-hush-hush/+x"}
ATPROTO_KEYS = {"identifier": "centre.example", "app_password": "hush-hush-hush-hush"}
CLOUDFLARE_REFERENCE = "b2f7a9c31d"
AWS_REFERENCE = "abcdef0123456789ABCDEF"
ATPROTO_REFERENCE = "4711"
MODERATION = "did:plc:ar7c4by46qjdydhdevvrndac"
POST = "3kabcdefgh2xy"
_DID, _TOKEN = "did:plc:z72i7hdynmk6r22z27h6tvur", "eyJ.hush.hush"
_CID = "bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a"
_MOST_LINKS = 250


@contextmanager
def cloudflare(status: str = "accepted", reason: str | None = None) -> Iterator[Interface]:
    """`POST .../abuse-reports/abuse_ncsei`, and `GET .../abuse-reports/submitted/{id}`."""
    reports = f"/client/v4/accounts/{CLOUDFLARE_KEYS['account_id']}/abuse-reports"

    def answer(request: Request) -> Says:
        if request.headers.get("authorization") != f"Bearer {CLOUDFLARE_KEYS['token']}":
            return Says(status=401, document={"success": False})
        if request.path == f"{reports}/submitted/{CLOUDFLARE_REFERENCE}":
            told = {"id": CLOUDFLARE_REFERENCE, "status": status, "denial_reason": reason}
            return Says(status=200, document={"success": True, "result": told})
        if (request.method, request.path) != ("POST", f"{reports}/abuse_ncsei"):
            return Says(status=404, document={"success": False})
        form = request.json()
        check(form, "cloudflare-abuse-ncsei.schema.json")
        _check_cloudflare(form)
        told = {"abuse_rand": CLOUDFLARE_REFERENCE, "request": {"act": "abuse_ncsei"}}
        return Says(status=200, document={**told, "result": "success"})

    with interface(answer, lambda request: request.method == "POST") as side:
        yield side


def _check_cloudflare(form: object) -> None:
    assert isinstance(form, dict)
    links = form["urls"].split("\n")
    if form["email"] != form["email2"]:
        raise Invalid("email2 differs from email")
    if len(set(links)) != len(links) or len(links) > _MOST_LINKS:
        raise Invalid("urls: each once, and 250 at most")
    if len({urlsplit(link).hostname for link in links}) != 1:
        raise Invalid("urls: one host")


@contextmanager
def aws(status: str = "PROCESSING", reason: str = "") -> Iterator[Interface]:
    """`POST /v1/abuse` and `GET /v1/abuse/{reportId}`, with signatures checked."""
    told = {"reportId": AWS_REFERENCE, "status": status, "description": "x", "submittedAt": 1}

    def answer(request: Request) -> Says:
        if not _is_signed(request):
            return Says(status=403, document={"message": "The signature does not match"})
        if request.path == f"/v1/abuse/{AWS_REFERENCE}" and request.method == "GET":
            return Says(status=200, document=told | ({"reasonCode": reason} if reason else {}))
        if (request.method, request.path) != ("POST", "/v1/abuse"):
            return Says(status=404, document={})
        form = request.json()
        check(form, "aws-create-abuse-report.schema.json")
        assert isinstance(form, dict)
        for error in xarf.schema_validator.validate(form["report"]["xarf"]):
            raise Invalid(f"{error.field}: {error.message}")
        return Says(status=202, document={"reportId": AWS_REFERENCE})

    with interface(answer, lambda request: request.method == "POST") as side:
        yield side


def _is_signed(request: Request) -> bool:
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d+)/us-east-1/abuse/aws4_request, "
        r"SignedHeaders=([a-z;-]+), Signature=([0-9a-f]{64})",
        request.headers.get("authorization", ""),
    )
    if found is None or found[1] != AWS_KEYS["access_key_id"]:
        return False
    url = f"http://{request.headers['host']}{request.path}"
    again = AWSRequest(method=request.method, url=url, data=request.body)
    for name in found[3].split(";"):
        if name != "host":
            again.headers[name] = request.headers[name]
    again.context["timestamp"] = request.headers["x-amz-date"]
    signer = SigV4Auth(Credentials(found[1], AWS_KEYS["secret_access_key"]), "abuse", "us-east-1")
    text = signer.string_to_sign(again, signer.canonical_request(again))
    return "host" in found[3].split(";") and signer.signature(text, again) == found[4]


@contextmanager
def atproto() -> Iterator[Interface]:
    """A server of the AT Protocol that signs in, looks up, and passes a report on."""

    def answer(request: Request) -> Says:
        method = urlsplit(request.path).path.removeprefix("/xrpc/")
        given = {name: values[0] for name, values in parse_qs(urlsplit(request.path).query).items()}
        match method:
            case "com.atproto.server.createSession":
                return _session(request)
            case "com.atproto.identity.resolveHandle" if given.get("handle") == "her.example":
                return Says(status=200, document={"did": _DID})
            case "com.atproto.repo.getRecord" if given.get("rkey") == POST:
                uri = f"at://{given['repo']}/{given['collection']}/{POST}"
                return Says(status=200, document={"uri": uri, "cid": _CID, "value": {}})
            case "com.atproto.moderation.createReport":
                return _report(request)
        return Says(status=400, document={"error": "RecordNotFound"})

    with interface(answer, lambda request: request.path.endswith("createReport")) as side:
        yield side


def _session(request: Request) -> Says:
    form = request.json()
    check(form, "atproto-create-session.schema.json")
    wanted = {"identifier": ATPROTO_KEYS["identifier"], "password": ATPROTO_KEYS["app_password"]}
    if form != wanted:
        return Says(status=401, document={"error": "AuthenticationRequired"})
    told = {"accessJwt": _TOKEN, "refreshJwt": "eyJ.x.y", "handle": "centre.example", "did": _DID}
    return Says(status=200, document=told)


def _report(request: Request) -> Says:
    if request.headers.get("authorization") != f"Bearer {_TOKEN}":
        return Says(status=401, document={"error": "AuthMissing"})
    if request.headers.get("atproto-proxy") != f"{MODERATION}#atproto_labeler":
        raise Invalid("no moderation service is named")
    form = request.json()
    check(form, "atproto-create-report.schema.json")
    assert isinstance(form, dict)
    told = {name: form[name] for name in ("reasonType", "subject", "reason")}
    more = {"id": int(ATPROTO_REFERENCE), "reportedBy": _DID, "createdAt": "2026-11-22T00:00:00Z"}
    return Says(status=200, document=told | more)
