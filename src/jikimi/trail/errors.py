"""What can be wrong with a trail."""


class TrailError(Exception):
    """The trail cannot be trusted or read."""


class NotATrailExport(TrailError):
    """The file is not a trail export of this format."""


class LeafDiffers(TrailError):
    """An entry's content does not give the leaf that the tree holds."""

    def __init__(self, position: int) -> None:
        super().__init__(f"Entry {position} was changed: its content does not give its leaf.")
        self.position = position


class RootDiffers(TrailError):
    """The leaves do not give the root that was recorded."""

    def __init__(self) -> None:
        super().__init__("The leaves do not give the recorded root: an entry is missing or added.")
