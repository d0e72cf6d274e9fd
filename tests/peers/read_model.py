"""Reads a model file with safetensors and NumPy alone and compares every test prediction, and the digest of the weights,
with the program's.

usage: read_model.py RUN PROGRAM
"""

import hashlib
import json
import subprocess
import sys

import numpy as np
from safetensors import safe_open
from sklearn.datasets import load_digits

run, program = sys.argv[1:]
with safe_open(f"{run}/model", framework="numpy") as file:
    header = json.loads(file.metadata()["chiffres"])
    content = json.loads(header["header"])
    weights = {name: file.get_tensor(name) for name in file.keys()}
assert header["format"] == 3 and header["kind"] == "model", header
experiment = content["experiment"]
assert experiment["model"]["activation"] == "sigmoid", experiment

digits = load_digits()
x = digits.data / experiment["data"]["scale"] + experiment["data"]["offset"]
hidden = 1 / (1 + np.exp(-(x @ weights["layers.0.weight"] + weights["layers.0.bias"])))
logits = hidden @ weights["layers.1.weight"] + weights["layers.1.bias"]
odds = np.exp(logits - logits.max(axis=1, keepdims=True))
probabilities = odds / odds.sum(axis=1, keepdims=True)

indices = [str(i) for i in range(1000, 1797)]
lines = subprocess.run([program, "predict", run, "--json", *indices], check=True, capture_output=True, text=True).stdout
ours = [json.loads(line) for line in lines.splitlines()]
labels = [content["classes"].index(one["label"]) for one in ours]
assert [int(one["target"]) for one in ours] == digits.target[1000:].tolist(), "the images are not scikit-learn's"
assert labels == probabilities[1000:].argmax(axis=1).tolist(), "the labels differ"
worst = np.abs(np.array([one["probabilities"] for one in ours]) - probabilities[1000:]).max()
assert worst < 1e-5, worst

assert content["arithmetic"] == "fused-1", content
layers = sum(name.startswith("layers.") for name in weights) // 2
tensors = [weights[f"layers.{i}.{name}"] for i in range(layers) for name in ("weight", "bias")]
digest = hashlib.sha256(b"".join(tensor.tobytes() for tensor in tensors)).hexdigest()
command = [program, "verify", run, "--json"]
verification = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
assert verification["verified"] and verification["saved_sha256"] == digest, verification

print(f"797 predictions agree with NumPy's, probabilities within {worst:.1e}; digest {digest}")
