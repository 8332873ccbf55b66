#!/usr/bin/env python3
"""Counts the instructions of the hot paths under callgrind and compares them with the counts kept in the repository.

Unlike seconds, they hardly depend on the machine and its load, so continuous integration can hold them to a few
percent.
Called by `./dev bench --instructions [--update]`.
"""

import argparse
import json
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import questions
from measure import Failed, run

HERE = Path(__file__).resolve().parent
BASELINE = HERE / "instructions.json"
ALLOWED = 0.08
# glibc picks its copying functions by the processor; these leave the ones that every x86-64 has.
TUNABLES = "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-AVX512BW,-ERMS,-FSRM,-BMI2,-SSE4_2,-SSSE3"


def count(program):
    """Instructions by path."""
    with tempfile.TemporaryDirectory(prefix="altimeter-instructions-") as folder:
        work = Path(folder)
        draft = work / "draft.json"
        draft.write_text(questions.draft_of(HERE / "rules.json"), encoding="utf-8")
        (work / "data").mkdir()
        run([
            "env", f"GLIBC_TUNABLES={TUNABLES}", "valgrind", "--quiet", "--tool=callgrind",
            f"--callgrind-out-file={work / 'counts'}", program, work / "data", HERE / "rules.json", draft,
        ])
        dumps = sorted(work.glob("counts.*"), key=lambda path: int(path.suffix[1:]))
        return dict(filter(None, map(counts_of, dumps)))


def counts_of(dump):
    """(path, instructions) of one dump; None for the rest after the last path."""
    text = dump.read_text(encoding="utf-8", errors="replace")
    name = re.search(r"^desc: Trigger: Client Request: (\S+)", text, re.MULTILINE)
    total = re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE)
    return (name.group(1), int(total.group(1))) if name and total else None


def circumstances(program):
    """What counts depend on beside the sources."""
    return {"compiler": run([program, "--compiler"]).output.strip(), "machine": platform.machine()}


def compare(counts, baseline):
    """Prints one line a path. Answers the paths that grew too much."""
    grown = []
    for path, expected in baseline["instructions"].items():
        if path not in counts:
            raise Failed(f"'{path}' was not counted; is valgrind/callgrind.h there at build time?")
        change = counts[path] / expected - 1
        verdict = ""
        if change > ALLOWED:
            verdict = f"grew by more than {ALLOWED:.0%}"
            grown.append(path)
        elif change < -ALLOWED:
            verdict = "shrank: keep it with ./dev bench --instructions --update"
        print(f"  {path:<12} {counts[path]:>16,}  {change:+7.1%}  {verdict}".rstrip())
    return grown


def main():
    parser = argparse.ArgumentParser(prog="./dev bench --instructions", description=__doc__)
    parser.add_argument("--update", action="store_true", help="keep the counts of this build")
    parser.add_argument("--program", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    here = circumstances(options.program)
    try:
        counts = count(options.program)
        if options.update:
            text = json.dumps({**here, "instructions": counts}, indent=2) + "\n"
            BASELINE.write_text(text, encoding="utf-8")
            print(f"kept {len(counts)} counts in {BASELINE.name}")
            return 0
        baseline = json.loads(BASELINE.read_text(encoding="utf-8"))
        print("Instructions of the hot paths and their change:")
        grown = compare(counts, baseline)
    except (Failed, OSError, subprocess.SubprocessError) as failed:
        print(f"bench: {failed}", file=sys.stderr)
        return 1
    known = {name: baseline[name] for name in here}
    if here != known:
        print(f"The kept counts are of {known}, these of {here}: reported only.")
        return 0
    if grown:
        print(f"Too many instructions: {', '.join(grown)}. If it is worth it, ./dev bench --instructions --update.")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
