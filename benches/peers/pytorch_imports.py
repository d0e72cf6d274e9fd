"""Imports networks of PyTorch, and compares the program's answers with its.

usage: pytorch_imports.py PROGRAM [--write]

PyTorch is gigabytes, so that CI does not install it. With --write, small networks become files of tests/fixtures/imports/, with
its probabilities in pytorch.json, to which a test holds the program.
"""

import copy
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.datasets import load_digits
from torch import nn

PROGRAM = str(Path(sys.argv[1]).resolve())
FIXTURES = Path(__file__).resolve().parents[2] / "tests/fixtures/imports"
TEST = range(1000, 1797)
SHOWN = [1000, 1111, 1234, 1387, 1500, 1796]
BOUND = 1e-6
TEN = ",".join(map(str, range(10)))

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
images = torch.tensor(load_digits().images)
# 10x9 pixels in colour, as pictures have them: the three values of a pixel side by side.
colours = torch.tensor(np.random.default_rng(0).integers(0, 256, (1797, 10, 9, 3), dtype=np.uint8))
hues = colours.double().mean((1, 2)).argmax(1)
labels = torch.tensor(load_digits().target)


class Scaled(nn.Module):
    """Takes bytes."""

    def __init__(self):
        super().__init__()
        self.hidden, self.out = nn.Linear(64, 5), nn.Linear(5, 10)

    def forward(self, x):
        x = torch.flatten((x.float() / 16 - 0.3) / 0.4, 1)
        return torch.log_softmax(self.out(nn.functional.gelu(self.hidden(x), approximate="tanh")), 1)


class Viewed(nn.Module):
    """Its layers are not in the order of their names."""

    def __init__(self):
        super().__init__()
        self.second, self.first = nn.Linear(6, 10, bias=False), nn.Linear(64, 6)

    def forward(self, x):
        return torch.softmax(self.second(torch.sigmoid(self.first(x.view(x.shape[0], -1) / 16))), 1)


def trained(model, images, labels, loss):
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(60):
        optimizer.zero_grad()
        loss(model(images), labels).backward()
        optimizer.step()
    return model.eval()


