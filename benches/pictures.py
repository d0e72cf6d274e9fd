"""Measures how many digits `chiffres read` finds and reads on rendered photographs of every kind of paper.

usage: pictures.py PROGRAM FOLDER [--with RUN] [--count N] [--kind KIND]... [--tune] [--keep PLACE] [--predict]

FOLDER holds MNIST's four idx files, plain or as .gz. COUNT pictures of each kind (300 by default) are made of the test
digits, or with --tune of the last 10,000 training digits, always the same ones. --keep leaves the pictures in PLACE.
--predict measures `predict RUN` on the kinds with one digit instead. Needs numpy and pillow.
"""

import argparse
import gzip
import json
import math
import os
import subprocess
import tempfile

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont


def idx(folder, name, header):
    path = os.path.join(folder, name)
    content = open(path, "rb").read() if os.path.exists(path) else gzip.open(path + ".gz").read()
    return np.frombuffer(content, np.uint8, offset=header)


class Digits:
    def __init__(self, folder, tune):
        part = "train" if tune else "t10k"
        self.images = idx(folder, f"{part}-images-idx3-ubyte", 16).reshape(-1, 28, 28)[-10000:]
        self.labels = idx(folder, f"{part}-labels-idx1-ubyte", 8)[-10000:]

    def draw(self, rng, height):
        """One digit as ink from 0 to 1, `height` pixels high, and its label."""
        i = rng.integers(len(self.images))
        ink = Image.fromarray(self.images[i])
        ink = ink.crop(ink.getbbox())
        scale = height / ink.height
        size = (max(2, round(ink.width * scale)), max(2, round(height)))
        padded = Image.new("L", (ink.width + 4, ink.height + 4))
        padded.paste(ink, (2, 2))
        big = padded.resize((round(padded.width * scale), round(padded.height * scale)), Image.BICUBIC)
        values = np.asarray(big, np.float32) / 255
        # Enlarged strokes have sharp edges, as a pen's.
        sharpness = max(4.0, scale * 3)
        return 1 / (1 + np.exp(-sharpness * (values - 0.38))) * (values > 0.02), int(self.labels[i])


class Sheet:
    """Paper under construction: a grid of ink from 0 to 1, and the digits on it with their boxes."""

    def __init__(self, height, width):
        self.ink = np.zeros((height, width), np.float32)
        self.digits = []

    def stamp(self, ink, top, left):
        top, left = round(top), round(left)
        height, width = ink.shape
        part = self.ink[top : top + height, left : left + width]
        np.maximum(part, ink[: part.shape[0], : part.shape[1]], out=part)

    def digit(self, digits, rng, height, middle, left):
        """Writes a digit around a middle row, its left edge at a column; returns its width."""
        ink, label = digits.draw(rng, height)
        self.stamp(ink, middle - ink.shape[0] / 2, left)
        self.digits.append(label)
        return ink.shape[1]

    def lines(self, points, width, strength):
        """Straight lines, each from (x, y) to (x, y), smooth at their edges."""
        zoom = 2
        big = Image.new("L", (self.ink.shape[1] * zoom, self.ink.shape[0] * zoom))
        draw = ImageDraw.Draw(big)
        for line in points:
            draw.line([(x * zoom, y * zoom) for x, y in line], fill=255, width=max(1, round(width * zoom)), joint="curve")
        ink = np.asarray(big.resize((self.ink.shape[1], self.ink.shape[0]), Image.BOX), np.float32) / 255
        np.maximum(self.ink, strength * ink, out=self.ink)


def one_digit(digits, rng, size, share=(0.3, 0.6)):
    """A sheet with one digit near its middle."""
    sheet = Sheet(*size)
    height = rng.uniform(*share) * min(size)
    middle = size[0] / 2 + rng.uniform(-0.1, 0.1) * size[0]
    sheet.digit(digits, rng, height, middle, size[1] / 2 - 0.35 * height + rng.uniform(-0.1, 0.1) * size[1])
    return sheet


def noise(rng, shape, scale):
    """Smooth noise between about -1 and 1, with grains of `scale` pixels."""
    small = rng.normal(size=(max(2, math.ceil(shape[0] / scale)), max(2, math.ceil(shape[1] / scale))))
    big = Image.fromarray(small.astype(np.float32)).resize((shape[1], shape[0]), Image.BICUBIC)
    return np.asarray(big)


