"""What a recipient's interface answers may be anything; a letter is settled all the same."""

from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pytest_django import Settings

from jikimi.takedown.channels import DeliveryTrouble, ServerAway
from jikimi.takedown.channels.calling import Call, hand_over
from jikimi.takedown.rules.plain_json import text_at, texts_at
from jikimi.takedown.rules.watching import wait_asked_for

NO_DATES = [
    "Mon, 01 Jan 2024 00:00:00 +99999999999999",
    "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
    "Mon, 01 Jan 2024 00:00:00 +9999",
]
HALF = "\ud800"


@pytest.mark.parametrize("date", NO_DATES)
def test_a_date_that_no_calendar_holds_asks_for_no_wait(date: str, settings: Settings) -> None:
    class Overloaded(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(503)
            self.send_header("Retry-After", date)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Overloaded) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        settings.STAND_IN_PORTS = frozenset({server.server_port})
        own = f"127.0.0.1:{server.server_port}"
        call = Call(method="POST", url=f"http://{own}/", domains=(own,), body=b"{}")
        with pytest.raises(DeliveryTrouble) as raised:
            hand_over(call)
        server.shutdown()
    assert isinstance(raised.value, ServerAway)
    assert raised.value.wait is None


@pytest.mark.parametrize("date", NO_DATES)
def test_a_watched_site_with_such_a_date_asks_for_no_wait_either(date: str) -> None:
    assert wait_asked_for(date, datetime(2026, 11, 22, tzinfo=UTC)) is None


def test_half_a_character_in_an_answer_is_no_text() -> None:
    """It would break off every call that passes it on, and each try after."""
    assert text_at({"end": f"t1{HALF}"}, "end") == ""
    assert texts_at({"rooms": ["!a:x", f"!b{HALF}:x"]}, "rooms") == ["!a:x"]
