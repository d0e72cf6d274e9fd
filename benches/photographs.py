"""Measures how many photographs of MNIST's digits a trained network reads correctly.

usage: photographs.py PROGRAM RUN FOLDER [--count 1000] [--part t10k] [--first 0] [--seed 0] [--keep FOLDER]

FOLDER holds MNIST's four idx files, plain or as .gz. The photographs are made of the images of one part (t10k or train),
from the image `--first` on: each digit is drawn with a pen on paper, turned by up to 10 degrees, under uneven light with
the edge of a shadow, beside or across a ruled line, with noise, and saved as a JPEG file of quality 60. The same seed makes
the same photographs. `--keep` writes them to a folder.

Needs numpy and pillow.
"""

import argparse
import gzip
import json
import math
import os
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image


def idx(folder, name):
    """The bytes of one idx file, in its shape."""
    path = os.path.join(folder, name)
    content = open(path, "rb").read() if os.path.exists(path) else gzip.open(path + ".gz").read()
    dimensions = content[3]
    shape = [int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(dimensions)]
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def photograph(digit, random):
    """A photograph of one digit (28x28, light on dark) on paper, in grey."""
    width, height = random.integers(240, 401, 2)
    side = random.uniform(0.45, 0.95) * min(width, height)
    ink = pen(digit, width, height, side, random)

    rows, columns = np.mgrid[0:height, 0:width]
    across, down = columns / width - 0.5, rows / height - 0.5
    paper = random.uniform(205, 245) * np.ones((height, width))
    paper -= ruled_line(rows, columns, random)
    picture = paper * (1 - ink * random.uniform(0.55, 0.9))
    angle = random.uniform(0, 2 * math.pi)
    picture *= 1 + random.uniform(0, 0.2) * (math.cos(angle) * across + math.sin(angle) * down)
    picture *= shadow(across, down, random)
    picture += random.normal(0, random.uniform(1, 6), picture.shape)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def pen(digit, width, height, side, random):
    """The ink of the digit, from 0 to 1, with the smooth edges of a pen, turned and moved."""
    scale = side / 28
    angle = math.radians(random.uniform(-10, 10))
    # Most of the 28x28 pixels' margin may lie outside of the photograph; the 20x20 pixels of the digit never do.
    reach = 11 * scale * (abs(math.cos(angle)) + abs(math.sin(angle)))
    x = random.uniform(min(reach, width / 2), max(width - reach, width / 2))
    y = random.uniform(min(reach, height / 2), max(height - reach, height / 2))
    cos, sin = math.cos(angle) / scale, math.sin(angle) / scale
    to_digit = (cos, sin, 14 - cos * x - sin * y, -sin, cos, 14 + sin * x - cos * y)
    large = Image.fromarray(digit).transform((int(width), int(height)), Image.Transform.AFFINE, to_digit, Image.Resampling.BICUBIC)
    return np.clip((np.asarray(large, float) / 255 - 0.3) / 0.35, 0, 1)


def ruled_line(rows, columns, random):
    """What a ruled line, one to two pixels thick and nearly level, takes from the grey of the paper."""
    height, width = rows.shape
    y = random.uniform(0.1, 0.9) * height + math.tan(math.radians(random.uniform(-2, 2))) * (columns - width / 2)
    return random.uniform(15, 45) * np.clip(random.uniform(0.9, 1.4) - np.abs(rows - y), 0, 1)


def shadow(across, down, random):
    """What the light is multiplied by: 1 on one side of an edge, less on the other, and in between over some pixels."""
    angle, place = random.uniform(0, 2 * math.pi), random.uniform(-0.4, 0.4)
    softness = random.uniform(0.05, 0.3)
    beyond = np.clip((math.cos(angle) * across + math.sin(angle) * down - place) / softness + 0.5, 0, 1)
    return 1 - random.uniform(0.1, 0.35) * beyond


def photographs(folder, part, first, count, seed, place):
    """Writes the photographs of the images `first` to `first + count` to the folder `place`; returns their labels."""
    images = idx(folder, f"{part}-images-idx3-ubyte")[first : first + count]
    labels = idx(folder, f"{part}-labels-idx1-ubyte")[first : first + count]
    for i, image in enumerate(images):
        # One stream for each photograph, so that it does not depend on the others.
        random = np.random.default_rng([seed, first + i])
        photograph(image, random).save(os.path.join(place, f"{i:05}.jpg"), quality=60)
    return labels


def read(program, run, place):
    """The program's answers about the pictures of a folder, by the numbers in their names."""
    command = [program, "predict", run, place, "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    answers = {}
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        if "file" in answer:
            answers[int(os.path.basename(answer["file"])[:5])] = answer
    if not answers:
        sys.exit(done.stderr)
    return answers


def interval(right, count):
    """The 95 % interval of a share (Wilson), in percent."""
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return [100 * (middle + sign * half) / (1 + z * z / count) for sign in (-1, 1)]


def report(answers, labels):
    right = [i for i, label in enumerate(labels) if answers.get(i, {}).get("label") == str(label)]
    silent = sum("label" not in answers.get(i, {}) for i in range(len(labels)))
    low, high = interval(len(right), len(labels))
    share = 100 * len(right) / len(labels)
    print(f"{len(right)} of {len(labels)} photographs right: {share:.1f} % ({low:.1f} to {high:.1f}); {silent} without an answer")
    for digit in range(10):
        of_digit = [i for i, label in enumerate(labels) if label == digit]
        said = [answers.get(i, {}).get("label", "nothing") for i in of_digit]
        wrong = [label for label in said if label != str(digit)]
        most = max(set(wrong), key=wrong.count) if wrong else None
        often = f"; most often read as {most} instead, {wrong.count(most)} times" if wrong else ""
        print(f"{digit}: {len(said) - len(wrong)} of {len(said)} right{often}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("run", help="a run, or a model file")
    parser.add_argument("folder", help="the folder with MNIST's files")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--part", choices=["t10k", "train"], default="t10k")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", help="a folder for the photographs")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        place = options.keep or temporary
        os.makedirs(place, exist_ok=True)
        labels = photographs(options.folder, options.part, options.first, options.count, options.seed, place)
        report(read(options.program, options.run, place), labels)


if __name__ == "__main__":
    main()
