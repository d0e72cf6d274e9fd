"""Trains 28x28 -> 14x14x16 -> 7x7x32 -> 64 -> 10 with chiffres and with PyTorch: the same starting weights, the same batches.

usage: cnn_twin.py PROGRAM FOLDER [EPOCHS]

FOLDER holds the four files of MNIST, not compressed. SGD with Nesterov momentum, batches of 64 in file order, two epochs. Prints
the test accuracy of both, the images about which they differ, and the largest difference of two weights. An error if the
accuracies differ by more than 0.3 points.
"""

import json
import os
import subprocess
import sys
import tempfile

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

program, folder = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 2
LEARNING_RATE, BATCH = 0.01, 64
MOST = 0.3
torch.set_num_threads(1)


def train(place, name, epochs, rate):
    """The report of a training run of the program, and its model file."""
    settings = {
        "data.path": folder, "data.preprocess": "resize", "optimizer.kind": "sgd", "optimizer.learning_rate": rate,
        "optimizer.momentum": 0.9, "optimizer.nesterov": "true", "optimizer.schedule": "constant", "optimizer.warmup": 0,
        "optimizer.weight_decay": 0, "training.epochs": epochs, "training.batch_size": BATCH, "training.shuffle": "false",
        **{f"augmentation.{kind}": 0 for kind in ["shift", "rotation", "scale", "shear"]},
    }
    command = [program, "train", "cnn-mnist", "--device", "flex", "--progress", "none", "--json", "--name", name]
    command += [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    report = subprocess.run(command, cwd=place, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(report), f"{place}/artifacts/{name}"


def parameters(tensors):
    """The weights of a model file in the order and the shapes of PyTorch's: `[filters, channels, y, x]`, `[outputs, inputs]`."""
    found = []
    for name in ["stages.0", "stages.1", "layers.0", "layers.1"]:
        weight = tensors[f"{name}.weight"]
        if name == "layers.0":
            # From the channels of a pixel side by side to a plane for each channel.
            weight = weight.reshape(49, 32, -1).permute(1, 0, 2).reshape(1568, -1)
        found += [weight.permute(3, 2, 0, 1) if weight.dim() == 4 else weight.T, tensors[f"{name}.bias"]]
    return found


def read(part):
    images = np.fromfile(f"{folder}/{part}-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 1, 28, 28)
    labels = np.fromfile(f"{folder}/{part}-labels-idx1-ubyte", np.uint8, offset=8)
    return torch.from_numpy(images).float() / 255, torch.from_numpy(labels).long()


with tempfile.TemporaryDirectory() as place:
    # So small a learning rate changes no bit of a weight.
    _, start = train(place, "start", 1, 1e-30)
    report, end = train(place, "end", epochs, LEARNING_RATE)
    start, end = (parameters(load_file(f"{run}/model")) for run in (start, end))
    lines = subprocess.run([program, "predict", f"{place}/artifacts/end", "--json", f"{folder}/t10k-images-idx3-ubyte"],
                           check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    answers = torch.tensor([int(json.loads(line)["label"]) for line in lines])

(x, y), (test_x, test_y) = read("train"), read("t10k")
stage = lambda inputs, outputs: [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
model = nn.Sequential(*stage(1, 16), *stage(16, 32), nn.Flatten(), nn.Linear(1568, 64), nn.ReLU(), nn.Linear(64, 10))
with torch.no_grad():
    for parameter, weight in zip(model.parameters(), start, strict=True):
        parameter.copy_(weight)
optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, momentum=0.9, nesterov=True)
loss_of = nn.CrossEntropyLoss()
for _ in range(epochs):
    for batch in torch.arange(len(x)).split(BATCH):
        loss = loss_of(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    theirs = torch.cat([model(part).argmax(1) for part in test_x.split(1000)])

ours, peer = (100 * (found == test_y).double().mean().item() for found in (answers, theirs))
assert abs(ours - 100 * (1 - report["error_rate"])) < 1e-9, "the report counts the same errors"
weights = max((a - b).abs().max().item() for a, b in zip(end, model.parameters()))
print(f"{epochs} epochs of {len(x)} images: chiffres {ours:.2f} %, PyTorch {torch.__version__} {peer:.2f} %, "
      f"{abs(ours - peer):.2f} points apart; other answers about {int((answers != theirs).sum())} of {len(test_y)} images; "
      f"weights differ by up to {weights:.1e}")
if abs(ours - peer) > MOST:
    sys.exit(f"error: more than {MOST} points")
