"""Measures the promises about speed: each as a ratio to a peer, in pairs within one run.

usage: ratios.py PROGRAM [--before PROGRAM] [--images FOLDER] [--rounds N] [--only MEASURE,...]

Each round measures both sides of every measure, one right after the other. A line has the median of the rounds' ratios,
their range, and the medians of both sides. Of machines that are busy, CPU times mean more than wall times.

  step     CPU of one optimisation step of config/mlp.toml by `train`, one thread; over the C loop of peers/fused_loop.c
  kernel   CPU of the same step by the fused kernel alone, with packing; over the C loop
  command  wall of `train config/mlp.toml`, start to exit; over a Python process that fits it with scikit-learn
  recipe   CPU and wall of `train config/recipe.toml`; over the program of --before
  wide     CPU of an epoch of 784 -> 128 -> 10, one thread; over PyTorch. Peak memory; over the program of --before
  answers  wall of one call that classifies 10,000 images; over scikit-learn's predict_proba

A step is the difference of a run of 3,200 epochs and one of 200, divided by their 15,000 steps; so start-up and writing
files do not count. `wide` needs the four files of MNIST or Fashion-MNIST, not compressed, in --images, and PyTorch.
`command`, `wide` and `answers` run scikit-learn and PyTorch by the Python that runs this script. `kernel` and `answers`
compile benches/calls.rs. The C loop needs a C compiler, and a processor with AVX-512.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(HERE / "peers"))
from usage import usage
from wide import CONFIG

# The libraries' linear algebra gets one thread, because the matrices are small.
os.environ.update({name: "1" for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]})

WIDE_EPOCHS = 4
DEVICES = ["flex", "ndarray"]


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, Path(folder))
        lines = {}
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            for measure in options.only:
                for line, pair in getattr(bench, measure)():
                    lines.setdefault(line, []).append(pair)
    print(f"{processor()}, {os.cpu_count()} cores, {options.rounds} rounds, load {os.getloadavg()[1]:.1f} at the end")
    print("| measure | ratio | range | ours | theirs |\n|---|---|---|---|---|")
    for (name, unit, digits), pairs in lines.items():
        ratios = [ours / theirs for ours, theirs in pairs]
        ours, theirs = (f"{statistics.median(side):.{digits}f} {unit}" for side in zip(*pairs))
        print(f"| {name} | {statistics.median(ratios):.2f} | {min(ratios):.2f} to {max(ratios):.2f} | {ours} | {theirs} |")


class Bench:
    """The measures. Each yields lines and a pair of figures, ours and theirs, for every line."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.program, self.before = options.program.resolve(), options.before and options.before.resolve()
        if {"step", "kernel"} & set(options.only):
            self.loops = {"": [], ", multiply-adds not fused": ["-ffp-contract=off"]}
            for number, (name, flags) in enumerate(self.loops.items()):
                self.loops[name] = compiled(folder / f"loop-{number}", flags)
            with open(folder / "digits.csv", "wb") as file:
                subprocess.run(["gzip", "-dc", ROOT / "data/digits.csv.gz"], stdout=file, check=True)
        if {"kernel", "answers"} & set(options.only):
            self.calls = bench_program()
        if "wide" in options.only:
            (folder / "wide.toml").write_text(CONFIG.format(images=options.images.resolve()))

    def train(self, config, *changes, program=None, device=None, threads=None):
        command = [program or self.program, "train", config, "--name", "run", "--exist-ok"]
        command += ["--device", device] if device else []
        command += [word for change in changes for word in ("--set", change)]
        return usage(command, cwd=self.folder, threads=threads)

    def loop(self, name):
        """Microseconds of CPU of a step of the C loop."""

        def run(epochs):
            with open(self.folder / "digits.csv") as digits:
                return usage([self.loops[name], str(epochs)], stdin=digits).cpu

        return per_step(run)

    def step(self):
        config = ROOT / "config/mlp.toml"
        loop = self.loop("")
        for device in DEVICES:
            run = lambda epochs: self.train(config, f"training.epochs={epochs}", device=device, threads=1).cpu
            yield (f"CPU: a step by `train`, {device} / the C loop", "us", 1), (per_step(run), loop)

    def kernel(self):
        run = lambda epochs: usage([self.calls, "kernel", str(epochs)], threads=1).cpu
        kernel = per_step(run)
        for name in self.loops:
            yield (f"CPU: a step by the kernel / the C loop{name}", "us", 1), (kernel, self.loop(name))

    def command(self):
        ours = self.train(ROOT / "config/mlp.toml").wall
        theirs = usage([sys.executable, HERE / "peers/sklearn_mlp.py"]).wall
        yield ("wall: `train config/mlp.toml` / scikit-learn", "s", 2), (ours, theirs)

    def recipe(self):
        config = ROOT / "config/recipe.toml"
        ours, theirs = self.train(config), self.train(config, program=self.before)
        yield ("CPU: `train config/recipe.toml` / before", "s", 2), (ours.cpu, theirs.cpu)
        yield ("wall: `train config/recipe.toml` / before", "s", 2), (ours.wall, theirs.wall)

    def wide(self):
        def ours(device, program=None):
            run = lambda epochs: self.train(
                "wide.toml", f"training.epochs={epochs}", program=program, device=device, threads=1
            )
            long, short = run(1 + WIDE_EPOCHS), run(1)
            return (long.cpu - short.cpu) / WIDE_EPOCHS, long.peak

        script = [HERE / "peers/torch_mlp.py", self.options.images, str(WIDE_EPOCHS)]
        torch = float(usage([sys.executable, *script]).output.split()[0])
        for device in DEVICES:
            cpu, peak = ours(device)
            yield (f"CPU: an epoch of 784 -> 128 -> 10, {device} / PyTorch", "s", 3), (cpu, torch)
            if self.before:
                before = ours(device, self.before)
                yield (f"CPU: an epoch of 784 -> 128 -> 10, {device} / before", "s", 3), (cpu, before[0])
                yield (f"peak memory: 784 -> 128 -> 10, {device} / before", "MiB", 0), (peak, before[1])

    def answers(self):
        theirs = float(usage([sys.executable, HERE / "peers/sklearn_answers.py"]).output)
        for device in DEVICES:
            ours = float(usage([self.calls, "answers", device]).output)
            yield (f"wall: `Classifier` on 10,000 images, {device} / predict_proba", "ms", 2), (1e3 * ours, 1e3 * theirs)


