"""Measures which answers a network marks as doubtful: on MNIST's test digits, and on pictures that are not digits.

usage: doubts.py PROGRAM RUN FOLDER [COUNT]

FOLDER holds MNIST's t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, plain or as .gz. COUNT is the number of images
to read, from the first on: 3,000 by default. Letters, scribbles, hearts and dots are drawn here, 200 of each, from a
seed: they train nothing, and the limits were chosen with drawings of another seed in sight. It needs numpy and pillow.
"""

import gzip
import json
import math
import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image, ImageDraw

SIDE = 112
EACH = 200

# Control points of strokes in a box of 1x1, down and to the right. Letters that look like a digit are left out:
# B I O S Z, and b g l o q s z.
LETTERS = {
    "A": [[(0, 1), (0.5, 0), (1, 1)], [(0.2, 0.65), (0.8, 0.65)]],
    "C": [[(0.9, 0.15), (0.5, 0), (0.1, 0.3), (0.1, 0.7), (0.5, 1), (0.9, 0.85)]],
    "D": [[(0.1, 0), (0.1, 1)], [(0.1, 0), (0.7, 0.1), (0.95, 0.5), (0.7, 0.9), (0.1, 1)]],
    "E": [[(0.9, 0), (0.1, 0)], [(0.1, 0), (0.1, 1)], [(0.1, 1), (0.9, 1)], [(0.1, 0.5), (0.75, 0.5)]],
    "F": [[(0.9, 0), (0.1, 0)], [(0.1, 0), (0.1, 1)], [(0.1, 0.5), (0.75, 0.5)]],
    "G": [[(0.9, 0.15), (0.5, 0), (0.1, 0.35), (0.15, 0.8), (0.6, 1), (0.9, 0.8)], [(0.9, 0.85), (0.9, 0.55)], [(0.9, 0.55), (0.55, 0.55)]],
    "H": [[(0.1, 0), (0.1, 1)], [(0.9, 0), (0.9, 1)], [(0.1, 0.5), (0.9, 0.5)]],
    "K": [[(0.1, 0), (0.1, 1)], [(0.85, 0), (0.12, 0.55)], [(0.3, 0.42), (0.9, 1)]],
    "M": [[(0, 1), (0.1, 0)], [(0.1, 0), (0.5, 0.6)], [(0.5, 0.6), (0.9, 0)], [(0.9, 0), (1, 1)]],
    "N": [[(0.1, 1), (0.1, 0)], [(0.1, 0), (0.9, 1)], [(0.9, 1), (0.9, 0)]],
    "P": [[(0.1, 1), (0.1, 0)], [(0.1, 0.02), (0.7, 0.03), (0.85, 0.28), (0.65, 0.52), (0.1, 0.55)]],
    "R": [[(0.1, 1), (0.1, 0)], [(0.1, 0.02), (0.7, 0.03), (0.85, 0.25), (0.65, 0.5), (0.1, 0.52)], [(0.4, 0.52), (0.9, 1)]],
    "T": [[(0, 0), (1, 0)], [(0.5, 0), (0.5, 1)]],
    "U": [[(0.1, 0), (0.1, 0.65), (0.3, 0.97), (0.7, 0.97), (0.9, 0.65), (0.9, 0)]],
    "V": [[(0, 0), (0.5, 1)], [(0.5, 1), (1, 0)]],
    "W": [[(0, 0), (0.25, 1)], [(0.25, 1), (0.5, 0.3)], [(0.5, 0.3), (0.75, 1)], [(0.75, 1), (1, 0)]],
    "X": [[(0.05, 0), (0.95, 1)], [(0.95, 0), (0.05, 1)]],
    "Y": [[(0, 0), (0.5, 0.5)], [(1, 0), (0.5, 0.5)], [(0.5, 0.5), (0.5, 1)]],
    "a": [[(0.8, 0.25), (0.4, 0.1), (0.1, 0.5), (0.3, 0.95), (0.75, 0.75)], [(0.8, 0.15), (0.8, 0.8), (0.98, 1)]],
    "e": [[(0.12, 0.5), (0.88, 0.45), (0.65, 0.05), (0.2, 0.2), (0.1, 0.7), (0.45, 1), (0.9, 0.85)]],
    "f": [[(0.85, 0.12), (0.6, 0), (0.45, 0.2), (0.45, 1)], [(0.15, 0.4), (0.8, 0.4)]],
    "h": [[(0.15, 0), (0.15, 1)], [(0.15, 0.65), (0.5, 0.42), (0.8, 0.6), (0.82, 1)]],
    "k": [[(0.15, 0), (0.15, 1)], [(0.8, 0.4), (0.18, 0.72)], [(0.35, 0.65), (0.85, 1)]],
    "m": [[(0.05, 0.2), (0.05, 1)], [(0.05, 0.5), (0.28, 0.22), (0.48, 0.4), (0.5, 1)], [(0.5, 0.5), (0.72, 0.22), (0.93, 0.4), (0.95, 1)]],
    "n": [[(0.1, 0.15), (0.1, 1)], [(0.1, 0.5), (0.5, 0.15), (0.85, 0.4), (0.88, 1)]],
    "r": [[(0.2, 0.1), (0.2, 1)], [(0.2, 0.5), (0.5, 0.15), (0.85, 0.2)]],
    "t": [[(0.45, 0), (0.45, 0.8), (0.6, 1), (0.85, 0.9)], [(0.1, 0.3), (0.85, 0.3)]],
    "w": [[(0, 0.2), (0.2, 0.95), (0.5, 0.35), (0.8, 0.95), (1, 0.2)]],
    "y": [[(0.1, 0.1), (0.15, 0.45), (0.5, 0.55), (0.8, 0.1)], [(0.8, 0.1), (0.75, 0.7), (0.4, 1)]],
}
HEART = [[(0.5, 0.3), (0.3, 0.03), (0.05, 0.15), (0.08, 0.5), (0.5, 1)], [(0.5, 1), (0.92, 0.5), (0.95, 0.15), (0.7, 0.03), (0.5, 0.3)]]


