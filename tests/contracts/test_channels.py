"""What every channel owes us, whatever is behind it; and what only an interface can get wrong."""

import base64
import json
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import xarf
from pytest_django import Settings

from jikimi.takedown.channels import (
    DeliveryTrouble,
    MaybeSent,
    NotSentYet,
    RefusedForGood,
    ServerAway,
    Taken,
    channels,
)
from jikimi.takedown.channels.asking import AskableChannel, Question, Standing
from jikimi.takedown.errors import MayNotSend

from .interfaces import A_GIGABYTE, Mood
from .other_sides import (
    INTERFACES,
    LINKS,
    MAILS,
    OUTBOUND,
    Pair,
    a_letter,
    a_parcel,
    an_envelope,
    api,
    links_for,
    mail,
    read_mail,
    write_keys,
)
from .recipients_interfaces import AWS_REFERENCE, CLOUDFLARE_REFERENCE, MODERATION, aws, cloudflare

THE_MAIL_SERVERS_LOG = "mail.log"


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, settings: Settings) -> Path:
    return write_keys(tmp_path, settings)


@pytest.fixture(params=[*MAILS, *INTERFACES])
def pair(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Pair]:
    start = mail if request.param in MAILS else api
    with start(request.param, settings) as made:
        yield made


@pytest.fixture(params=INTERFACES)
def called(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Pair]:
    """Only the channels that call an interface."""
    with api(request.param, settings) as made:
        yield made


def trouble_with(pair: Pair, mood: Mood) -> DeliveryTrouble:
    pair.side.behave(mood)
    with pytest.raises(DeliveryTrouble) as told:
        pair.channel.send(pair.parcel)
    return told.value


def test_every_channel_of_the_house_is_tried_here() -> None:
    assert set(channels()) == {*MAILS, *INTERFACES}


def test_a_notice_is_taken_once_as_the_other_side_publishes_it(pair: Pair) -> None:
    assert pair.channel.why_not() == ""
    assert pair.channel.send(pair.parcel) == Taken(reference=pair.reference)
    assert len(pair.side.taken()) == 1
    assert pair.side.faults() == []


def test_a_refused_notice_is_not_tried_again(pair: Pair) -> None:
    assert isinstance(trouble_with(pair, Mood.REFUSES), RefusedForGood)
    assert pair.side.taken() == []


def test_a_side_that_asks_to_wait_has_not_taken_it(pair: Pair) -> None:
    assert isinstance(trouble_with(pair, Mood.ASKS_TO_WAIT), NotSentYet)
    assert pair.side.taken() == []


def test_a_side_that_cannot_be_reached_is_away(pair: Pair, settings: Settings) -> None:
    settings.EMAIL_PORT = 1
    with pytest.raises(ServerAway):
        pair.channel.send(pair.away)


def test_nobody_knows_what_became_of_a_notice_that_broke_off_half_way(pair: Pair) -> None:
    assert isinstance(trouble_with(pair, Mood.BREAKS_OFF), MaybeSent)


def test_only_what_our_own_mail_server_does_is_no_fault_of_the_recipient(
    pair: Pair, settings: Settings
) -> None:
    is_mail = pair.channel.route_type == "email"
    assert trouble_with(pair, Mood.BREAKS_OFF).ours is is_mail
    assert not trouble_with(pair, Mood.REFUSES).ours
    assert not trouble_with(pair, Mood.ASKS_TO_WAIT).ours
    settings.EMAIL_PORT = 1
    with pytest.raises(ServerAway) as told:
        pair.channel.send(pair.away)
    assert told.value.ours is is_mail


def test_the_same_letter_sent_twice_is_known_as_one(pair: Pair) -> None:
    for _ in range(2):
        pair.channel.send(pair.parcel)
    first, second = pair.side.taken()
    assert first == second
    assert OUTBOUND.hex in first.replace("-", "")