def per_step(cpu):
    """Microseconds a step, where `cpu` gives the CPU seconds of a run with this number of epochs, of 5 steps each."""
    return 1e6 * (cpu(3200) - cpu(200)) / (5 * 3000)


def compiled(program, flags):
    source = HERE / "peers/fused_loop.c"
    flags = ["-O3", "-march=native", "-ffast-math", *flags]
    subprocess.run([os.environ.get("CC", "cc"), *flags, "-o", program, source], check=True)
    return program


def bench_program():
    """The path of benches/calls.rs as a program."""
    build = ["cargo", "bench", "--bench", "calls", "--no-run", "--message-format", "json"]
    messages = subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    artifacts = [message for message in map(json.loads, messages) if message.get("target", {}).get("name") == "calls"]
    return artifacts[-1]["executable"]


def processor():
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "an unknown processor")


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    measures = ["step", "kernel", "command", "recipe", "wide", "answers"]
    parser.add_argument("program", type=Path, help="target/release/chiffres")
    parser.add_argument("--before", type=Path, help="an older program")
    parser.add_argument("--images", type=Path, help="the folder of MNIST or Fashion-MNIST")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", type=lambda text: text.split(","), help=", ".join(measures))
    options = parser.parse_args()
    if unknown := set(options.only or []) - set(measures):
        parser.error(f"no measure is called {', '.join(unknown)}; there are {', '.join(measures)}")
    for measure, needed in [("recipe", "before"), ("wide", "images")]:
        if measure in (options.only or []) and not getattr(options, needed):
            parser.error(f"{measure} needs --{needed}")
    lacking = {"recipe"} if not options.before else set()
    lacking |= {"wide"} if not options.images else set()
    options.only = options.only or [measure for measure in measures if measure not in lacking]
    return options


if __name__ == "__main__":
    main()
