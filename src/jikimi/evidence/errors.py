"""Why something sealed stays sealed."""


class EvidenceError(Exception):
    """Base of what can go wrong with sealed content."""


class KeysMissing(EvidenceError):
    """The keys are not where they should be."""

    def __init__(self, path: str) -> None:
        super().__init__(f"No key at {path}. Run `jikimi doctor`; restore the keys from a backup.")


class WillNotOpen(EvidenceError):
    """The key is another one, or the sealed bytes were changed or moved to another place."""
