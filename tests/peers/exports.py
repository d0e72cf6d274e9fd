"""Runs exported networks in their own runtimes, and compares every answer with the program's.

usage: exports.py PROGRAM [RUN...]

ONNX in onnxruntime, C by every compiler that is here, JavaScript in Node, Rust on this machine and compiled for another,
arrays in scikit-learn, and weights in PyTorch where it is installed. Without runs, it trains the experiments inside the program for a few epochs.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from safetensors import safe_open
from sklearn.datasets import load_digits

PROGRAM, *RUNS = sys.argv[1:]
PROGRAM = str(Path(PROGRAM).resolve())
EXPERIMENTS = ["mlp", "recipe", "recipe-32", "recipe-64", "recipe-128", "wide", "overfit"]
TEST = range(1000, 1797)
BOUND = 1e-6
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "CARGO_TARGET_DIR"}
STRICT = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-fsanitize=address,undefined"]


def run(*args, **options):
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{args}: {done.stdout}{done.stderr}"
    return done


def export(network, format, path):
    done = run(PROGRAM, "export", network, "--to", format, "-o", path)
    assert re.match(r"read back: (\S+) of \1 labels, ", done.stderr), done.stderr
    return done.stdout


def exact(network, pixels):
    """Probabilities in double precision, from the numbers in the model file."""
    with safe_open(f"{network}/model", framework="numpy") as file:
        header = json.loads(json.loads(file.metadata()["chiffres"])["header"])
        experiment = header["experiment"]
        layers = [key.removesuffix(".bias") for key in sorted(file.keys()) if key.startswith("layers.") and key.endswith(".bias")]
        weights = [(file.get_tensor(f"{layer}.weight").astype(float), file.get_tensor(f"{layer}.bias")) for layer in layers]
    activation = {
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "tanh": np.tanh,
        "relu": lambda x: np.maximum(x, 0),
        "gelu": lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
        "identity": lambda x: x,
    }[experiment["model"]["activation"]]
    values = pixels.reshape(len(pixels), -1) / experiment["data"]["scale"] + experiment["data"]["offset"]
    for place, (weight, bias) in enumerate(weights):
        values = (values if place == 0 else activation(values)) @ weight + bias
    odds = np.exp(values - values.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def ours(network, pixels):
    lines = run(PROGRAM, "predict", network, "--json", *TEST).stdout.splitlines()
    answers = [json.loads(line) for line in lines]
    probabilities = np.array([answer["probabilities"] for answer in answers])
    # What single precision loses in the program itself: steep networks lose more than 1e-6.
    own = np.abs(probabilities - exact(network, pixels)).max()
    print(f"{network} itself: {own:.0e} from double precision")
    return [answer["label"] for answer in answers], probabilities, max(BOUND, 2.5 * own)


def compare(what, expected, labels, probabilities):
    difference = np.abs(np.array(probabilities) - expected[1]).max()
    equal = sum(a == b for a, b in zip(labels, expected[0], strict=True))
    print(f"{what}: {equal} of {len(labels)} labels, {difference:.0e}")
    assert equal == len(labels) and difference < expected[2]


def check_onnx(network, expected, pixels, folder):
    path = folder / "network.onnx"
    program = export(network, "onnx", path)
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(path)
    classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
    labels, probabilities = session.run(["label", "probabilities"], {"pixels": pixels})
    compare(f"{network} in onnxruntime {onnxruntime.__version__}, {path.stat().st_size} bytes", expected,
            [classes[label] for label in labels], probabilities)
    one = session.run(["probabilities"], {"pixels": pixels[:1]})[0]
    assert np.abs(one - probabilities[:1]).max() < BOUND, "a batch of one"
    (folder / "example.py").write_text(program)
    run(sys.executable, folder / "example.py")


def check_c(network, expected, pixels, folder):
    path = folder / "network.h"
    program = export(network, "c", path)
    name = next(line.split()[1].removesuffix("_H") for line in path.read_text().splitlines() if line.startswith("#ifndef"))
    (folder / "example.c").write_text(program)
    (folder / "all.c").write_text(f"""
