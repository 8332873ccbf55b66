"""Runs programs and says how long they took and how much memory they had."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHILD = Path(__file__).resolve().parent / "child.py"


class Failed(Exception):
    """A program ended badly or answered wrongly; the text says which and how."""


class Run:
    """One run of a program: wall and processor seconds, largest resident memory in bytes, standard output."""

    def __init__(self, seconds, processor, peak, output=""):
        self.seconds, self.processor, self.peak, self.output = seconds, processor, peak, output


def run(command, script=""):
    """Runs `command` with `script` on its standard input. Raises Failed when it does not end with 0."""
    command = [str(word) for word in command]
    with tempfile.TemporaryFile() as given, tempfile.NamedTemporaryFile() as figures:
        given.write(script.encode())
        given.seek(0)
        child = subprocess.run([sys.executable, "-S", "-E", CHILD, figures.name, *command], stdin=given,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        said = child.stderr.decode(errors="replace").strip()[-800:]
        measured = figures.read().split()
    if not measured or measured[0] != b"0":
        raise Failed(f"{' '.join(command)} ended badly: {said}")
    seconds, processor, peak = map(float, measured[1:])
    return Run(seconds, processor, int(peak) * 1024, child.stdout.decode(errors="replace"))


class Stopwatch:
    """The same figures for a stretch of work of a server that goes on running."""

    def __init__(self, pid):
        self.pid, self.begun, self.before = pid, time.perf_counter(), processor_of(pid)

    def stop(self):
        return Run(time.perf_counter() - self.begun, processor_of(self.pid) - self.before, peak_of(self.pid))


def processor_of(pid):
    """Seconds of processor time a running process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_of(pid):
    """Largest resident memory of a running process so far, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def median(values):
    """The median of any iterable of numbers."""
    return statistics.median(values)


def warm(paths):
    """Reads files once, so that every program finds them in the page cache."""
    for path in paths:
        with open(path, "rb", buffering=0) as file:
            while file.read(1 << 22):
                pass


def say(text):
    """Progress for a person, beside the results."""
    print(text, file=sys.stderr, flush=True)
