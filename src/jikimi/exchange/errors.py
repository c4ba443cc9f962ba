"""What cannot be done with a list."""


class ExchangeError(Exception):
    """Base of what can be wrong with a list or what is asked of it."""


class NotAListName(ExchangeError):
    """A name that no list can have."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name!r} cannot be the name of a list. Choose 1 to 40 small letters, digits and "
            "hyphens, a letter first; of a partner's list, with --list."
        )
        self.name = name


class OwnListIsFedByReports(ExchangeError):
    """Somebody wanted to write to the list of our own reports."""

    def __init__(self) -> None:
        super().__init__(
            "This list holds fingerprints of our own reports and follows them. Nothing is "
            "imported into it. Choose another name."
        )


class ListIsFedByAPartner(ExchangeError):
    """Somebody wanted to write to the list that a partner hands in."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The list {name} is handed in by a partner. Nothing is imported into it. Choose "
            "another name."
        )
        self.name = name


class ListNameIsTaken(ExchangeError):
    """A list of that name is there, and not this partner's."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a list {name} already. Choose another name with --list.")
        self.name = name


class PartnerHasAList(ExchangeError):
    """A partner hands in to one list; there is no second."""

    def __init__(self, partner: str, name: str) -> None:
        super().__init__(f"{partner} hands in to the list {name} already. Leave --list out.")
        self.partner = partner
        self.name = name


class NoListToShareOn(ExchangeError):
    """A partner hands something in, and no list is open to it for that."""

    def __init__(self) -> None:
        super().__init__("There is no list that this partner hands in to.")


class ListIsFull(ExchangeError):
    """A partner's list would hold more than it may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"The list would hold more than {most} fingerprints.")
        self.most = most


class ListIsOtherwise(ExchangeError):
    """A list is there already, for another purpose or for others to search."""

    def __init__(self, name: str, what: str, is_: str) -> None:
        super().__init__(
            f"The list {name} is there already, and its {what} is {is_}. Leave that option out, "
            "or choose another name."
        )
        self.name = name


class NoSuchList(ExchangeError):
    """No list has this name, or none that whoever asks may search: both answered alike."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no list {name!r} here that you may search.")
        self.name = name


class LogDiffers(ExchangeError):
    """The log of changes is not the one that was followed: a backup was restored, or rows went."""

    def __init__(self, position: int) -> None:
        super().__init__(
            f"The log of changes is another one than was followed up to position {position}."
        )
        self.position = position


class NotReadyYet(ExchangeError):
    """The lists are still being read; nothing can be searched until they are whole."""

    def __init__(self) -> None:
        super().__init__("The lists are still being read.")
