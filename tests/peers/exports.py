"""Runs exported networks in their own runtimes, and compares every answer with exact ones, in double precision.

usage: exports.py PROGRAM [RUN...]

ONNX in onnxruntime and in rten, C by gcc and clang, JavaScript in Node, Rust on this machine and compiled for another, arrays in
scikit-learn. Without runs, it trains each experiment inside the program for a few epochs, and others, and takes the model
files of earlier versions. A runtime that is not installed is an error. PyTorch is in benches/peers/pytorch.py.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import chain
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from sklearn.datasets import load_digits

from exact import exact

PROGRAM, *RUNS = sys.argv[1:]
PROGRAM = str(Path(PROGRAM).resolve())
ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target").resolve() / "rten"
RTEN = TARGET / "release/onnx-in-rust"
OLD = ["model-format-1", "model-format-2", "runs/format-3", "runs/without-arithmetic"]
BOUND = 1e-6
# Steep networks, in which single precision itself loses more, in the program as in every runtime. Measured with the 20 epochs
# of this script: 2.1e-6 for relu, 1.2e-6 for cnn-mnist, 1.9e-6 for cnn-fashion (2.4e-6 with
# weights of 8 bits), and a little over 1e-6 for the other two.
STEEP = {"relu": 3e-6, "many-writers-64": 2e-6, "fashion": 2e-6, "cnn-mnist": 2e-6, "cnn-fashion": 3e-6}
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "CARGO_TARGET_DIR"}
STRICT = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-fsanitize=address,undefined"]


def run(*args, **options):
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{args}: {done.stdout}{done.stderr}"
    return done


def bare_rust():
    """A compiler that is installed with the sources of Rust's library."""
    for compiler in filter(shutil.which, ["rustc", "/usr/bin/rustc"]):
        sysroot = Path(run(compiler, "--print", "sysroot").stdout.strip())
        if (sysroot / "lib/rustlib/src/rust/library/core").is_dir():
            return compiler
    return None


def missing_tools():
    missing = [tool for tool in ["gcc", "clang", "node", "cargo"] if not shutil.which(tool)]
    if not bare_rust():
        missing.append("the sources of Rust's library (apt: rustc-web rust-web-src; rustup: rust-src)")
    return missing


def export(network, format, path, *options):
    done = run(PROGRAM, "export", network, "--to", format, "-o", path, *options)
    assert re.match(r"read back: (\S+) of \1 labels, ", done.stderr), done.stderr
    return done.stdout


def title(network):
    return Path(network).name


def expectation(network, pixels, first):
    """Exact labels and probabilities of images, from the index `first` on, and how far others may be from these."""
    lines = run(PROGRAM, "predict", network, "--json", *range(first, first + len(pixels))).stdout.splitlines()
    answers = [json.loads(line) for line in lines]
    expected = *exact(network, pixels), STEEP.get(title(network), BOUND)
    compare(f"{title(network)} itself", expected, [answer["label"] for answer in answers],
            [answer["probabilities"] for answer in answers])
    return expected


def compare(what, expected, labels, probabilities):
    difference = np.abs(np.array(probabilities) - expected[1]).max()
    equal = sum(a == b for a, b in zip(labels, expected[0], strict=True))
    is_right = equal == len(labels) and difference < expected[2]
    print(f"{what}: {equal} of {len(labels)} labels, {difference:.1e}{'' if is_right else '  <- WRONG'}", flush=True)
    if not is_right:
        wrong.append(what)


