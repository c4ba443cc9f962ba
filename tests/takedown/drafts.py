"""What the fixture `draft` is: a report comes in, and its notice is drafted."""

from collections.abc import Callable

from jikimi.takedown.models import Notice

Draft = Callable[..., Notice]
