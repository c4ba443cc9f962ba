"""What every look-up in the registries keeps to, the real one over HTTP and the remembered one."""

from collections.abc import Iterator

import pytest

from jikimi.takedown.rdap import RdapLookup, RegistriesSilent
from jikimi.takedown.rdap.asking import ACCEPT, RegistryLookup
from jikimi.takedown.rdap.registries import Registries
from jikimi.takedown.seeing.errors import Unreachable
from jikimi.takedown.seeing.fetching import GuardedFetcher
from jikimi.takedown.seeing.links import FetchPolicy
from tests.contracts.rdap_registry import (
    ADDRESSES,
    BROKEN_SITE,
    LISTED_SITE,
    QUIET_SITE,
    SITE,
    UNKNOWN_SITE,
    RememberedRegistries,
    registry_on_loopback,
)


def resolve(host: str) -> tuple[str, ...]:
    if host not in ADDRESSES:
        raise Unreachable
    return ADDRESSES[host]


def over_http(
    base: str, *, domains: str | None = None, bootstrap: str | None = None
) -> RegistryLookup:
    port = int(base.split(":")[2].partition("/")[0])
    return RegistryLookup(
        GuardedFetcher(
            user_agent="LinkCheck/1",
            policy=FetchPolicy(allowed_loopback_ports=frozenset({port})),
            accept=ACCEPT,
        ),
        Registries(
            domains={"example": domains or base},
            networks={"0.0.0.0/0": base},
            laws_ranked=(),
            bootstrap=bootstrap,
        ),
        resolve,
    )


@pytest.fixture(params=["over HTTP", "remembered"])
def lookup(request: pytest.FixtureRequest) -> Iterator[RdapLookup]:
    if request.param == "remembered":
        yield RememberedRegistries()
        return
    with registry_on_loopback() as (base, _, _):
        yield over_http(base)


def test_the_host_comes_first_and_then_the_registrar_each_with_its_address(
    lookup: RdapLookup,
) -> None:
    host, registrar = lookup.contacts_for(SITE)

    assert (host.kind, host.name, host.email) == ("host", "Example Hosting", "abuse@hoster.example")
    assert (registrar.kind, registrar.email) == ("registrar", "abuse@registrar.example")
    assert registrar.name == "Example Registrar"
    assert host.source.endswith("/ip/192.0.2.7")
    assert registrar.source.endswith("/domain/site.example")


@pytest.mark.parametrize("site", [QUIET_SITE, UNKNOWN_SITE])
def test_nobody_known_is_an_empty_answer(lookup: RdapLookup, site: str) -> None:
    assert lookup.contacts_for(site) == ()


def test_registries_that_give_no_readable_answer_are_silent(lookup: RdapLookup) -> None:
    with pytest.raises(RegistriesSilent):
        lookup.contacts_for(BROKEN_SITE)


# --- What only the real one can get wrong.


def test_no_more_than_the_name_leaves_and_rdap_is_asked_for() -> None:
    with registry_on_loopback() as (base, paths, accepted):
        over_http(base).contacts_for(SITE)

    assert paths == ["ip/192.0.2.7", "domain/pictures.site.example", "domain/site.example"]
    assert set(accepted) == {ACCEPT}


def test_an_address_in_numbers_has_a_host_and_no_registrar() -> None:
    with registry_on_loopback() as (base, paths, _):
        (host,) = over_http(base).contacts_for("192.0.2.7")

    assert host.kind == "host"
    assert paths == ["ip/192.0.2.7"]


def test_a_registry_that_passes_the_question_on_is_followed() -> None:
    with registry_on_loopback() as (base, paths, _):
        contacts = over_http(base, domains=f"{base}moved/").contacts_for(SITE)

    assert [one.kind for one in contacts] == ["host", "registrar"]
    assert "moved/domain/site.example" in paths


def test_a_name_that_does_not_resolve_still_has_a_registrar() -> None:
    with registry_on_loopback() as (base, _, _), pytest.raises(RegistriesSilent) as silent:
        over_http(base).contacts_for("gone.site.example")

    (registrar,) = silent.value.contacts
    assert registrar.kind == "registrar"


def test_a_registry_is_asked_about_a_handful_of_names_at_most() -> None:
    with registry_on_loopback() as (base, paths, _), pytest.raises(RegistriesSilent):
        over_http(base).contacts_for("a.b.c.d.e.f.broken.example")

    assert len(paths) == 3


def test_a_registry_nobody_listens_at_is_silent() -> None:
    with registry_on_loopback() as (base, _, _):
        pass
    with pytest.raises(RegistriesSilent):
        over_http(base).contacts_for(SITE)


def test_the_published_list_knows_the_registries_that_no_file_names() -> None:
    with registry_on_loopback() as (base, paths, _):
        for _ in range(2):
            lookup = over_http(base, bootstrap=f"{base}dns.json")
            host, registrar = lookup.contacts_for(LISTED_SITE)

    assert (host.kind, registrar.kind) == ("host", "registrar")
    assert registrar.email == "abuse@registry.example"
    assert paths.count("dns.json") == 1


@pytest.mark.parametrize("list_at", ["nowhere.json", "domain/broken.example"])
def test_a_list_that_cannot_be_read_is_trouble_and_the_host_is_told_all_the_same(
    list_at: str,
) -> None:
    with registry_on_loopback() as (base, _, _), pytest.raises(RegistriesSilent) as silent:
        over_http(base, bootstrap=f"{base}{list_at}").contacts_for(LISTED_SITE)

    assert [one.kind for one in silent.value.contacts] == ["host"]


def test_a_domain_that_is_in_no_list_has_no_registrar_and_that_is_an_answer() -> None:
    with registry_on_loopback() as (base, _, _):
        (contact,) = over_http(base).contacts_for(LISTED_SITE)

    assert contact.kind == "host"