def smooth(points):
    """A Catmull-Rom curve through the points."""
    padded = [points[0], *points, points[-1]]
    curve = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:]):
        for t in np.linspace(0, 1, 12, endpoint=False):
            at = lambda i: 0.5 * (2 * b[i] + (c[i] - a[i]) * t + (2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]) * t * t + (3 * b[i] - a[i] - 3 * c[i] + d[i]) * t**3)
            curve.append((at(0), at(1)))
    return np.array(curve + [points[-1]])


class Pen:
    """Draws on paper of SIDE x SIDE pixels, with a pen and a hand of its own."""

    def __init__(self, random):
        self.random = random
        self.paper = Image.new("L", (SIDE, SIDE), 235)
        self.draw = ImageDraw.Draw(self.paper)
        self.ink = int(random.integers(10, 70))
        self.pen = random.uniform(6, 10)
        turn, slant = random.uniform(-0.14, 0.14), random.uniform(-0.25, 0.25)
        height, width = random.uniform(58, 84), random.uniform(44, 70)
        turned = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
        self.warp = turned @ np.array([[width, -slant * height], [0, height]])
        self.waves = random.uniform(0, 6, 4)

    def dot(self, x, y, radius):
        self.draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=self.ink)

    def strokes(self, strokes, wobble=0.025):
        for stroke in strokes:
            points = np.array(stroke) + self.random.normal(0, wobble, (len(stroke), 2))
            curve = smooth([tuple(point) for point in points])
            curve = curve + 0.012 * np.sin(9 * curve[:, ::-1] + self.waves[:2])
            curve = (curve - 0.5) @ self.warp.T + SIDE / 2
            for (x0, y0), (x1, y1) in zip(curve, curve[1:]):
                for t in np.linspace(0, 1, 6):
                    self.dot(x0 + t * (x1 - x0), y0 + t * (y1 - y0), self.pen / 2)

    def picture(self):
        grain = self.random.normal(0, 3, (SIDE, SIDE))
        return np.clip(np.array(self.paper, float) + grain, 0, 255).astype(np.uint8)


