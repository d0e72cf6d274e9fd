"""Loads exported weights into PyTorch, and compares its probabilities with the program's.

usage: pytorch.py PROGRAM [--write]

PyTorch is gigabytes, so that CI does not install it. With --write, its answers about the recipe's network become
tests/fixtures/exchange/pytorch.json, to which a test holds the export and the program.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits

PROGRAM = str(Path(sys.argv[1]).resolve())
ROOT = Path(__file__).resolve().parents[2]
TEST = range(1000, 1797)
SHOWN = range(0, 797, 20)


def run(*args, **options):
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{args}: {done.stdout}{done.stderr}"
    return done.stdout


def answers(program, images):
    """PyTorch's probabilities, by the program that export printed, on all images instead of a blank one."""
    blank = f"torch.zeros(1, {images.shape[1]})"
    assert blank in program, program
    lines = program.replace(blank, "images").splitlines()[:-1]
    exec("\n".join(lines), names := {"images": images})
    return names["classes"], names["probabilities"].detach().numpy()


def train(experiment, name, settings, folder):
    options = [option for setting in ["training.epochs=20", *settings] for option in ["--set", setting]]
    run(PROGRAM, "train", experiment, "--progress", "none", "--name", name, *options, cwd=folder)
    return folder / "artifacts" / name


def write_colours(folder):
    """Images of 9x10 pixels in colour, whose class is the strongest of the three; their values, image after image."""
    images = np.random.default_rng(0).integers(0, 256, (400, 9, 10, 3), dtype=np.uint8)
    labels = images.mean((1, 2)).argmax(1)
    np.savez(folder / "colours.npz", x_train=images[:200], y_train=labels[:200], x_test=images[200:], y_test=labels[200:])
    np.save(folder / "colours.npy", images)
    return torch.tensor(images.reshape(len(images), -1)).float()


images = torch.tensor(load_digits().images[TEST.start :].reshape(len(TEST), -1)).float()
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    networks = [ROOT / "examples/recipe.model"]
    for activation in ["sigmoid", "tanh", "relu", "identity"]:
        networks.append(train("mlp", activation, [f"model.activation={activation}", "model.hidden=[12, 9]"], folder))
    networks = [(network, images, TEST) for network in networks]
    colours = write_colours(folder)
    of_colours = ["data.source=npz", f"data.path={folder / 'colours.npz'}", "data.channels=3", "data.scale=255", "data.train=auto"]
    for name, settings in {
        "colours": ["model.hidden=[12]"],
        "colours-stages": ["model.filters=[6, 5]", "model.hidden=[8]", "model.activation=relu"],
    }.items():
        networks.append((train("mlp", name, [*of_colours, *settings], folder), colours, [folder / "colours.npy"]))
    for network, images, shown in networks:
        program = run(PROGRAM, "export", network, "--to", "pytorch", "-o", "recipe.safetensors", cwd=folder)
        lines = run(PROGRAM, "predict", network, "--json", *shown).splitlines()
        ours = [json.loads(line) for line in lines]
        file = folder / "recipe.safetensors"
        classes, found = answers(program.replace("recipe.safetensors", str(file)), images)
        difference = np.abs(found - np.array([answer["probabilities"] for answer in ours])).max()
        labels = sum(classes[row.argmax()] == answer["label"] for row, answer in zip(found, ours))
        print(f"{network.name} in PyTorch {torch.__version__}: {labels} of {len(ours)} labels, {difference:.0e}")
        assert labels == len(ours) and difference < (4e-6 if network.name == "relu" else 2e-6)
        if network == networks[0][0] and "--write" in sys.argv:
            fixture = {
                "torch": torch.__version__,
                "program": program,
                "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
                "images": [TEST[place] for place in SHOWN],
                "probabilities": [[float(f"{p:.9g}") for p in found[place]] for place in SHOWN],
            }
            (ROOT / "tests/fixtures/exchange/pytorch.json").write_text(json.dumps(fixture) + "\n")
