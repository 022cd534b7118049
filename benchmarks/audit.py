"""`python -m benchmarks.audit`: what checking a million events costs, beside a bare SHA-256 pass over the same rows.

The log is made through the code that every act goes through, only many events to a transaction. Then the stand-alone
verifier and the bare pass (read every line, hash it, keep nothing) run in turns, each in a process of its own, and the
CPU seconds of each pair are compared: the machine is shared. The least is what any verifier must do.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.meter import measure
from governance.as_of import SystemClock
from governance.audit.appending import append
from governance.audit.events import Draft
from governance.audit.export import CHECKPOINT_FILE, EVENTS_FILE, KEY_FILE, export_log
from governance.audit.proving import prove_inclusion
from governance.audit.verifying import verify
from governance.settings import Settings
from governance.store.opening import Store, open_store

VERIFIER = Path(__file__).parents[1] / "verify_audit.py"
BARE_PASS = """
import hashlib, sys
with open(sys.argv[1], "rb") as file:
    for line in file:
        hashlib.sha256(line).digest()
"""
BATCH = 20_000
SINGLE_ACTS = 200


@dataclass(frozen=True)
class Run:
    """One run of a program: seconds of CPU and of wall, and what it said."""

    cpu_seconds: float
    wall_seconds: float
    said: str


def make_log(home: Path, events: int) -> Store:
    """A store whose log holds that many events, written in batches."""
    store = open_store(Settings(home=home, checkpoint_events=events), clock=SystemClock(), actor="benchmark")
    for first in range(0, events, BATCH):
        with store.act("list.made", subject=f"run-{first}", details=_details(first)) as act:
            rest = range(first + 1, min(first + BATCH, events))
            append(act.connection, [_draft(number, at=act.at) for number in rest])
    return store


def _draft(number: int, *, at: dt.datetime) -> Draft:
    return Draft(at, "list.made", "benchmark", f"run-{number}", _details(number))


def _details(number: int) -> dict[str, object]:
    return {"listed": number % 997, "model": "adressekontrol/3", "registers": f"{number:064x}", "approval": "godkendt"}


def run_program(*words: str) -> Run:
    """Run Python with these words and say what it cost; a failing one ends the benchmark."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Run(cpu, time.perf_counter() - wall, done.stdout.strip())


def compare(out: Path, *, pairs: int) -> list[tuple[Run, Run]]:
    """The verifier and the bare pass in turns over the same file."""
    events, words = str(out / EVENTS_FILE), [str(out / name) for name in (EVENTS_FILE, CHECKPOINT_FILE, KEY_FILE)]
    return [(run_program(str(VERIFIER), *words), run_program("-c", BARE_PASS, events)) for _ in range(pairs)]


def report_comparison(found: list[tuple[Run, Run]], *, size_mib: float) -> None:
    """Every pair, and the median of the ratios."""
    print(f"\n{found[0][0].said}\n\nexport: {size_mib:.0f} MiB\n")
    print("| pair | verifier CPU s | wall s | bare SHA-256 CPU s | ratio |\n|---|---|---|---|---|")
    for number, (ours, bare) in enumerate(found, start=1):
        ratio = ours.cpu_seconds / bare.cpu_seconds
        print(f"| {number} | {ours.cpu_seconds:.2f} | {ours.wall_seconds:.2f} | {bare.cpu_seconds:.2f} | {ratio:.1f} |")
    ratios = [ours.cpu_seconds / bare.cpu_seconds for ours, bare in found]
    cpu = statistics.median(ours.cpu_seconds for ours, _ in found)
    print(f"\nmedian: {cpu:.2f} CPU s, {statistics.median(ratios):.1f} times the bare pass")


def report_store(store: Store) -> None:
    """What the log costs those who write and check it inside: one act, one proof, the whole check."""
    _, acts = measure("acts", lambda: [_one_act(store) for _ in range(SINGLE_ACTS)])
    newest = store.publish()
    if newest is None:
        raise SystemExit("the log is empty")
    with store.reading() as connection:
        seqs = range(1, newest.size, newest.size // SINGLE_ACTS)
        _, proofs = measure("proofs", lambda: [prove_inclusion(connection, seq, newest) for seq in seqs])
        key = store.publisher.key().public
        _, whole = measure("verify", lambda: verify(connection, store.publisher.directory, key))
    print("\n| inside, on SQLite | CPU | wall |\n|---|---|---|")
    for name, cost, count in (("one act and its event", acts, SINGLE_ACTS), ("one inclusion proof", proofs, len(seqs))):
        print(f"| {name} | {1e3 * cost.cpu_seconds / count:.2f} ms | {1e3 * cost.wall_seconds / count:.2f} ms |")
    print(f"| `audit verify`, {newest.size} events | {whole.cpu_seconds:.1f} s | {whole.wall_seconds:.1f} s |")


def _one_act(store: Store) -> None:
    with store.act("list.made", subject="run-single"):
        pass


def main() -> None:
    """Make the log, hand it out, check it in turns with the bare pass."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, out = Path(folder) / "home", Path(folder) / "out"
        store, made = measure("append", lambda: make_log(home, chosen.events))
        _, handed = measure("export", lambda: export_log(store, out))
        print(f"append {chosen.events} events: {made.cpu_seconds:.1f} CPU s; export: {handed.cpu_seconds:.1f} CPU s")
        found = compare(out, pairs=chosen.pairs)
        report_comparison(found, size_mib=(out / EVENTS_FILE).stat().st_size / 2**20)
        report_store(store)
        store.close()


if __name__ == "__main__":
    main()
