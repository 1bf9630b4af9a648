#!/usr/bin/env python3
"""Alternates all 3x3 convolutions of a U-Net's training step, one by one, with oneDNN's, and prints the ratio of sums.

oneDNN takes for each kernel the best of what the given peers have, direct or Winograd, by the medians over all rounds;
its arrays lie in blocks, and no reorder counts. A ratio is oneDNN's sum over ours in the same round. Reported: the
median ratio, with the smallest and the largest one.
"""
import argparse
import pathlib
import statistics

from peer import Peer, about, output_of, spread, write_json


class Convolutions(Peer):
    def __init__(self, command, environment=None):
        super().__init__(command, environment)
        self.names, self.how = [], []
        while line := self.process.stdout.readline().strip():
            name, _, how = line.partition("\t")
            self.names.append(name), self.how.append(how)

    def all_milliseconds(self, seconds):
        return [float(word) for word in self.ask(seconds).split()]


def compare(options):
    threads = {"OMP_NUM_THREADS": str(options.threads)}
    ours = Convolutions([options.binary, options.batch, options.size, options.threads])
    peers = {f"{binary} {way}": Convolutions([binary, options.batch, options.size, way], threads)
             for binary in options.onednn for way in ("direct", "winograd")}
    peers = {name: peer for name, peer in peers.items() if set(peer.how) != {"none"}}
    assert all(peer.names == ours.names for peer in peers.values())
    rounds = [(ours.all_milliseconds(options.seconds),
               {name: peer.all_milliseconds(options.seconds) for name, peer in peers.items()})
              for _ in range(options.rounds)]
    cases = {}
    for i, name in enumerate(ours.names):
        theirs = {peer: statistics.median(r[peer][i] for _, r in rounds) for peer in peers}
        best = min(theirs, key=theirs.get)
        cases[name] = {**spread([r[best][i] / o[i] for o, r in rounds]),
                       "ours_ms": statistics.median(o[i] for o, _ in rounds), "onednn_ms": theirs[best],
                       "onednn_way": peers[best].how[i], "peer": best}

    def total(kind):
        chosen = [i for i, name in enumerate(ours.names) if name.endswith(kind)]
        pairs = [(sum(o[i] for i in chosen), sum(r[cases[ours.names[i]]["peer"]][i] for i in chosen))
                 for o, r in rounds]
        return {**spread([b / a for a, b in pairs]), "ours_ms": statistics.median(a for a, _ in pairs),
                "onednn_ms": statistics.median(b for _, b in pairs)}

    totals = {f"sum of {kind or 'all'}": total(kind) for kind in ("forward", "data gradient", "weight gradient", "")}
    for peer in (ours, *peers.values()):
        peer.end()
    return totals, cases


def version_of(binary):
    libraries = output_of("ldd", str(pathlib.Path(binary).resolve())).splitlines()
    return next(line.split()[0] for line in libraries if "dnnl" in line)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="build/release/bench/convolution_peer")
    parser.add_argument("--onednn", nargs="+", required=True, help="onednn_peer, built with one oneDNN or with several")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.1, help="for each kernel in each round")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()

    where = about(threads=options.threads, rounds=options.rounds, batch=options.batch, size=options.size)
    totals, cases = compare(options)
    print("| kernels | ours, ms | oneDNN, ms | ratio | from - to |\n| --- | --- | --- | --- | --- |")
    for name, r in {**cases, **totals}.items():
        print(f"| {name} | {r['ours_ms']:.3f} | {r['onednn_ms']:.3f} | {r['ratio']:.2f} "
              f"| {r['ratio_min']:.2f} - {r['ratio_max']:.2f} |")
    if options.json:
        libraries = {binary: version_of(binary) for binary in options.onednn}
        write_json(options.json, {**where, "onednn": libraries}, {**totals, **cases})


main()
