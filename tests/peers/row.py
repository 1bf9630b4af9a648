"""What a comparison reports, and the way to the project's functions."""
import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile

import numpy

ROOT = pathlib.Path(__file__).parents[2]
BINARY = os.environ.get("UNETSR_CONFORMANCE", ROOT / "build/release/tests/peers/unetsr_conformance")


@dataclasses.dataclass
class Row:
    method: str
    peer: str  # with its version; "-" where it could not be installed
    cases: str = ""
    difference: float = 0.0
    bound: float = 0.0
    unit: str = ""  # of both
    note: str = ""  # where they differ on purpose
    skipped: str = ""

    @property
    def passed(self):
        return bool(self.skipped) or self.difference <= self.bound  # NaN does not pass


class Skipped(Exception):
    """The peer is not there; the text says why."""


def ours(method, arrays, results, **numbers):
    """Runs unetsr_conformance. results: name -> type of the array that it writes."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "request.json").write_text(json.dumps(numbers))
        for name, values in arrays.items():
            numpy.ascontiguousarray(values).tofile(folder / f"{name}.in")
        subprocess.run([BINARY, method, folder], check=True)
        return {name: numpy.fromfile(folder / f"{name}.out", dtype) for name, dtype in results.items()}


def shape4(image):
    """(windows, rows, columns, channels) of an image (rows, columns) or (rows, columns, channels)."""
    return [1, *image.shape, 1][:4]


def smooth_field(rows, columns, seed, steepness=1.5):
    """Normal noise whose amplitude falls with the wavenumber, of mean 0 and variance 1."""
    noise = numpy.fft.fft2(numpy.random.default_rng(seed).standard_normal((rows, columns)))
    wavenumber = numpy.hypot(numpy.fft.fftfreq(rows)[:, None] * rows, numpy.fft.fftfreq(columns)[None] * columns)
    field = numpy.fft.ifft2(noise / (1 + wavenumber) ** steepness).real
    return (field - field.mean()) / field.std()


def largest(differences):
    """0 for none; NaN where one is NaN."""
    values = numpy.abs(numpy.asarray(list(differences) if not hasattr(differences, "shape") else differences, float))
    return float(values.max()) if values.size else 0.0