#include <stdio.h>
#include "{path}"
int main(void)
{{
    unsigned char pixels[{name}_HEIGHT * {name}_WIDTH];
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
    for compiler in filter(shutil.which, ["gcc", "clang"]):
        for program in ["example", "all"]:
            run(compiler, *STRICT, folder / f"{program}.c", "-o", folder / program, "-lm")
        lines = subprocess.run([folder / "all"], input=pixels.tobytes(), capture_output=True, check=True).stdout.decode()
        rows = [line.split(" ") for line in lines.splitlines()]
        compare(f"{network} in C by {compiler}, {path.stat().st_size} bytes", expected, [row[0] for row in rows],
                [[float(number) for number in row[1:]] for row in rows])
        answer = run(folder / "example", input=" ".join(map(str, pixels[0].ravel()))).stdout.split()
        assert answer[0] == expected[0][0], answer


def check_js(network, expected, pixels, folder):
    path = folder / "network.mjs"
    (folder / "example.mjs").write_text(export(network, "js", path).replace(json.dumps(f"./{path}"), '"./network.mjs"'))
    run("node", folder / "example.mjs")
    (folder / "images.json").write_text(json.dumps(pixels.reshape(len(pixels), -1).tolist()))
    (folder / "all.mjs").write_text("""
import { readFileSync } from "node:fs";
import { classify } from "./network.mjs";
const images = JSON.parse(readFileSync(process.argv[2]));
console.log(JSON.stringify(images.map(classify)));
""")
    answers = json.loads(run("node", folder / "all.mjs", folder / "images.json").stdout)
    compare(f"{network} in Node, {path.stat().st_size} bytes", expected, [answer["name"] for answer in answers],
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
    (crate / "src/main.rs").write_text("""use exported::network::{classify, CLASSES, HEIGHT, WIDTH};
use std::io::Read;

fn main() {
    let mut images = Vec::new();
    std::io::stdin().read_to_end(&mut images).unwrap();
    for pixels in images.chunks_exact(HEIGHT * WIDTH) {
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
    compare(f"{network} in Rust without std, {path.stat().st_size} bytes", expected, [row[0] for row in rows],
            [[float(number) for number in row[1:]] for row in rows])


def check_bare_rust(folder):
    """Compiles the last network for a Cortex-M0, with the sources of Rust's library where they are installed."""
    for compiler in filter(shutil.which, ["rustc", "/usr/bin/rustc"]):
        sysroot = Path(run(compiler, "--print", "sysroot").stdout.strip())
        if (sysroot / "lib/rustlib/src/rust/library/core").is_dir():
            environment = ENVIRONMENT | {"RUSTC_BOOTSTRAP": "1", "RUSTC": compiler}
            target = "thumbv6m-none-eabi"
            run("cargo", "build", "--release", "--lib", "-Zbuild-std=core", "--target", target, cwd=folder / "crate", env=environment)
            print(f"the Rust module compiles for {target}")
            return
    print("not compiled for a bare target: the sources of Rust's library are not installed")


def check_sklearn(network, expected, pixels, folder):
    path = folder / "network.npz"
    done = subprocess.run([PROGRAM, "export", network, "--to", "sklearn", "-o", path], capture_output=True, text=True)
    if done.returncode:
        assert "scikit-learn has no activation gelu" in done.stderr, done.stderr
        return
    # The program that was printed, without its last line, which prints one answer.
    exec("\n".join(done.stdout.splitlines()[:-1]), names := {})
    arrays, model = names["arrays"], names["model"]
    images = (pixels.reshape(len(pixels), -1) / arrays["scale"] + arrays["offset"]).astype(np.float32)
    compare(f"{network} in scikit-learn, {path.stat().st_size} bytes", expected, model.predict(images), model.predict_proba(images))


def check_pytorch(network, expected, pixels, folder):
    path = folder / "network.safetensors"
    program = export(network, "pytorch", path)
    try:
        import torch
    except ImportError:
        return
    images = torch.tensor(pixels.reshape(len(pixels), -1)).float()
    # The same, on all images.
    lines = program.replace(f"torch.zeros(1, {images.shape[1]})", "images").splitlines()[:-1]
    exec("\n".join(lines), names := {"images": images})
    probabilities = names["probabilities"].detach().numpy()
    compare(f"{network} in PyTorch, {path.stat().st_size} bytes", expected,
            [names["classes"][label] for label in probabilities.argmax(axis=1)], probabilities)


with tempfile.TemporaryDirectory() as folder:
    folder = Path(folder)
    if not RUNS:
        for experiment in EXPERIMENTS:
            run(PROGRAM, "train", experiment, "--progress", "none", "--set", "training.epochs=20", cwd=folder)
        RUNS = [str(folder / "artifacts" / experiment) for experiment in EXPERIMENTS]
        for activation in ["tanh", "relu", "identity"]:
            run(PROGRAM, "train", "mlp", "--progress", "none", "--name", activation, "--set", "training.epochs=20",
                "--set", f"model.activation={activation}", "--set", "model.hidden=[12, 9]", cwd=folder)
            RUNS.append(str(folder / "artifacts" / activation))
        run(PROGRAM, "train", "mlp", "--progress", "none", "--name", "linear", "--set", "training.epochs=20",
            "--set", "model.hidden=[]", cwd=folder)
        RUNS.append(str(folder / "artifacts" / "linear"))
    pixels = load_digits().images[TEST.start:].astype(np.uint8)
    for network in RUNS:
        expected = ours(network, pixels)
        for check in [check_onnx, check_c, check_js, check_rust, check_sklearn, check_pytorch]:
            check(network, expected, pixels, folder)
    check_bare_rust(folder)
print("all exports answer as the program does")