def light(rng, shape):
    """Uneven light, and now and then the edge of a shadow: factors around 1."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    v, u = rows / shape[0] - 0.5, columns / shape[1] - 0.5
    angle = rng.uniform(0, 2 * math.pi)
    values = 1 + rng.uniform(0, 0.35) * (u * math.cos(angle) + v * math.sin(angle)) - rng.uniform(0, 0.3) * (u * u + v * v)
    if rng.random() < 0.4:
        angle = rng.uniform(0, 2 * math.pi)
        soft = rng.uniform(0.005, 0.05)
        side = (u * math.cos(angle) + v * math.sin(angle) - rng.uniform(-0.3, 0.3)) / soft
        values *= 1 - rng.uniform(0.15, 0.4) / (1 + np.exp(-np.clip(side, -50, 50)))
    return values


def photograph(rng, paper, quality=None):
    """A picture taken of grey values: uneven light, blur, grain."""
    values = paper * light(rng, paper.shape)
    image = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    values = np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0))), np.float32)
    values = values + rng.normal(size=values.shape) * rng.uniform(1, 5)
    return Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))


def on_paper(rng, sheet, contrast=(0.5, 0.85)):
    white = rng.uniform(200, 245)
    return white * (1 - rng.uniform(*contrast) * sheet.ink)


def table(rng, shape):
    """A table top: dark or grey, plain, of wood or with a checked cloth."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
    level = rng.uniform(30, 150)
    kind = rng.integers(4)
    values = np.full(shape, level)
    if kind == 1:
        grain = noise(rng, (shape[0], 1), 6)[:, :1] + 0.4 * noise(rng, shape, 25)
        values = values + 14 * grain
    elif kind == 2:
        cell = rng.uniform(15, 60)
        checks = (np.floor(rows / cell) + np.floor(columns / cell)) % 2
        values = values + rng.uniform(15, 45) * (checks - 0.5)
    elif kind == 3:
        values = values + 10 * noise(rng, shape, 4) + 10 * noise(rng, shape, 40)
    return np.clip(values, 5, 175)


def turned(paper, ground, degrees, place):
    """Paper laid on a ground, turned around its middle."""
    height, width = ground.shape
    mask = Image.new("L", (paper.shape[1], paper.shape[0]), 255)
    image = Image.fromarray(paper.astype(np.uint8)).rotate(degrees, Image.BICUBIC, expand=True)
    mask = mask.rotate(degrees, Image.BICUBIC, expand=True)
    canvas = Image.fromarray(ground.astype(np.uint8))
    canvas.paste(image, (round(place[0] - image.width / 2), round(place[1] - image.height / 2)), mask)
    return np.asarray(canvas, np.float32)


def plain(digits, rng):
    size = (int(rng.integers(200, 700)), int(rng.integers(200, 700)))
    sheet = one_digit(digits, rng, size)
    return photograph(rng, on_paper(rng, sheet)), [sheet.digits]


def on_table(digits, rng):
    size = (int(rng.integers(500, 1000)), int(rng.integers(600, 1200)))
    paper = (int(rng.uniform(0.45, 0.7) * size[0]), int(rng.uniform(0.35, 0.6) * size[1]))
    sheet = one_digit(digits, rng, paper, (0.3, 0.55))
    white = rng.uniform(205, 245)
    values = white * (1 - rng.uniform(0.5, 0.85) * sheet.ink)
    place = (size[1] * rng.uniform(0.42, 0.58), size[0] * rng.uniform(0.45, 0.55))
    return photograph(rng, turned(values, table(rng, size), rng.uniform(-20, 20), place)), [sheet.digits]


