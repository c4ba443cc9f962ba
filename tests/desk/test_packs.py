"""Two people change an entry of the packs: through the desk, each in a browser of their own."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from jikimi.cli.packs import look_at_what_is_in_use
from jikimi.people.models import Staff
from jikimi.takedown.actions.judging import handle_pack_change
from jikimi.takedown.models import Notice
from jikimi.trail.models import EntryContent
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.models import PackChange
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.pack_values import LawId, RecipientId
from tests.desk.conftest import PASSWORD, Report, connect_app, type_password

TELEGRAM, REDDIT = RecipientId("telegram"), RecipientId("reddit")
LINK = "https://t.me/some_channel/12"
SOURCE = "https://telegram.org/abuse"
DOMAINS = "telegram.org t.me telegram.me telegram.dog"
NEW = "takedown@telegram.org"

pytestmark = pytest.mark.usefixtures("at_noon")


@pytest.fixture
def second(db: None) -> Client:
    """Another caseworker, in another browser, signed in."""
    other = Staff.objects.create_staff(email="jun@centre.example", password=PASSWORD)
    browser = Client()
    type_password(browser, other)
    connect_app(browser)
    assert browser.get("/desk/account/codes/").status_code == 200
    cache.clear()
    return browser


def reading(**changes: str) -> dict[str, str]:
    return {
        "why": "They have moved.",
        "link": SOURCE,
        "on": "2026-11-20",
        "confidence": "P",
        **changes,
    }


def propose(desk: Client, address: str = NEW, domains: str = DOMAINS, **changes: str) -> str:
    """Propose another address for Telegram's mail; what the desk answers."""
    given = {"route": "abuse-mail", "address": address, "domains": domains, **reading(**changes)}
    answer = desk.post("/desk/packs/recipients/telegram/address/", given, follow=True)
    return answer.content.decode()


def say(desk: Client, entry: str, standing: str, **changes: str) -> str:
    """Propose what is known of an entry; what the desk answers."""
    given = {
        "standing": standing,
        "review_by": "2027-02-01",
        "expires": "2027-05-01",
        **reading(**changes),
    }
    return desk.post(f"/desk/packs/{entry}/standing/", given, follow=True).content.decode()


def confirm(desk: Client, typed: str) -> str:
    """Confirm what waits; what the desk answers."""
    change = PackChange.objects.get(state="proposed")
    address = f"/desk/packs/change/{change.pk}/confirm/"
    return desk.post(address, {"typed": typed}, follow=True).content.decode()


def address_in_use() -> str:
    return packs_in_use().recipients[TELEGRAM].routes[0].address


def test_an_address_changes_once_a_second_person_has_typed_its_domain(
    desk: Client, second: Client
) -> None:
    assert "takes effect once somebody else has confirmed" in propose(desk)
    assert address_in_use() == "abuse@telegram.org"
    assert "not what this change would put in place" in confirm(second, "telegram.com")
    assert address_in_use() == "abuse@telegram.org"
    assert "It is in effect" in confirm(second, "Telegram.org ")
    assert address_in_use() == NEW
    assert PackChange.objects.get().decided_by != PackChange.objects.get().proposed_by
    events = [(one.payload["event"], one.payload["actor"]) for one in EntryContent.objects.all()]
    ours = [one for one in events if one[0].startswith("pack change")]
    assert [event for event, _ in ours] == ["pack change proposed", "pack change confirmed"]
    assert len({actor for _, actor in ours}) == 2


def test_who_proposes_can_never_confirm(desk: Client) -> None:
    propose(desk)
    assert "proposed by you" in desk.get("/desk/packs/").content.decode()
    assert "You proposed this yourself" in confirm(desk, "telegram.org")
    page = desk.get("/desk/packs/recipients/telegram/").content.decode()
    assert "Somebody else reads the source" in page
    assert 'name="typed"' not in page
    assert address_in_use() == "abuse@telegram.org"


def test_the_database_refuses_a_change_that_one_person_confirms(desk: Client) -> None:
    propose(desk)
    row = PackChange.objects.get()
    row.state, row.turn, row.decided_by, row.decided_at = (
        "confirmed", 1, row.proposed_by, row.proposed_at,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="two_people_confirm"), transaction.atomic():
        row.save()


def test_nobody_confirms_for_somebody_whose_account_was_closed(
    desk: Client, second: Client, staff: Staff
) -> None:
    propose(desk)
    Staff.objects.filter(pk=staff.pk).update(is_active=False)
    assert "has no account any more" in confirm(second, "telegram.org")
    assert address_in_use() == "abuse@telegram.org"


