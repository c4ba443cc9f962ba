"""What can go wrong on the way to a link. No message ever carries the link itself."""

from typing import ClassVar


class SeeingError(Exception):
    """Base of everything that keeps a link from being looked at; ``str()`` is a plain sentence."""

    because: ClassVar[str] = "The link could not be looked at."

    def __str__(self) -> str:
        return self.because


class NotALink(SeeingError):
    """The text is no http or https address in a form that is ever opened."""

    because = "This is not a web link that can be opened."


class ForbiddenAddress(SeeingError):
    """The link leads inside: loopback, a private network, a metadata service, an odd port."""

    because = "The link leads to an address that is never opened from here."


class Unreachable(SeeingError):
    """No such name, nobody listening, or the connection broke off."""

    because = "The server behind the link could not be reached."


class NotTrusted(SeeingError):
    """The certificate does not belong to the host, or to anybody known."""

    because = "The server behind the link could not prove that it is the one it claims to be."


class TooSlow(SeeingError):
    """The whole visit, redirects included, took longer than it may."""

    because = "The server behind the link took too long to answer."


class TooLarge(SeeingError):
    """More bytes than a page or a picture may have, before or after unpacking."""

    because = "The answer is too large to be looked at."


class TooManyRedirects(SeeingError):
    """The link was passed on more often than is followed."""

    because = "The link was passed on too many times."


class UnsafeRedirect(SeeingError):
    """An encrypted link was passed on to an unencrypted one, which anybody could answer."""

    because = "The link was passed on from an encrypted address to an unencrypted one."


class BadAnswer(SeeingError):
    """The server does not speak HTTP, or packs its answer in a way that was not asked for."""

    because = "The server gave an answer that cannot be understood."


class NotReadable(SeeingError):
    """What was fetched is damaged, too large to unpack, or neither a picture nor a page."""

    because = "The answer could not be read as a picture or a page."
