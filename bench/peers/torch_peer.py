#!/usr/bin/env python3
"""PyTorch's side of compare.py: the same networks, the same protocol as network_peer.

torch_peer.py MODEL BATCH SIZE train|predict|map THREADS nchw|nhwc
"""
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
    model, batch, size, mode, threads, way = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    memory_format = torch.contiguous_format if way == "nchw" else torch.channels_last
    network = MODELS[model]().to(memory_format=memory_format)
    x = torch.randn(int(batch), INPUTS, int(size), int(size)).to(memory_format=memory_format)
    y = torch.randn(int(batch), 1, int(size), int(size)).to(memory_format=memory_format)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)

    def train():
        optimiser.zero_grad()
        F.mse_loss(network(x), y).backward()
        optimiser.step()

    def predict():
        with torch.inference_mode():
            network(x)

    def make_map():
        result = torch.empty(y.shape)
        edge = int(size)
        with torch.inference_mode():
            for i in tiles(edge):
                for j in tiles(edge):
                    tile = network(x[:, :, i:i + TILE, j:j + TILE].contiguous(memory_format=memory_format))
                    top, left = i and MARGIN, j and MARGIN
                    result[:, :, i + top:i + TILE, j + left:j + TILE] = tile[:, :, top:, left:]

    work = {"train": train, "predict": predict, "map": make_map}[mode]
    for _ in range(0 if mode == "map" else 2):
        work()
    for line in sys.stdin:
        times, start = [], time.perf_counter()
        while len(times) < (1 if mode == "map" else 3) or time.perf_counter() - start < float(line):
            begin = time.perf_counter()
            work()
            times.append(time.perf_counter() - begin)
        print(1e3 * statistics.median(times), flush=True)
    print(memory_mib("VmHWM") - imported_mib, flush=True)


if __name__ == "__main__":
    main()