def test_a_refused_change_changes_nothing_and_makes_room_for_another(
    desk: Client, second: Client
) -> None:
    propose(desk)
    assert "proposed for this entry already" in propose(second)
    change = PackChange.objects.get()
    second.post(f"/desk/packs/change/{change.pk}/refuse/")
    assert (
        "Somebody has already decided"
        in second.post(
            f"/desk/packs/change/{change.pk}/confirm/", {"typed": "telegram.org"}, follow=True
        ).content.decode()
    )
    assert address_in_use() == "abuse@telegram.org"
    assert "takes effect once" in propose(desk)


def test_a_changed_domain_stands_out_and_every_new_one_is_typed(
    desk: Client, second: Client
) -> None:
    propose(desk, "abuse@telegram-help.org", f"{DOMAINS} telegram-help.org telegram-cdn.org")
    page = second.get("/desk/packs/recipients/telegram/").content.decode()
    assert "The domain changes: from" in page
    assert '<strong><code class="address">telegram-cdn.org' in page
    assert "letter by letter" in page
    assert "not what this change" in confirm(second, "telegram-help.org")
    assert "in effect" in confirm(second, "telegram-cdn.org, telegram-help.org")
    assert packs_in_use().recipient_for_host("a.telegram-cdn.org") is not None


def test_a_source_outside_the_known_domains_is_warned_of(desk: Client, second: Client) -> None:
    propose(desk, link="https://helpful-blog.example/telegram")
    page = second.get("/desk/packs/recipients/telegram/").content.decode()
    assert "It was read at helpful-blog.example, which is none of the domains" in page


@pytest.mark.parametrize(
    ("address", "domains", "sentence"),
    [
        ("abuse@telegrаm.org", DOMAINS, "xn--telegrm-7fg.org"),  # a Cyrillic letter
        ("abuse@ｔelegram.org", DOMAINS, "telegram.org"),  # a full-width letter
        ("abuse@telegram.org.", DOMAINS, "without a dot at its end"),
        ("abuse@telegram.org:25", DOMAINS, "without a port"),
        ("abuse@[127.0.0.1]", DOMAINS, "no address in numbers"),
        ("abuse@10.0.0.1", DOMAINS, "no address in numbers"),
        ("abuse@telegram.org@evil.org", DOMAINS, "name@domain"),
        ("abuse@evil.org", DOMAINS, "outside domains_allowed"),
        ("a\u200bbuse@telegram.org", DOMAINS, "letter outside a to z"),
        ("abuse@telegram.org\r\nBcc: a@evil.org", DOMAINS, "name@domain"),
        ("", "telegram.org t.me evil.localhost", "no domain that a company can have"),
        ("", "telegram.org t.me com", "no domain that a company can have"),
        ("", "telegram.org t.me 2130706433", "no domain that a company can have"),
        ("", "telegram.org t.me 127.0.0.1", "no address in numbers"),
        ("", "telegram.org t.me intranet.internal", "no domain that a company can have"),
        ("", "telegram.org t.me www.reddit.com", "belongs to Reddit"),
        ("", "telegram.org t.me a.b.c.onion", "no domain that a company can have"),
        ("", "t.me telegram.me telegram.dog", "outside domains_allowed"),
        ("", DOMAINS, "Nothing would change"),
    ],
)  # fmt: skip
def test_an_unsafe_address_is_refused_with_the_sentence_why(
    desk: Client, address: str, domains: str, sentence: str
) -> None:
    assert sentence in propose(desk, address, domains).replace("&#x27;", "'")
    assert not PackChange.objects.exists()


@pytest.mark.parametrize(
    ("link", "sentence"),
    [
        ("http://telegram.org/form", "with https://"),
        ("https://telegram.org@evil.org/form", "hides its domain"),
        ("https://telegram.org:8443/form", "without a port"),
        ("https://telegram.org%2eevil.org/form", "hides its domain"),
        ("https://telegram.org\\@evil.org/", "no address for web_form"),
        ("https://evil.org/?telegram.org", "outside domains_allowed"),
        ("javascript:alert(1)", "with https://"),
    ],
)
def test_an_unsafe_form_is_refused_with_the_sentence_why(
    desk: Client, link: str, sentence: str
) -> None:
    assert sentence in propose(desk, link, route="dsa-form").replace("&#x27;", "'")
    assert not PackChange.objects.exists()


def test_a_punycode_domain_is_shown_for_what_it_looks_like(desk: Client, second: Client) -> None:
    fake = "xn--telegrm-7fg.org"
    propose(desk, f"abuse@{fake}", f"{DOMAINS} {fake}")
    page = second.get("/desk/packs/recipients/telegram/").content.decode()
    assert "stands for letters of another script" in page
    assert "telegrаm.org" in page
    assert "not what this change" in confirm(second, "telegram.org")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"link": ""}, "Give the link of the page"),
        ({"link": "their site"}, "Give the link of the page"),
        ({"on": "2026-11-23"}, "or not yet"),
        ({"on": "2026-01-01"}, "over 90 days ago"),
        ({"why": "  "}, "This field is required"),
    ],
)
def test_a_proposal_says_why_and_where_it_was_read(
    desk: Client, changes: dict[str, str], sentence: str
) -> None:
    assert sentence in propose(desk, **changes)
    assert not PackChange.objects.exists()


