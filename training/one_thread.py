"""Sums of products on one thread: the same registers and seed give the same model on a machine of any size.

BLAS splits a sum over as many threads as the machine has cores, and another split rounds otherwise. On products as
small as ours its threads also mostly wait for each other: with two cores a ridge logistic of 1,200 cases took 6 CPU
seconds on two threads and 0.5 on one. Must not touch the threads of anything else.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def on_one_thread() -> Iterator[None]:
    """Matrix products within are summed on one thread."""
    with _blas().limit(limits=1, user_api="blas"):
        yield


@functools.cache
def _blas() -> Any:
    # looked up once: the search walks every library that the program has loaded
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
