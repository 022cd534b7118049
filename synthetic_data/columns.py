"""Growing column stores: one for state, one for bitemporal facts.

Everything in a town is whole columns of numbers, so that millions of rows stay cheap. Knows nothing of what the
columns mean.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NO_DAY = -(2**31)  # null in every day column; days count from 1970-01-01
DAY_COLUMNS = ("valid_from", "valid_to", "recorded_on", "retracted_on")


class Columns:
    """Columns of equal length that grow together; `columns[name]` is a writable view of the rows so far."""

    def __init__(self, **types: type) -> None:
        self._arrays: dict[str, NDArray[Any]] = {name: np.empty(1024, dtype=kind) for name, kind in types.items()}
        self.size = 0

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._arrays[name][: self.size]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in declaration order."""
        return tuple(self._arrays)

    def add(self, count: int, **values: Any) -> Ints:
        """Append `count` rows; every column must be given, as an array or one value. Returns the new row numbers."""
        first = self.size
        self._reserve(first + count)
        self.size = first + count
        for name, array in self._arrays.items():
            array[first : self.size] = values[name]
        return np.arange(first, self.size)

    def _reserve(self, needed: int) -> None:
        for name, array in self._arrays.items():
            if needed > len(array):
                grown = np.empty(max(needed, 2 * len(array)), dtype=array.dtype)
                grown[: self.size] = self[name]
                self._arrays[name] = grown


class FactTable(Columns):
    """Bitemporal rows: what holds when (`valid_*`) and who could know it when (`recorded_on`, `retracted_on`)."""

    def __init__(self, **types: type) -> None:
        super().__init__(**types, **dict.fromkeys(DAY_COLUMNS, int))

    def record(self, count: int, *, valid_from: Any, recorded_on: Any, valid_to: Any = NO_DAY, **values: Any) -> Ints:
        """Insert standing rows; returns their row numbers."""
        days = {"valid_from": valid_from, "valid_to": valid_to, "recorded_on": recorded_on, "retracted_on": NO_DAY}
        return self.add(count, **values, **days)

    def retract(self, rows: Ints, *, on: Any) -> None:
        """Correct rows away from `on`: they were known until then."""
        self["retracted_on"][rows] = on

    def correct(self, rows: Ints, *, on: Any, **changes: Any) -> Ints:
        """Retract rows and insert copies with changed columns, as a register does when it knew wrong."""
        kept = {name: self[name][rows] for name in self.names if name not in ("recorded_on", "retracted_on")}
        self.retract(rows, on=on)
        kept.update(changes)
        return self.add(len(rows), **kept, recorded_on=on, retracted_on=NO_DAY)

    def end(self, rows: Ints, *, valid_to: Any, on: Any) -> Ints:
        """A late end: the open row is retracted, a closed one inserted. Returns the closed rows."""
        return self.correct(rows, on=on, valid_to=valid_to)

    def succeed(self, rows: Ints, *, valid_from: Any, on: Any, **changes: Any) -> Ints:
        """End rows and insert their successors with changed columns. Returns the successors."""
        kept = {name: self[name][rows] for name in self.names if name not in DAY_COLUMNS}
        valid_to = self["valid_to"][rows].copy()
        self.end(rows, valid_to=valid_from, on=on)
        kept.update(changes)
        return self.record(len(rows), valid_from=valid_from, valid_to=valid_to, recorded_on=on, **kept)
