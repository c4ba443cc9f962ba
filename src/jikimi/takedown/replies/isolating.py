"""Hand a mail from outside to the isolated process, and check what comes back."""

import json
import os
import subprocess
import sys
import threading

from jikimi.takedown.replies.bodies import MOST_TEXT
from jikimi.takedown.replies.errors import MailUnreadable
from jikimi.takedown.replies.headers import clean
from jikimi.takedown.replies.mail_values import ReadMail, Returned
from jikimi.takedown.replies.reading import LONGEST_ADDRESS, LONGEST_SUBJECT, MOST_IDS
from jikimi.takedown.rules.reply import SenderProof

ISOLATED_SECONDS = 20.0
MOST_ANSWER_BYTES = 600_000
_LONGEST_ID = 252


def read_apart(raw: bytes, *, authserv: str, cut: bool) -> ReadMail:
    """Read a mail in another process. Raises MailUnreadable."""
    try:
        answer = json.loads(_talk(raw, authserv, cut=cut))
        return _checked(answer)
    except (BrokenPipeError, ValueError, LookupError, TypeError):
        raise MailUnreadable from None


def _checked(answer: dict[str, object]) -> ReadMail:
    """The reader is trusted no further than its form. Raises ValueError, LookupError, TypeError."""
    returned = answer["returned"]
    left_out = answer["left_out"]
    return ReadMail(
        message_id=_text(answer["message_id"], _LONGEST_ID),
        sender=_text(answer["sender"], LONGEST_ADDRESS),
        subject=_text(answer["subject"], LONGEST_SUBJECT),
        text=clean(_said(answer["text"]), MOST_TEXT, lines=True),
        answers=_texts(answer["answers"]),
        addressed_to=_texts(answer["addressed_to"]),
        automatic=_text(answer["automatic"], 60),
        returned=_returned(returned) if isinstance(returned, dict) else None,
        proof=SenderProof(_said(answer["proof"])),
        left_out=min(left_out, 1000) if isinstance(left_out, int) and left_out > 0 else 0,
        cut=answer["cut"] is True,
    )


def _returned(said: dict[str, object]) -> Returned:
    return Returned(
        permanent=said["permanent"] is True,
        status=_text(said["status"], 12),
        message_ids=_texts(said["message_ids"]),
    )


def _texts(said: object) -> tuple[str, ...]:
    if not isinstance(said, list):
        raise TypeError
    return tuple(_text(one, LONGEST_ADDRESS) for one in said[:MOST_IDS])


def _text(said: object, longest: int) -> str:
    return clean(_said(said), longest)


def _said(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError
    return said


def _talk(raw: bytes, authserv: str, *, cut: bool) -> bytes:
    """Write everything, then read at most so much: the child reads all before it answers."""
    how = [authserv, "cut" if cut else "whole"]
    with subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-P", "-s", "-m", "jikimi.takedown.replies.isolated", *how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
    ) as child:
        killer = threading.Timer(ISOLATED_SECONDS, child.kill)
        killer.start()
        try:
            return _write_then_read(child, raw)
        finally:
            killer.cancel()
            child.kill()


def _write_then_read(child: "subprocess.Popen[bytes]", raw: bytes) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise MailUnreadable
    child.stdin.write(raw)
    child.stdin.close()
    return child.stdout.read(MOST_ANSWER_BYTES)
