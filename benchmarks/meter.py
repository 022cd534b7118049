"""CPU seconds, wall time and peak memory of one stage, measured in this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import psutil

T = TypeVar("T")
SAMPLE_SECONDS = 0.02


@dataclass(frozen=True)
class Cost:
    """What a stage took: seconds of CPU over all threads, seconds of wall, and the highest resident memory in MiB."""

    stage: str
    cpu_seconds: float
    wall_seconds: float
    peak_mib: float


def measure(stage: str, work: Callable[[], T]) -> tuple[T, Cost]:
    """Do the work and say what it cost."""
    process, stop, peak = psutil.Process(), threading.Event(), [0]

    def sample() -> None:
        while not stop.wait(SAMPLE_SECONDS):
            peak[0] = max(peak[0], process.memory_info().rss)

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    cost = Cost(
        stage,
        time.process_time() - cpu,
        time.perf_counter() - wall,
        max(peak[0], process.memory_info().rss) / 2**20,
    )
    stop.set()
    sampler.join()
    return result, cost
