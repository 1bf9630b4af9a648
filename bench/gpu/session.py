"""The time and the files of a run of tools/gpu-check."""
import contextlib
import dataclasses
import datetime
import json
import os
import signal
import subprocess
import sys
import tarfile
import time

import gpu.summary as summary

RESERVE = 6  # seconds for the last summary and archive


class Ended(Exception):
    """Nothing more can run."""


class Failed(Exception):
    """A phase has not done what it should; the text states what."""


class LeftOut(Exception):
    """What a phase needs is not here; the text states what."""


def ended_with(process, seconds):
    """Its exit code; None where it takes longer."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


@dataclasses.dataclass
class Phase:
    name: str
    part: int
    limit: float  # seconds that it may take
    least: float  # seconds without which it is not begun
    run: callable


class Session:
    """Logs and figures go to `work`, which several calls share; what is to come back to `out`: few files."""

    def __init__(self, out, work, budget):
        self.start, self.budget = time.monotonic(), budget
        self.out, self.work = out, work
        self.out.mkdir(parents=True, exist_ok=True)
        self.work.mkdir(parents=True, exist_ok=True)
        self.deadline, self.children = self.start + budget, set()
        self.failed, self.left_out = [], []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)

    def _end(self, number, _frame):
        raise Ended(f"ended by {signal.Signals(number).name}")

    def left(self):
        """Seconds of the phase that runs."""
        return max(0.0, self.deadline - time.monotonic())

    def about(self, programs):
        """Which GPU, driver, machine and programs; ends where there is no GPU."""
        words = "name,driver_version,memory.total,clocks.max.sm,clocks.max.memory"
        try:
            text = subprocess.run(["nvidia-smi", f"--query-gpu={words}", "--format=csv,noheader,nounits"], check=True,
                                  capture_output=True, text=True, timeout=60).stdout.splitlines()[0]
        except (OSError, subprocess.SubprocessError, IndexError) as error:
            raise Ended("this machine has no GPU that nvidia-smi can see") from error
        name, driver, memory, clock, memory_clock = (word.strip() for word in text.split(","))
        date = datetime.datetime.now(datetime.timezone.utc).strftime("%FT%TZ")
        machine = f"{os.uname().sysname} {os.uname().release} {os.uname().machine}, {os.cpu_count()} processors"
        record = {"date": date, "gpu": name, "driver": driver, "memory_mib": memory, "max_clock_mhz": clock,
                  "max_memory_clock_mhz": memory_clock, "machine": machine, **programs}
        self.write("about.json", record)
        print(json.dumps(record), flush=True)

    def write(self, name, value):
        (self.work / name).write_text(json.dumps(value, indent=1) + "\n")

    def read(self, name):
        return summary.read(self.work / name)

    @contextlib.contextmanager
    def child(self, command, log, **more):
        """A program in a process group of its own, which ends with the block."""
        with open(self.work / log, "a", encoding="utf-8") as to:
            to.write(f"== {' '.join(map(str, command))}\n")
            to.flush()
            process = subprocess.Popen([str(word) for word in command], start_new_session=True, stderr=to,
                                       **{"stdout": to, "stdin": subprocess.DEVNULL, **more})
        self.children.add(process)
        try:
            yield process
        finally:
            self.end(process)

    def end(self, process):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.children.discard(process)

    def call(self, command, log, limit=None, **more):
        """Exit code, or None where it took longer than the limit or the phase."""
        with self.child(command, log, **more) as process:
            return ended_with(process, min(limit or 1e9, self.left()))

    def phase(self, phase, context):
        """Runs it, prints what became of it, and renews the results."""
        left = self.start + self.budget - RESERVE - time.monotonic()
        status, reason, begin = "passed", "", time.monotonic()
        if left < phase.least:
            status, reason = "left out", "no time left"
        else:
            print(f"== {phase.name}", flush=True)
            self.deadline = time.monotonic() + min(left, phase.limit)
            try:
                phase.run(context)
            except LeftOut as none:
                status, reason = "left out", str(none)
            except Failed as failure:
                status, reason = "failed", str(failure)
        if status == "failed":
            self.failed.append(phase.name)
        elif status == "left out":
            self.left_out.append(f"{phase.name} ({reason})")
        steps = {**self.read("steps.json"),
                 phase.name: {"status": status, "seconds": round(time.monotonic() - begin, 1), "reason": reason}}
        self.write("steps.json", steps)
        print(f"   {phase.name}: {status}" + (f", {reason}" if reason else ""), flush=True)
        self.renew(phase.name if status != "left out" else None)

    def renew(self, name=None):
        """Writes the three files anew; prints what the phase of that name has added."""
        with open(self.out / "summary.txt", "w", encoding="utf-8") as file:
            result = summary.write(self.work, file)
        (self.out / "gpu.json").write_text(json.dumps(result, indent=1) + "\n")
        if name:
            summary.print_phase(result, name, sys.stdout)
        beside = self.out / "gpu.tar.xz.partial"
        with tarfile.open(beside, "w:xz", preset=1) as archive:
            archive.add(self.work, "gpu")
        beside.replace(self.out / "gpu.tar.xz")

    def finish(self, status=0):
        if (self.work / "about.json").exists():
            self.renew()
        if self.left_out:
            print("left out: " + "; ".join(self.left_out))
        if self.failed:
            print("failed: " + ", ".join(self.failed))
        print(f"figures in {self.out}, {time.monotonic() - self.start:.0f} s", flush=True)
        return 1 if self.failed else status

    def close(self):
        for process in list(self.children):
            self.end(process)