def check_onnx(network, expected, pixels, folder):
    path = folder / "network.onnx"
    program = export(network, "onnx", path)
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(path)
    classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
    labels, probabilities = session.run(["label", "probabilities"], {"pixels": pixels})
    compare(f"{title(network)} in onnxruntime {onnxruntime.__version__}, {path.stat().st_size} bytes", expected,
            [classes[label] for label in labels], probabilities)
    one = session.run(["probabilities"], {"pixels": pixels[:1]})[0]
    assert np.abs(one - probabilities[:1]).max() < BOUND, "a batch of one"
    (folder / "example.py").write_text(program)
    run(sys.executable, folder / "example.py")
    for batch in [len(pixels), 1]:
        command = [str(arg) for arg in [RTEN, path, batch, *pixels.shape[1:]]]
        done = subprocess.run(command, input=pixels.tobytes(), capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        rows = [line.split() for line in done.stdout.decode().splitlines()]
        compare(f"{title(network)} in rten, batches of {batch}", expected, [classes[int(row[0])] for row in rows],
                [[float(number) for number in row[1:]] for row in rows])


def check_c(network, expected, pixels, folder):
    run_c(f"{title(network)} in C", export(network, "c", folder / "network.h"), expected, pixels, folder)


def check_int8(network, expected, pixels, folder):
    program = export(network, "c", folder / "network.h", "--int8")
    expected = *exact(network, pixels, is_int8=True), expected[2]
    run_c(f"{title(network)} in C with weights of 8 bits", program, expected, pixels, folder)


def run_c(what, program, expected, pixels, folder):
    path = folder / "network.h"
    name = next(line.split()[1].removesuffix("_H") for line in path.read_text().splitlines() if line.startswith("#ifndef"))
    (folder / "example.c").write_text(program)
    (folder / "all.c").write_text(f"""
#include <stdio.h>
#include "{path}"
int main(void)
{{
    unsigned char pixels[{name}_HEIGHT * {name}_WIDTH * {name}_CHANNELS];
    float probabilities[{name}_CLASSES];
    while (fread(pixels, 1, sizeof pixels, stdin) == sizeof pixels) {{
        int i, label = {name.lower()}_classify(pixels, probabilities);
        printf("%s", {name.lower()}_class_name(label));
        for (i = 0; i < {name}_CLASSES; i++) {{
            printf(" %.9g", (double)probabilities[i]);
        }}
        printf("\\n");
    }}
    return 0;
}}
""")
    for compiler in ["gcc", "clang"]:
        for program in ["example", "all"]:
            run(compiler, *STRICT, folder / f"{program}.c", "-o", folder / program, "-lm")
        lines = subprocess.run([folder / "all"], input=pixels.tobytes(), capture_output=True, check=True).stdout.decode()
        rows = [line.split(" ") for line in lines.splitlines()]
        compare(f"{what} by {compiler}, {path.stat().st_size} bytes", expected, [row[0] for row in rows],
                [[float(number) for number in row[1:]] for row in rows])
        answer = run(folder / "example", input=" ".join(map(str, pixels[0].ravel()))).stdout.split()
        assert answer[0] == expected[0][0], answer


def check_js(network, expected, pixels, folder):
    path = folder / "network.mjs"
    (folder / "example.mjs").write_text(export(network, "js", path))
    run("node", folder / "example.mjs")
    (folder / "images.json").write_text(json.dumps(pixels.reshape(len(pixels), -1).tolist()))
    (folder / "all.mjs").write_text("""
import { readFileSync } from "node:fs";
import { classify } from "./network.mjs";
const images = JSON.parse(readFileSync(process.argv[2]));
console.log(JSON.stringify(images.map(classify)));
""")
    answers = json.loads(run("node", folder / "all.mjs", folder / "images.json").stdout)
    compare(f"{title(network)} in Node, {path.stat().st_size} bytes", expected, [answer["name"] for answer in answers],
            [answer["probabilities"] for answer in answers])


def check_rust(network, expected, pixels, folder):
    crate = folder / "crate"
    (crate / "src").mkdir(parents=True, exist_ok=True)
    (crate / "Cargo.toml").write_text("""[package]
name = "exported"
version = "0.1.0"
edition = "2021"
[dependencies]
libm = "0.2"
[profile.release]
panic = "abort"
[workspace]
""")
    path = crate / "src/network.rs"
    export(network, "rust", path)
    (crate / "src/lib.rs").write_text("#![no_std]\n#![deny(warnings)]\npub mod network;\n")
    (crate / "src/main.rs").write_text("""use exported::network::{classify, CHANNELS, CLASSES, HEIGHT, WIDTH};
use std::io::Read;

fn main() {
    let mut images = Vec::new();
    std::io::stdin().read_to_end(&mut images).unwrap();
    for pixels in images.chunks_exact(HEIGHT * WIDTH * CHANNELS) {
        let (label, probabilities) = classify(pixels.try_into().unwrap());
        let probabilities: Vec<String> = probabilities.iter().map(|p| format!("{p:?}")).collect();
        println!("{} {}", CLASSES[label], probabilities.join(" "));
    }
}
""")
    run("cargo", "build", "--release", cwd=crate, env=ENVIRONMENT)
    program = crate / "target/release/exported"
    lines = subprocess.run([program], input=pixels.tobytes(), capture_output=True, check=True).stdout.decode()
    rows = [line.split(" ") for line in lines.splitlines()]
    compare(f"{title(network)} in Rust without std, {path.stat().st_size} bytes", expected, [row[0] for row in rows],
            [[float(number) for number in row[1:]] for row in rows])


def check_bare_rust(folder):
    """Compiles the last network for a Cortex-M0."""
    environment = ENVIRONMENT | {"RUSTC_BOOTSTRAP": "1", "RUSTC": bare_rust()}
    target = "thumbv6m-none-eabi"
    run("cargo", "build", "--release", "--lib", "-Zbuild-std=core", "--target", target, cwd=folder / "crate", env=environment)
    print(f"the Rust module compiles for {target}")


def check_sklearn(network, expected, pixels, folder):
    path = folder / "network.npz"
    done = subprocess.run([PROGRAM, "export", network, "--to", "sklearn", "-o", path], capture_output=True, text=True)
    if done.returncode:
        refusals = ["scikit-learn has no activation gelu", "scikit-learn holds one reading of an image",
                    "scikit-learn has no convolution"]
        assert any(refusal in done.stderr for refusal in refusals), done.stderr
        return
    # The program that was printed, without its last line, which prints one answer.
    exec("\n".join(done.stdout.splitlines()[:-1]), names := {})
    arrays, model = names["arrays"], names["model"]
    images = (pixels.reshape(len(pixels), -1) / arrays["scale"] + arrays["offset"]).astype(np.float32)
    compare(f"{title(network)} in scikit-learn, {path.stat().st_size} bytes", expected, model.predict(images), model.predict_proba(images))


def write_idx(folder):
    """Enlarged digits as MNIST's files: 600 that train, 200 that test."""
    digits = load_digits()
    folder.mkdir()
    for part, first, count in [("train", 0, 600), ("t10k", 1000, 200)]:
        images = np.kron(digits.images[first : first + count], np.ones((1, 3, 3))) * 15
        images = np.pad(images, ((0, 0), (2, 2), (2, 2))).astype(np.uint8)
        header = np.array([0x803, count, 28, 28], ">i4").tobytes()
        (folder / f"{part}-images-idx3-ubyte").write_bytes(header + images.tobytes())
        labels = digits.target[first : first + count].astype(np.uint8)
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(np.array([0x801, count], ">i4").tobytes() + labels.tobytes())


def write_colours(folder):
    """Digits in colour on paper of another colour, 10x9 pixels, a pair of colours for each digit: 600 that train, 200 that test."""
    digits = load_digits()
    ink = np.pad(digits.images[:, :, :, None] / 16, ((0, 0), (1, 1), (0, 1), (0, 0)))
    of_ink, of_paper = np.random.default_rng(0).integers(0, 256, (2, 10, 3))[:, digits.target][:, :, None, None]
    images = np.rint(ink * of_ink + (1 - ink) * of_paper).astype(np.uint8)
    labels = np.array(["apple", "leaf", "sky"])[digits.target % 3]
    np.savez(folder / "colours.npz", x_train=images[:600], y_train=labels[:600], x_test=images[1000:1200], y_test=labels[1000:1200])


def train(folder):
    """Trains networks of every experiment, activation and depth, with five readings and of colours; returns them with their
    images."""
    digits = load_digits().images[1000:].astype(np.uint8)
    write_idx(folder / "idx")
    write_colours(folder)
    also = f'["many-writers data.train=500 data.path={folder / "idx"}"]'
    trained = []
    for path in sorted((ROOT / "config").glob("*.toml")):
        experiment = path.stem
        settings = ["training.epochs=20"]
        is_idx = 'source = "idx"' in path.read_text()
        settings += [f"data.path={folder / 'idx'}"] if is_idx else []
        settings += [f"data.also={also}"] if "\nalso = " in path.read_text() else []
        trained.append((experiment, experiment, settings, is_idx))
    for activation in ["tanh", "relu", "identity"]:
        settings = ["training.epochs=20", f"model.activation={activation}", "model.hidden=[12, 9]"]
        trained.append(("mlp", activation, settings, False))
    trained.append(("mlp", "linear", ["training.epochs=20", "model.hidden=[]"], False))
    for experiment in ["mlp", "recipe"]:
        trained.append((experiment, f"{experiment}-variants", ["training.epochs=20", "prediction.variants=true"], False))
    of_colours = ["training.epochs=20", "data.source=npz", f"data.path={folder / 'colours.npz'}", "data.channels=3", "data.scale=255", "data.train=auto"]
    for name, settings in {
        "colours": ["model.hidden=[12]"],
        "colours-stages": ["model.filters=[6, 5]", "model.hidden=[8]", "model.activation=relu"],
        "colours-variants": ["model.filters=[6]", "model.hidden=[]", "prediction.variants=true"],
    }.items():
        trained.append(("mlp", name, [*of_colours, *settings], True))
    for experiment, run_name, settings, is_file in trained:
        options = [option for setting in settings for option in ["--set", setting]]
        run(PROGRAM, "train", experiment, "--progress", "none", "--name", run_name, *options, cwd=folder)
        network = folder / "artifacts" / run_name
        if is_file:
            # As the preprocessing of the experiment made them.
            arrays = folder / f"{run_name}-images.npz"
            run(PROGRAM, "data", "export", network / "config.toml", "--to", "npz", arrays, cwd=folder)
            arrays = np.load(arrays)
            yield network, arrays["x_test"], len(arrays["x_train"])
        else:
            yield network, digits, 1000


wrong = []
if missing := missing_tools():
    sys.exit(f"error: missing for these checks: {', '.join(missing)}")
run("cargo", "build", "--release", "--locked", "--target-dir", TARGET, cwd=ROOT / "tests/peers/rten")
with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    digits = load_digits().images[1000:].astype(np.uint8)
    networks = [(network, digits, 1000) for network in RUNS or [ROOT / "tests/fixtures" / old for old in OLD]]
    for network, pixels, first in chain(networks, [] if RUNS else train(folder)):
        expected = expectation(network, pixels, first)
        for check in [check_onnx, check_c, check_int8, check_js, check_rust, check_sklearn]:
            check(network, expected, pixels, folder)
    check_bare_rust(folder)
if wrong:
    sys.exit(f"error: other answers than the program's: {', '.join(wrong)}")
print("all exports answer as the program does")
