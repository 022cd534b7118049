"""Run the worlds of a plan, one after the other or side by side in processes of their own; the figures are the same.

Must not know what the figures are used for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import Manager, active_children, get_context
from queue import Queue

from governance.settings import Settings
from service.impact.simulate.figures import WorldFigures, build_figures
from service.impact.simulate.plan import SimulationPlan
from service.impact.simulate.world import simulate_world, town_plan

Report = Callable[[str], None]
LISTEN_SECONDS = 0.5


def run_worlds(plan: SimulationPlan, *, settings: Settings, workers: int, report: Report) -> tuple[WorldFigures, ...]:
    """Every world of the plan in order, by at most `workers` processes; `report` hears what is done."""
    town_plan(plan, 0)  # what cannot be made is refused before the work
    run = _one_by_one if min(workers, plan.worlds) == 1 else _side_by_side
    return tuple(sorted(run(plan, settings, workers, report), key=lambda figures: figures.world))


def _one_by_one(plan: SimulationPlan, settings: Settings, _workers: int, report: Report) -> Iterator[WorldFigures]:
    for number in range(plan.worlds):
        yield _told(simulate_one(plan, number, settings, report), report)


def _side_by_side(plan: SimulationPlan, settings: Settings, workers: int, report: Report) -> Iterator[WorldFigures]:
    # forking a process that has threads can leave locks held for ever: fresh processes only
    with Manager() as manager, _workers(workers) as pool:
        heard = manager.Queue()
        running: set[Future[WorldFigures]] = {
            pool.submit(_in_process, plan, number, settings, heard) for number in range(plan.worlds)
        }
        while running:
            done, running = wait(running, timeout=LISTEN_SECONDS, return_when=FIRST_COMPLETED)
            while not heard.empty():
                report(heard.get())
            yield from (_told(each.result(), report) for each in done)


@contextmanager
def _workers(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with the command: an interrupt must not leave worlds running for half an hour more."""
    before = set(active_children())
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        yield pool
    except BaseException:
        for child in set(active_children()) - before:
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _in_process(plan: SimulationPlan, number: int, settings: Settings, heard: Queue[str]) -> WorldFigures:
    return simulate_one(plan, number, settings, heard.put)


def simulate_one(plan: SimulationPlan, number: int, settings: Settings, report: Report) -> WorldFigures:
    """One world from its first day to its figures."""
    return build_figures(simulate_world(plan, number, settings=settings, report=report))


def _told(figures: WorldFigures, report: Report) -> WorldFigures:
    report(f"world {figures.world} ({figures.truth_form}): {figures.cpu_seconds:.0f} s of CPU")
    return figures
