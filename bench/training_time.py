#!/usr/bin/env python3
"""CPU time of training: incuse::train against PyTorch, the same network, batches and threads.

    cmake --build build/gcc --target training_time
    python3 bench/training_time.py [build/gcc/bench/training_time] [--rounds 3] [--batches 100] [--threads 2]

The network is that of examples/fashion_mnist. PyTorch has it as the module that `incuse export --pytorch` writes. Both
use AdamW, batches of 128 and the same BLAS, and take turns, round after round, so that a change of the machine's load
hits both; a round is a part of an epoch. The table shows medians of processor seconds: in real numbers, and with the
chip's rounding. Exit code 1: a ratio is above --most. Where PyTorch (Debian: python3-torch) or the data
(dataset-fashion-mnist) is missing, the script says so and ends with 0.
"""
import argparse
import gzip
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WARM_UP, BATCH = 5, 128
MODES = {"real": "real numbers", "rounded": "with rounding"}


def train_in_pytorch(module, mode, batches, threads, folder):
    """Processor seconds of `batches` steps in this process."""
    import time
    import numpy
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    count = (batches + WARM_UP) * BATCH
    with gzip.open(os.path.join(folder, "train-images-idx3-ubyte.gz")) as file:
        pixels = numpy.frombuffer(file.read(), numpy.uint8, count * 784, 16)
    with gzip.open(os.path.join(folder, "train-labels-idx1-ubyte.gz")) as file:
        labels = torch.from_numpy(numpy.frombuffer(file.read(), numpy.uint8, count, 8).astype(numpy.int64))
    values = numpy.clip(numpy.round((pixels / 255 - 0.5) * 256), -128, 127)
    inputs = torch.from_numpy((values / 128).astype(numpy.float32)).reshape(count, 1, 28, 28)

    spec = importlib.util.spec_from_file_location("exported", module)
    exported = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(exported)
    net = exported.Net().train()
    net.quantise(mode == "rounded")
    optimizer = torch.optim.AdamW(net.parameters(), 3e-3, weight_decay=0.02)
    steps = batches + WARM_UP
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=steps)
    start = right = total = 0
    for step, chosen in enumerate(torch.randperm(count).split(BATCH)):
        if step == WARM_UP:
            start = time.process_time()
        logits = net(inputs[chosen])
        loss = torch.nn.functional.cross_entropy(logits, labels[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        total += loss.item() * len(chosen)
        right += (logits.argmax(1) == labels[chosen]).sum().item()
    return time.process_time() - start


def seconds_of(command, environment):
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}: {result.stderr.strip() or 'failed'}")
    return float(result.stdout)


def measure(options, module):
    """Processor seconds of every round: {(mode, who): [...]}."""
    # Threads that wait leave the processor to others, on both sides.
    environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads), "OMP_WAIT_POLICY": "PASSIVE"}
    sizes = [str(options.batches), str(options.threads), options.data]
    seconds = {}
    for _ in range(options.rounds):
        for mode in MODES:
            commands = {"incuse": [options.program, mode, *sizes],
                        "PyTorch": [sys.executable, os.path.abspath(__file__), "--worker", module, mode, *sizes]}
            for who, command in commands.items():
                seconds.setdefault((mode, who), []).append(seconds_of(command, environment))
    return seconds


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--worker":
        module, mode, batches, threads, folder = sys.argv[2:]
        print(train_in_pytorch(module, mode, int(batches), int(threads), folder))
        return 0
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("program", nargs="?", default=os.path.join(ROOT, "build", "gcc", "bench", "training_time"))
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--batches", type=int, default=100, help="of 128 pictures, in each round")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--most", type=float, default=0.9, help="the greatest ratio to PyTorch's time")
    arguments.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
    options = arguments.parse_args()
    if importlib.util.find_spec("torch") is None:
        print("training time skipped: there is no PyTorch (Debian: python3-torch)")
        return 0
    if not os.path.exists(os.path.join(options.data, "train-images-idx3-ubyte.gz")):
        print(f"training time skipped: no Fashion-MNIST in {options.data} (Debian: dataset-fashion-mnist)")
        return 0
    if not os.access(options.program, os.X_OK):
        sys.exit(f"there is no {options.program}: cmake --build build/gcc --target training_time")
    if min(options.rounds, options.batches, options.threads) < 1:
        arguments.error("rounds, batches and threads are 1 or more")
    with tempfile.TemporaryDirectory() as folder:
        module = os.path.join(folder, "net.py")
        with open(module, "w") as file:
            subprocess.run([options.program, "module"], stdout=file, check=True)
        seconds = measure(options, module)
    print(f"processor seconds of {options.batches} batches, {options.threads} threads, medians of {options.rounds}")
    worst = 0.0
    for mode, title in MODES.items():
        own, other = (statistics.median(seconds[mode, who]) for who in ("incuse", "PyTorch"))
        worst = max(worst, own / other)
        print(f"{title:15} incuse {own:7.2f}   PyTorch {other:7.2f}   ratio {own / other:.3f}")
    return 1 if worst > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
