"""Figures of the match service for a monitor: counts and times, no fingerprint and no case."""

from datetime import datetime
from math import nan

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from jikimi.exchange.following import Follower
from jikimi.exchange.following.reading import Behind

_TIMES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)


class Metrics:
    """One process's figures."""

    def __init__(self) -> None:
        self._all = CollectorRegistry()
        self.answers = Counter(
            "jikimi_match_answers", "Requests by status.", ["status"], registry=self._all
        )
        self.fingerprints = Counter(
            "jikimi_match_fingerprints", "Fingerprints that were searched for.", registry=self._all
        )
        self.matches = Counter(
            "jikimi_match_matches", "Entries that were told.", registry=self._all
        )
        self.left_out = Counter(
            "jikimi_match_left_out",
            "Finds, and fingerprints to be remembered, that there was no room to write down.",
            registry=self._all,
        )
        self.seconds = Histogram(
            "jikimi_match_seconds",
            "From a whole request to its answer or refusal, by status.",
            ["status"],
            buckets=_TIMES,
            registry=self._all,
        )
        self.waiting = Gauge(
            "jikimi_match_waiting", "Requests that wait for a turn.", registry=self._all
        )
        self._entries = Gauge(
            "jikimi_list_entries",
            "Entries held of a list that no partner hands in.",
            ["list"],
            registry=self._all,
        )
        self._position = Gauge(
            "jikimi_list_position", "How far the log was followed.", registry=self._all
        )
        self._behind = Gauge(
            "jikimi_list_changes_behind",
            "Changes in the database that are not followed yet; NaN while it does not answer.",
            registry=self._all,
        )
        self._seconds_behind = Gauge(
            "jikimi_list_seconds_behind",
            "Age of the oldest change that is not followed yet, 0 where all are; "
            "NaN while the database does not answer.",
            registry=self._all,
        )
        self._since = Gauge(
            "jikimi_list_seconds_since_followed",
            "Since the log was last followed to its end.",
            registry=self._all,
        )

    def written(self, follower: Follower, behind: Behind | None, now: datetime) -> bytes:
        """All of them, in Prometheus' text format. Raises NotReadyYet.

        `behind` is what the follower had not followed a moment ago, None where nobody knows.
        """
        held, followed = follower.lists, follower.followed
        for one in held.facts:
            if one.partner is None:  # it would learn what of its list is held back
                self._entries.labels(one.name).set(held.size_of(one))
        self._position.set(followed.position)
        self._behind.set(nan if behind is None else behind.changes)
        self._seconds_behind.set(nan if behind is None else behind.seconds_at(now))
        self._since.set(followed.seconds_since)
        return generate_latest(self._all)
