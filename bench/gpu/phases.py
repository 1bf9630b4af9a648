"""What tools/gpu-check does, in order of its worth."""
import contextlib
import csv
import dataclasses
import functools
import json
import os
import pathlib
import shutil
import subprocess
import time

import gpu_compare
from gpu.session import Failed, LeftOut, Phase, Session, ended_with
from peer import HERE, Peer, PeerEnded

PRECISIONS = ("fp32", "tf32", "bf16")
FIRST_CASES = ("unet-text train 16x64", "unet-text forward 1x1024", "unet epoch 32x40")
TESTS = ("memory", "graph", "masked_loss", "parity", "training")


@dataclasses.dataclass
class Context:
    session: Session
    pack: pathlib.Path
    python: str
    scale: float  # of the times that are measured

    def program(self, name):
        return self.pack / "bin" / name

    def torch(self):
        """Its version; LeftOut where this Python has none."""
        try:
            return subprocess.run([self.python, "-c", "import torch; print(torch.__version__)"], check=True,
                                  capture_output=True, text=True, timeout=120).stdout.strip()
        except (OSError, subprocess.SubprocessError) as error:
            raise LeftOut(f"{self.python} has no PyTorch") from error

    @functools.cached_property
    def cudnn_environment(self):
        """Where the libraries of PyTorch's packages lie, for programs that are linked with cuDNN and cuBLAS."""
        code = "import sysconfig, pathlib; print(pathlib.Path(sysconfig.get_path('purelib')) / 'nvidia')"
        site = subprocess.run([self.python, "-c", code], capture_output=True, text=True, check=False).stdout.strip()
        folders = sorted({str(file.parent) for file in pathlib.Path(site).glob("**/lib*.so*")}) if site else []
        before = [path for path in [os.environ.get("LD_LIBRARY_PATH")] if path]
        return {**os.environ, "LD_LIBRARY_PATH": ":".join(folders + before)}


def together(context, jobs, limit):
    """Name -> exit code, None where it took too long; all at once, each with a log of its own."""
    session, codes = context.session, {}
    ends = time.monotonic() + min(limit, session.left())
    with contextlib.ExitStack() as running:
        started = {name: running.enter_context(session.child(command, f"{name}.log")) for name, command in jobs.items()}
        for name, process in started.items():
            codes[name] = ended_with(process, max(0.1, ends - time.monotonic()))
    return codes


def outcome(codes):
    """Raises Failed where a code is not 0."""
    wrong = [f"{name} took too long" if code is None else f"{name} ended with {code}"
             for name, code in codes.items() if code != 0]
    if wrong:
        raise Failed("; ".join(wrong))


def tests(context):
    """Our kernels, memory, graphs and trainings on this GPU."""
    outcome(together(context, {f"test-{name}": [context.program(f"gpu_{name}_test")] for name in TESTS}, 90))


def ours(context):
    """Our own time of each case in each precision, alone."""
    session, figures, wrong = context.session, {}, []
    for case in gpu_compare.CASES:
        for precision in PRECISIONS:
            name = gpu_compare.name_of(case)
            if session.left() < 3:
                raise Failed(f"no time left after {len(figures)} of {3 * len(gpu_compare.CASES)} cases")
            peer = None
            try:
                peer = Peer([context.program("gpu_network_peer"), *case, "cuda", precision], limit=session.left())
                peer.milliseconds(0)
                figures[f"{name} {precision}"] = {"ms": peer.milliseconds(context.scale), "mib": peer.peak_mib()}
            except PeerEnded as ended:
                wrong.append(f"{name} {precision}: {ended}")
            finally:
                if peer:
                    peer.end()
            session.write("ours.json", figures)
    if wrong:
        raise Failed(wrong[0] + (f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""))


def compare(context, precision, name, *more):
    session = context.session
    command = [context.python, HERE / "gpu_compare.py", context.program("gpu_network_peer"), "--python", context.python,
               "--precision", precision, "--json", session.work / f"{name}-{precision}.json", *more]
    code = session.call(command, f"{name}.log")
    if code is None:
        raise Failed(f"{precision}: no time left")
    if code != 0:
        raise Failed(f"{precision}: see {name}.log")


def first_peers(context):
    """The most important cases beside PyTorch's fastest ways."""
    context.torch()
    for precision in ("tf32", "bf16"):
        compare(context, precision, "first-peers", "--cases", ",".join(FIRST_CASES), "--ways", "graph,compiled-graph",
                "--rounds", 3, "--seconds", 0.5 * context.scale)


def peers(context):
    """All cases beside all of PyTorch's ways."""
    context.torch()
    for precision in ("tf32", "bf16"):
        compare(context, precision, "peers", "--rounds", 3, "--seconds", 0.5 * context.scale, "--within",
                int(context.session.left() / (2 if precision == "tf32" else 1)))


