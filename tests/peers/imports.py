"""Imports networks of scikit-learn, and compares every answer with theirs.

usage: imports.py PROGRAM [--write]

72 networks are trained on the digits: three activations; no, one or two hidden layers; two or ten classes; numbers or words
for them; pixels divided by 16, or as they are and with a scaler. Each comes in as .skops, as .npz of its arrays, and as .onnx
of skl2onnx, whose single precision onnxruntime computes with. The network of the article must make as many errors as
scikit-learn says. With --write, small ones become tests/fixtures/imports/, with their probabilities.
"""

import json
import pickle
import subprocess
import sys
import tempfile
import warnings
import zipfile
from itertools import product
from pathlib import Path

import joblib
import numpy as np
import onnxruntime
import skl2onnx
import sklearn
import skops.io
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, StandardScaler

PROGRAM = str(Path(sys.argv[1]).resolve())
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures/imports"
TEST = range(1000, 1797)
SHOWN = [1000, 1111, 1234, 1387, 1500, 1796]
BOUND = 1e-6
WORDS = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
ACTIVATIONS = ["logistic", "tanh", "relu"]

warnings.filterwarnings("ignore")
digits = load_digits()
pixels, labels = digits.data, digits.target


def run(*args, **options):
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{args}: {done.stdout}{done.stderr}"
    return done.stdout


def answers(network, folder):
    lines = run(PROGRAM, "predict", network, "--json", folder / "images.npy").splitlines()
    found = [json.loads(line) for line in lines]
    return [one["label"] for one in found], np.array([one["probabilities"] for one in found])


def arrays(file, classifier):
    layers = {f"coefs_{i}": weight for i, weight in enumerate(classifier.coefs_)}
    layers |= {f"intercepts_{i}": bias for i, bias in enumerate(classifier.intercepts_)}
    np.savez(file, classes=classifier.classes_, activation=classifier.activation, **layers)


