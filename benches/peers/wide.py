"""The configuration of the wide network, 784 -> 128 -> 10, on images of the MNIST family."""

CONFIG = """
[data]
source = "idx"
path = "{images}"
split = "order"
[model]
hidden = [128]
activation = "relu"
[optimizer]
learning_rate = 0.1
[training]
batch_size = 128
"""
