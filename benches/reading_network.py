"""Makes the reading network again: data/reading.model.

usage: reading_network.py PROGRAM FOLDER_OF_MNIST [--config benches/reading_network.toml] [--set KEY=VALUE ...] [--output FILE]

Writes artifacts/reading-digits.npz, pictures of 32x32: MNIST's 60,000 training digits; two shapes that are rare in them,
drawn on copies of its digits (ones with a long flag, as they are written in France, and zeros with a bar); and the 1,000
training digits of the program, whose other 797 digits are for testing. Then trains benches/reading_network.toml on them and
copies the network to data/reading.model, or to another file. None of MNIST's test digits is read.

Needs numpy and pillow.
"""

import argparse
import gzip
import math
import os
import shutil
import subprocess

import numpy as np
from PIL import Image, ImageDraw

from photographs import idx

ARCHIVE = "artifacts/reading-digits.npz"
# Copies of ones that get a flag, and of zeros that get a bar.
FLAGGED, BARRED = 1500, 1000


def flagged(one, random):
    """A 1 with a flag: a stroke from its top down to the left."""
    top, bottom, _, _ = box(one)
    width = thickness(one)
    x = np.nonzero((one[top : top + 2] > 127).any(0))[0].mean()
    y = top + width / 2 - 0.5
    angle = math.radians(random.uniform(25, 65))
    length = min(random.uniform(0.25, 0.7) * (bottom - top + 1), (x - 1) / math.sin(angle))
    end = x - length * math.sin(angle), y + length * math.cos(angle)
    bend = random.uniform(-0.12, 0.12) * length
    middle = (x + end[0]) / 2 + bend * math.cos(angle), (y + end[1]) / 2 + bend * math.sin(angle)
    return with_stroke(one, [(x, y), middle, end], width)


def barred(zero, random):
    """A 0 with a bar from above on the right to below on the left, inside or beyond the oval."""
    top, bottom, left, right = box(zero)
    x, y = (left + right) / 2, (top + bottom) / 2
    reach = random.uniform(0.55, 1.15)
    across = reach * random.uniform(0.5, 1.1) * (right - left + 1) / 2
    down = reach * (bottom - top + 1) / 2
    return with_stroke(zero, [(x + across, y - down), (x - across, y + down)], thickness(zero))


def with_stroke(digit, points, width):
    """The digit (28x28, light on dark) with one more stroke, drawn large and brought down to its pixels."""
    scale = 8
    pen = Image.new("L", (28 * scale, 28 * scale))
    draw = ImageDraw.Draw(pen)
    corners = [((x + 0.5) * scale, (y + 0.5) * scale) for x, y in points]
    radius = width * scale / 2
    draw.line(corners, fill=255, width=round(2 * radius), joint="curve")
    for x, y in corners:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return np.maximum(digit, np.asarray(pen.resize((28, 28), Image.Resampling.BOX)))


def thickness(digit):
    """Thickness of the strokes: the ink, over half of the pixels at its edge."""
    ink = digit > 127
    edge = sum((ink & ~np.roll(ink, step, axis)).sum() for axis in (0, 1) for step in (1, -1))
    return max(1.2, 2.2 * ink.sum() / max(1, edge))


def box(digit):
    rows, columns = np.nonzero(digit > 127)
    return rows.min(), rows.max(), columns.min(), columns.max()


def copies(images, count, change, seed):
    """Changed copies of some of the images."""
    random = np.random.default_rng([0, seed])
    return [change(images[i], random) for i in random.choice(len(images), count, replace=False)]


def own_digits():
    """The digits of the program, each of their 8x8 pixels enlarged to 4x4: the preprocessing leaves them as they are."""
    table = np.loadtxt(gzip.open("data/digits.csv.gz"), delimiter=",", dtype=int)
    grey = np.rint(table[:, :64] * 255 / 16).astype(np.uint8)
    return grey.reshape(-1, 8, 8).repeat(4, 1).repeat(4, 2), table[:, 64].astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("folder", help="the folder with MNIST's files")
    parser.add_argument("--config", default="benches/reading_network.toml")
    parser.add_argument("--set", action="append", default=[], help="another value of a setting")
    parser.add_argument("--output", default="data/reading.model", help="the file of the network")
    options = parser.parse_args()

    images = idx(options.folder, "train-images-idx3-ubyte")
    labels = idx(options.folder, "train-labels-idx1-ubyte")
    ones = copies(images[labels == 1], FLAGGED, flagged, seed=0)
    zeros = copies(images[labels == 0], BARRED, barred, seed=1)
    drawn = np.array([1] * FLAGGED + [0] * BARRED, np.uint8)
    own, own_labels = own_digits()
    mnist = np.pad(np.concatenate([images, ones, zeros]), [(0, 0), (2, 2), (2, 2)])
    os.makedirs("artifacts", exist_ok=True)
    np.savez(
        ARCHIVE,
        x_train=np.concatenate([mnist, own[:1000]]),
        y_train=np.concatenate([labels, drawn, own_labels[:1000]]),
        x_test=own[1000:],
        y_test=own_labels[1000:],
    )

    settings = [argument for value in options.set for argument in ("--set", value)]
    run = os.path.basename(options.output).removesuffix(".model")
    command = [options.program, "train", options.config, "--name", run, "--exist-ok", "--device", "flex"]
    subprocess.run(command + settings, check=True)
    shutil.copy(f"artifacts/{run}/model", options.output)


if __name__ == "__main__":
    main()
