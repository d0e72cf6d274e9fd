"""Compares the speed of `chiffres train config/mlp.toml` with scikit-learn and NumPy on this machine.

usage: compare.py PROGRAM [PAIRS]

Contestants take turns, A B A B, and the results are medians and ratios, because machines are noisy. CPU time a step is the
time of a process of 200 epochs minus that of a process of 1 epoch. Whole processes are measured from start to exit.
The libraries' linear algebra gets one thread, because the matrices are small. Run it from the root of the repository.
"""

import os
import statistics
import sys
import tempfile

from usage import usage

program = os.path.realpath(sys.argv[1])
pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
here = os.path.dirname(os.path.realpath(__file__))
config = os.path.realpath(os.path.join(here, "../../config/mlp.toml"))
os.environ.update({name: "1" for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]})


def measure(command):
    """CPU and wall seconds of a whole process."""
    with tempfile.TemporaryDirectory() as folder:
        used = usage(command, cwd=folder)
    return used.cpu, used.wall


def ours(device, epochs):
    return [program, "train", config, "--device", device, "--set", f"training.epochs={epochs}"]


def theirs(script, epochs):
    return [sys.executable, os.path.join(here, script), str(epochs)]


contestants = {
    "chiffres, flex": lambda epochs: ours("flex", epochs),
    "chiffres, ndarray": lambda epochs: ours("ndarray", epochs),
    "scikit-learn": lambda epochs: theirs("sklearn_mlp.py", epochs),
    "NumPy by hand": lambda epochs: theirs("numpy_mlp.py", epochs),
}
runs = {name: {"step": [], "cpu": [], "wall": []} for name in contestants}
for _ in range(pairs + 1):
    for name, command in contestants.items():
        cpu, wall = measure(command(200))
        short, _ = measure(command(1))
        runs[name]["step"].append(1e6 * (cpu - short) / 995)
        runs[name]["cpu"].append(cpu)
        runs[name]["wall"].append(wall)

reference = runs["scikit-learn"]
print(f"medians of {pairs} pairs, one warm-up")
print(f"{'':<18} {'us CPU a step':>14} {'ratio':>6} {'s CPU, all':>11} {'ratio':>6} {'s wall, all':>12} {'ratio':>6}")
for name, figures in runs.items():
    cells = []
    for figure, width, digits in [("step", 14, 0), ("cpu", 11, 2), ("wall", 12, 2)]:
        median = statistics.median(figures[figure][1:])
        ratio = statistics.median(a / b for a, b in zip(figures[figure][1:], reference[figure][1:]))
        cells.append(f"{median:>{width}.{digits}f} {ratio:>6.2f}")
    print(f"{name:<18} {' '.join(cells)}")