def letters(random):
    names = sorted(LETTERS)
    pen = Pen(random)
    pen.strokes(LETTERS[names[random.integers(len(names))]])
    return pen.picture()


def scribbles(random):
    """One long line to and fro, over and over."""
    pen = Pen(random)
    points = random.uniform(0, 1, (random.integers(9, 16), 2))
    pen.strokes([[tuple(point) for point in points]], wobble=0)
    return pen.picture()


def hearts(random):
    pen = Pen(random)
    pen.strokes(HEART)
    return pen.picture()


def dots(random):
    """One dot, as large as a digit or smaller."""
    pen = Pen(random)
    x, y = random.uniform(40, 72, 2)
    radius = random.uniform(7, 26)
    stretch = random.uniform(0.85, 1.15)
    pen.draw.ellipse([x - radius * stretch, y - radius, x + radius * stretch, y + radius], fill=pen.ink)
    return pen.picture()


def two_dots(random):
    """Two or three dots beside each other or one below the other."""
    pen = Pen(random)
    radius, turn = random.uniform(6, 10), random.uniform(0, math.pi)
    for i in range(random.integers(2, 4)):
        pen.dot(36 + 26 * i * abs(math.cos(turn)), 36 + 26 * i * math.sin(turn), radius)
    return pen.picture()


SHAPES = {"letters": letters, "scribbles": scribbles, "hearts": hearts, "dots": dots, "two or three dots": two_dots}


def drawings(kind):
    random = np.random.default_rng([20, list(SHAPES).index(kind)])
    return [SHAPES[kind](random) for _ in range(EACH)]


def idx(folder, name, header):
    path = os.path.join(folder, name)
    content = open(path, "rb").read() if os.path.exists(path) else gzip.open(path + ".gz").read()
    return np.frombuffer(content, np.uint8)[header:]


def answers(program, run, pictures):
    """The program's answer about each picture, in their order."""
    with tempfile.TemporaryDirectory() as place:
        for i, picture in enumerate(pictures):
            Image.fromarray(picture).save(os.path.join(place, f"{i:05}.png"))
        command = [program, "predict", run, place, "--json", "--device", "flex"]
        lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
    found = {int(os.path.basename(one["file"])[:5]): one for one in map(json.loads, lines)}
    return [found[i] for i in range(len(pictures))]


def marks(answer):
    return {doubt["kind"] for doubt in answer.get("doubts", [])}


def interval(count, total, z=1.96):
    """Wilson's interval, in percent."""
    if total == 0:
        return "no answers"
    share = count / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return f"{100 * share:5.1f} % ({100 * (centre - half):.1f} to {100 * (centre + half):.1f})"


def row(name, group):
    kinds = [marks(answer) for answer in group]
    counts = [sum("unsure" in kind for kind in kinds), sum("no-digit" in kind for kind in kinds), sum(bool(kind) for kind in kinds)]
    print(f"{name:20} {len(group):6}  " + "  ".join(f"{interval(count, len(group)):24}" for count in counts))


def main():
    program, run, folder = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 3000
    images = idx(folder, "t10k-images-idx3-ubyte", 16).reshape(-1, 28, 28)[:count]
    labels = idx(folder, "t10k-labels-idx1-ubyte", 8)[:count]
    given = list(zip(answers(program, run, list(images)), labels))
    read = [(answer, answer["label"] == str(label)) for answer, label in given if "label" in answer]
    print(f"{'':20} {'images':>6}  {'unsure':24}  {'perhaps no digit':24}  either")
    row("MNIST, read right", [answer for answer, is_right in read if is_right])
    row("MNIST, misread", [answer for answer, is_right in read if not is_right])
    for kind in SHAPES:
        found = answers(program, run, drawings(kind))
        row(kind, [answer for answer in found if "label" in answer])
        silent = sum("label" not in answer for answer in found)
        if silent:
            print(f"{'':20} {silent:6}  no digit found, no answer")


if __name__ == "__main__":
    main()
