"""Measures how many MNIST digits a trained network reads correctly, from the program's answers about pictures.

usage: handwriting.py PROGRAM RUN FOLDER [COUNT]

FOLDER holds MNIST's t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, plain or as .gz. COUNT is the number of images
to read, from the first on: 3,000 by default.
"""

import gzip
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib

program, run, folder = sys.argv[1:4]
count = int(sys.argv[4]) if len(sys.argv) > 4 else 3000


def idx(name, header):
    path = os.path.join(folder, name)
    content = open(path, "rb").read() if os.path.exists(path) else gzip.open(path + ".gz").read()
    return content[header:]


def png(pixels):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + pixels[i : i + 28] for i in range(0, 784, 28))
    header = struct.pack(">IIBBBBB", 28, 28, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


images, labels = idx("t10k-images-idx3-ubyte", 16), idx("t10k-labels-idx1-ubyte", 8)[:count]
with tempfile.TemporaryDirectory() as place:
    for i in range(count):
        with open(os.path.join(place, f"{i:05}.png"), "wb") as file:
            file.write(png(images[784 * i : 784 * (i + 1)]))
    command = [program, "predict", run, place, "--json", "--device", "flex"]
    lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    answers = {int(os.path.basename(one["file"])[:5]): one for one in map(json.loads, lines)}

right = [i for i in range(count) if answers[i].get("label") == str(labels[i])]
wrong = [i for i in range(count) if "label" in answers[i] and i not in set(right)]
silent = sum("error" in one for one in answers.values())
print(f"{len(right)} of {count} right: {100 * len(right) / count:.1f} %; {silent} without an answer")
for name, group in (("right", right), ("wrong", wrong)):
    doubtful = sum(answers[i]["doubtful"] for i in group)
    print(f"of those read {name}, {100 * doubtful / max(1, len(group)):.0f} % are marked as doubtful")
for digit in range(10):
    of_digit = [i for i in range(count) if labels[i] == digit]
    said = [answers[i].get("label") for i in of_digit if i not in set(right)]
    line = f"{digit}: {len(of_digit) - len(said)} of {len(of_digit)} right"
    if said:
        most = max(set(said), key=said.count)
        line += f"; most often read as {most} instead, {said.count(most)} times"
    print(line)
