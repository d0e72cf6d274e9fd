"""Makes files of images in the present folder, and bench.toml that reads them. Used by ../reading.py.

usage: image_files.py KIND FOLDER
"""

import gzip
import sys
from pathlib import Path

import numpy as np
from PIL import Image


def config(source, path, more=""):
    Path("bench.toml").write_text(f'[data]\nsource = "{source}"\npath = "{path}"\n{more}\n')


def idx(images, labels, folder):
    Path("idx").mkdir()
    for file in folder.glob("*ubyte"):
        Path("idx", file.name + ".gz").write_bytes(gzip.compress(file.read_bytes(), 6))
    config("idx", "idx")


def pictures(images, labels, folder):
    for i in range(10_000):
        place = Path("pictures", str(labels[i]))
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(images[i]).save(place / f"{i:05}.png")
    config("folder", "pictures")


def table(images, labels, folder):
    header = ",".join(["label"] + [f"pixel{i}" for i in range(images[0].size)])
    rows = np.column_stack([labels, images.reshape(len(images), -1)])
    np.savetxt("table.csv", rows, fmt="%d", delimiter=",", header=header, comments="")
    config("csv", "table.csv")


def archive(images, labels, folder):
    np.savez("bytes.npz", x=images, y=labels)
    config("npz", "bytes.npz")


def photos(images, labels, folder):
    """Photographs of enlarged images: as large as those of a telephone."""
    for i in range(16):
        place = Path("photos", str(i % 2))
        place.mkdir(parents=True, exist_ok=True)
        picture = Image.fromarray(images[i]).resize((6000, 4000), Image.BICUBIC).convert("RGB")
        picture.save(place / f"{i}.jpg", quality=90, progressive=True)
    config("folder", "photos", "size = [28, 28]\n[training]\nbatch_size = 4")


def read(folder):
    images = np.frombuffer((folder / "train-images-idx3-ubyte").read_bytes(), np.uint8, offset=16).reshape(-1, 28, 28)
    labels = np.frombuffer((folder / "train-labels-idx1-ubyte").read_bytes(), np.uint8, offset=8)
    return images, labels


kind, folder = sys.argv[1], Path(sys.argv[2])
{"idx": idx, "pictures": pictures, "table": table, "bytes": archive, "photos": photos}[kind](*read(folder), folder)
