"""What the scripts that take results share."""
import pathlib
import subprocess
import sys


def run(program, *arguments):
    """Runs unetsr and returns what it prints. Ends with one line where it fails."""
    done = subprocess.run([program, *map(str, arguments)], text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {' '.join(map(str, arguments))}: {done.stderr.strip()}")
    return done.stdout


def interval(score):
    """[value, low, high] of a score of metrics.json; None where there is none."""
    return [round(score[key], 5) for key in ("value", "low", "high")] if score else None