def ruled(digits, rng):
    """Squares or rules as dark as the pen."""
    size = (int(rng.integers(400, 900)), int(rng.integers(400, 900)))
    sheet = Sheet(*size)
    gap = rng.uniform(22, 60)
    height = gap * rng.uniform(2.0, 4.5)
    height = min(height, 0.7 * min(size))
    middle = size[0] / 2 + rng.uniform(-0.1, 0.1) * size[0]
    sheet.digit(digits, rng, height, middle, size[1] / 2 - 0.35 * height + rng.uniform(-0.1, 0.1) * size[1])
    slope = math.tan(math.radians(rng.uniform(-3, 3)))
    far = max(size) * 2
    lines, start = [], rng.uniform(0, gap)
    for k in range(-far // int(gap), far // int(gap)):
        at = start + k * gap
        lines.append([(-far, at - slope * far), (far, at + slope * far)])
    if rng.random() < 0.6:
        for k in range(-far // int(gap), far // int(gap)):
            at = start + k * gap
            lines.append([(at + slope * far, -far), (at - slope * far, far)])
    sheet.lines(lines, rng.uniform(0.8, 2.2), rng.uniform(0.8, 1.0))
    return photograph(rng, on_paper(rng, sheet)), [sheet.digits]


def framed(digits, rng):
    """A frame, an underline or a circle."""
    size = (int(rng.integers(300, 800)), int(rng.integers(300, 800)))
    sheet = Sheet(*size)
    height = rng.uniform(0.25, 0.45) * min(size)
    ink, label = digits.draw(rng, height)
    sheet.digits.append(label)
    y = size[0] / 2 + rng.uniform(-0.08, 0.08) * size[0]
    x = size[1] / 2 + rng.uniform(-0.08, 0.08) * size[1]
    half = (ink.shape[0] / 2, ink.shape[1] / 2)
    sheet.stamp(ink, y - half[0], x - half[1])
    pen = height * rng.uniform(0.03, 0.1)
    kind = rng.integers(3)
    wobble = lambda: rng.uniform(-0.03, 0.03) * height
    if kind == 0:
        down, across = half[0] + height * rng.uniform(0.15, 0.5), half[1] + height * rng.uniform(0.15, 0.6)
        corners = [(x - across + wobble(), y - down + wobble()), (x + across + wobble(), y - down + wobble()),
                   (x + across + wobble(), y + down + wobble()), (x - across + wobble(), y + down + wobble())]
        sheet.lines([corners + corners[:2]], pen, 1.0)
    elif kind == 1:
        below = y + half[0] + height * rng.uniform(0.08, 0.3)
        across = half[1] * rng.uniform(1.1, 2.2) + 0.1 * height
        sheet.lines([[(x - across, below + wobble()), (x + across, below + wobble())]], pen, 1.0)
    else:
        down, across = half[0] * 1.25 + height * rng.uniform(0.15, 0.35), half[1] * 1.25 + height * rng.uniform(0.2, 0.45)
        gap = rng.uniform(-0.2, 0.3)
        start = rng.uniform(0, 6.28)
        wave = rng.uniform(-0.05, 0.05)
        points = []
        for t in np.linspace(0, 2 * math.pi - gap, 60):
            r = 1 + wave * math.sin(2 * t) + 0.02 * t / 6
            points.append((x + across * r * math.cos(start + t), y + down * r * math.sin(start + t)))
        sheet.lines([points], pen, 1.0)
    return photograph(rng, on_paper(rng, sheet)), [sheet.digits]


def numbers(digits, rng):
    """Whole numbers of 2 to 5 digits on 1 to 3 lines."""
    count = int(rng.integers(1, 4))
    height = rng.uniform(30, 110)
    rows = []
    size = (round(height * (1.7 * count + 1.4)), round(height * 8))
    sheet = Sheet(*size)
    for line in range(count):
        x = height * rng.uniform(0.5, 1.2)
        y = height * (1.4 + 1.7 * line)
        row = []
        slope = rng.uniform(-0.05, 0.05)
        for _ in range(int(rng.integers(2, 6))):
            ink, label = digits.draw(rng, height * rng.uniform(0.85, 1.1))
            sheet.stamp(ink, y + slope * x + rng.uniform(-0.06, 0.06) * height - ink.shape[0] / 2, x)
            row.append(label)
            x += ink.shape[1] + height * rng.uniform(0.12, 0.4)
        rows.append(row)
    return photograph(rng, on_paper(rng, sheet)), rows


WORDS = ("lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna "
         "aliqua enim ad minim veniam quis nostrud exercitation ullamco laboris nisi aliquip ex ea commodo consequat").split()
FONTS = ["DejaVuSans.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf"]


def font(rng, size):
    try:
        return ImageFont.truetype(FONTS[rng.integers(len(FONTS))], size)
    except OSError:
        return ImageFont.load_default(size)


def printed(digits, rng):
    """A page of printed text."""
    size = (int(rng.integers(700, 1400)), int(rng.integers(500, 1000)))
    image = Image.new("L", (size[1], size[0]))
    draw = ImageDraw.Draw(image)
    letters = int(rng.integers(12, 34))
    face, y = font(rng, letters), size[0] * 0.08
    while y < size[0] * 0.9:
        text = ""
        while draw.textlength(text, face) < size[1] * 0.75:
            text += WORDS[rng.integers(len(WORDS))] + " "
        draw.text((size[1] * 0.08, y), text.strip().capitalize() + ".", font=face, fill=255)
        y += letters * 1.5
    sheet = Sheet(*size)
    sheet.ink = np.asarray(image, np.float32) / 255
    return photograph(rng, on_paper(rng, sheet, (0.7, 0.9))), []


def empty_table(digits, rng):
    """A table without anything in its cells."""
    size = (int(rng.integers(400, 900)), int(rng.integers(400, 900)))
    sheet = Sheet(*size)
    rows, columns = int(rng.integers(1, 9)), int(rng.integers(1, 7))
    top, left = 0.1 * size[0], 0.1 * size[1]
    ys = np.linspace(top, size[0] - top, rows + 1)
    xs = np.linspace(left, size[1] - left, columns + 1)
    lines = [[(left, y), (size[1] - left, y)] for y in ys] + [[(x, top), (x, size[0] - top)] for x in xs]
    sheet.lines(lines, rng.uniform(1, 4), 1.0)
    return photograph(rng, on_paper(rng, sheet)), []


KINDS = {"plain": plain, "on-table": on_table, "ruled": ruled, "framed": framed, "numbers": numbers,
         "printed": printed, "empty-table": empty_table}
SINGLE = ["plain", "on-table", "ruled", "framed"]


def interval(count, total):
    """Wilson's interval at 95 %, in percent."""
    if total == 0:
        return (0.0, 100.0)
    z, share = 1.96, count / total
    middle = (share + z * z / 2 / total) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / 4 / total / total)
    return 100 * (middle - half), 100 * (middle + half)


def render(place, kinds, digits, count, tune):
    """Writes the pictures; returns the digits on each, line by line."""
    truth = {}
    for kind in kinds:
        for i in range(count):
            rng = np.random.default_rng([sorted(KINDS).index(kind), i, int(tune)])
            image, rows = KINDS[kind](digits, rng)
            if i % 2:
                name = f"{kind}-{i:03}.jpg"
                image.save(os.path.join(place, name), quality=int(rng.integers(60, 90)))
            else:
                name = f"{kind}-{i:03}.png"
                image.save(os.path.join(place, name), compress_level=1)
            truth[name] = rows
    return truth


def read_command(program, run, place):
    """The lines of digits on each picture, and whether any is doubtful."""
    command = [program, "read", "--json", *(["--with", run] if run else []), place]
    answers = {}
    for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines():
        one = json.loads(line)
        rows = {}
        for digit in one.get("digits", []):
            rows.setdefault(digit["line"], []).append((digit["label"], digit["doubtful"]))
        answers[os.path.basename(one["file"])] = list(rows.values())
    return answers


def predict_command(program, run, place):
    lines = subprocess.run([program, "predict", run, place, "--json"], capture_output=True, text=True).stdout.splitlines()
    answers = {}
    for one in map(json.loads, lines):
        answers[os.path.basename(one["file"])] = [[(one["label"], one["doubtful"])]] if "label" in one else []
    return answers


def judge(kind, truth, answers):
    right = wrong = unmarked = 0
    for name, rows in truth.items():
        if not name.startswith(kind + "-"):
            continue
        answer = answers.get(name, [])
        if not rows:
            # Nothing to read: a digit without doubt is wrong.
            is_wrong = any(not doubtful for row in answer for _, doubtful in row)
            right, wrong, unmarked = right + (not is_wrong), wrong + is_wrong, unmarked + is_wrong
            continue
        is_right = [[label for label, _ in row] for row in answer] == [[str(digit) for digit in row] for row in rows]
        has_doubt = any(doubtful for row in answer for _, doubtful in row)
        right += is_right
        wrong += not is_right
        unmarked += not is_right and bool(answer) and not has_doubt
    total = right + wrong
    low, high = interval(right, total)
    print(f"{kind:12} {right:4} of {total} right: {100 * right / total:5.1f} % ({low:.1f} to {high:.1f}); "
          f"wrong without doubt {100 * unmarked / total:.1f} % ({unmarked})", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--with", dest="run")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--kind", action="append", choices=sorted(KINDS))
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--keep")
    parser.add_argument("--predict", action="store_true")
    args = parser.parse_args()
    kinds = args.kind or [kind for kind in KINDS if not args.predict or kind in SINGLE]
    with tempfile.TemporaryDirectory() as temporary:
        place = args.keep or temporary
        os.makedirs(place, exist_ok=True)
        truth = render(place, kinds, Digits(args.folder, args.tune), args.count, args.tune)
        command = predict_command if args.predict else read_command
        answers = command(os.path.realpath(args.program), args.run, place)
        for kind in kinds:
            judge(kind, truth, answers)


if __name__ == "__main__":
    main()
