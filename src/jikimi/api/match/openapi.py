"""The description of the match service for machines (OpenAPI 3.1), made from the wire's types."""

import msgspec

from jikimi import __version__
from jikimi.api.match.list_wire import ChangesResponse, ShareRequest, ShareResponse
from jikimi.api.match.wire import LaterResponse, MatchRequest, MatchResponse, Problem

_REF = "#/components/schemas/{name}"
_WHY_NOT = {
    "400": "The request cannot be read.",
    "401": "No key, or one that does not work.",
    "403": "The key lacks the scope for this.",
    "404": "One of the lists is not there for this key.",
    "408": "The request took too long to arrive.",
    "409": "The partner's list is full.",
    "410": "A backup was restored since; begin without `after`.",
    "413": "The request is too long.",
    "429": "More was asked than was agreed; see Retry-After.",
    "503": "Too busy, or the lists are still being read; see Retry-After.",
}


def description() -> bytes:
    """The whole document as JSON."""
    types = (
        *(MatchRequest, MatchResponse, LaterResponse),
        *(ShareRequest, ShareResponse, ChangesResponse, Problem),
    )
    (asked, answered, late, handed_in, taken, changes, problem), parts = (
        msgspec.json.schema_components(types, ref_template=_REF)
    )
    why_not = {
        status: _body(why, problem, "application/problem+json") for status, why in _WHY_NOT.items()
    }
    match = {
        "operationId": "match",
        "summary": "Which entries of the lists open to this key are near these fingerprints?",
        "requestBody": _sent(asked),
        "responses": {
            "200": _body("An answer for each fingerprint, in order.", answered),
            **why_not,
        },
    }
    later = {
        "operationId": "later",
        "summary": "What was listed near fingerprints that this key had remembered?",
        "parameters": [_after({"type": "integer", "minimum": 0})],
        "responses": {"200": _body("In order, at most 500.", late), **why_not},
    }
    share = {
        "operationId": "share",
        "summary": "Put fingerprints on this partner's list, and take others off it.",
        "requestBody": _sent(handed_in),
        "responses": {"200": _body("What was taken, and what was not.", taken), **why_not},
    }
    fetch = {
        "operationId": "fetch",
        "summary": "What came and went on the lists that may be taken away with this key?",
        "parameters": [_after({"type": "string"})],
        "responses": {"200": _body("In the order of the log.", changes), **why_not},
    }
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Jikimi: matching fingerprints",
                "version": __version__,
                "description": "A match is a reason for a person to look, never a proof. What is "
                "asked is kept only where you ask for it by a reference, for two days; that "
                "something was found, how near and on which day is kept.",
            },
            "security": [{"key": []}],
            "paths": {
                "/api/v1/match": {"post": match},
                "/api/v1/later": {"get": later},
                "/api/v1/prints": {"post": share},
                "/api/v1/changes": {"get": fetch},
            },
            "components": {
                "schemas": parts,
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _sent(schema: dict[str, object]) -> dict[str, object]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _after(schema: dict[str, object]) -> dict[str, object]:
    return {"name": "after", "in": "query", "schema": schema}


def _body(why: str, schema: dict[str, object], kind: str = "application/json") -> dict[str, object]:
    return {"description": why, "content": {kind: {"schema": schema}}}