@pytest.mark.parametrize(
    "mood", [Mood.TAKES, Mood.REFUSES, Mood.ASKS_TO_WAIT, Mood.BREAKS_OFF], ids=str
)
def test_neither_a_key_nor_a_link_stands_in_a_log_or_in_an_error(
    pair: Pair, mood: Mood, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    pair.side.behave(mood)
    told = repr(pair.parcel)
    try:
        pair.channel.send(pair.parcel)
    except DeliveryTrouble as trouble:
        told += "".join(traceback.format_exception(trouble)) + trouble.safe_words
    told += "".join(one.getMessage() for one in caplog.records if one.name != THE_MAIL_SERVERS_LOG)
    for secret in pair.secrets:
        assert secret not in told


# --- Interfaces


def test_a_channel_without_its_key_says_what_is_missing(
    called: Pair, keys: Path, settings: Settings
) -> None:
    settings.CHANNEL_KEYS = ""
    assert f"[{called.channel.name}]" in called.channel.why_not()
    with pytest.raises(ServerAway, match="JIKIMI_CHANNEL_KEYS"):
        called.channel.send(called.parcel)
    settings.CHANNEL_KEYS = str(keys)
    keys.chmod(0o640)
    assert "600" in called.channel.why_not()
    assert called.side.taken() == []


def test_a_wrong_key_lets_the_notice_wait_and_says_so(called: Pair, keys: Path) -> None:
    keys.write_text(keys.read_text().replace("hush", "wrong"))
    with pytest.raises(ServerAway, match="key"):
        called.channel.send(called.parcel)
    assert called.side.taken() == []


def test_another_host_than_the_recipients_own_is_never_called(called: Pair) -> None:
    for domains in [(), ("recipient.example",), ("127.0.0.1",), ("127.0.0.1:1",)]:
        with pytest.raises(RefusedForGood, match="domains"):
            called.channel.send(replace(called.parcel, domains=domains))
    assert called.side.taken() == []


def test_an_address_without_encryption_is_never_called(called: Pair) -> None:
    open_one = replace(
        called.parcel,
        address=called.parcel.address.replace("127.0.0.1:", "api.recipient.example/"),
        domains=("recipient.example",),
    )
    with pytest.raises(RefusedForGood, match="https"):
        called.channel.send(open_one)


def test_an_address_inside_our_own_network_is_never_called(called: Pair) -> None:
    inside = replace(called.parcel, address="https://localhost/v1/abuse#x", domains=("localhost",))
    with pytest.raises(ServerAway, match="ForbiddenAddress"):
        called.channel.send(inside)


def test_a_redirect_is_not_followed(called: Pair) -> None:
    assert isinstance(trouble_with(called, Mood.PASSES_ON), RefusedForGood)
    interface = called.side.interface  # type: ignore[attr-defined]
    assert not any(one.path == "/elsewhere" for one in interface.requests)


def test_an_answer_of_a_gigabyte_is_not_read(called: Pair) -> None:
    assert isinstance(trouble_with(called, Mood.TALKS_FOR_EVER), MaybeSent)
    assert called.side.interface.written < A_GIGABYTE / 10  # type: ignore[attr-defined]


@pytest.mark.parametrize("mood", [Mood.FAILS, Mood.MUMBLES], ids=str)
def test_nobody_knows_what_became_of_a_notice_whose_answer_says_nothing(
    called: Pair, mood: Mood
) -> None:
    assert isinstance(trouble_with(called, mood), MaybeSent)


def test_a_side_that_names_a_time_is_left_alone_that_long(called: Pair) -> None:
    trouble = trouble_with(called, Mood.ASKS_TO_WAIT)
    assert isinstance(trouble, NotSentYet)
    assert trouble.wait == timedelta(seconds=120)


@pytest.mark.parametrize("mood", [Mood.IS_OVERLOADED, Mood.REFUSES_THE_KEY], ids=str)
def test_a_side_that_takes_nothing_from_us_now_is_away(called: Pair, mood: Mood) -> None:
    assert isinstance(trouble_with(called, mood), ServerAway)


def test_an_interface_is_told_the_same_each_time_the_letter_is_written(called: Pair) -> None:
    envelope = an_envelope(called.parcel.address)
    letter = a_letter(*links_for(called.channel.name))
    assert called.channel.compose(letter, envelope) == called.channel.compose(letter, envelope)


def test_an_interface_is_told_of_nobody_who_may_be_a_minor(called: Pair) -> None:
    letter = a_letter(*links_for(called.channel.name), subject="minor")
    with pytest.raises(MayNotSend, match="hotline"):
        called.channel.compose(letter, an_envelope(called.parcel.address))


@pytest.mark.parametrize("name", ["aws", "ozone", "matrix"])
def test_an_interface_that_takes_one_link_is_given_no_second(name: str) -> None:
    with pytest.raises(MayNotSend, match="one link"):
        channels()[name].compose(a_letter(*LINKS), an_envelope("https://x.example/"))


# --- What each of them says


def test_cloudflare_is_told_by_the_centre_and_asked_to_tell_the_owner_nothing() -> None:
    letter = a_letter(*LINKS, LINKS[0])
    form = json.loads(channels()["cloudflare"].compose(letter, an_envelope("x")))
    assert form["owner_notification"] == "none"
    assert form["host_notification"] == "send-anon"
    assert form["ncsei_subject_representation"] is False
    assert form["name"] == form["company"] == "Example Centre"
    assert form["urls"] == "\n".join(LINKS)


def test_the_mail_to_a_host_is_a_letter_first_and_a_report_for_machines_behind_it() -> None:
    made = read_mail(channels()["xarf"].compose(a_letter(*LINKS), an_envelope("abuse@h.example")))
    assert made.get_content_type() == "multipart/report"
    assert made.get_param("report-type") == "feedback-report"
    words, feedback, report = made.iter_parts()
    assert "삭제해 주십시오" in words.get_content()
    assert feedback.get_content_type() == "message/feedback-report"
    assert b"Feedback-Type: xarf" in feedback.as_bytes()
    assert (report.get_content_type(), report.get_filename()) == ("application/json", "xarf.json")
    said = json.loads(report.get_content())
    assert xarf.parse(said).errors == []
    assert said["url"] == LINKS[0]
    assert "ncii:synthetic" in said["tags"]
    (listed,) = said["evidence"]
    assert listed["content_type"] == "text/plain"
    assert base64.b64decode(listed["payload"]).decode().split("\n") == list(LINKS)


def test_a_notice_about_a_minor_goes_to_a_host_as_plain_mail_without_a_grade() -> None:
    letter = a_letter(*LINKS, subject="minor", fingerprints=[])
    made = read_mail(channels()["xarf"].compose(letter, an_envelope("abuse@h.example")))
    assert made.get_content_type() == "multipart/mixed"
    assert b"xarf" not in made.as_bytes().lower()


def test_an_account_is_reported_where_no_post_is_named(settings: Settings) -> None:
    with api("ozone", settings) as made:
        channel = made.channel
        letter = a_letter("https://bsky.app/profile/did:plc:z72i7hdynmk6r22z27h6tvur")
        own = made.parcel.domains[0]
        channel.send(a_parcel(channel, letter, f"http://{own}/#{MODERATION}", own))
        assert (len(made.side.taken()), made.side.faults()) == (1, [])


def test_a_post_that_is_gone_is_told_as_such_and_not_reported(settings: Settings) -> None:
    with api("ozone", settings) as made:
        letter = a_letter("https://bsky.app/profile/her.example/post/3kgone")
        own = made.parcel.domains[0]
        parcel = a_parcel(made.channel, letter, f"http://{own}/#{MODERATION}", own)
        with pytest.raises(RefusedForGood, match="not found"):
            made.channel.send(parcel)
        assert made.side.taken() == []


@pytest.mark.parametrize(
    "link",
    [
        "https://bsky.app.evil.example/profile/her.example/post/3k",
        "https://bsky.app/profile/her.example/feed/3k",
        "https://bsky.app/profile/a%2F..%2Fb/post/3k",
        "https://cdn.bsky.app/img/x",
    ],
)
def test_a_link_that_is_no_post_and_no_account_is_not_reported_there(link: str) -> None:
    with pytest.raises(MayNotSend, match="posts and accounts"):
        channels()["ozone"].compose(a_letter(link), an_envelope("x"))


# --- What became of it


@pytest.mark.parametrize(
    ("status", "reason", "standing"),
    [
        ("submitted", None, Standing.RECEIVED),
        ("accepted", None, Standing.SETTLED),
        ("denied", "content_removed", Standing.SETTLED),
        ("denied", "no_abuse_found", Standing.REFUSED),
        ("denied", "duplicate_report", Standing.RECEIVED),
        ("melted", None, Standing.UNKNOWN),
    ],
)
def test_cloudflare_can_be_asked_what_became_of_a_report(
    status: str, reason: str | None, standing: Standing, settings: Settings
) -> None:
    with cloudflare(status, reason) as side:
        settings.STAND_IN_PORTS = frozenset({side.port})
        question = Question(
            reference=CLOUDFLARE_REFERENCE,
            address=side.base + "/client/v4/accounts/{account_id}/abuse-reports/abuse_ncsei",
            domains=(f"127.0.0.1:{side.port}",),
        )
        assert askable("cloudflare").ask_about(question).standing is standing


@pytest.mark.parametrize(
    ("status", "reason", "standing"),
    [
        ("QUEUED", "", Standing.RECEIVED),
        ("COMPLETED", "ACTIONED", Standing.SETTLED),
        ("COMPLETED", "CONTENT_DOWN_OR_INACCESSIBLE", Standing.SETTLED),
        ("COMPLETED", "REVIEWED_NO_AWS_ACTION", Standing.REFUSED),
        ("COMPLETED", "NEED_MORE_INFORMATION", Standing.ASKS_MORE),
        ("https://evil.example/ click", "", Standing.UNKNOWN),
    ],
)
def test_aws_can_be_asked_what_became_of_a_report(
    status: str, reason: str, standing: Standing, settings: Settings
) -> None:
    with aws(status, reason) as side:
        settings.STAND_IN_PORTS = frozenset({side.port})
        question = Question(
            reference=AWS_REFERENCE,
            address=f"{side.base}/v1/abuse",
            domains=(f"127.0.0.1:{side.port}",),
        )
        told = askable("aws").ask_about(question)
        assert told.standing is standing
        assert " " not in told.word
        with pytest.raises(RefusedForGood, match="domains"):
            askable("aws").ask_about(replace(question, domains=("elsewhere.example",)))
        unknown = replace(question, reference="../../../elsewhere?x")
        assert askable("aws").ask_about(unknown).standing is Standing.UNKNOWN


def askable(name: str) -> AskableChannel:
    channel = channels()[name]
    assert isinstance(channel, AskableChannel)
    return channel
