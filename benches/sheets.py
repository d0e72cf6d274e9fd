#!/usr/bin/env python3
"""Reads photographs of sheets that are filled with MNIST's digits.

    pip install numpy pillow pypdfium2
    cargo build --release
    benches/sheets.py target/release/chiffres MNIST [--kind plain|pupils] [--sheets 100] [--keep FOLDER]

MNIST is a folder with the four idx files. The program prints the sheets; this script fills them, and makes a photograph of each:
perspective, a table behind, uneven light, a shadow's edge, blur, noise, JPEG, 1 to 12 megapixels. All of it comes from a seed.

`plain`: every box has its digit. `pupils`: empty boxes (10 %), strokes over the frame or into a box beside (5 %), crossed-out
digits (2 %), wrong digits (1 %); photographs upside down, one twice, one with two sheets, one with a corner missing.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter

# The layout of src/sheet/layout.rs, in millimetres.
PAPERS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}
BOX, BESIDE, FRAME, MARK, MARGIN, GAP, NAME = 16.5, 2.5, 0.3, 14.0, 10.0, 5.0, 20.0
DPI = 300
MM = DPI / 25.4
MEGAPIXELS = [1, 2, 3, 5, 8, 12]


def inside(paper, row, column):
    """The top left corner of a box's inside."""
    width, height = PAPERS[paper]
    top = NAME + MARK + GAP
    down = (height - MARGIN - MARK - GAP - top) / 10
    left = (width - (BOX + BESIDE) * 10 + BESIDE) / 2
    return left + (BOX + BESIDE) * column, top + down * (row + 1) - BOX - FRAME


