#!/usr/bin/env python3
"""PyTorch's side of compare.py: the same networks, the same protocol as network_peer.

torch_peer.py MODEL BATCH SIZE train|predict THREADS nchw|nhwc
"""
import resource
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
            x = block(torch.cat([skip, F.relu_(up(x))], 1))
        return self.head(x)


def plain_cnn():
    layers = []
    for i in range(6):
        layers += [nn.Conv2d(64 if i else INPUTS, 64, 3, padding=1), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(64, 1, 3, padding=1))


MODELS = {
    "unet-text": lambda: UNet([16, 32, 64, 128, 256], 512),
    "unet-table1": lambda: UNet([16, 64, 128, 256], 512),
    "plain-cnn": plain_cnn,
}


def main():
    model, batch, size, mode, threads, layout = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    memory_format = {"nchw": torch.contiguous_format, "nhwc": torch.channels_last}[layout]
    network = MODELS[model]().to(memory_format=memory_format)
    x = torch.randn(int(batch), INPUTS, int(size), int(size)).contiguous(memory_format=memory_format)
    y = torch.randn(int(batch), 1, int(size), int(size)).contiguous(memory_format=memory_format)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)

    def train():
        optimiser.zero_grad(set_to_none=True)
        F.mse_loss(network(x), y).backward()
        optimiser.step()

    def predict():
        with torch.inference_mode():
            network(x)

    work = train if mode == "train" else predict
    for _ in range(2):
        work()
    for line in sys.stdin:
        times, start = [], time.perf_counter()
        while len(times) < 3 or time.perf_counter() - start < float(line):
            begin = time.perf_counter()
            work()
            times.append(time.perf_counter() - begin)
        print(1e3 * statistics.median(times), flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


main()
