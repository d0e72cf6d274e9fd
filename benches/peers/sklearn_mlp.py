"""Trains the network of config/mlp.toml with scikit-learn, for comparison.

alpha=1e-4 is 5e-7 in terms of `optimizer.weight_decay`: scikit-learn divides it by the batch size. The cost is the same.

usage: sklearn_mlp.py [EPOCHS]
"""

import sys
import time
import warnings

from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

warnings.simplefilter("ignore")
epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
digits = load_digits()
x, y = digits.data / 16, digits.target
network = MLPClassifier(
    hidden_layer_sizes=(15,), activation="logistic", solver="sgd", learning_rate_init=0.1, momentum=0.9,
    nesterovs_momentum=True, alpha=1e-4, batch_size=200, max_iter=epochs, tol=0, n_iter_no_change=10**9, random_state=0,
)
cpu = time.process_time()
network.fit(x[:1000], y[:1000])
cpu = time.process_time() - cpu
errors = int((network.predict(x[1000:]) != y[1000:]).sum())
print(f"{errors} errors, {1e6 * cpu / (5 * epochs):.0f} microseconds of CPU a step")