def read_idx(path):
    data = path.read_bytes()
    sizes = np.frombuffer(data, ">u4", data[3], 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(sizes)


class Pens:
    """Digits of MNIST as ink on paper at 300 dots an inch."""

    def __init__(self, folder, part, rng):
        name = {"test": "t10k", "train": "train"}[part]
        self.images = read_idx(folder / f"{name}-images-idx3-ubyte")[-10_000:]
        labels = read_idx(folder / f"{name}-labels-idx1-ubyte")[-10_000:]
        self.by_digit = [np.flatnonzero(labels == digit) for digit in range(10)]
        self.rng = rng

    def digit(self, digit, height):
        image = self.images[self.rng.choice(self.by_digit[digit])]
        rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
        cut = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        factor = height * MM / max(cut.shape)
        size = (max(1, round(cut.shape[1] * factor)), max(1, round(cut.shape[0] * factor)))
        large = np.asarray(Image.fromarray(cut).resize(size, Image.BICUBIC), float) / 255
        # Soft edges of 28x28 pixels become edges of a pen.
        return np.clip((large - 0.35) / 0.3, 0, 1)


def blend(page, ink, x, y, dark):
    """Puts ink on a page; x and y are its top left corner in millimetres."""
    row, column = round(y * MM), round(x * MM)
    part = page[row : row + ink.shape[0], column : column + ink.shape[1]]
    part *= 1 - (1 - dark) * ink[: part.shape[0], : part.shape[1]]


def cross_out(page, pens, x, y, dark):
    """Lines through a box, as pupils draw them."""
    rng = pens.rng
    image = Image.new("L", (round(BOX * MM), round(BOX * MM)))
    draw = ImageDraw.Draw(image)
    place = lambda a, b: (a * BOX * MM, b * BOX * MM)
    line = lambda *points: draw.line([place(*p) for p in points], 255, round(rng.uniform(0.6, 1.1) * MM), "curve")
    jitter = lambda value: value + rng.uniform(-0.06, 0.06)
    kind = rng.integers(4)
    if kind == 0:  # a cross
        line((jitter(0.15), jitter(0.15)), (jitter(0.85), jitter(0.85)))
        line((jitter(0.85), jitter(0.15)), (jitter(0.15), jitter(0.85)))
    elif kind == 1:  # three strokes
        for i in range(3):
            line((jitter(0.15), jitter(0.35 + 0.2 * i)), (jitter(0.85), jitter(0.25 + 0.2 * i)))
    elif kind == 2:  # a zigzag
        line(*[(jitter(0.15 if i % 2 else 0.85), jitter(0.15 + 0.1 * i)) for i in range(8)])
    else:  # slanted strokes
        for i in range(5):
            line((jitter(0.15 + 0.15 * i), jitter(0.85)), (jitter(0.3 + 0.15 * i), jitter(0.15)))
    blend(page, np.asarray(image, float) / 255, x, y, dark)


def fill(page, paper, pens, pupils):
    """Fills the boxes; returns what is in each."""
    rng = pens.rng
    dark = rng.choice([0.08, 0.2, 0.35, 0.5], p=[0.3, 0.35, 0.25, 0.1])
    size = rng.uniform(8.5, 12.0)
    truth = []
    for row in range(10):
        for column in range(10):
            x, y = inside(paper, row, column)
            kind, digit = "digit", column
            chance = rng.random()
            if pupils:
                if chance < 0.10:
                    kind = "empty"
                elif chance < 0.15:
                    kind = "over"
                elif chance < 0.17:
                    kind = "crossed_out"
                elif chance < 0.18:
                    kind, digit = "wrong", (column + int(rng.integers(1, 10))) % 10
            if kind != "empty":
                ink = pens.digit(digit, size * rng.uniform(0.85, 1.15))
                width, height = ink.shape[1] / MM, ink.shape[0] / MM
                left, top = x + (BOX - width) * rng.uniform(0.25, 0.75), y + (BOX - height) * rng.uniform(0.2, 0.8)
                if kind == "over":
                    way, by = rng.integers(4), min(rng.uniform(1.0, 4.0), 0.45 * width)
                    left = [x - by, x + BOX - width + by, left, left][way]
                    top = [top, top, y - by, y + BOX - height + by][way]
                blend(page, ink, max(left, 1), top, dark)
                if kind == "crossed_out":
                    cross_out(page, pens, x, y, dark)
            truth.append(kind)
    # A name, which nothing may keep.
    blend(page, pens.digit(int(rng.integers(10)), 8), 40, 5, dark)
    return truth


def table(rng, height, width):
    """What a sheet lies on: plain, grained or checked, dark or light."""
    level = rng.uniform(0.1, 0.75)
    picture = np.full((height, width), level)
    kind = rng.integers(3)
    if kind == 1:
        grain = rng.normal(0, 0.06, (height // 8 + 1, 12))
        grain = np.asarray(Image.fromarray(grain).resize((width, height), Image.BICUBIC))
        picture += grain
    elif kind == 2:
        side = rng.integers(20, 80)
        rows, columns = np.indices((height, width)) // side
        picture += 0.12 * ((rows + columns) % 2)
    return np.clip(picture, 0.02, 0.9)


def warp(page, quad, height, width):
    """The page seen in perspective, and where it is; quad are its corners on the picture, clockwise."""
    h, w = page.shape
    source = [(0, 0), (w, 0), (w, h), (0, h)]
    rows, values = [], []
    for (u, v), (x, y) in zip(quad, source):
        rows += [[u, v, 1, 0, 0, 0, -x * u, -x * v], [0, 0, 0, u, v, 1, -y * u, -y * v]]
        values += [x, y]
    coefficients = np.linalg.solve(rows, values)
    # Without enlarging, each pixel of the photograph is a mean over the page.
    shrink = max(1, round(np.sqrt(h * w / (height * width))))
    small = Image.fromarray(page.astype(np.float32)).reduce(shrink) if shrink > 1 else Image.fromarray(page.astype(np.float32))
    coefficients[:6] /= shrink
    seen = small.transform((width, height), Image.PERSPECTIVE, coefficients, Image.BICUBIC)
    there = Image.new("F", small.size, 1.0).transform((width, height), Image.PERSPECTIVE, coefficients, Image.BILINEAR)
    return np.asarray(seen), np.clip(np.asarray(there), 0, 1)


def bent(page, by):
    """The page with its middle moved by so many millimetres, as that of curled paper."""
    height, width = page.shape
    rows, columns = np.indices(page.shape)
    swell = by * MM * np.sin(np.pi * rows / height)
    down = swell * np.sin(np.pi * columns / width)
    inside = lambda values, size: np.clip(values, 0, size - 1).astype(int)
    return page[inside(rows + down, height), inside(columns + 0.6 * swell, width)]


def corners(rng, left, top, right, bottom, paper, turned):
    """The corners of a sheet inside a part of the picture."""
    width, height = PAPERS[paper]
    room_x, room_y = right - left, bottom - top
    scale = min(room_x / width, room_y / height) * rng.uniform(0.78, 0.94)
    half = np.array([width, height]) * scale / 2
    angle = rng.uniform(-8, 8) * np.pi / 180
    if min(room_x / width, room_y / height) < scale * 1.15:
        angle /= 2
    points = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    points += rng.uniform(-0.05, 0.05, (4, 2)) * half * 2
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = points @ spin.T
    room = np.array([room_x, room_y]) * 0.49
    points *= min(1.0, (room / np.abs(points).max(0)).min())
    points += [left + room_x / 2, top + room_y / 2]
    return np.roll(points, 2, 0) if turned else points


def photograph(rng, sheets, paper, megapixels, turned=False, cut=False):
    """A photograph of one or two sheets as grey values, and where their corners are."""
    ratio = 4 / 3
    across = len(sheets) == 2 or (not cut and rng.random() < 0.15)
    long = int(np.sqrt(megapixels * 1e6 * ratio))
    short = int(long / ratio)
    height, width = (short, long) if across else (long, short)
    picture, quads = table(rng, height, width), []
    for i, page in enumerate(sheets):
        left, right = width * i / len(sheets), width * (i + 1) / len(sheets)
        quad = corners(rng, left, 0, right, height, paper, turned)
        if cut:
            quad = quad + [0.13 * width, 0.0]
            quad[:, 0] += (quad[:, 1] > height / 2) * 0.1 * width
        seen, there = warp(page, quad, height, width)
        quads.append(quad.tolist())
        picture = picture * (1 - there) + seen * there
    rows, columns = np.indices((height, width), dtype=np.float32)
    slope = rng.uniform(-0.3, 0.3, 2)
    light = 0.8 + slope[0] * (columns / width - 0.5) + slope[1] * (rows / height - 0.5)
    if rng.random() < 0.5:
        a, b = rng.uniform(-1, 1, 2)
        edge = a * (columns / width - rng.uniform(0.2, 0.8)) + b * (rows / height - rng.uniform(0.2, 0.8))
        softness = rng.uniform(0.01, 0.06)
        light *= 1 - rng.uniform(0.15, 0.4) / (1 + np.exp(-np.clip(edge / softness, -30, 30)))
    picture = np.clip(picture * light, 0, 1) * 255
    image = Image.fromarray(picture.astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.uniform(0.2, 0.9)))
    noisy = np.asarray(image, np.float32) + rng.normal(0, rng.uniform(1, 6), (height, width))
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)), quads


