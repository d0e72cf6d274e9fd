"""Trains the network of config/mlp.toml with NumPy by hand, in single precision and without the L2 penalty.

usage: numpy_mlp.py [EPOCHS]
"""

import sys
import time

import numpy as np
from sklearn.datasets import load_digits

epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
digits = load_digits()
x, y = (digits.data / 16).astype(np.float32), digits.target
rng = np.random.default_rng(0)
sizes = [(64, 15), (15,), (15, 10), (10,)]
bounds = [np.sqrt(2 / 79), np.sqrt(2 / 79), np.sqrt(2 / 25), np.sqrt(2 / 25)]
w = [rng.uniform(-b, b, s).astype(np.float32) for b, s in zip(bounds, sizes)]
v = [np.zeros_like(p) for p in w]
one_hot = np.eye(10, dtype=np.float32)[y]

cpu = time.process_time()
for _ in range(epochs):
    order = rng.permutation(1000)
    for batch in order.reshape(5, 200):
        images = x[batch]
        h = 1 / (1 + np.exp(-(images @ w[0] + w[1])))
        logits = h @ w[2] + w[3]
        odds = np.exp(logits - logits.max(1, keepdims=True))
        d = (odds / odds.sum(1, keepdims=True) - one_hot[batch]) / 200
        dh = d @ w[2].T * h * (1 - h)
        for p, m, g in zip(w, v, [images.T @ dh, dh.sum(0), h.T @ d, d.sum(0)]):
            m *= 0.9
            m += g
            p -= 0.1 * (g + 0.9 * m)
cpu = time.process_time() - cpu
h = 1 / (1 + np.exp(-(x[1000:] @ w[0] + w[1])))
errors = int(((h @ w[2] + w[3]).argmax(1) != y[1000:]).sum())
print(f"{errors} errors, {1e6 * cpu / (5 * epochs):.0f} microseconds of CPU a step")
