"""Exact answers of a network, in double precision, from the numbers in its model file alone."""

import json
from pathlib import Path

import numpy as np
from safetensors import safe_open


def readings(pixels):
    """Images with four variants of each: moved by a quarter of a pixel in 8 and turned by 5 degrees, by cubic convolution."""
    images, height, width = pixels.shape[:3]
    # Of grey images, or of images in colour.
    planes = pixels.reshape(images, height, width, -1).astype(float)

    def cubic(distance):
        d = np.abs(distance)
        return np.where(d <= 1, 1.5 * d**3 - 2.5 * d**2 + 1, np.where(d < 2, -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2, 0))

    rows, columns = np.mgrid[:height, :width]
    found = [pixels.reshape(images, -1).astype(float)]
    sin, cos = np.sin(np.radians(5)), np.cos(np.radians(5))
    for across, down, turn in [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]:
        x = columns - (width - 1) / 2 - across * width / 32
        y = rows - (height - 1) / 2 - down * height / 32
        column, row = cos * x + turn * sin * y + (width - 1) / 2, cos * y - turn * sin * x + (height - 1) / 2
        by_row = cubic(row[..., None] - np.arange(height))
        by_column = cubic(column[..., None] - np.arange(width))
        found.append(np.einsum("nrck,yxr,yxc->nyxk", planes, by_row, by_column).reshape(images, -1))
    return found


def rounded(weight):
    """Weights in 8 bits: multiples of a step for each output, whose mantissa has 17 bits."""
    step = (np.abs(weight).max(axis=0) / 127).astype(np.float32)
    step = ((step.view(np.uint32) + 127) & ~np.uint32(127)).view(np.float32)
    steps = (weight.astype(np.float32) / step).astype(float)
    # Halves are rounded away from 0.
    return np.clip(np.copysign(np.floor(np.abs(steps) + 0.5), steps), -127, 127) * step


def after_stage(images, weight, bias):
    """What a stage makes of images `[n, rows, columns, channels]`: 3x3 convolution, ReLU and 2x2 max pooling."""
    count, height, width, _ = images.shape
    bordered = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(bordered, (3, 3), axis=(1, 2))
    sums = np.maximum(np.einsum("nyxcij,ijcf->nyxf", windows, weight) + bias, 0)
    # An odd last row or column is dropped.
    even = sums[:, : height // 2 * 2, : width // 2 * 2]
    return even.reshape(count, height // 2, 2, width // 2, 2, -1).max(axis=(2, 4))


def exact(network, pixels, is_int8=False):
    """Labels and probabilities in double precision, from the numbers in the model file."""
    path = Path(network)
    with safe_open(path / "model" if path.is_dir() else path, framework="numpy") as file:
        header = json.loads(json.loads(file.metadata()["chiffres"])["header"])
        experiment = header["experiment"]
        def parameters(kind):
            names = [key.removesuffix(".bias") for key in sorted(file.keys()) if key.startswith(f"{kind}.") and key.endswith(".bias")]
            weights = [file.get_tensor(f"{name}.weight").astype(float) for name in names]
            if is_int8:
                weights = [rounded(weight.reshape(-1, weight.shape[-1])).reshape(weight.shape) for weight in weights]
            return [(weight, file.get_tensor(f"{name}.bias")) for name, weight in zip(names, weights)]

        stages, layers = parameters("stages"), parameters("layers")
    activation = {
        "sigmoid": lambda x: 0.5 * (1 + np.tanh(x / 2)),
        "tanh": np.tanh,
        "relu": lambda x: np.maximum(x, 0),
        "gelu": lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
        "identity": lambda x: x,
    }[experiment["model"]["activation"]]

    def logits(values):
        values = values / experiment["data"]["scale"] + experiment["data"].get("offset", 0)
        values = values.reshape(len(values), *pixels.shape[1:3], -1)
        for weight, bias in stages:
            values = after_stage(values, weight, bias)
        values = values.reshape(len(values), -1)
        for place, (weight, bias) in enumerate(layers):
            values = (values if place == 0 else activation(values)) @ weight + bias
        return values

    has_variants = experiment.get("prediction", {}).get("variants", False)
    values = np.mean([logits(reading) for reading in readings(pixels)[: 5 if has_variants else 1]], axis=0)
    odds = np.exp(values - values.max(axis=1, keepdims=True))
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    return [header["classes"][label] for label in probabilities.argmax(axis=1)], probabilities
