"""The figures of ``bench_outbox``: its bursts, each against the least time that the messenger's limits allow.

python -m tests.bench --only outbox
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.bench_outbox import bursts, ours
from tests.bench.report import Goal, Run, at_most
from tests.burst import Arrival, bound, burst, taken
from tests.elapsing import elapsed

_WAY = 0.005  # seconds of jitter, each way
_URGENT = 1.5
_QUICK = ("shuffled",)


def figures(run: Run) -> list[Goal]:
    # The database takes no time here, so it need not be on the disk that counts.
    memory = Path("/dev/shm")
    found: list[Goal] = []
    for name, people in bursts(run.size(3000, 600)).items():
        if not run.quick or name in _QUICK:
            with TemporaryDirectory(dir=memory if memory.is_dir() else run.folder) as folder:
                found += _burst(name, people(), Path(folder))
    return found


def _burst(name: str, people: list[str], folder: Path) -> list[Goal]:
    arrivals, refused = elapsed(lambda loop: ours(loop, folder, people, _WAY))
    least = bound([Arrival(0.0, job) for job in burst(people, 50)])
    everything, urgent = taken(arrivals), taken(arrivals, urgent=True)
    lost, again = len(people) - len(arrivals), max(Counter(one.job.key for one in arrivals).values()) - 1
    wrong, key = refused + lost + again, "outbox_" + name.replace(" ", "_")
    told, what = f"{everything:.1f} s = {everything / least:.3f} x", f"{len(people):,} messages, {name}"
    none = f"{refused}, {lost}, {again}"
    return [
        at_most(key, what, told, everything / least, 1.03, "1.03 x the bound", f"bound: {least:.1f} s"),
        at_most(f"{key}_urgent", f"50 urgent ones, {name}", f"{urgent:.2f} s", urgent, _URGENT, "1.5 s", "bound: 1.0 s"),
        Goal(f"refused, lost, twice, {name}", none, "none", not wrong, f"{key}_none", "", 1.0 if not wrong else 0.1),
    ]
