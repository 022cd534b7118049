"""How much one may ask: a bucket a name, filled at a steady rate, the last ten thousand names remembered."""

from __future__ import annotations

import threading
from collections import OrderedDict

from governance.as_of import Clock
from service.api.problems import Refused

REMEMBERED = 10_000
MINUTE_SECONDS = 60.0


class Buckets:
    """`per_minute` requests a minute for each key, at most that many at once."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, key: str) -> bool:
        """Count one more for `key`; False when that is one too many."""
        now = self._clock.now().timestamp()
        with self._lock:
            level, then = self._levels.pop(key, (float(self.per_minute), now))
            # a clock that was set back fills nothing and takes nothing
            filled = level + max(0.0, now - then) * self.per_minute / MINUTE_SECONDS
            level = min(float(self.per_minute), filled)
            allowed = level >= 1
            self._levels[key] = (level - 1 if allowed else level, now)
            if len(self._levels) > REMEMBERED:
                self._levels.popitem(last=False)
        return allowed

    def take(self, key: str) -> None:
        """Count one more; `Refused` when that is one too many."""
        if not self.allows(key):
            raise Refused(
                "too-many", "Der kom for mange kald på kort tid.", item="kald", remedy="Vent lidt, og prøv igen."
            )
