"""The programs that tools/gpu-check runs: those of tools/gpu-pack, or built here."""
import json
import os
import shutil
import subprocess

from gpu.session import Ended


def starts(program):
    """Whether it finds its libraries: the tests of the GPU list their cases without one."""
    try:
        done = subprocess.run([program, "--list-test-cases"], capture_output=True, timeout=60, check=False)
        return done.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def find(session, pack, root):
    """What the results state of them. Builds them where the pack has none that starts here."""
    manifest = pack / "manifest.json"
    if manifest.exists() and starts(pack / "bin" / "gpu_memory_test"):
        return json.loads(manifest.read_text())
    reason = "no programs in it" if not manifest.exists() else "they do not start here"
    print(f"gpu-check: {pack}: {reason}; building", flush=True)
    session.deadline = session.start + session.budget
    tool = root / "tools" / "gpu-pack"
    if not shutil.which("nvcc") and not os.path.exists("/usr/local/cuda/bin/nvcc"):
        raise Ended(f"{pack}: {reason}, and there is no nvcc to build them; run tools/gpu-pack on another machine")
    if session.call([tool, "--out", pack, "--arch", "native"], "build.log", limit=300) != 0:
        raise Ended(f"the programs do not build: {session.work}/build.log")
    return json.loads(manifest.read_text())
