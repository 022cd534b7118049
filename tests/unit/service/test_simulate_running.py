"""Worlds side by side: what is interrupted ends, and leaves no process behind."""

from __future__ import annotations

import time
from multiprocessing import active_children

import pytest

from service.impact.simulate.running import _workers

LONG_SECONDS = 600.0


def test_an_interrupt_ends_the_worlds_that_run_and_those_that_wait() -> None:
    before, began = set(active_children()), time.monotonic()
    with pytest.raises(KeyboardInterrupt), _workers(1) as pool:
        running = [pool.submit(time.sleep, LONG_SECONDS) for _ in range(3)]
        while not running[0].running():
            assert time.monotonic() - began < 60
        raise KeyboardInterrupt
    assert time.monotonic() - began < 60
    assert not set(active_children()) - before
    assert all(each.done() or each.cancelled() for each in running)
