"""Prints the SHA-256 of a model file's weights, without its header: `digest.py artifacts/mlp/model`."""

import hashlib
import json
import sys

with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    data = file.read()

weights = hashlib.sha256()
for name, tensor in sorted(header.items()):
    if name.startswith("layers."):
        begin, end = tensor["data_offsets"]
        weights.update(data[begin:end])
print(weights.hexdigest())
