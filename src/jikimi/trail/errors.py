"""What can be wrong with a trail."""


class TrailError(Exception):
    """The trail cannot be trusted or read."""


class NotATrailExport(TrailError):
    """The file is not a trail export of this format."""


class LeafDiffers(TrailError):
    """An entry's content does not give the leaf that the tree holds, or is gone."""

    def __init__(self, position: int) -> None:
        super().__init__(f"Entry {position} was changed: its content does not give its leaf.")
        self.position = position


class PlaceDiffers(TrailError):
    """The places do not follow each other, or go beyond the last tree head."""

    def __init__(self, position: int) -> None:
        super().__init__(f"An entry was removed or slipped in at place {position}.")
        self.position = position


class WaitingEntryDiffers(TrailError):
    """An entry that has no place yet does not fit its content, or cannot have come by itself."""

    def __init__(self, entry_id: int) -> None:
        super().__init__(
            f"The entry with the id {entry_id}, which has no place yet, was changed or slipped in."
        )
        self.entry_id = entry_id


class RootDiffers(TrailError):
    """The leaves do not give the root that was recorded."""

    def __init__(self) -> None:
        super().__init__(
            "The leaves do not give the recorded root: an entry is missing, added or moved."
        )
