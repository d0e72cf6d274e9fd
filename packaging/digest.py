"""Prints the SHA-256 of a model file's tensors, without its header: `digest.py artifacts/mlp/model`."""

import hashlib
import sys

with open(sys.argv[1], "rb") as file:
    header_bytes = int.from_bytes(file.read(8), "little")
    file.seek(8 + header_bytes)
    print(hashlib.sha256(file.read()).hexdigest())
