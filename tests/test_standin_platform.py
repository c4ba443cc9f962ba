"""The stand-in platform does over real HTTP and SMTP what a platform does, and says what it is."""

import json
import signal
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from PIL import Image
from skimage import data

from jikimi.cli.demo.standin.conduct import Behaviour, MailServer
from jikimi.cli.demo.standin_platform import Doors, StandinPlatform


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "coffee.png"
    Image.fromarray(data.coffee()).save(path)
    return path


@pytest.fixture
def running(picture: Path) -> Iterator[Callable[..., StandinPlatform]]:
    started: list[StandinPlatform] = []

    def run(
        behaviour: Behaviour = Behaviour.REMOVES, replies_through: MailServer | None = None
    ) -> StandinPlatform:
        platform = StandinPlatform(
            picture=picture, behaviour=behaviour, replies_through=replies_through
        )
        platform.start()
        started.append(platform)
        return platform

    yield run
    for platform in started:
        platform.stop()


def notice(*urls: str, message_id: str = "<notice-1@centre.example>") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Centre <notices@centre.example>"
    mail["To"] = "abuse@standin.example"
    mail["Subject"] = "Removal notice"
    mail["Message-ID"] = message_id
    mail.set_content("Please remove what the attached notice names.")
    document = json.dumps({"schema": "jikimi-notice/1", "links": list(urls)}).encode()
    mail.add_attachment(document, maintype="application", subtype="json", filename="notice.json")
    return mail


def send(mail: EmailMessage, doors: Doors, timeout: float = 60) -> None:
    with smtplib.SMTP("127.0.0.1", doors.smtp_port, timeout=timeout) as connection:
        connection.send_message(mail)


def wait_for(event: str, platform: StandinPlatform) -> None:
    for _ in range(3000):
        if any(happened.event == event for happened in platform.events()):
            return
        time.sleep(0.02)
    pytest.fail(f"{event} did not happen, only {[e.event for e in platform.events()]}")


def test_every_page_says_that_it_is_a_stand_in(
    running: Callable[..., StandinPlatform],
) -> None:
    platform = running()
    site = platform.doors.page.removesuffix("/p/0001")
    pages = [httpx.get(platform.doors.page), httpx.get(site), httpx.get(f"{site}/p/9999")]
    send(notice(platform.doors.page), platform.doors)
    wait_for("removed", platform)
    pages.append(httpx.get(platform.doors.page))
    assert [page.status_code for page in pages] == [200, 200, 404, 410]
    assert all("stand-in platform for demonstrations and tests" in page.text for page in pages)


def test_a_post_shows_its_picture(running: Callable[..., StandinPlatform]) -> None:
    platform = running()
    assert 'src="/i/0001.jpg"' in httpx.get(platform.doors.page).text
    picture = httpx.get(platform.doors.picture)
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.content.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("named", ["page", "picture"])
def test_a_notice_that_names_either_address_takes_both_down(
    named: str, running: Callable[..., StandinPlatform]
) -> None:
    platform = running(Behaviour.REMOVES)
    send(notice(getattr(platform.doors, named)), platform.doors)
    wait_for("removed", platform)
    assert httpx.get(platform.doors.page).status_code == 410
    assert httpx.get(platform.doors.picture).status_code == 410


def test_links_in_the_text_count_when_there_is_no_notice(
    running: Callable[..., StandinPlatform],
) -> None:
    platform = running()
    mail = EmailMessage()
    mail["From"], mail["To"] = "notices@centre.example", platform.doors.mailbox
    mail.set_content(f"Please remove <{platform.doors.page}>, thank you.")
    send(mail, platform.doors)
    wait_for("removed", platform)
    assert httpx.get(platform.doors.page).status_code == 410


@pytest.mark.parametrize(
    "url",
    ["http://other.example/p/0001", "http://127.0.0.1:1/p/0001", "http://127.0.0.1/p/0001", "x"],
)
def test_a_notice_about_another_server_changes_nothing(
    url: str, running: Callable[..., StandinPlatform]
) -> None:
    platform = running()
    send(notice(url), platform.doors)
    wait_for("mail_names_nothing_here", platform)
    assert httpx.get(platform.doors.page).status_code == 200


@pytest.mark.parametrize(
    ("behaviour", "event", "words"),
    [
        (Behaviour.ACKNOWLEDGES, "acknowledged", "received your notice"),
        (Behaviour.REFUSES, "refused", "Reason:"),
    ],
)
def test_an_answer_by_mail_is_threaded_to_the_notice_and_leaves_the_post_up(
    behaviour: Behaviour, event: str, words: str, running: Callable[..., StandinPlatform]
) -> None:
    centre = running()
    platform = running(behaviour, MailServer(host="127.0.0.1", port=centre.doors.smtp_port))
    send(notice(platform.doors.page), platform.doors)
    wait_for(event, platform)
    wait_for("mail_received", centre)
    reply = centre.mails()[0]
    assert reply.recipients == ("notices@centre.example",)
    assert words in reply.text
    assert "stand-in platform" in reply.text
    assert httpx.get(platform.doors.page).status_code == 200


def test_a_platform_that_ignores_does_nothing(running: Callable[..., StandinPlatform]) -> None:
    platform = running(Behaviour.IGNORES)
    send(notice(platform.doors.page), platform.doors)
    wait_for("ignored", platform)
    assert httpx.get(platform.doors.page).status_code == 200


