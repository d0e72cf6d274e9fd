"""Compares an epoch of 784 -> 128 -> 10 over images of the MNIST family with PyTorch, from 1,000 images to all of them.

usage: epochs.py PROGRAM FOLDER [ROUNDS] [PLOT.svg]

FOLDER holds the four idx files, not compressed. Each round measures every contestant once, in turn. The CPU time of an
epoch is the time of a long run minus that of a short one, divided by the difference in epochs; PyTorch measures itself.
The plot needs matplotlib.
"""

import os
import statistics
import sys
import tempfile

from usage import usage
from wide import CONFIG

program, folder = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
plot = sys.argv[4] if len(sys.argv) > 4 else None
here = os.path.dirname(os.path.realpath(__file__))
sizes = [1000, 2000, 5000, 10000, 20000, 40000, 60000]


def cpu_and_wall(command, cwd, threads):
    used = usage(command, cwd=cwd, threads=threads)
    return used.cpu, used.wall


def ours(size, device, cwd, threads=1):
    epochs = max(3, 60000 // size)
    command = lambda n: [program, "train", "c.toml", "--device", device, "--progress", "none", "--name", "run",
                         "--exist-ok", "--set", f"data.train={size}", "--set", f"training.epochs={n}"]
    long, short = cpu_and_wall(command(1 + epochs), cwd, threads), cpu_and_wall(command(1), cwd, threads)
    return tuple((a - b) / epochs for a, b in zip(long, short))


def torch(size, threads):
    epochs = max(3, 60000 // size)
    command = [sys.executable, os.path.join(here, "torch_mlp.py"), folder, str(epochs), str(threads), str(size)]
    cpu, wall = usage(command).output.split()
    return float(cpu), float(wall)


contestants = {
    "flex, 1 thread": lambda size, cwd: ours(size, "flex", cwd),
    "flex, 2 threads": lambda size, cwd: ours(size, "flex", cwd, threads=2),
    "flex twice": lambda size, cwd: ours(size, "flex,flex", cwd),
    "ndarray, 1 thread": lambda size, cwd: ours(size, "ndarray", cwd),
    "PyTorch, 1 thread": lambda size, cwd: torch(size, 1),
    "PyTorch, 2 threads": lambda size, cwd: torch(size, 2),
}
figures = {(name, size): [] for name in contestants for size in sizes}
with tempfile.TemporaryDirectory() as cwd:
    with open(os.path.join(cwd, "c.toml"), "w") as file:
        file.write(CONFIG.format(images=folder))
    for _ in range(rounds):
        for size in sizes:
            for name, measure in contestants.items():
                figures[name, size].append(measure(size, cwd))

print(f"seconds an epoch, medians of {rounds} rounds: CPU, wall")
print(f"{'images':<20}" + "".join(f"{size:>15,}" for size in sizes))
medians = {}
for name in contestants:
    for size in sizes:
        medians[name, size] = [statistics.median(values) for values in zip(*figures[name, size])]
    cells = "".join(f"{medians[name, size][0]:>8.3f}{medians[name, size][1]:>7.3f}" for size in sizes)
    print(f"{name:<20}{cells}")
paired = [a[0] / b[0] for a, b in zip(figures["flex, 1 thread", 60000], figures["PyTorch, 1 thread", 60000])]
print(f"flex / PyTorch on one thread, CPU, 60,000 images: {statistics.median(paired):.2f} ({min(paired):.2f} to {max(paired):.2f})")

if plot:
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    # Threads that wait for each other use CPU time too, so the plot shows one thread.
    for name, mark in zip([name for name in contestants if name.endswith("1 thread")], "os^"):
        plt.plot(sizes, [medians[name, size][0] for size in sizes], marker=mark, label=name)
    plt.xscale("log")
    plt.yscale("log")
    plt.xlabel("training images")
    plt.ylabel("CPU seconds an epoch")
    plt.legend()
    plt.grid(alpha=0.3)
    plt.savefig(plot, bbox_inches="tight")
