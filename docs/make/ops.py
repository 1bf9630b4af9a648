"""docs/ops.md: which test proves which op at which precision, by the sources of the tests themselves."""
import json
import re
import subprocess

from pages import ROOT, Problem, table

PAGE = "docs/ops.md"


def number(file, pattern):
    """What a test compares with, read off its source."""
    match = re.search(pattern, (ROOT / file).read_text())
    if not match:
        raise Problem(f"{file} has no {pattern} any more: docs/make/ops.py reads it for {PAGE}")
    return match.group(1)


def bounds():
    cuda = "tests/cuda/parity_test.cpp"
    seeds = int(number("tests/emulator/launched.hpp", r"observes_accesses \? (\d+) : \d+;"))
    return {
        "adjoint": number("tests/kernels/adjoint_test.cpp", r"Into::write\) <= (\S+)\);"),
        "cpu": number("tests/kernels/parity_test.cpp", r"bound = (\S+);"),
        "cuda": number(cuda, r"bound = (\S+);"),
        "tf32": number(cuda, r"Precision::tf32, (\S+?)\)"),
        "bf16": number(cuda, r"Precision::bf16, (\S+?)\)"),
        "orders": seeds + 2,  # forward and reverse
        "synchronisations": number("tests/emulator/mutants_test.cpp", r"mutants == (\d+)\)"),
    }


def values(cases, count, bound):
    """How the random values of `count` cases compare."""
    return f"{count} the same" if cases["float_only"] else f"{count} within {bound}"


def on_a_device(cases, bound):
    exact = f"{cases['exact']} to the bit; " if cases["exact"] else ""
    return exact + values(cases, cases["all"], bound)


def on_tensor_cores(cases, bound):
    count = cases["on_tensor_cores"]
    return f"{count} to the bit; {values(cases, count, bound)}" if count else "fp32"


def specification(cases, bound):
    return f"{cases['adjoint']} adjoint, within {bound}" if cases["gradients"] else "by hand"


def rows(listed, b):
    return [[f"`{name}`", specification(c, b["adjoint"]), on_a_device(c, b["cpu"]), on_a_device(c, b["cuda"]),
             on_tensor_cores(c, b["tf32"]), on_tensor_cores(c, b["bf16"])]
            for name, c in listed.items()]


def update(pages, program):
    """Returns what was not built."""
    b = bounds()
    heads = ["test", "what it proves"]
    pages.fill(PAGE, "tests", table(heads, [
        ["`kernels.adjoint`", f"a gradient is the transpose of its op's Jacobian: <g, J v> = <Jᵀ g, v> for random g "
                              f"and v in double, within {b['adjoint']}; and agrees with central differences"],
        ["`kernels.parity`", f"CPU: small integers give the specification's bits; random values are within {b['cpu']} "
                             "of the specification in double; missing values reach the same outputs; the bits are the "
                             "same at any number of threads"],
        ["`cuda.parity`", f"the CUDA source in the emulator: the same, within {b['cuda']} in fp32, {b['tf32']} in "
                          f"tf32, {b['bf16']} in bf16"],
        ["`gpu.parity`", "the same on a GPU, in a build with CUDA"],
        ["`emulator.schedules`", f"the CUDA source gives the same bits in {b['orders']} orders of threads and blocks"],
        ["`emulator.mutants`", f"each of the {b['synchronisations']} synchronisations in `kernels/cuda/` that is left "
                               "out makes a test fail"],
        ["`kernels.table`", "no function of `kernels/*.hpp` is without a case"],
    ]))
    if not program.exists():
        return ["op_list"]
    listed = json.loads(subprocess.run([program], capture_output=True, text=True, check=True, timeout=60).stdout)
    pages.fill(PAGE, "table", table(
        ["function", "specification", "CPU, fp32", "CUDA, fp32", "CUDA, tf32", "CUDA, bf16"], rows(listed, b)))
    return []
