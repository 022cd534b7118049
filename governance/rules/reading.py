"""Evidence read back from its text, strictly by type: what this version would not have written is not taken for it.

Must not know any kind of evidence.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
from typing import Any, Union, get_args, get_origin, get_type_hints


def read_figures(kind: Any, value: Any) -> Any:
    """`value`, as JSON gave it, as `kind`: a dataclass of exactly its fields, a mapping, tuple, optional, date, plain.

    Raises AttributeError, KeyError, TypeError or ValueError for anything else.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        return None if value is None else read_figures(parts[0], value)
    if origin is tuple:
        return tuple(read_figures(parts[0], each) for each in value)
    if origin is not None:
        return {key: read_figures(parts[1], each) for key, each in value.items()}
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        make: Any = kind
        return make(**{key: read_figures(hints[key], each) for key, each in value.items()})
    if kind is dt.date:
        return dt.date.fromisoformat(value)
    return _plain(kind, value)


def _plain(kind: type, value: Any) -> Any:
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind):
        raise TypeError(kind.__name__)
    return value
