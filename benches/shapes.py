"""Drawn shapes and textures whose class is the hue or the form: a folder of PNG pictures for each class, in train and test.

    python3 benches/shapes.py hue FOLDER          # red, yellow, green, cyan, blue, magenta
    python3 benches/shapes.py form FOLDER         # disc, square, triangle, ring, cross, stripes

The hues of `hue` have the same grey values: a network that sees grey can only guess. The forms of `form` differ from their
background in the hue alone, too, unless --tone lets them differ in tone. Of 300 test pictures of either, a network in colour
names all, and in grey it is wrong about 249 or 250, as a guess is (docs/data.md). The same seed makes the same pictures.
Needs Python alone.
"""

import argparse
import math
import random
import struct
import zlib
from pathlib import Path

HUES = {"red": 0, "yellow": 60, "green": 120, "cyan": 180, "blue": 240, "magenta": 300}
FORMS = ["disc", "square", "triangle", "ring", "cross", "stripes"]
# Of red, green and blue in a grey value, as in src/data/colour.rs.
WEIGHTS = (0.2126, 0.7152, 0.0722)


def png(width, height, pixels):
    """The bytes of a PNG file of rows of (red, green, blue)."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def pure(hue):
    """Red, green and blue of a hue in degrees, each 0 to 1."""
    return [min(1.0, max(0.0, 2 - abs((hue / 60 - centre + 3) % 6 - 3))) for centre in (0, 2, 4)]


def colour(hue, grey, strength):
    """A colour of a hue with a grey value: as far from grey as `strength`, 0 to 1, allows within 0 to 255."""
    full = pure(hue)
    tone = sum(weight * value for weight, value in zip(WEIGHTS, full))
    direction = [value - tone for value in full]
    room = min((255 - grey) / step if step > 0 else grey / -step for step in direction if step)
    return [grey + strength * room * step for step in direction]


def covers(form, x, y, size):
    """Whether a form of a half width around the origin covers a point."""
    radius = math.hypot(x, y)
    match form:
        case "disc":
            return radius < size
        case "square":
            return max(abs(x), abs(y)) < 0.88 * size
        case "triangle":
            return y < 0.6 * size and abs(x) < 0.62 * (y + size)
        case "ring":
            return 0.55 * size < radius < 1.05 * size
        case "cross":
            return min(abs(x), abs(y)) < 0.3 * size and max(abs(x), abs(y)) < 1.05 * size
        case "stripes":
            return max(abs(x), abs(y)) < size and (y / size * 2.5) % 1 < 0.5


def picture(rng, task, name, width, height, tone):
    """A picture of a class: one form of one hue on a background, with a little noise in its grey values."""
    form = name if task == "form" else rng.choice(FORMS)
    hue = (HUES[name] if task == "hue" else rng.uniform(0, 360)) + rng.uniform(-12, 12)
    grey = rng.uniform(80, 150)
    front = colour(hue, grey, rng.uniform(0.7, 1.0))
    # A background of the same grey value: of no hue, or, where the form is asked for, of the opposite one.
    back_grey = min(230, max(25, grey + rng.choice((-1, 1)) * rng.uniform(40, 80))) if tone else grey
    back = [back_grey] * 3 if task == "hue" else colour(hue + rng.uniform(150, 210), back_grey, rng.uniform(0.5, 1.0))
    side = min(width, height)
    size = side * rng.uniform(0.25, 0.36)
    left, top = (rng.uniform(size, length - size) for length in (width, height))
    turn = rng.uniform(-0.2, 0.2)
    sin, cos = math.sin(turn), math.cos(turn)

    def pixel(row, column):
        x, y = column + 0.5 - left, row + 0.5 - top
        base = front if covers(form, cos * x + sin * y, cos * y - sin * x, size) else back
        noise = rng.gauss(0, 4)
        return [min(255, max(0, round(value + noise))) for value in base]

    return [[pixel(row, column) for column in range(width)] for row in range(height)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=("hue", "form"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--train", type=int, default=200, help="training pictures of each class")
    parser.add_argument("--test", type=int, default=50, help="test pictures of each class")
    parser.add_argument("--size", type=int, nargs=2, default=(32, 32), metavar=("ROWS", "COLUMNS"))
    parser.add_argument("--turned", action="store_true", help="every third picture is upright, with rows and columns swapped")
    parser.add_argument("--tone", action="store_true", help="forms differ from their background in tone, too")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    height, width = args.size
    for part, count in (("train", args.train), ("test", args.test)):
        for name in HUES if args.task == "hue" else FORMS:
            folder = args.folder / part / name
            folder.mkdir(parents=True, exist_ok=True)
            rng = random.Random(f"{args.seed} {args.task} {part} {name}")
            for i in range(count):
                across, down = (height, width) if args.turned and i % 3 == 0 else (width, height)
                pixels = picture(rng, args.task, name, across, down, args.tone)
                (folder / f"{i:04}.png").write_bytes(png(across, down, pixels))


if __name__ == "__main__":
    main()
