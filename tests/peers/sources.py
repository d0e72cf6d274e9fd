"""Checks that images survive the way to other programs and back.

Exports are read with NumPy, csv and Pillow; files written with NumPy and PyArrow are read by the program.

usage: sources.py PROGRAM

Needs numpy, scikit-learn and pillow, and pyarrow if the program is built with the feature parquet.
"""

import csv
import io
import json
import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

program = os.path.realpath(sys.argv[1])
config = os.path.realpath("config/mlp.toml")
digits = load_digits()
x, y = digits.images.astype(np.uint8), digits.target
os.chdir(tempfile.mkdtemp())


def run(*arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def same(what, found_x, found_y, expected_x, expected_y):
    assert np.array_equal(np.asarray(found_x).reshape(len(expected_x), 8, 8), expected_x), what
    assert np.array_equal(np.asarray(found_y), expected_y), what


# Exports have scikit-learn's images.
train, test = slice(0, 1000), slice(1000, 1797)
for to, out in [("csv", "csv"), ("npz", "digits.npz"), ("idx", "idx"), ("folder", "folder")]:
    run("data", "export", config, "--to", to, out)
arrays = np.load("digits.npz")
for part, name, idx in [(train, "train", "train"), (test, "test", "t10k")]:
    same("npz", arrays[f"x_{name}"], arrays[f"y_{name}"], x[part], y[part])
    assert arrays[f"x_{name}"].dtype == np.uint8 and arrays[f"y_{name}"].dtype == np.int64
    assert arrays[f"group_{name}"].dtype == np.int64 and arrays[f"group_{name}"].shape == y[part].shape
    with open(f"csv/{name}.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    pixels = [[int(row[f"pixel{i}"]) for i in range(64)] for row in rows]
    same("csv", pixels, [int(row["label"]) for row in rows], x[part], y[part])
    assert [int(row["group"]) for row in rows] == arrays[f"group_{name}"].tolist(), "the writers of the digits"
    images = np.fromfile(f"idx/{idx}-images-idx3-ubyte", np.uint8, offset=16)
    same("idx", images, np.fromfile(f"idx/{idx}-labels-idx1-ubyte", np.uint8, offset=8), x[part], y[part])
    files = sorted((file, label) for label in os.listdir(f"folder/{name}") for file in os.listdir(f"folder/{name}/{label}"))
    grey = [np.rint(np.asarray(Image.open(f"folder/{name}/{label}/{file}"), float) * 16 / 255) for file, label in files]
    same("folder", grey, [int(label) for _, label in files], x[part], y[part])
writers = np.concatenate([arrays["group_train"], arrays["group_test"]])
assert (np.flatnonzero(np.diff(writers)) + 1).tolist()[:7] == [130, 256, 386, 516, 646, 776, 906]
print("exports: csv, npz, idx and folder have scikit-learn's images and labels")


def errors(data):
    with open("mine.toml", "w") as file:
        file.write(f"{data}\n[training]\nepochs = 40\n")
    report = json.loads(run("train", "mine.toml", "--device", "flex", "--progress", "none", "--json", "--exist-ok"))
    return report["errors"], report["test_images"]


expected = errors('[data]\nsource = "digits"')
# Arrays written by NumPy train to the same network, whatever their type and layout.
layouts = {
    "bytes": x,
    "doubles, compressed": x.astype(float),
    "rows of floats, Fortran": np.asfortranarray(x.reshape(-1, 64).astype(np.float32)),
    "big-endian": x.astype(">i4"),
}
for name, images in layouts.items():
    (np.savez_compressed if "compressed" in name else np.savez)("mine.npz", x=images, y=y)
    found = errors('[data]\nsource = "npz"\npath = "mine.npz"\nscale = 16\nsplit = "order"\ntrain = 1000')
    assert found == expected, (name, found, expected)
    print(f"npz, {name}: {found[0]} errors of {found[1]}, as with the digits inside the program")

try:
    import pyarrow
    import pyarrow.parquet
except ImportError:
    sys.exit(0)


def png(image):
    file = io.BytesIO()
    Image.fromarray(np.rint(image * 255.0 / 16).astype(np.uint8)).save(file, "png")
    return file.getvalue()


rows = [{"bytes": png(image), "path": None} for image in x]
description = {"info": {"features": {"label": {"names": [f"digit {i}" for i in range(10)], "_type": "ClassLabel"}}}}
os.mkdir("parquet")
for name, part in [("train-00000-of-00001", train), ("test-00000-of-00001", test)]:
    table = pyarrow.table({"image": rows[part], "label": y[part]})
    table = table.replace_schema_metadata({"huggingface": json.dumps(description)})
    pyarrow.parquet.write_table(table, f"parquet/{name}.parquet")
result = subprocess.run(
    [program, "data", "check", "/dev/stdin", "--json"], text=True, capture_output=True,
    input='[data]\nsource = "parquet"\npath = "parquet"\n')
if "feature parquet" in result.stderr:
    print("parquet: not compiled in")
    sys.exit(0)
report = json.loads(result.stdout)
assert [c["name"] for c in report["classes"]] == [f"digit {i}" for i in range(10)]
assert [c["train"] for c in report["classes"]] == np.bincount(y[train]).tolist()
assert [c["test"] for c in report["classes"]] == np.bincount(y[test]).tolist()
found = errors('[data]\nsource = "parquet"\npath = "parquet"')
print(f"parquet: 1,797 images with the names of their classes, {found[0]} errors of {found[1]}")
assert abs(found[0] - expected[0]) <= 8, (found, expected)