def test_a_change_is_taken_back_by_two_people_too(desk: Client, second: Client) -> None:
    propose(desk)
    confirm(second, "telegram.org")
    change = PackChange.objects.get()
    second.post(f"/desk/packs/change/{change.pk}/undo/", {"why": "It was wrong."})
    assert address_in_use() == NEW
    assert "You proposed this yourself" in confirm(second, "telegram.org")
    assert "in effect" in confirm(desk, "telegram.org")
    assert address_in_use() == "abuse@telegram.org"


def test_only_the_latest_change_of_an_entry_is_taken_back(desk: Client, second: Client) -> None:
    propose(desk)
    confirm(second, "telegram.org")
    first = PackChange.objects.get()
    propose(desk, "third@telegram.org")
    confirm(second, "telegram.org")
    answer = desk.post(f"/desk/packs/change/{first.pk}/undo/", {"why": "No."}, follow=True)
    assert "Only the latest change" in answer.content.decode()
    assert address_in_use() == "third@telegram.org"


def test_two_people_verify_an_entry_and_its_drafts_may_go(
    desk: Client, second: Client, report: Report, now: datetime
) -> None:
    case = report("https://www.reddit.com/r/some/comments/1")
    notice = Notice.objects.get(sighting__case=case)
    assert "unverified" in notice.why_not
    listed = desk.get("/desk/packs/?what=recipients&state=unverified").content.decode()
    assert "1 draft waits for it" in listed.partition("data-row")[2].partition("data-row")[0]
    say(desk, "recipients/reddit", "verified", link="https://www.reddit.com/help")
    confirm(second, "reddit")
    assert packs_in_use().recipients[REDDIT].status == "verified"
    assert str(packs_in_use().recipients[REDDIT].review.expires) == "2027-05-01"
    handle_pack_change(PackChange.objects.get().pk, now=now)
    notice.refresh_from_db()
    assert "Reddit is unverified" not in notice.why_not
    assert (
        "read by two people" in desk.get("/desk/packs/recipients/reddit/").content.decode().lower()
    )


@pytest.mark.parametrize("standing", ["degraded", "dead"])
def test_two_people_say_that_a_recipient_does_not_work(
    desk: Client, second: Client, standing: str
) -> None:
    say(desk, "recipients/telegram", standing, link="")
    assert packs_in_use().recipients[TELEGRAM].status == "verified"
    confirm(second, "telegram")
    assert packs_in_use().recipients[TELEGRAM].status == standing


def test_a_law_is_verified_for_a_year_at_most(desk: Client, second: Client) -> None:
    assert "both within a year" in say(desk, "laws/jp-idpa", "verified", expires="2029-01-01")
    assert "has to lie ahead" in say(desk, "laws/jp-idpa", "verified", review_by="2026-01-01")
    say(desk, "laws/jp-idpa", "verified")
    confirm(second, "jp-idpa")
    assert packs_in_use().laws[LawId("jp-idpa")].status == "verified"


def test_a_verified_entry_whose_file_changes_is_verified_no_more(
    desk: Client, second: Client, settings: Settings, tmp_path: Path
) -> None:
    say(desk, "recipients/reddit", "verified", link="https://www.reddit.com/help")
    confirm(second, "reddit")
    override(tmp_path, settings, "reddit", name="Reddit Inc.")
    assert packs_in_use().recipients[REDDIT].status == "unverified"
    page = desk.get("/desk/packs/recipients/reddit/").content.decode()
    assert "has changed since two people verified it" in page


def test_a_file_that_changes_below_an_address_stops_the_entry(
    desk: Client, second: Client, settings: Settings, tmp_path: Path
) -> None:
    propose(desk)
    confirm(second, "telegram.org")
    routes = shipped("telegram")["routes"]
    override(
        tmp_path, settings, "telegram",
        routes=[{**routes[0], "address": "third@telegram.org"}, *routes[1:]],
    )  # fmt: skip
    telegram = packs_in_use().recipients[TELEGRAM]
    assert (telegram.status, telegram.routes[0].address) == ("unverified", "third@telegram.org")
    assert "Take that change back first" in propose(desk)
    change = PackChange.objects.get(state="confirmed")
    desk.post(f"/desk/packs/change/{change.pk}/undo/", {"why": "The file is right."})
    confirm(second, "telegram.org")
    telegram = packs_in_use().recipients[TELEGRAM]
    assert (telegram.status, telegram.routes[0].address) == ("verified", "third@telegram.org")


