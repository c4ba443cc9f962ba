"""Mail by SMTP, step by step, so that it is known at which step something broke."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from jikimi.takedown.channels import MaybeSent, NotSentYet, Parcel, RefusedForGood, ServerAway

_FIRST_PERMANENT = 500


class SmtpSender:
    """Hands one mail to the centre's mail server."""

    def send(self, parcel: Parcel) -> None:
        """Return when it was taken, else raise NotSentYet, RefusedForGood or MaybeSent."""
        with _session() as server:
            _announce(server, parcel)
            _hand_over(server, parcel)


@contextmanager
def _session() -> Iterator[smtplib.SMTP]:
    if not settings.MAIL_URL:
        raise ServerAway("No mail server is set: JIKIMI_MAIL is missing.", ours=True)
    backend = EmailBackend()
    try:
        backend.open()
    except smtplib.SMTPAuthenticationError as error:
        raise ServerAway(
            f"The mail server refused our sign-in ({error.smtp_code}).", ours=True
        ) from None
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(
            f"The mail server does not answer ({type(error).__name__}).", ours=True
        ) from None
    server = backend.connection
    if server is None:
        raise ServerAway("The mail server does not answer.", ours=True)
    try:
        yield server
    finally:
        _leave(server)


def _announce(server: smtplib.SMTP, parcel: Parcel) -> None:
    """Sender and recipient: nothing of the content has left yet."""
    try:
        server.ehlo_or_helo_if_needed()
        _expect(server.mail(parcel.sender))
        _expect(server.rcpt(parcel.address))
    except (OSError, smtplib.SMTPException) as error:
        raise ServerAway(
            f"The mail server broke off ({type(error).__name__}).", ours=True
        ) from None


def _hand_over(server: smtplib.SMTP, parcel: Parcel) -> None:
    """The content. From here on a silence means that nobody knows."""
    try:
        _expect(server.data(parcel.content))
    except smtplib.SMTPDataError as error:
        _expect((error.smtp_code, b""))
    except (OSError, smtplib.SMTPException) as error:
        raise MaybeSent(
            f"It broke off while sending ({type(error).__name__}).", ours=True
        ) from None


def _expect(answer: tuple[int, bytes]) -> None:
    code = answer[0]
    if code >= _FIRST_PERMANENT:
        raise RefusedForGood(f"The mail server refused it ({code}).")
    if not 200 <= code < 300:  # noqa: PLR2004  # RFC 5321: 2yz is the only yes
        raise NotSentYet(f"The mail server asks us to wait ({code}).")


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
