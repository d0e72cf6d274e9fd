"""Compares a training step of networks with stages of convolution with PyTorch (eager), by CPU time, one thread each.

usage: convolution.py BENCH [ROUNDS] [avx2]

BENCH is the program that `cargo bench --bench convolution --no-run` makes. Contestants take turns; a figure is the least mean
of a twentieth of the steps, because machines are noisy. The pixels are random: the worst case for branches in pooling.

A: 28x28 -> 14x14x16 -> 7x7x32 -> 64 -> 10    B: 8x8 -> 4x4x8 -> 2x2x16 -> 10    C: 32x32x3 -> 16x16x32 -> 8x8x64 -> 10
"""

import os
import subprocess
import sys
import time

bench = os.path.realpath(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
instructions = sys.argv[3:4]
nets = {"A": (64, 200), "B": (200, 2000), "C": (64, 60)}


def ours(net, batch, steps, threads):
    environment = dict(os.environ, RAYON_NUM_THREADS=str(threads))
    command = [bench, net, str(batch), str(steps), *instructions]
    return [int(time) for time in subprocess.check_output(command, env=environment, text=True).split()]


def theirs(net, batch, steps):
    """Least and median microseconds of CPU time of a step."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(0)
    stage = lambda inputs, outputs: [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    image, layers = {
        "A": ((1, 28, 28), [*stage(1, 16), *stage(16, 32), nn.Flatten(), nn.Linear(1568, 64), nn.ReLU(),
                            nn.Linear(64, 10)]),
        "B": ((1, 8, 8), [*stage(1, 8), *stage(8, 16), nn.Flatten(), nn.Linear(64, 10)]),
        "C": ((3, 32, 32), [*stage(3, 32), *stage(32, 64), nn.Flatten(), nn.Linear(4096, 10)]),
    }[net]
    model = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss_of = nn.CrossEntropyLoss()
    x = torch.randint(0, 256, (batch, *image)).float() / 255
    y = torch.randint(0, 10, (batch,))
    times = []
    block = -(-steps // 20)
    for _ in range(21):
        start = time.process_time_ns()
        for _ in range(block):
            loss = loss_of(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        times.append((time.process_time_ns() - start) // 1000 // block)
    times = sorted(times[1:])
    return times[0], times[len(times) // 2]


print(f"load {os.getloadavg()[0]:.1f}, least of {rounds} rounds, microseconds of CPU time of a step, one thread")
print(f"{'net':<4} {'batch':>5} {'chiffres':>9} {'PyTorch':>9} {'ratio':>6}   by the clock: 1 thread, 2 threads, faster by")
for net, (batch, steps) in nets.items():
    one, two, peer = [], [], []
    for _ in range(rounds):
        one.append(ours(net, batch, steps, 1))
        peer.append(theirs(net, batch, steps))
        two.append(ours(net, batch, steps, 2))
    cpu, torch_cpu = min(times[0] for times in one), min(times[0] for times in peer)
    walls = [min(times[2] for times in runs) for runs in (one, two)]
    print(f"{net:<4} {batch:>5} {cpu:>9} {torch_cpu:>9} {cpu / torch_cpu:>6.2f}"
          f"   {walls[0]:>9} {walls[1]:>9} {walls[0] / walls[1]:>6.2f}", flush=True)