def networks():
    """Name of the file, model, inputs, options, classes, and the function that makes probabilities of its outputs."""
    torch.manual_seed(0)
    log = nn.NLLLoss()
    flat = images.float().reshape(len(images), -1)
    softmax = lambda logits: logits.softmax(1)
    relu = trained(nn.Sequential(nn.Linear(64, 5), nn.ReLU(), nn.Linear(5, 10)), flat[:1000] / 16, labels[:1000], nn.CrossEntropyLoss())
    yield "relu.safetensors", relu, flat / 16, ["--activation", "relu", "--scale", "16", "--classes", TEN], softmax
    yield "relu.onnx", relu, flat / 16, ["--scale", "16", "--classes", TEN], softmax
    two = nn.Sequential(nn.Linear(64, 4), nn.Tanh(), nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1))
    trained(two, flat[:1000] / 16, (labels[:1000] % 2).float()[:, None], nn.BCEWithLogitsLoss())
    pair = lambda logits: torch.cat([1 - logits.sigmoid(), logits.sigmoid()], 1)
    yield "two.safetensors", two, flat / 16, ["--activation", "tanh", "--scale", "16", "--classes", "even,odd"], pair
    scaled = trained(Scaled(), images[:1000], labels[:1000], log)
    yield "bytes.onnx", scaled, images.to(torch.uint8), ["--classes", TEN], torch.exp
    viewed = trained(Viewed(), images[:1000].float(), labels[:1000], lambda p, y: log(p.log(), y))
    yield "softmax.onnx", viewed, images.float(), ["--scale", "1", "--classes", TEN], lambda found: found
    yield "order.safetensors", viewed, images.float(), ["--activation", "sigmoid", "--scale", "16", "--classes", TEN], lambda found: found
    stage = lambda inputs, outputs: [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    stages = nn.Sequential(*stage(1, 3), *stage(3, 4), nn.Flatten(), nn.Linear(16, 5), nn.ReLU(), nn.Linear(5, 10))
    planes = images.float()[:, None] / 16
    trained(stages, planes[:1000], labels[:1000], nn.CrossEntropyLoss())
    yield "stages.safetensors", stages, planes, ["--activation", "relu", "--scale", "16", "--classes", TEN], softmax
    yield "stages.onnx", stages, planes, ["--scale", "16", "--classes", TEN], softmax
    planes = colours.permute(0, 3, 1, 2).float() / 255
    of_colours = ["--scale", "255", "--classes", "apple,leaf,sky"]
    stages = nn.Sequential(*stage(3, 3), *stage(3, 4), nn.Flatten(), nn.Linear(16, 3))
    trained(stages, planes[:1000], hues[:1000], nn.CrossEntropyLoss())
    yield "colours.safetensors", stages, planes, [*of_colours, "--size", "10x9"], softmax
    yield "colours.onnx", stages, planes, of_colours, softmax
    rows = nn.Sequential(nn.Flatten(), nn.Linear(270, 4), nn.Tanh(), nn.Linear(4, 3))
    trained(rows, planes[:1000], hues[:1000], nn.CrossEntropyLoss())
    yield "colour-rows.safetensors", rows, planes, ["--activation", "tanh", *of_colours, "--size", "3x10x9"], softmax
    yield "colour-rows.onnx", rows, planes, of_colours, softmax


def exact(model, inputs, function):
    """Probabilities in double precision: single precision itself loses 1e-6 in the steeper ones."""
    inputs = inputs if inputs.dtype == torch.uint8 else inputs.double()
    # `Scaled` makes floats of bytes, and a product with doubles makes doubles of these.
    torch.Tensor.float, single = torch.Tensor.double, torch.Tensor.float
    found = function(copy.deepcopy(model).double()(inputs)).detach().numpy()
    torch.Tensor.float = single
    return found


def write(path, model, inputs, dynamo):
    if path.suffix == ".safetensors":
        save_file(model.state_dict(), path)
        return
    axes = {"dynamic_shapes": ({0: torch.export.Dim("images")},)} if dynamo else {"input_names": ["x"], "dynamic_axes": {"x": {0: "images"}}}
    torch.onnx.export(model, (inputs[:3],), path, dynamo=dynamo, **({"external_data": False, "verbose": False} if dynamo else {}), **axes)


def answers(network, images):
    done = subprocess.run([PROGRAM, "predict", network, "--json", images], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return np.array([json.loads(line)["probabilities"] for line in done.stdout.splitlines()])


def check(folder):
    np.save(folder / "grey.npy", images.numpy()[TEST.start :].astype(np.uint8))
    np.save(folder / "colour.npy", colours.numpy()[TEST.start :])
    for file, model, inputs, options, function in networks():
        expected = exact(model, inputs[TEST.start :], function)
        for dynamo in [False, True] if file.endswith(".onnx") else [False]:
            path = folder / file
            write(path, model, inputs, dynamo)
            command = [PROGRAM, "import", path, "-o", folder / "network.model", *options]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, f"{file}: {done.stderr}"
            found = answers(folder / "network.model", folder / f"{'colour' if file.startswith('colour') else 'grey'}.npy")
            difference = np.abs(found - expected).max()
            equal = (found.argmax(1) == expected.argmax(1)).sum()
            exporter = "" if not file.endswith(".onnx") else " by the newer exporter" if dynamo else " by the older exporter"
            print(f"{file}{exporter}, PyTorch {torch.__version__}: {equal} of {len(found)} labels, {difference:.0e}")
            assert equal == len(found) and difference < BOUND


REFUSED = {
    "leaky.onnx": nn.Sequential(nn.Linear(4, 3), nn.LeakyReLU(), nn.Linear(3, 2)),
    "erf.onnx": nn.Sequential(nn.Linear(4, 3), nn.GELU(), nn.Linear(3, 2)),
    "mixed.onnx": nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 2)),
    "normalised.onnx": nn.Sequential(nn.Linear(4, 3), nn.LayerNorm(3), nn.Tanh(), nn.Linear(3, 2)),
    "convolution.safetensors": nn.Sequential(nn.Conv2d(1, 2, 5), nn.ReLU(), nn.Flatten(), nn.Linear(2, 2)),
}


def write_fixtures():
    FIXTURES.mkdir(exist_ok=True)
    found = {}
    for file, model, inputs, options, function in networks():
        write(FIXTURES / file, model, inputs, dynamo=file == "bytes.onnx")
        probabilities = exact(model, inputs[SHOWN], function)
        found[file] = {"options": options, "probabilities": probabilities.tolist()}
    for file, model in REFUSED.items():
        write(FIXTURES / file, model.eval(), torch.zeros(3, 4), dynamo=False)
    shown = [bytes(image).hex() for image in colours[SHOWN].flatten(1).numpy()]
    report = {"versions": [f"PyTorch {torch.__version__}"], "images": SHOWN, "colours": shown, "files": found}
    (FIXTURES / "pytorch.json").write_text(json.dumps(report, indent=1) + "\n")


if "--write" in sys.argv:
    write_fixtures()
with tempfile.TemporaryDirectory() as folder:
    check(Path(folder))
