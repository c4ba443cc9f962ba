"""What can go wrong when a picture or video is fingerprinted.

The text of each error is meant for a person and names no file: the caller knows which one it was.
"""


class FingerprintError(Exception):
    """No fingerprint could be made or read. Every error of this folder is one."""


class Unreadable(FingerprintError):
    """The file could not be read at all."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The file cannot be read: {reason}. Check its name and permissions.")
        self.reason = reason


class Empty(FingerprintError):
    """The file has no content."""

    def __init__(self) -> None:
        super().__init__("The file is empty. Save or download it again.")


class NotAPicture(FingerprintError):
    """The content is not in a picture format that is supported."""

    def __init__(self, found: str = "The file is not a picture") -> None:
        super().__init__(f"{found}. Use a JPEG, PNG, GIF, WebP, AVIF, BMP or TIFF file.")
        self.found = found


class IsAVideo(NotAPicture):
    """The content is a video where a picture is asked for."""

    def __init__(self) -> None:
        super().__init__("The file is a video, not a picture")


class NotAVideo(FingerprintError):
    """The content is not in a video format that is supported, or has no moving picture."""

    def __init__(self, found: str = "The file is not a video") -> None:
        super().__init__(f"{found}. Use an MP4, MOV, WebM, MKV, AVI, 3GP or MPEG file.")
        self.found = found


class TooLarge(FingerprintError):
    """The file or the picture in it is over a limit; nothing was decoded."""

    def __init__(self, *, what: str, limit: int, unit: str) -> None:
        super().__init__(f"{what}; the limit is {limit:,} {unit}. Use a smaller copy.")
        self.limit = limit
        self.unit = unit


class Damaged(FingerprintError):
    """The content starts as a picture or video but cannot be decoded."""

    def __init__(self, found: str = "The picture is damaged") -> None:
        super().__init__(f"{found}. Save or download it again.")


class Truncated(Damaged):
    """The content ends before the picture or video does."""

    def __init__(self, what: str = "picture") -> None:
        super().__init__(f"The {what} is cut off: the end of the file is missing")


class NotAFingerprint(FingerprintError, ValueError):
    """A text is not a PDQ hash in hex."""

    def __init__(self) -> None:
        super().__init__("Not a fingerprint: 64 characters 0-9 and a-f are expected.")