def test_a_reupload_comes_back_under_a_new_address(
    running: Callable[..., StandinPlatform],
) -> None:
    platform = running(Behaviour.REUPLOADS)
    send(notice(platform.doors.page), platform.doors)
    wait_for("reuploaded", platform)
    again = platform.doors.page.replace("0001", "0002")
    assert httpx.get(platform.doors.page).status_code == 410
    assert httpx.get(again).status_code == 200
    assert platform.events()[-1].post == "0002"


# --- the control room --------------------------------------------------------------------------


def test_mails_and_events_are_told_over_http(running: Callable[..., StandinPlatform]) -> None:
    platform = running()
    site = platform.doors.page.removesuffix("/p/0001")
    send(notice(platform.doors.page), platform.doors)
    wait_for("removed", platform)
    (mail,) = httpx.get(f"{site}/_standin/mails").json()
    assert mail["message_id"] == "<notice-1@centre.example>"
    assert mail["from"] == "notices@centre.example"
    assert mail["to"] == ["abuse@standin.example"]
    assert mail["subject"] == "Removal notice"
    assert mail["json"]["links"] == [platform.doors.page]
    events = httpx.get(f"{site}/_standin/events").json()
    assert [event["event"] for event in events] == ["mail_received", "removed"]
    assert events[1]["message_id"] == "<notice-1@centre.example>"


def test_its_behaviour_can_be_changed_while_it_runs(
    running: Callable[..., StandinPlatform],
) -> None:
    platform = running(Behaviour.IGNORES)
    site = platform.doors.page.removesuffix("/p/0001")
    told = httpx.post(f"{site}/_standin/behaviour", json={"behaviour": "removes", "delay": 0})
    assert told.status_code == 200
    send(notice(platform.doors.page), platform.doors)
    wait_for("removed", platform)


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("behaviour", {"behaviour": "explodes"}),
        ("behaviour", {}),
        ("behaviour", []),
        ("behaviour", {"behaviour": "removes", "delay": "soon"}),
        ("smtp", {"answer": "perhaps"}),
    ],
)
def test_an_order_it_does_not_know_is_refused(
    path: str, order: object, running: Callable[..., StandinPlatform]
) -> None:
    site = running().doors.page.removesuffix("/p/0001")
    assert httpx.post(f"{site}/_standin/{path}", json=order).status_code == 400


def test_a_form_of_another_website_cannot_give_orders(
    running: Callable[..., StandinPlatform],
) -> None:
    site = running().doors.page.removesuffix("/p/0001")
    sent = httpx.post(f"{site}/_standin/behaviour", content=b'{"behaviour": "ignores"}')
    assert sent.status_code == 415


@pytest.mark.parametrize("path", ["/_standin/posts", "/_standin/upload", "/p/0001", "/"])
def test_no_picture_can_be_uploaded(path: str, running: Callable[..., StandinPlatform]) -> None:
    site = running().doors.page.removesuffix("/p/0001")
    assert httpx.post(f"{site}{path}", json={}).status_code == 404


# --- faults of mail servers ---------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "code"), [("defer", 451), ("reject", 550)])
def test_a_mail_it_was_told_not_to_take_is_answered_so_and_not_kept(
    answer: str, code: int, running: Callable[..., StandinPlatform]
) -> None:
    platform = running()
    site = platform.doors.page.removesuffix("/p/0001")
    httpx.post(f"{site}/_standin/smtp", json={"answer": answer}).raise_for_status()
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(notice(platform.doors.page), platform.doors)
    assert refused.value.smtp_code == code
    assert platform.mails() == ()


def test_a_hanging_server_leaves_the_sender_waiting(
    running: Callable[..., StandinPlatform],
) -> None:
    platform = running()
    site = platform.doors.page.removesuffix("/p/0001")
    httpx.post(f"{site}/_standin/smtp", json={"answer": "hang"}).raise_for_status()
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        send(notice(platform.doors.page), platform.doors, timeout=0.3)
    assert platform.mails() == ()


def test_a_dropped_connection_leaves_the_sender_in_doubt_although_the_mail_arrived(
    running: Callable[..., StandinPlatform],
) -> None:
    platform = running()
    site = platform.doors.page.removesuffix("/p/0001")
    httpx.post(f"{site}/_standin/smtp", json={"answer": "drop_after_data"}).raise_for_status()
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(notice(platform.doors.page), platform.doors)
    assert len(platform.mails()) == 1
    wait_for("removed", platform)


# --- as a program --------------------------------------------------------------------------------


def test_the_program_says_where_it_is_and_ends_on_sigterm(picture: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "jikimi.cli.demo.standin_platform", "--picture", str(picture)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    doors = json.loads(program.stdout.readline())
    assert set(doors) == {"http_port", "smtp_port", "page", "picture", "mailbox"}
    assert httpx.get(doors["page"]).status_code == 200
    program.send_signal(signal.SIGTERM)
    assert program.wait(300) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", doors["http_port"]), timeout=2)


def test_a_file_that_is_no_picture_ends_the_program_with_a_sentence(tmp_path: Path) -> None:
    text = tmp_path / "text.jpg"
    text.write_text("not a picture")
    ended = subprocess.run(
        [sys.executable, "-m", "jikimi.cli.demo.standin_platform", "--picture", str(text)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert "cannot start" in ended.stderr
    assert "Traceback" not in ended.stderr
