"""Trains one network of 784 -> 128 -> 10 on images of the MNIST family with PyTorch, as its tutorials do.

usage: torch_mlp.py FOLDER EPOCHS [THREADS] [IMAGES]

The images are one tensor of floats on the host, and batches of 128 are gathered from it in a new order each epoch. Of the
usual ways this is the fastest: it needs no DataLoader.
"""

import sys
import time

import numpy as np
import torch

folder, epochs = sys.argv[1], int(sys.argv[2])
torch.set_num_threads(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
images = np.fromfile(f"{folder}/train-images-idx3-ubyte", np.uint8, offset=16).reshape(-1, 784)
labels = np.fromfile(f"{folder}/train-labels-idx1-ubyte", np.uint8, offset=8)
count = int(sys.argv[4]) if len(sys.argv) > 4 else len(labels)
x = torch.from_numpy(images[:count]).float() / 255
y = torch.from_numpy(labels[:count]).long()

torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, nesterov=True)
loss_of = torch.nn.CrossEntropyLoss()
cpu, wall = time.process_time(), time.perf_counter()
for _ in range(epochs):
    order = torch.randperm(count)
    total, errors = torch.zeros(()), torch.zeros((), dtype=torch.long)
    for batch in order.split(128):
        logits = model(x[batch])
        loss = loss_of(logits, y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(batch)
        errors += (logits.detach().argmax(1) != y[batch]).sum()
    total, errors = total.item(), errors.item()
print(f"{(time.process_time() - cpu) / max(epochs, 1):.3f} {(time.perf_counter() - wall) / max(epochs, 1):.3f}")
