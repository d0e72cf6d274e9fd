"""Compares an epoch of 28x28 -> 14x14x16 -> 7x7x32 -> 64 -> 10 over MNIST with PyTorch, by CPU time, one thread each.

usage: cnn_epoch.py PROGRAM FOLDER [ROUNDS]

FOLDER holds MNIST's four idx files, not compressed. The two take turns. Both train on shuffled batches of 64 images by Adam, without
variants. PyTorch (torch_cnn.py) measures its own epochs; an epoch of the program is half of what three epochs take more than one.
Shuffling, gathering the images of a batch and counting errors are in it.
"""

import os
import statistics
import subprocess
import sys
import tempfile

from usage import usage

program, folder = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
here = os.path.dirname(os.path.realpath(__file__))
CONFIG = f"""
[data]
source = "idx"
path = "{folder}"
split = "order"
[model]
filters = [16, 32]
hidden = [64]
activation = "relu"
[optimizer]
kind = "adam"
learning_rate = 0.001
schedule = "constant"
[training]
batch_size = 64
"""


def ours(cwd):
    command = [program, "train", "c.toml", "--device", "flex", "--progress", "none", "--name", "run", "--exist-ok"]
    used = lambda epochs: usage([*command, "--set", f"training.epochs={epochs}"], cwd=cwd, threads=1).cpu
    return (used(3) - used(1)) / 2


def torch():
    command = [sys.executable, os.path.join(here, "torch_cnn.py"), folder, "1"]
    return float(subprocess.check_output(command, text=True).split()[0])


with tempfile.TemporaryDirectory() as cwd:
    with open(os.path.join(cwd, "c.toml"), "w") as file:
        file.write(CONFIG)
    pairs = [(ours(cwd), torch()) for _ in range(rounds)]
ratios = sorted(a / b for a, b in pairs)
chiffres, pytorch = (statistics.median(times) for times in zip(*pairs))
print(f"load {os.getloadavg()[0]:.1f}, {rounds} rounds: CPU seconds of an epoch, medians")
print(f"chiffres {chiffres:.2f}, PyTorch {pytorch:.2f}, ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")
