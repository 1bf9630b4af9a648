"""What the comparisons have in common."""
import contextlib
import datetime
import json
import os
import pathlib
import platform
import select
import statistics
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


class PeerEnded(SystemExit):
    """Ends the comparison, unless it goes on without that peer."""


class Peer:
    """A program that works for as many seconds as a line on its standard input states, and answers in one line.

    One that answers nothing for `limit` seconds (more where it is to work longer) is killed.
    """

    def __init__(self, command, environment=None, limit=None):
        self.command = [str(word) for word in command]
        self.limit = limit
        self.errors = tempfile.TemporaryFile("w+", errors="replace")
        try:
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=self.errors, text=True, env={**os.environ, **(environment or {})})
        except OSError as error:
            raise PeerEnded(f"{self.command[0]}: {error.strerror}") from error

    def line(self):
        # It answers a line to a question: there is nothing in the buffer of a file object.
        if self.limit and not select.select([self.process.stdout], [], [], self.limit)[0]:
            self.process.kill()
            self.process.wait()
            raise PeerEnded(f"{' '.join(self.command)}: no answer in {self.limit:.0f} s")
        text = self.process.stdout.readline()
        if not text:
            status = self.process.wait()
            self.errors.seek(0)
            printed = self.errors.read().split("\n")
            last = next((f": {line.strip()}" for line in reversed(printed) if line.strip()), "")
            raise PeerEnded(f"{' '.join(self.command)}: ended with {status}{last}")
        return text.strip()

    def ask(self, seconds):
        try:
            self.process.stdin.write(f"{seconds}\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # line() reports that it ended
        return self.line()

    def milliseconds(self, seconds):
        return float(self.ask(seconds))

    def peak_mib(self):
        self.process.stdin.close()
        return float(self.line())

    def end(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()


def spread(ratios):
    return {"ratio": statistics.median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios)}


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def output_of(*command):
    return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()


def commit():
    """Empty outside a checkout, or without git."""
    try:
        return output_of("git", "rev-parse", "--short", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        return ""


def today():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")


def about(**more):
    """Where and when: `load` counts the programs that ran just before, which shows whether the machine was quiet."""
    return {
        "processor": processor(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "commit": commit(),
        "date": today(),
        **more,
    }


def write_json(path, about_it, cases):
    """Whole at any time: what is cut short leaves the file of before."""
    beside = pathlib.Path(f"{path}.partial")
    beside.write_text(json.dumps({"about": about_it, "cases": cases}, indent=1) + "\n")
    beside.replace(path)