def kernels_of(context, precision, conv, pattern):
    session = context.session
    program = context.program("unetsr_bench_cudnn" if conv == "cudnn" else "unetsr_bench")
    into = session.work / f"kernels-{precision}-{conv}.json"
    beside = into.with_suffix(".partial")
    code = session.call([program, "--device=cuda", f"--precision={precision}", f"--conv={conv}",
                         f"--benchmark_min_time={0.02 * context.scale}", f"--benchmark_filter={pattern}",
                         f"--benchmark_out={beside}", "--benchmark_out_format=json"], "kernels.log",
                        env=context.cudnn_environment if conv == "cudnn" else None)
    if code is None:
        raise Failed(f"{precision}, {conv}: no time left")
    if code != 0:
        raise Failed(f"{precision}, {conv}: ended with {code}")
    wrong = [b["name"] for b in json.loads(beside.read_text())["benchmarks"] if b.get("error_occurred")]
    beside.replace(into)
    if wrong:
        raise Failed(f"{precision}, {conv}: {len(wrong)} kernels, first {wrong[0]}")


def kernels(context):
    """Each of our kernels; those that multiply in all precisions."""
    kernels_of(context, "fp32", "ours", ".")
    for precision in ("tf32", "bf16"):
        kernels_of(context, precision, "ours", "conv|dense")


def cudnn(context):
    """Convolutions and dense layers of cuDNN and cuBLAS, and the tests of our calls of them, which only report."""
    if not context.program("unetsr_bench_cudnn").exists():
        raise LeftOut("the programs were built without cuDNN")
    probe = subprocess.run([context.program("gpu_cudnn_test"), "--list-test-cases"], capture_output=True, timeout=60,
                           env=context.cudnn_environment, check=False)
    if probe.returncode != 0:
        raise LeftOut("no cuDNN or cuBLAS here")
    for precision in PRECISIONS:
        kernels_of(context, precision, "cudnn", "conv2d|dense")
    code = context.session.call([context.program("gpu_cudnn_test")], "test-cudnn.log", 60,
                                env=context.cudnn_environment)
    context.session.write("cudnn-tests.json", {"exit_code": code})


def in_a_step(context):
    """The time of each kernel inside a training step, by Nsight Compute."""
    ncu = shutil.which("ncu") or shutil.which("ncu", path="/usr/local/cuda/bin")
    if not ncu:
        raise LeftOut("no ncu")
    session, result = context.session, {}
    for precision in ("tf32", "bf16"):
        log = session.work / f"ncu-{precision}.csv"
        command = [ncu, "--clock-control", "none", "--cache-control", "none", "--metrics", "gpu__time_duration.sum",
                   "--csv", "--page", "raw", "--log-file", log, "--launch-count", 300,
                   context.program("gpu_network_peer"), "unet-text", 16, 64, "train", "cuda", precision]
        if session.call(command, "ncu.log", 60) != 0:
            raise Failed(f"{precision}: see ncu.log")
        result[precision] = kernel_times(log)
        session.write("in-a-step.json", result)


def kernel_times(log):
    """Kernel -> launches and microseconds of all of them, the longest first."""
    lines = [line for line in log.read_text().splitlines() if line.startswith('"')]
    times = {}
    for row in csv.DictReader(lines):
        try:
            time_ns = float(row["gpu__time_duration.sum"].replace(",", ""))
        except (KeyError, ValueError):
            continue  # the line of units
        entry = times.setdefault(row["Kernel Name"].split("(")[0], {"launches": 0, "us": 0.0})
        entry["launches"] += 1
        entry["us"] += time_ns / 1000
    return dict(sorted(times.items(), key=lambda item: -item[1]["us"]))


def sanitizers(context):
    """Memory and races of the tests, by compute-sanitizer."""
    tool = shutil.which("compute-sanitizer") or shutil.which("compute-sanitizer", path="/usr/local/cuda/bin")
    if not tool:
        raise LeftOut("no compute-sanitizer")
    jobs = [("memcheck", name) for name in ("parity", "graph", "training", "masked_loss")] + [("racecheck", "parity")]
    # A test makes calls fail on purpose: only what kernels do counts.
    words = ["--report-api-errors", "no", "--error-exitcode", 1]
    commands = {f"{check}-{name}": [tool, "--tool", check, *words, context.program(f"gpu_{name}_test")]
                for check, name in jobs}
    outcome(together(context, commands, 100))


ALL = [Phase("tests", 1, 100, 20, tests), Phase("ours", 1, 100, 20, ours),
       Phase("first-peers", 1, 160, 40, first_peers), Phase("kernels", 2, 110, 20, kernels),
       Phase("cudnn", 2, 70, 15, cudnn), Phase("in-a-step", 2, 60, 10, in_a_step),
       Phase("sanitizers", 2, 110, 30, sanitizers), Phase("peers", 2, 300, 40, peers)]
