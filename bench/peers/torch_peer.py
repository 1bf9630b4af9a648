#!/usr/bin/env python3
"""PyTorch's side of compare.py: the same networks, the same protocol as network_peer.

torch_peer.py MODEL BATCH SIZE train|predict|map THREADS nchw|nhwc
torch_peer.py MODEL BATCH SIZE train|predict THREADS eager|compile|graph cuda fp32|tf32|bf16

On a GPU it works on channels last: eagerly, compiled (which brings CUDA graphs), or with the whole eager step captured
as one CUDA graph.
"""
import contextlib
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

INPUTS = 8


class Block(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)

    def forward(self, x):
        return F.relu_(self.conv2(F.relu_(self.conv1(x))))


class UNet(nn.Module):
    def __init__(self, widths, bottleneck):
        super().__init__()
        channels = INPUTS
        self.encoder, self.upsample, self.decoder = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for width in widths:
            self.encoder.append(Block(channels, width))
            channels = width
        self.bottleneck = Block(channels, bottleneck)
        channels = bottleneck
        for width in reversed(widths):
            self.upsample.append(nn.ConvTranspose2d(channels, width, 2, stride=2))
            self.decoder.append(Block(2 * width, width))
            channels = width
        self.head = nn.Conv2d(channels, 1, 1)

    def forward(self, x):
        skips = []
        for block in self.encoder:
            x = block(x)
            skips.append(x)
            x = F.max_pool2d(x, 2)
        x = self.bottleneck(x)
        for up, block, skip in zip(self.upsample, self.decoder, reversed(skips)):
            x = F.relu_(up(x))
            if x.shape[2:] != skip.shape[2:]:
                x = F.interpolate(x, skip.shape[2:], mode="bilinear")
            x = block(torch.cat([skip, x], 1))
        return self.head(x)


class Residual(nn.Module):
    def __init__(self, channels, inner):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, inner, 3, padding=1)
        self.conv2 = nn.Conv2d(inner, channels, 3, padding=1)

    def forward(self, x):
        return F.relu_(x + self.conv2(F.relu_(self.conv1(x))))


def sifnet():
    return nn.Sequential(nn.Conv2d(INPUTS, 64, 1), Residual(64, 256), Residual(64, 128),
                         nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(inplace=True), nn.Conv2d(128, 64, 3, padding=1),
                         nn.Conv2d(64, 32, 1), nn.ReLU(inplace=True), nn.Conv2d(32, 1, 1))


def plain_cnn():
    layers = []
    for i in range(6):
        layers += [nn.Conv2d(64 if i else INPUTS, 64, 3, padding=1), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(64, 1, 3, padding=1))


MODELS = {
    "unet": lambda: UNet([16, 32, 64, 128], 256),
    "unet-text": lambda: UNet([16, 32, 64, 128, 256], 512),
    "unet-table1": lambda: UNet([16, 64, 128, 256], 512),
    "sifnet": sifnet,
    "plain-cnn": plain_cnn,
}


def captured(work):
    """One CUDA graph of all that `work` does."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            work()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph.replay


TILE, MARGIN = 1024, 128  # as network_peer has them


def tiles(size):
    """Where tiles begin whose insides, without their margins, cover `size` cells."""
    step = TILE - 2 * MARGIN
    return [min(begin, size - TILE) for begin in range(0, max(1, size - 2 * MARGIN), step)]


def memory_mib(name):
    return next(float(line.split()[1]) / 1024 for line in open("/proc/self/status") if line.startswith(name + ":"))


def main():
    imported_mib = memory_mib("VmRSS")
    with open("/proc/self/clear_refs", "w") as peak:
        peak.write("5")  # VmHWM counts from here on
    model, batch, size, mode, threads, way = sys.argv[1:7]
    device, precision = sys.argv[7:9] if len(sys.argv) > 7 else ("cpu", "fp32")
    on_gpu = device == "cuda"
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision != "fp32"
    memory_format = torch.contiguous_format if way == "nchw" else torch.channels_last
    network = MODELS[model]().to(device=device, memory_format=memory_format)
    x = torch.randn(int(batch), INPUTS, int(size), int(size)).to(device=device, memory_format=memory_format)
    y = torch.randn(int(batch), 1, int(size), int(size)).to(device=device, memory_format=memory_format)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3, **({"fused": True, "capturable": True} if on_gpu else {}))
    forward = torch.compile(network, mode="reduce-overhead") if way == "compile" else network

    def cast():
        return torch.autocast("cuda", torch.bfloat16) if precision == "bf16" else contextlib.nullcontext()

    def train():
        optimiser.zero_grad(set_to_none=way != "graph")
        with cast():
            loss = F.mse_loss(forward(x).float(), y)
        loss.backward()
        optimiser.step()

    def predict():
        with torch.no_grad() if on_gpu else torch.inference_mode(), cast():
            forward(x)

    def make_map():
        result = torch.empty(y.shape)
        edge = int(size)
        with torch.inference_mode():
            for i in tiles(edge):
                for j in tiles(edge):
                    tile = forward(x[:, :, i:i + TILE, j:j + TILE].contiguous(memory_format=memory_format))
                    top, left = i and MARGIN, j and MARGIN
                    result[:, :, i + top:i + TILE, j + left:j + TILE] = tile[:, :, top:, left:]

    work = {"train": train, "predict": predict, "map": make_map}[mode]
    for _ in range(5 if on_gpu else 0 if mode == "map" else 2):
        work()
    if way == "graph":
        work = captured(work)
    # On a GPU several steps go out before the host waits, as in a training that does not look at each loss.
    at_once = 10 if on_gpu else 1
    for line in sys.stdin:
        times, start = [], time.perf_counter()
        while len(times) < (1 if mode == "map" else 3) or time.perf_counter() - start < float(line):
            begin = time.perf_counter()
            for _ in range(at_once):
                work()
            if on_gpu:
                torch.cuda.synchronize()
            times.append((time.perf_counter() - begin) / at_once)
        print(1e3 * statistics.median(times), flush=True)
    if on_gpu:
        print(torch.cuda.max_memory_allocated() / 2**20, flush=True)
    else:
        print(memory_mib("VmHWM") - imported_mib, flush=True)


if __name__ == "__main__":
    main()
