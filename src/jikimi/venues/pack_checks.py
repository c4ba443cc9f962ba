"""What a schema cannot see: whether laws, recipients and wordings agree with each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from jikimi.venues.errors import PackProblem
from jikimi.venues.hosts import falls_under, host_of, is_loopback, may_exist, normal_host
from jikimi.venues.pack_parts import BY_HAND_FACTS, NEVER_OF_A_MINOR
from jikimi.venues.pack_values import (
    EARLIER_PLACEHOLDERS,
    FORM_FACTS,
    NOTICE_FACTS,
    PLACEHOLDERS,
    TO_CHOOSE,
    CountryLines,
    Element,
    LawPack,
    Packs,
    Recipient,
    Review,
    Route,
    Text,
    Wording,
)

_EMAIL = re.compile(r"[A-Za-z0-9._+-]+@([A-Za-z0-9.-]+)")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{1,18}")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SERVING = {"hotline": "a hotline", "police": "an entry of the police"}


def law_problems(law: LawPack, file: str) -> Iterator[PackProblem]:
    """Check a law by itself: its window, its languages, its templates."""
    if law.valid_from and law.valid_to and law.valid_from > law.valid_to:
        yield _problem(file, "valid", "ends before it begins.", "Correct `from` or `to`.")
    yield from _review_problems(law.review, file)
    if "en" not in law.languages:
        yield _problem(file, "notice.languages", "English is missing.", "Add `en` and its wording.")
    texts = {"title": law.title, "duty.manner": law.manner}
    texts |= {
        f"notice.elements.{element.id}.template": element.template for element in law.elements
    }
    texts |= {f"reply_expected[{at}].text": one.text for at, one in enumerate(law.reply_expected)}
    if law.false_statement:
        texts["notice.false_statement"] = law.false_statement
    for key, text in texts.items():
        yield from _text_problems(text, law.languages, file, key)
    yield from _element_problems(law, file)


def _element_problems(law: LawPack, file: str) -> Iterator[PackProblem]:
    ids = [element.id for element in law.elements]
    for element in law.elements:
        key = f"notice.elements.{element.id}"
        if ids.count(element.id) > 1:
            yield _problem(file, key, "is there more than once.", "Give each element its own id.")
        for fact in sorted(set(element.needs) - NOTICE_FACTS):
            allowed = ", ".join(sorted(NOTICE_FACTS))
            yield _problem(file, f"{key}.needs", f"{fact!r} is unknown.", f"Use of: {allowed}.")
        if element.by_hand is not None:
            yield from _by_hand_problems(element, element.by_hand, law, file)


def _by_hand_problems(
    element: Element, sentence: Text, law: LawPack, file: str
) -> Iterator[PackProblem]:
    key = f"notice.elements.{element.id}.by_hand"
    yield from _text_problems(sentence, law.languages, file, key, allowed=frozenset())
    if ours := sorted(set(element.needs) - BY_HAND_FACTS):
        what = f"{', '.join(ours)} comes from the report or the centre, never by hand."
        what_to_do = f"Take it out, or need nothing but {', '.join(sorted(BY_HAND_FACTS))}."
        yield _problem(file, key, what, what_to_do)
    if "minor" in law.subjects and not NEVER_OF_A_MINOR.isdisjoint(element.needs):
        what = "nobody makes a screenshot of a minor's picture."
        yield _problem(file, key, what, "Take it out, or write a pack of its own for minors.")


def _text_problems(
    text: Text,
    languages: tuple[str, ...],
    file: str,
    key: str,
    *,
    allowed: frozenset[str] = PLACEHOLDERS,
) -> Iterator[PackProblem]:
    for language in languages:
        if language not in text:
            what = f"the wording in {language!r} is missing."
            yield _problem(file, key, what, f"Add {language} or take it out of notice.languages.")
    for wording in text.values():
        yield from placeholder_problems(wording, file, key, allowed)


def placeholder_problems(
    wording: str, file: str, key: str, allowed: frozenset[str] = PLACEHOLDERS
) -> Iterator[PackProblem]:
    """Find what a text names in braces and nothing fills."""
    for name in _PLACEHOLDER.findall(wording):
        if name not in allowed:
            what = f"the placeholder {{{name}}} is unknown."
            what_to_do = f"Use of: {', '.join(sorted(allowed))}." if allowed else "Take it out."
            yield _problem(file, key, what, what_to_do)


def wording_problems(wording: Wording, file: str) -> Iterator[PackProblem]:
    """Check that every placeholder of a letter's sentences is one the letter fills."""
    for key, sentence in wording.sentences.items():
        allowed = EARLIER_PLACEHOLDERS.get(key, PLACEHOLDERS)
        yield from placeholder_problems(sentence, file, f"sentences.{key}", allowed)


