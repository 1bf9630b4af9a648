#!/usr/bin/env python3
"""PyTorch's side of gpu_compare.py: the same networks, the same protocol as gpu_network_peer.

gpu_torch_peer.py MODEL BATCH SIZE MODE eager|compile|graph|compiled-graph cuda|cpu fp32|tf32|bf16

All on channels last: eagerly; compiled, which brings CUDA graphs; with the whole eager, or compiled, step captured as
one CUDA graph. On a cpu nothing can be captured: there it only shows that it works. It touches the device when it is
first asked for a time.
"""
import contextlib
import itertools
import statistics
import sys
import time

import torch
from torch.nn import functional as F

from torch_peer import INPUTS, MODELS


class Captured:
    """All that `work` does with these inputs as one CUDA graph; called with others, it does it with their values."""

    def __init__(self, work, *inputs):
        self.inputs = [value.clone(memory_format=torch.preserve_format) for value in inputs]
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                work(*self.inputs)
        torch.cuda.current_stream().wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            self.output = work(*self.inputs)

    def __call__(self, *inputs):
        for own, value in zip(self.inputs, inputs):
            if value is not own:
                own.copy_(value)
        self.graph.replay()
        return self.output


def main():
    model, batch, size, mode, way, device, precision = sys.argv[1:]
    batch, size = int(batch), int(size)
    on_gpu = device == "cuda"
    first_line = sys.stdin.readline()
    if not first_line:
        return
    torch.manual_seed(0)
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision != "fp32"
    memory_format = torch.channels_last
    network = MODELS[model]().to(device=device, memory_format=memory_format)
    on_gpu_alone = {"fused": True, "capturable": True} if on_gpu else {}
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3, **on_gpu_alone)
    options = {"compile": {"mode": "reduce-overhead"}, "compiled-graph": {}}
    forward = torch.compile(network, dynamic=False, **options[way]) if way in options else network

    def images(count, channels, where):
        return torch.randn(count, channels, size, size).to(device=where, memory_format=memory_format)

    def cast():
        return torch.autocast(device, torch.bfloat16) if precision == "bf16" else contextlib.nullcontext()

    def train(x, y):
        optimiser.zero_grad()
        with cast():
            loss = F.mse_loss(forward(x).float(), y)
        loss.backward()
        optimiser.step()
        return loss.detach()

    def predict(x):
        with torch.no_grad() if on_gpu else torch.inference_mode(), cast():
            return forward(x).float()

    def as_chosen(function, *inputs):
        """The function in the way that was asked for, warm."""
        for _ in range(5 if on_gpu else 2):
            function(*inputs)
        return Captured(function, *inputs) if on_gpu and "graph" in way else function

    at_once = 1
    if mode == "epoch":
        x, y, test = images(320, INPUTS, device), images(320, 1, device), images(80, INPUTS, device)
        step, test_pass = as_chosen(train, x[:batch], y[:batch]), as_chosen(predict, test)

        def work():
            losses = []
            for chosen in torch.randperm(len(x), device=device).split(batch):
                losses.append(step(x[chosen], y[chosen]).clone())
            torch.stack(losses).mean().item()
            return test_pass(test).cpu()
    elif mode == "predict":
        x = images(batch, INPUTS, "cpu")
        network_pass = as_chosen(predict, x.to(device))

        def work():
            return network_pass(x if isinstance(network_pass, Captured) else x.to(device)).cpu()
    else:
        # On a GPU several go out before the host waits, as in a training that does not look at each loss.
        at_once = 10 if on_gpu else 1
        inputs = [images(batch, INPUTS, device)] + ([images(batch, 1, device)] if mode == "train" else [])
        pass_of_batch = as_chosen(train if mode == "train" else predict, *inputs)
        if isinstance(pass_of_batch, Captured):
            inputs = pass_of_batch.inputs

        def work():
            for _ in range(at_once):
                pass_of_batch(*inputs)

    for line in itertools.chain([first_line], sys.stdin):
        times, start = [], time.perf_counter()
        while len(times) < 3 or time.perf_counter() - start < float(line):
            begin = time.perf_counter()
            work()
            if on_gpu:
                torch.cuda.synchronize()
            times.append((time.perf_counter() - begin) / at_once)
        print(1e3 * statistics.median(times), flush=True)
    print(torch.cuda.max_memory_allocated() / 2**20 if on_gpu else 0, flush=True)


try:
    main()
except Exception as error:  # in one line, whatever it is: gpu_compare.py goes on without this way
    reason = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    sys.exit(f"{type(error).__name__}: {reason}")
