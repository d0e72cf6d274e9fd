"""Trains 28x28 -> 14x14x16 -> 7x7x32 -> 64 -> 10 on images of the MNIST family with PyTorch, by Adam and batches of 64.

usage: torch_cnn.py FOLDER EPOCHS [SEED]

Prints seconds of CPU time and by the clock an epoch, on one thread, and the test accuracy after each. The images are one tensor
of floats, as in torch_mlp.py.
"""

import sys
import time

import numpy as np
import torch
from torch import nn

folder, epochs = sys.argv[1], int(sys.argv[2])
torch.manual_seed(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
torch.set_num_threads(1)


def read(part):
    images = np.fromfile(f"{folder}/{part}-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 1, 28, 28)
    labels = np.fromfile(f"{folder}/{part}-labels-idx1-ubyte", np.uint8, offset=8)
    return torch.from_numpy(images).float() / 255, torch.from_numpy(labels).long()


(x, y), (test_x, test_y) = read("train"), read("t10k")
stage = lambda inputs, outputs: [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
model = nn.Sequential(*stage(1, 16), *stage(16, 32), nn.Flatten(), nn.Linear(1568, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
loss_of = nn.CrossEntropyLoss()
used, accuracies = [0.0, 0.0], []
for _ in range(epochs):
    cpu, wall = time.process_time(), time.perf_counter()
    for batch in torch.randperm(len(x)).split(64):
        loss = loss_of(model(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    used = [used[0] + time.process_time() - cpu, used[1] + time.perf_counter() - wall]
    with torch.no_grad():
        answers = torch.cat([model(part).argmax(1) for part in test_x.split(1000)])
    accuracies.append(f"{100 * (answers == test_y).float().mean():.2f}")
print(f"{used[0] / epochs:.3f} {used[1] / epochs:.3f}", *accuracies)
