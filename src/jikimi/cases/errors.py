"""What cannot be done with a case."""


class CaseError(Exception):
    """Base of what can be wrong with a case."""


class NotALinkOrHandle(CaseError):
    """A line that is neither a web address nor the name of a room or account."""

    def __init__(self, line: str) -> None:
        super().__init__("This line is not a link we can use.")
        self.line = line


class NotAVideosFrames(CaseError):
    """Bytes that are no row of a video's frames."""

    def __init__(self) -> None:
        super().__init__("These are no frames of a video in the form of docs/formats.")