def models():
    """Name, model, inputs and scale of each network."""
    for activation, hidden, count, words, scaled in product(ACTIVATIONS, [(), (9,), (8, 7)], [2, 10], [False, True], [False, True]):
        target = labels % count
        target = WORDS[target] if words else target
        classifier = MLPClassifier(hidden, activation=activation, max_iter=40, random_state=len(hidden) + count)
        scaler = [StandardScaler(), MinMaxScaler(), MaxAbsScaler()][(len(hidden) + count // 10 + words) % 3]
        x = pixels if scaled else pixels / 16
        model = make_pipeline(scaler, classifier) if scaled else classifier
        model.fit(x[:1000], target[:1000])
        name = f"{activation}-{len(hidden)}-{count}-{'words' if words else 'numbers'}{'-scaled' if scaled else ''}"
        yield name, model, x, 1 if scaled else 16


def compare(what, network, folder, classes, expected):
    found, probabilities = answers(network, folder)
    difference = np.abs(probabilities - expected).max()
    equal = sum(str(classes[row.argmax()]) == label for row, label in zip(expected, found, strict=True))
    assert equal == len(found) and difference < BOUND, f"{what}: {equal} of {len(found)} labels, {difference:.1e}"
    return difference


def by_onnxruntime(file, x):
    """Probabilities in single precision."""
    found = onnxruntime.InferenceSession(file).run(None, {"X": x.astype(np.float32)})[1]
    return np.array([list(row.values()) for row in found]) if isinstance(found, list) else found


def write_onnx(file, model, x, zipmap):
    file.write_bytes(to_onnx(model, x[:1].astype(np.float32), options={id(model): {"zipmap": zipmap}}).SerializeToString())


def check_all(folder):
    np.save(folder / "images.npy", digits.images[TEST.start :].astype(np.uint8))
    count, worst = {}, {}
    for name, model, x, scale in models():
        x, classes = x[TEST.start :], model.classes_
        probabilities = model.predict_proba(x)
        files = {kind: folder / f"{name}.{kind}" for kind in ["skops", "onnx", "npz"]}
        skops.io.dump(model, files["skops"])
        write_onnx(files["onnx"], model, x, zipmap="words" in name)
        expected = {"skops": probabilities, "onnx": by_onnxruntime(files["onnx"], x)}
        if scale == 16:
            arrays(files["npz"], model)
            expected["npz"] = probabilities
        for kind, expected in expected.items():
            network = folder / "network.model"
            run(PROGRAM, "import", files[kind], "-o", network, "--scale", scale)
            count[kind] = count.get(kind, 0) + 1
            worst[kind] = max(worst.get(kind, 0), compare(files[kind].name, network, folder, classes, expected))
    for kind, difference in worst.items():
        print(f"{count[kind]} networks as .{kind}: all labels of {len(TEST)} images, largest difference {difference:.1e}")


def check_article(folder):
    """The call of the article, which scikit-learn says errs on 68 images."""
    network = MLPClassifier((15,), "logistic", alpha=1e-4, solver="sgd", tol=1e-4, random_state=1, learning_rate_init=0.1)
    network.fit(pixels[:1000], labels[:1000])
    errors = int((network.predict(pixels[1000:]) != labels[1000:]).sum())
    skops.io.dump(network, folder / "article.skops")
    run(PROGRAM, "import", "article.skops", "--scale", 1, cwd=folder)
    run(PROGRAM, "data", "export", "mlp", "--to", "npz", "digits.npz", cwd=folder)
    report = json.loads(run(PROGRAM, "evaluate", "article.model", "--data", "digits.npz", "--json", cwd=folder))
    assert (report["errors"], report["total"]) == (errors, 797), (report["errors"], report["total"], errors)
    print(f"the network of the article: {errors} errors of 797, as scikit-learn {sklearn.__version__} says")


def check_refusals(folder):
    """Pickles, other estimators, and networks that are not trained."""
    network = MLPClassifier((4,), max_iter=5).fit(pixels[:100], labels[:100])
    joblib.dump(network, folder / "network.joblib")
    joblib.dump(network, folder / "network.joblib.gz", compress=3)
    (folder / "network.pkl").write_bytes(pickle.dumps(network))
    skops.io.dump(RandomForestClassifier(2).fit(pixels[:100], labels[:100]), folder / "forest.skops")
    skops.io.dump(MLPClassifier(), folder / "new.skops")
    skops.io.dump(MLPClassifier((4,), max_iter=5).fit(pixels[:100], np.eye(10, dtype=int)[labels[:100]]), folder / "several.skops")
    skops.io.dump(make_pipeline(PCA(9), network).fit(pixels[:100], labels[:100]), folder / "pca.skops")
    for file, message in {
        "network.joblib": "a pickle",
        "network.joblib.gz": "a pickle",
        "network.pkl": "a pickle",
        "forest.skops": "RandomForestClassifier",
        "new.skops": "MLPClassifier.coefs_",
        "several.skops": "out_activation_ = logistic",
        "pca.skops": "PCA",
    }.items():
        done = subprocess.run([PROGRAM, "import", folder / file, "--scale", "1"], capture_output=True, text=True)
        assert done.returncode == 1 and message in done.stderr, f"{file}: {done.stderr}"
    print("pickles and other estimators are refused by name")


def write_fixtures():
    """Small networks, with scikit-learn's or onnxruntime's probabilities of a few images."""
    FIXTURES.mkdir(exist_ok=True)
    found = {}
    for file, scaler, hidden, activation, target in [
        ("standard.skops", StandardScaler(), (4,), "relu", labels),
        ("range.skops", MinMaxScaler(), (4, 3), "tanh", WORDS[labels % 2]),
        ("plain.skops", None, (), "logistic", labels % 2),
        ("zipmap.onnx", StandardScaler(), (4,), "relu", WORDS[labels]),
        ("two.onnx", MaxAbsScaler(), (3, 4), "logistic", WORDS[labels % 2]),
        ("linear.onnx", None, (), "tanh", labels),
        ("arrays.npz", None, (4,), "tanh", labels),
    ]:
        classifier = MLPClassifier(hidden, activation=activation, max_iter=30, random_state=1)
        x = pixels if scaler else pixels / 16
        model = make_pipeline(scaler, classifier) if scaler else classifier
        model.fit(x[:1000], target[:1000])
        expected, path = model.predict_proba(x[SHOWN]), FIXTURES / file
        match path.suffix:
            case ".skops":
                skops.io.dump(model, path, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
            case ".onnx":
                write_onnx(path, model, x, zipmap=file == "zipmap.onnx")
                expected = by_onnxruntime(path, x[SHOWN])
            case ".npz":
                arrays(path, model)
        classes = [str(name) for name in model.classes_]
        found[file] = {"scale": 1 if scaler else 16, "classes": classes, "probabilities": expected.tolist()}
    report = {"versions": [f"scikit-learn {sklearn.__version__}", f"skl2onnx {skl2onnx.__version__}"], "images": SHOWN, "files": found}
    (FIXTURES / "sklearn.json").write_text(json.dumps(report, indent=1) + "\n")


if "--write" in sys.argv:
    write_fixtures()
with tempfile.TemporaryDirectory() as folder:
    for check in [check_all, check_article, check_refusals]:
        check(Path(folder))