def recipient_problems(recipient: Recipient, packs: Packs, file: str) -> Iterator[PackProblem]:
    """Check a recipient against its own pinned domains and against the laws it names."""
    yield from _review_problems(recipient.review, file)
    for key, domains in (
        ("domains_allowed", recipient.domains),
        ("link_domains", recipient.link_domains),
    ):
        for domain in domains:
            yield from _domain_problems(recipient, domain, file, key)
    for route in recipient.routes:
        yield from _route_problems(recipient, route, file)
    if recipient.kind in ("hotline", "police") and not recipient.serves:
        what = f"{_SERVING[recipient.kind]} serves nobody."
        yield _problem(file, "serves", what, "Name its countries, or `worldwide`.")
    if not recipient.takes_reports and (recipient.kind != "hotline" or recipient.laws_ranked):
        what = "only a list of hotlines, which applies no law, takes no reports."
        fix = "Take it out; who takes notices no more is of status `dead`."
        yield _problem(file, "takes_reports", what, fix)
    if recipient.kind == "police":
        yield from _sent_to_police(recipient, file)
    if recipient.language not in packs.wordings:
        what = f"no letter can be written in {recipient.language!r}."
        yield _problem(file, "language", what, "Add wordings/<language>.yaml, or use another.")
    yield from _ranked_law_problems(recipient, packs, file)


def _ranked_law_problems(recipient: Recipient, packs: Packs, file: str) -> Iterator[PackProblem]:
    for law_id in recipient.laws_ranked:
        law = packs.laws.get(law_id)
        if law is None:
            what = f"the law {law_id!r} is unknown."
            yield _problem(file, "lawpacks_ranked", what, "Add the law pack or correct its id.")
        elif recipient.language not in law.languages:
            what = f"{law_id!r} has no wording in {recipient.language!r}."
            own = f"wordings/{recipient.language}.yaml"
            fix = f"Add that wording to the law pack, or under `laws` to {own}."
            yield _problem(file, "language", what, fix)


def _sent_to_police(recipient: Recipient, file: str) -> Iterator[PackProblem]:
    for route in recipient.routes:
        if route.auto_send or route.type in ("email", "api"):
            what = "what the police are told is handed over by a person, never sent."
            fix = "Use phone, in_person, web_form or in_app, with auto_send: false."
            yield _problem(file, f"routes.{route.id}.type", what, fix)


def _domain_problems(
    recipient: Recipient, domain: str, file: str, key: str
) -> Iterator[PackProblem]:
    if normal_host(domain) != domain:
        yield _problem(file, key, f"{domain!r} is no host.", "Write a host name.")
    elif recipient.status != "stand_in" and (is_loopback(domain) or "." not in domain):
        what = f"{domain!r} is an address, a port or a whole top-level domain."
        yield _problem(file, key, what, "Write the recipient's own domain name.")
    elif recipient.status != "stand_in" and not may_exist(domain):
        what = f"{domain!r} can never be reached."
        yield _problem(file, key, what, "Write a domain that can be registered.")


