"""Measures how images are read: CPU, wall and peak memory of a program, over those of the program before, in pairs.

usage: reading.py PROGRAM --before PROGRAM --images FOLDER [--rounds N] [--only LINE,...]

FOLDER holds the four files of MNIST or Fashion-MNIST, not compressed. The script makes the other files of them:

  idx       the four files, compressed with gzip; read and counted
  pictures  10,000 PNG pictures in ten folders, decoded
  table     60,000 rows of 785 numbers with a header
  bytes     the same images as a NumPy archive that is mapped, not copied
  photos    16 JPEG photographs of 24 megapixels, on 8 threads
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))
from usage import usage

WHAT = ["cpu", "wall", "peak"]
LINES = ["idx", "pictures", "table", "bytes", "photos"]


def main():
    options = parse()
    programs = [options.program.resolve(), options.before.resolve()]
    print("| images | CPU, after / before | wall | peak memory | after |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for line in options.only:
            # By another process: the peak of a process counts what its parent has.
            subprocess.run([sys.executable, HERE / "peers/image_files.py", line, options.images], check=True)
            threads = 8 if line == "photos" else None
            pairs = [[once(program, threads) for program in programs] for _ in range(options.rounds)]
            ratios = [statistics.median(getattr(a, what) / getattr(b, what) for a, b in pairs) for what in WHAT]
            cpu, _, peak = (statistics.median(getattr(after, what) for after, _ in pairs) for what in WHAT)
            ratios = " | ".join(f"{ratio:.2f}" for ratio in ratios)
            print(f"| {line} | {ratios} | {cpu:.2f} s, {peak:.0f} MiB |", flush=True)


def once(program, threads):
    """The images are read to the end, without the cache of decoded pictures."""
    used = usage([program, "data", "check", "bench.toml"], threads=threads)
    for cached in Path("artifacts").rglob("*"):
        if cached.is_file():
            cached.unlink()
    return used


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--images", type=lambda text: Path(text).resolve(), required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", type=lambda text: text.split(","), default=LINES)
    return parser.parse_args()


main()
