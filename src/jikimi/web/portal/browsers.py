"""Which browser's words to show first. What a browser says of itself is read and not kept."""

from enum import StrEnum


class Browser(StrEnum):
    """The browsers whose menus are described."""

    INSIDE_AN_APP = "app"
    SAMSUNG = "samsung"
    CHROME = "chrome"
    SAFARI = "safari"
    FIREFOX = "firefox"
    OTHER = "other"


# The first that is found decides: most browsers also name those they are built like.
_SIGNS = (
    (Browser.INSIDE_AN_APP, ("KAKAOTALK", "Instagram", "FBAN", "FBAV", "Line/", "NAVER(", "; wv)")),
    (Browser.SAMSUNG, ("SamsungBrowser/",)),
    (Browser.FIREFOX, ("Firefox/", "FxiOS/")),
    (Browser.OTHER, ("Edg", "OPR/", "Whale/")),
    (Browser.CHROME, ("Chrome/", "CriOS/")),
    (Browser.SAFARI, ("Safari/",)),
)


def browser_of(user_agent: str) -> Browser:
    """The browser that this header most likely comes from."""
    for browser, signs in _SIGNS:
        if any(sign in user_agent for sign in signs):
            return browser
    return Browser.OTHER
