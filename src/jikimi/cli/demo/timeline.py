"""What happened in the demo, as it happens: when, who, what."""

import time
from dataclasses import dataclass, field

from rich.console import Console


@dataclass(kw_only=True)
class Timeline:
    """Events with seconds since the start; each is shown at once unless `quiet`."""

    quiet: bool
    events: list[dict[str, str | float | int | bool]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _console: Console = field(default_factory=lambda: Console(highlight=False))

    def add(self, who: str, event: str, **facts: str | int | bool) -> None:
        """Note one event."""
        t = round(time.monotonic() - self._began, 2)
        took = t - (float(self.events[-1]["t"]) if self.events else 0.0)
        self.events.append({"t": t, "who": who, "event": event, **facts})
        if self.quiet:
            return
        more = "  ".join(f"[dim]{name}[/] {value}" for name, value in facts.items())
        self._console.print(
            f"[dim]{t:6.1f} s  +{took:4.1f}[/]  [bold]{who:<11}[/] {event}  {more}", soft_wrap=True
        )
