"""What our own mail server found out about a sender (Authentication-Results, RFC 8601).

Only headers with our server's own name count, and only the first run of them: it puts them on top,
and what stands below the next Received came from outside. The raw header is read, because encoded
words in it could spell a result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jikimi.takedown.rules.reply import SenderProof

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_RESULT = re.compile(r"([a-z0-9_-]+)\s*=\s*([a-z0-9_-]+)")
_PROPERTY = re.compile(r"([a-z]+\.[a-z0-9_-]+)\s*=\s*(\S+)")
Headers = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class MethodResult:
    """One method's result: `dkim`, `pass`, {`header.d`: `example.org`}."""

    method: str
    result: str
    properties: dict[str, str]


def proof_of(headers: Headers, authserv: str, sender_domain: str) -> SenderProof:
    """Whether our server vouches for the domain in From.

    `headers` are name and raw value, topmost first; `authserv` is our server's authserv-id, and
    without it nothing is believed.
    """
    if not authserv or not sender_domain:
        return SenderProof.NOT_VERIFIED
    results = [one for header in _ours(headers, authserv.lower()) for one in _results(header)]
    dmarc = next((one for one in results if one.method == "dmarc"), None)
    if dmarc and dmarc.result == "fail":
        return SenderProof.FAILED
    if dmarc and dmarc.result == "pass" and _domain(dmarc, "header.from") == sender_domain:
        return SenderProof.VERIFIED
    if any(_signs_for(one, sender_domain) for one in results if one.method == "dkim"):
        return SenderProof.VERIFIED
    return SenderProof.NOT_VERIFIED


def _ours(headers: Headers, authserv: str) -> Iterator[str]:
    seen = False
    for name, value in headers:
        if name.lower() == "received" and seen:
            return
        if name.lower() != "authentication-results":
            continue
        plain = _plain(value)
        if plain is not None and (plain.partition(";")[0].split() or [""])[0] == authserv:
            seen = True
            yield plain
        else:
            return


def _plain(value: str) -> str | None:
    """The value without quoted strings and comments, in lower case; None when they do not end."""
    without_quotes = _QUOTED.sub('""', " ".join(value.lower().split()))
    kept, depth = [], 0
    for char in without_quotes:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return None
        if not depth and char != ")":
            kept.append(char)
    plain = "".join(kept)
    return plain if not depth and plain.count('"') % 2 == 0 else None


def _results(plain: str) -> Iterator[MethodResult]:
    for part in plain.split(";")[1:]:
        found = _RESULT.match(part.strip())
        if found:
            yield MethodResult(
                method=found[1], result=found[2], properties=dict(_PROPERTY.findall(part))
            )


def _signs_for(dkim: MethodResult, sender_domain: str) -> bool:
    """A passed signature by the sender's domain or one above it (relaxed alignment)."""
    signer = _domain(dkim, "header.d") or _domain(dkim, "header.i")
    return (
        dkim.result == "pass"
        and "." in signer
        and (sender_domain == signer or sender_domain.endswith(f".{signer}"))
    )


def _domain(result: MethodResult, name: str) -> str:
    return result.properties.get(name, "").rpartition("@")[2]
