"""Measures scikit-learn's predict_proba on 10,000 digits, with the network of config/mlp.toml.

usage: sklearn_answers.py [CALLS]

Prints the median of the wall seconds of a call. The network is trained for a few epochs only: the cost is the same.
"""

import statistics
import sys
import time
import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

warnings.simplefilter("ignore")
calls = int(sys.argv[1]) if len(sys.argv) > 1 else 200
digits = load_digits()
network = MLPClassifier(
    hidden_layer_sizes=(15,), activation="logistic", solver="sgd", learning_rate_init=0.1, max_iter=5, random_state=0
).fit(digits.data[:1000] / 16, digits.target[:1000])
images = np.resize(digits.data / 16, (10_000, 64))

seconds = []
for _ in range(calls):
    start = time.perf_counter()
    network.predict_proba(images)
    seconds.append(time.perf_counter() - start)
print(statistics.median(seconds))