def test_an_override_by_the_centre_is_shown_against_what_ships(
    desk: Client, settings: Settings, tmp_path: Path
) -> None:
    override(tmp_path, settings, "reddit", name="Reddit Inc.")
    page = desk.get("/desk/packs/recipients/reddit/").content.decode()
    assert "The centre’s file overrides it" in page
    assert "Reddit Inc." in page.partition("Against what ships")[2]
    assert "the centre’s file overrides it" in desk.get("/desk/packs/").content.decode()


def test_the_list_has_every_entry_and_what_is_due_first(
    desk: Client, settings: Settings, tmp_path: Path
) -> None:
    override(
        tmp_path, settings, "xvideos", review={"by": "2026-08-01", "expires": "2026-11-01"}
    )  # fmt: skip
    page = desk.get("/desk/packs/").content.decode()
    assert page.count("data-row") == sum(len(list((SHIPPED / one).glob("*.yaml"))) for one in (
        "laws", "recipients", "helplines", "wordings"
    ))  # fmt: skip
    first = page.partition("data-row")[2].partition("data-row")[0]
    assert "XVideos" in first
    assert "expired" in first
    due = desk.get("/desk/packs/?state=due").content.decode()
    assert due.count("data-row") == 1


def test_the_list_says_who_has_read_the_sources(desk: Client, second: Client) -> None:
    assert "1 source (P), read 21 Nov 2026 by the project" in row_of(desk, "ftc")
    say(desk, "recipients/reddit", "verified", link="https://www.reddit.com/help")
    confirm(second, "reddit")
    assert "by two people of the centre" in row_of(desk, "reddit")


def row_of(desk: Client, entry: str) -> str:
    """The row of an entry in the list."""
    page = desk.get("/desk/packs/?what=recipients").content.decode()
    return page.partition(f"/recipients/{entry}/")[2].partition("data-row")[0]


@pytest.mark.parametrize(
    "entry", ["laws/us-take-it-down", "recipients/aws", "helplines/KR", "wordings/zh-TW"]
)
def test_each_entry_has_a_page_with_its_sources(desk: Client, entry: str) -> None:
    page = desk.get(f"/desk/packs/{entry}/")
    assert page.status_code == 200
    assert "Sources" in page.content.decode()
    assert " style=" not in page.content.decode()


def test_what_does_not_exist_is_not_found_and_not_changed(desk: Client) -> None:
    for address in ("recipients/nobody", "attic/telegram"):
        assert desk.get(f"/desk/packs/{address}/").status_code == 404
        assert (
            desk.post(f"/desk/packs/{address}/standing/", {"standing": "dead"}).status_code == 404
        )
    for act in ("confirm", "refuse", "undo"):
        unknown = f"/desk/packs/change/{'0' * 8}-0000-4000-8000-{'0' * 12}/{act}/"
        assert desk.post(unknown).status_code == 404
        assert desk.get(unknown).status_code == 405


@pytest.mark.django_db
def test_strangers_see_and_change_nothing(client: Client) -> None:
    for answer in (
        client.get("/desk/packs/"),
        client.get("/desk/packs/recipients/telegram/"),
        client.post("/desk/packs/recipients/telegram/address/", {"address": NEW}),
    ):
        assert answer.status_code == 302
    assert not PackChange.objects.exists()


def shipped(name: str) -> dict[str, Any]:
    text = (SHIPPED / "recipients" / f"{name}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def override(folder: Path, settings: Settings, entry: str, /, **changes: object) -> None:
    """The centre's own file for a recipient."""
    shown = shipped(entry) | changes
    path = folder / "own" / "recipients" / f"{entry}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(shown, allow_unicode=True), encoding="utf-8")
    settings.PACK_FOLDERS = [folder / "own"]


def test_the_check_of_the_packs_in_use_names_what_was_changed(
    desk: Client, second: Client, now: datetime
) -> None:
    propose(desk)
    confirm(second, "telegram.org")
    problems, summary = look_at_what_is_in_use(now.date())
    assert problems == []
    assert "Changed by two people: recipients/telegram." in summary
    problems, _ = look_at_what_is_in_use(now.date() + timedelta(days=400))
    assert any("expired on" in problem for problem in problems)


def test_an_entry_says_its_ways_in_words(desk: Client) -> None:
    page = desk.get("/desk/packs/recipients/telegram/").content.decode()
    assert 'abuse-mail <span class="hint">by e-mail</span>' in page
    assert 'dsa-form <span class="hint">through its web form, by hand</span>' in page
    assert "only under us-dmca-512" in page
    assert "Links there are its own too, and nothing is ever written to:" in page
    assert "telegra.ph" in page