def _route_problems(recipient: Recipient, route: Route, file: str) -> Iterator[PackProblem]:
    key = f"routes.{route.id}.address"
    if [other.id for other in recipient.routes].count(route.id) > 1:
        yield _problem(file, "routes", f"the id {route.id!r} is there twice.", "Rename one.")
    for law_id in sorted(route.laws.difference(recipient.laws_ranked)):
        what = f"is for {law_id!r}, under which nothing is sent here."
        fix = "Add that law to lawpacks_ranked, or take it out."
        yield _problem(file, f"routes.{route.id}.lawpacks", what, fix)
    yield from _form_problems(route, file)
    if route.type == "phone":
        if not _PHONE.fullmatch(route.address):
            yield _problem(file, key, "is no telephone number.", "Use digits, spaces and hyphens.")
        return
    if route.type == "in_person":
        return
    host = _address_host(route)
    if host is None:
        what = f"{route.address!r} is no address for {route.type}."
        yield _problem(file, key, what, "Write name@domain for email, else a link with https://.")
    elif not any(falls_under(host, domain) for domain in recipient.domains):
        what = f"{host!r} is outside domains_allowed."
        yield _problem(file, key, what, "Have a person verify it, then add its domain.")


def _form_problems(route: Route, file: str) -> Iterator[PackProblem]:
    for entry in route.form:
        if entry.fact not in FORM_FACTS and not entry.fact.startswith(TO_CHOOSE):
            what = f"{entry.label!r} is filled with {entry.fact!r}, which is unknown."
            allowed = f"Use of: {', '.join(sorted(FORM_FACTS))}; or `{TO_CHOOSE}` and the choice."
            yield _problem(file, f"routes.{route.id}.field_map", what, allowed)


def _address_host(route: Route) -> str | None:
    if route.type == "email":
        found = _EMAIL.fullmatch(route.address)
        return normal_host(found.group(1)) if found else None
    return host_of(route.address)


def domain_claims(recipients: dict[str, Recipient]) -> Iterator[PackProblem]:
    """Find a domain that two recipients claim. Takes recipients by file."""
    owners: dict[str, str] = {}
    for file, recipient in recipients.items():
        for domain in recipient.hosts:
            first = owners.setdefault(domain, recipient.id)
            if first != recipient.id:
                key = "domains_allowed" if domain in recipient.domains else "link_domains"
                what = f"{domain!r} already belongs to {first!r}."
                yield _problem(file, key, what, "Keep it in one of the two.")


def expiry_problem(
    value: LawPack | Recipient | CountryLines | Wording, file: str, today: date
) -> Iterator[PackProblem]:
    """Say that an entry has expired: it still drafts, and sends nothing."""
    if not isinstance(value, Wording) and value.review.expired_on(today):
        what = f"expired on {value.review.expires}: it drafts and does not send."
        yield _problem(file, "review.expires", what, "Read the sources again and set a new date.")


def unlinked_problem(
    value: LawPack | Recipient | CountryLines | Wording, file: str
) -> Iterator[PackProblem]:
    """Say that an entry counts as read, and nobody can open what was read."""
    if not isinstance(value, LawPack | Recipient) or value.status != "verified":
        return
    if not any(source.url for source in value.sources):
        what = "is verified, and none of its sources has a link."
        yield _problem(file, "sources", what, "Add the link, or set it to `unverified`.")


def stand_in_problem(file: str) -> PackProblem:
    """Say that a stand-in has no place here."""
    what = "is a stand-in, which only tests and the demo may use."
    return _problem(file, "status", what, "Take the file away, or give the real recipient.")


def twice_in_folder(id_: str, file: str, first: str) -> PackProblem:
    """Say that two files of one folder carry one id."""
    return _problem(file, "id", f"{id_!r} is already in {first}.", "Give each file its own id.")


def _review_problems(review: Review, file: str) -> Iterator[PackProblem]:
    if review.by > review.expires:
        yield _problem(file, "review", "expires before its review.", "Put `by` before `expires`.")


def _problem(file: str, key: str, what: str, what_to_do: str) -> PackProblem:
    return PackProblem(file=file, key=key, what=what, what_to_do=what_to_do)
