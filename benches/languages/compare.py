"""Runs ours and the peers' workers in turns, and prints the table. usage: compare.py OURS WORK"""

import json
import random
import subprocess
import sys
from collections import defaultdict
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import ours
import table

# Many and short, so that a busy neighbour disturbs few of them.
ROUNDS = 41
# For each case in a round.
MILLISECONDS = 30

program, work = sys.argv[1], Path(sys.argv[2])
samples = work / "samples"
sizes = [len(line) for line in samples.read_bytes().splitlines()]
if sizes != [55, 234, 2219]:
    sys.exit(f"the sessions have {sizes} bytes of JSON")


class Worker:
    """A process that runs a round whenever a line with the milliseconds reaches it."""

    def __init__(self, *command):
        self.command = command
        self.process = subprocess.Popen(
            [*command, str(samples)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        # It comes when the checks have passed.
        self.hello = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{' '.join(self.command)} ended early: a check failed, or it could not start")
        return json.loads(line)

    def round(self):
        self.process.stdin.write(f"{MILLISECONDS}\n")
        self.process.stdin.flush()
        return {self.hello["name"]: self.answer()}


workers = [
    Worker(sys.executable, "flask_worker.py"),
    Worker(sys.executable, "django_worker.py"),
    Worker(sys.executable, "starlette_worker.py"),
    Worker("node", "express.js"),
    Worker(str(work / "gorilla")),
]
turns = [partial(ours.measure, program), *(worker.round for worker in workers)]
# The first time is to warm up, and gives the order of the rows.
figures = {peer: defaultdict(list) for turn in turns for peer in turn()}
for _ in range(ROUNDS):
    random.shuffle(turns)
    for turn in turns:
        for peer, times in turn().items():
            for case, nanoseconds in times.items():
                figures[peer][case].append(nanoseconds)

spreads = []
for cases in figures.values():
    for times in cases.values():
        low, middle, high = quantiles(times, n=4)
        spreads.append((high - low) / middle)
print(
    f"Net nanoseconds (times `Signed`): medians of {ROUNDS} rounds of {MILLISECONDS} ms, of which"
    f" the middle half lies {median(spreads) * 100:.0f} % apart.\n"
)
table.show(
    {
        peer: {case: median(times) for case, times in cases.items()}
        for peer, cases in figures.items()
    }
)
print("\nWith " + "; ".join(worker.hello["with"] for worker in workers) + ".")