def projection(source, target):
    """The matrix that takes four points to four others."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return np.append(np.linalg.solve(rows, values), 1).reshape(3, 3)


def offsets(paper, truth, found):
    """How far each box was looked for from its place, in millimetres."""
    width, height = PAPERS[paper]
    page = [(0, 0), (width, 0), (width, height), (0, height)]
    there, back = projection(page, truth), projection(found, page)
    boxes = [inside(paper, index // 10, index % 10) for index in range(100)]
    centres = np.array([[x + BOX / 2, y + BOX / 2, 1] for x, y in boxes]).T
    points = back @ there @ centres
    return np.hypot(*(points[:2] / points[2] - centres[:2]))


def images_of(data, answer):
    """The 8x8 images that were read, by sheet and box; and the box of each image of the data set."""
    images, at = {}, 0
    for sheet in sorted(answer["sheets"], key=lambda sheet: sheet["sheet"]):
        left_out = {(box["row"] - 1) * 10 + box["label"] for box in sheet["boxes"] if not box["kept"]}
        for index in range(100):
            if index not in left_out:
                assert data["y"][at] == index % 10 and data["group"][at] == sheet["sheet"]
                images[sheet["sheet"], index] = data["x"][at].astype(float)
                at += 1
    assert at == len(data["y"])
    return images


def is_in_place(image, scans, sheet, index):
    """The image resembles that of the same box of a flat scan, more than those of the boxes around it."""
    row, column = divmod(index, 10)
    near = [r * 10 + c for r in range(row - 1, row + 2) for c in range(column - 1, column + 2)]
    alike = {i: np.corrcoef(image.ravel(), scans[sheet, i].ravel())[0, 1] for i in near if (sheet, i) in scans}
    return index not in alike or alike[index] > 0.7 or alike[index] == max(alike.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chiffres", type=lambda path: Path(path).resolve())
    parser.add_argument("mnist", type=Path)
    parser.add_argument("--kind", choices=["plain", "pupils"], default="plain")
    parser.add_argument("--part", choices=["test", "train"], default="test", help="train: the last 10,000, to choose by")
    parser.add_argument("--sheets", type=int, default=100)
    parser.add_argument("--paper", choices=list(PAPERS), default="a4")
    parser.add_argument("--bend", type=float, default=0, help="curl the paper by up to this many millimetres")
    parser.add_argument("--megapixels", type=float, help="instead of 1 to 12 in turn")
    parser.add_argument("--with", dest="network", help="a network to compare the digits with")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the photographs and what was read")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        run(args, folder)


def run(args, folder):
    rng = np.random.default_rng(args.seed)
    pens = Pens(args.mnist, args.part, rng)
    pupils = args.kind == "pupils"
    pdf = folder / "sheets.pdf"
    print_sheets = [args.chiffres, "sheet", "print", "--pupils", str(args.sheets), "--paper", args.paper, "-o", pdf]
    subprocess.run(print_sheets, check=True, capture_output=True)
    document = pypdfium2.PdfDocument(str(pdf))
    scans, photos = folder / "scans", folder / "photos"
    for pictures in [scans, photos]:
        pictures.mkdir(exist_ok=True)
        for old in pictures.iterdir():
            old.unlink()
    truths, places, waiting, expected_missing = {}, {}, None, set()
    for sheet in range(1, args.sheets + 1):
        page = np.asarray(document[sheet - 1].render(scale=DPI / 72, grayscale=True).to_pil(), float) / 255
        page = page * rng.uniform(0.9, 1.0)
        truths[sheet] = fill(page, args.paper, pens, pupils)
        Image.fromarray((page * 255).astype(np.uint8)).reduce(2).save(scans / f"{sheet:03}.png")
        page = bent(page, rng.uniform(-args.bend, args.bend)) if args.bend else page
        megapixels = args.megapixels or MEGAPIXELS[sheet % len(MEGAPIXELS)]

        def save(photo, name):
            photo[0].save(photos / name, quality=int(rng.integers(60, 92)))
            places[name] = photo[1]

        if pupils and sheet % 20 == 3:  # with the next one on a picture
            waiting = page
        elif waiting is not None:
            save(photograph(rng, [waiting, page], args.paper, max(megapixels, 5)), f"{sheet:03}-two.jpg")
            waiting = None
        elif pupils and sheet % 20 == 6:
            save(photograph(rng, [page], args.paper, megapixels), f"{sheet:03}.jpg")
            save(photograph(rng, [page], args.paper, megapixels), f"{sheet:03}-again.jpg")
        elif pupils and sheet % 20 == 9:
            save(photograph(rng, [page], args.paper, megapixels, cut=True), f"{sheet:03}-cut.jpg")
            expected_missing.add(sheet)
        else:
            turned = pupils and sheet % 5 == 0
            name = f"{sheet:03}{'-turned' if turned else ''}.jpg"
            save(photograph(rng, [page], args.paper, megapixels, turned=turned), name)
    answers = []
    for name, pictures in [("scans", scans), ("photos", photos)]:
        data = folder / f"{name}.npz"
        command = [args.chiffres, "sheet", "read", pictures, "-o", data, "--png", folder / f"{name}.png", "--json"]
        if args.network:
            command += ["--with", args.network]
        result = subprocess.run(command, capture_output=True, text=True)
        (folder / f"{name}.txt").write_text(result.stderr)
        answer = json.loads(result.stdout)
        answers.append((answer, images_of(np.load(data), answer)))
    (folder / "truth.json").write_text(json.dumps(truths))
    report(*answers[1], answers[0][1], truths, places, expected_missing, args.paper)


def report(answer, images, scans, truths, places, expected_missing, paper):
    read = {sheet["sheet"]: sheet for sheet in answer["sheets"]}
    whole, farthest, unlike, left_out = 0, [], [], 0
    counts, messages = {}, []
    for number in sorted(read):
        sheet, truth = read[number], truths[number]
        findings = {(box["row"] - 1) * 10 + box["label"]: box for box in sheet["boxes"]}
        quads = places[Path(sheet["file"]).name]
        farthest.append(min(offsets(paper, quad, sheet["corners"]).max() for quad in quads))
        whole += farthest[-1] < 1.0
        for index, kind in enumerate(truth):
            finding = findings.get(index)
            kept = finding is None or finding["kept"]
            what = " and ".join(finding["findings"]) if finding else "kept"
            counts.setdefault(kind, {}).setdefault(what, 0)
            counts[kind][what] += 1
            if kept:
                if not is_in_place(images[number, index], scans, number, index):
                    unlike.append((number, index // 10 + 1, index % 10, kind))
            elif kind in ("digit", "over", "wrong"):
                left_out += 1
                messages.append(f"sheet {number}, row {index // 10 + 1}, digit {index % 10}: {kind} left out as {what}")
            if kept and finding is None and kind in ("empty", "crossed_out", "wrong"):
                messages.append(f"sheet {number}, row {index // 10 + 1}, digit {index % 10}: {kind} kept without a word")
    print(f"sheets read                {len(read)} of {len(truths) - len(expected_missing)}")
    print(f"with every box in place    {whole} (within 1 mm; the worst {max(farthest):.2f} mm, the median {np.median(farthest):.2f})")
    print(f"8x8 unlike a flat scan's   {len(unlike)} {unlike[:12]}")
    print(f"digits left out            {left_out}, each listed")
    for kind, found in sorted(counts.items()):
        print(f"  {kind:<12} " + ", ".join(f"{what} {n}" for what, n in sorted(found.items())))
    refused = [failure["error"] for failure in answer["failed"]]
    print(f"refused                    {len(refused)}, {len(expected_missing)} have a corner cut off")
    for line in refused + messages[:20]:
        print(f"  {line}")
    lost = set(truths) - set(read) - expected_missing
    if lost:
        print(f"lost: {sorted(lost)}")


if __name__ == "__main__":
    main()
