#!/usr/bin/env python3
"""Measures Altimeter beside sqlite3, duckdb and clickhouse on data it makes itself.

Called by `./dev bench`; see README.md.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import questions
from engines import Altimeter, Clickhouse, Duckdb, ExactDuckdb, PreparedDuckdb, Sqlite, cost_files
from measure import Failed, median, run, say, warm

HERE = Path(__file__).resolve().parent
SHAPES = ("typical", "wide-tags", "many-resources", "few-resources", "many-files")
CURVE_ROWS = (100_000, 1_000_000, 5_000_000, 10_000_000, 20_000_000)
LENSES = questions.LENSES


# ---- data ----------------------------------------------------------------------------------------------------------


class Data:
    """Cost files of a shape and size, one month of them as it was and restated, and the exact totals of each."""

    def __init__(self, build, folder, shape, rows):
        self.build, self.folder, self.shape, self.rows = build, folder, shape, rows
        self.about = self.make("all")
        self.files = cost_files(folder / "all")
        self.month = "2026-10" if self.about["first_day"] <= "2026-10-01" else "2026-11"

    def make(self, name, *options):
        command = [self.build / "tests/bench/bench_data", "--shape", self.shape, "--rows", self.rows]
        return json.loads(run([*command, "--out", self.folder / name, *options]).output)

    def make_month(self):
        """Writes the month as it was delivered and as it is delivered again with other amounts."""
        as_was = self.make("as-was", "--month", self.month)
        restated = self.make("restated", "--month", self.month, "--restate")
        self.month_rows = restated["rows"]
        self.restated_totals = {
            currency: {
                "rows": total["rows"],
                **{
                    lens: str(Decimal(total[lens]) - Decimal(as_was["totals"][currency][lens])
                              + Decimal(restated["totals"][currency][lens]))
                    for lens in LENSES
                },
            }
            for currency, total in self.about["totals"].items()
        }


def check_totals(engine, expected, exact):
    """Raises Failed unless an engine's totals are those of the files: to the last digit, or to 10^-9 for doubles."""
    found = engine.totals()
    for currency, wanted in expected.items():
        got = found.get(currency)
        if not got or got["rows"] != wanted["rows"]:
            raise Failed(f"{engine.name}: {got and got['rows']} rows of {currency} instead of {wanted['rows']}")
        for lens in LENSES:
            a, b = Decimal(got[lens]), Decimal(wanted[lens])
            if a != b if exact else abs(a - b) > abs(b) * Decimal("1e-9"):
                raise Failed(f"{engine.name}: {lens} cost of {currency} is {a} instead of {b}")


def check_answer(name, engine, rows, wanted):
    """Raises Failed unless two answers have the same keys and, but for the rounding of doubles, the same values."""
    got = {tuple(row[:-1]): float(row[-1]) for row in rows}
    expected = {tuple(row[:-1]): float(row[-1]) for row in wanted}
    if got.keys() != expected.keys():
        some = sorted(got.keys() ^ expected.keys())[:3]
        raise Failed(f"'{name}': {engine} has {len(got)} groups, Altimeter {len(expected)}; differing: {some}")
    largest = max((abs(value) for value in expected.values()), default=0.0)
    for key, value in expected.items():
        if abs(got[key] - value) > 1e-9 * max(abs(value), largest * 1e-3):
            raise Failed(f"'{name}' {key}: {engine} says {got[key]!r}, Altimeter {value!r}")


# ---- measuring -----------------------------------------------------------------------------------------------------


def rotated(engines, round_number):
    """Another order in each round, so that none is always first."""
    at = round_number % len(engines)
    return engines[at:] + engines[:at]


def measure_imports(engines, data, repeat):
    runs = {engine.name: [] for engine in engines}
    for i in range(repeat):
        for engine in rotated(engines, i):
            say(f"import into {engine.name}, round {i + 1} of {repeat}")
            runs[engine.name].append(engine.import_files(data.files))
    for engine in engines:
        check_totals(engine, data.about["totals"], engine.exact)
    return {
        engine.name: {
            "seconds": [one.seconds for one in runs[engine.name]],
            "processor_seconds": median(one.processor for one in runs[engine.name]),
            "peak_bytes": median(one.peak for one in runs[engine.name]),
            "stored_bytes": engine.stored(),
        }
        for engine in engines
    }


def measure_open(altimeter, repeat):
    opened = [altimeter.opened() for _ in range(max(repeat, 3))]
    return {
        "milliseconds": [one["open_ms"] for one in opened],
        "resident_bytes": median(one["open_rss_kib"] for one in opened) * 1024,
        "peak_bytes": median(one["open_peak_kib"] for one in opened) * 1024,
    }


def altimeter_answers(said):
    """{name: (milliseconds, rows)} of what bench_engine printed."""
    answers = {name: (one["ms"], one["rows"]) for name, one in said["questions"].items()}
    answers["pivot"] = (said["pivot"]["ms"], said["pivot"]["rows"])
    answers["drill"] = (said["drill"]["ms"], said["drill"]["rows"])
    answers["edit"] = (said["draft"]["ms"], said["publish"]["rows"])
    return answers


def measure_questions(altimeter, others, repeat, work):
    draft = work / "draft.json"
    draft.write_text(questions.draft_of(HERE / "rules.json"), encoding="utf-8")
    say("questions to altimeter")
    said = altimeter.ask_all(max(repeat, 5), HERE / "rules.json", draft)
    own = altimeter_answers(said)
    results = {"altimeter": {name: times for name, (times, _) in own.items()}}
    for name, asked in questions_to_others(others, repeat):
        for question, (_, rows) in own.items():
            check_answer(question, name, asked[question].rows, rows)
        results[name] = {question: asked[question].milliseconds for question in own}
    return results, said


def questions_to_others(others, repeat):
    """Yields (name, answers) of every competitor that answers questions."""
    for engine in others:
        if not engine.answers_questions:
            continue
        say(f"questions to {engine.name}")
        yield engine.name, engine.ask_all(repeat)
        if isinstance(engine, Duckdb):
            prepared = PreparedDuckdb(engine)
            say(f"questions to {prepared.name}")
            yield prepared.name, prepared.ask_all(repeat)


def measure_restating(engines, data, repeat):
    """One month comes again with other amounts, then as it was, and so on; each delivery is a sample."""
    data.make_month()
    deliveries = [cost_files(data.folder / name) for name in ("restated", "as-was")]
    for files in deliveries:
        warm(files)
    seconds = {engine.name: [] for engine in engines}
    for i in range(max(2, repeat)):
        for engine in rotated(engines, i):
            say(f"month {data.month} again into {engine.name}, delivery {i + 1}")
            seconds[engine.name].append(engine.restate(deliveries[i % 2], data.month).seconds)
            if i == 0:
                check_totals(engine, data.restated_totals, engine.exact)
    return {"rows": data.month_rows, "month": data.month, "seconds": seconds}


def measure_window(build, workspace, repeat):
    """To the painted frame; none where the desktop program is not built."""
    program = build / "tests/bench/bench_window"
    if not program.exists():
        return None
    say("the window")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    figures = {}
    for _ in range(max(repeat, 5)):
        started = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        for name, one in json.loads(run([program, workspace, "--started", started]).output).items():
            figures.setdefault(name, []).extend(one)
    return {**figures, **json.loads(run([program, workspace, "--repeat", repeat]).output)}


# ---- tables --------------------------------------------------------------------------------------------------------


def number(value):
    """About three significant digits, thousands separated."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def spread(values):
    return f"{number(min(values))}–{number(max(values))}"


def times(ratio):
    return f"{number(ratio)} ×"


def megabytes(size):
    return f"{number(size / 1e6)} MB"


def table(title, header, rows):
    widths = [max(len(str(line[i])) for line in [header, *rows]) for i in range(len(header))]
    print(f"\n{title}\n")
    for line in [header, ["-" * width for width in widths], *rows]:
        cells = [str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
                 for i, (cell, width) in enumerate(zip(line, widths))]
        print("  " + "  ".join(cells).rstrip())


def print_imports(data, imports):
    own = imports["altimeter"]
    rows = []
    for name, one in imports.items():
        seconds = median(one["seconds"])
        ratio = median(theirs / ours for theirs, ours in zip(one["seconds"], own["seconds"]))  # of the same round
        rows.append([
            name, f"{data.rows / seconds:,.0f}", number(seconds), spread(one["seconds"]), times(ratio),
            number(one["processor_seconds"]), megabytes(one["peak_bytes"]), megabytes(one["stored_bytes"]),
            number(one["stored_bytes"] / data.rows),
        ])
    table(f"Import of {data.rows:,} rows ({data.about['bytes'] / 1e6:,.0f} MB in {data.about['files']:,} files)",
          ["", "rows/s", "seconds", "spread", "to altimeter", "processor s", "peak memory", "stored", "bytes/row"],
          rows)


def print_questions(results):
    names = list(results)
    header = [names[0], "spread"] + [word for name in names[1:] for word in (name, "ratio")]
    rows = [question_line(question, results, question) for question in questions.TWELVE]
    sums = {name: [sum(median(one[question]) for question in questions.TWELVE)] for name, one in results.items()}
    rows.append(question_line("all twelve", {name: {"sum": values} for name, values in sums.items()}, "sum"))
    table("The twelve questions, warm, milliseconds (median)", ["", *header], rows)
    further = {"pivot": "service × team × month, one environment", "drill": "100 largest charge lines of a cell",
               "edit": "a rule edited: totals by team and day"}
    rows = [question_line(label, results, question) for question, label in further.items()]
    table("Further questions, milliseconds (median)", ["", *header], rows)


def question_line(label, results, question):
    """Altimeter's median and spread, then each competitor's median and its ratio to Altimeter's."""
    names = list(results)
    own = median(results[names[0]][question])
    line = [label, number(own), spread(results[names[0]][question])]
    for name in names[1:]:
        theirs = median(results[name][question])
        line += [number(theirs), times(theirs / own)]
    return line


def print_rest(data, restating, imports, opened, said, window):
    rows = []
    for name, seconds in restating["seconds"].items():
        full = median(imports[name]["seconds"])
        rows.append([name, number(median(seconds)), spread(seconds), f"1/{number(full / median(seconds))}"])
    table(f"Month {restating['month']} delivered again ({restating['rows']:,} rows), seconds",
          ["", "seconds", "spread", "of the full import"], rows)
    regroup = {name: median(ms) for name, ms in said["regroup"].items()}
    slowest = max(regroup, key=regroup.get)
    table("Altimeter alone", ["", "median", "spread"], [
        ["open, ms", number(median(opened["milliseconds"])), spread(opened["milliseconds"])],
        ["resident memory with the workspace open, MB", number(opened["resident_bytes"] / 1e6), ""],
        ["bytes of it a row", number(opened["resident_bytes"] / data.rows), ""],
        ["rule published and totals by team and day, ms", number(median(said["publish"]["ms"])),
         spread(said["publish"]["ms"])],
        *[[f"by {name} and month, ms", number(value), spread(said["regroup"][name])]
          for name, value in regroup.items()],
        [f"slowest of these ({slowest}), ms", number(regroup[slowest]), ""],
    ])
    if window:
        rows = [[name, number(median(ms)), spread(ms)] for name, ms in window.items()]
        table("To the painted frame, ms", ["", "median", "spread"], rows)


# ---- the three ways to run -----------------------------------------------------------------------------------------


def competitors(folder, rows):
    engines = []
    for kind in (Sqlite, Duckdb, ExactDuckdb, Clickhouse):
        program = kind.program_here()
        if not program:
            say(f"{kind.name} is not installed; going on without it")
        elif not kind.most_rows or rows <= kind.most_rows:
            engines.append(kind(program, folder))
    return engines


def compare(options, work):
    data = Data(options.build, work, options.shape, options.rows)
    warm(data.files)
    altimeter = Altimeter(options.build, work)
    engines = [altimeter, *competitors(work, data.rows)]
    try:
        return compare_engines(options, work, data, engines)
    finally:
        for engine in engines:
            engine.close()


def compare_engines(options, work, data, engines):
    altimeter = engines[0]
    print(f"{data.shape}, {data.rows:,} rows, {os.cpu_count()} cores, page cache warm, {options.repeat} rounds in "
          "alternation; " + ", ".join(f"{engine.name} {engine.version()}" for engine in engines))
    imports = measure_imports(engines, data, options.repeat)
    print_imports(data, imports)
    opened = measure_open(altimeter, options.repeat)
    asked, said = measure_questions(altimeter, engines[1:], options.repeat, work)
    print_questions(asked)
    window = measure_window(options.build, altimeter.database, options.repeat)
    restating = measure_restating(engines, data, options.repeat)
    print_rest(data, restating, imports, opened, said, window)
    print("\nEvery answer agrees with every other and with the totals of the files.")
    return {"shape": data.shape, "rows": data.rows, "imports": imports, "open": opened, "questions": asked,
            "regroup": said["regroup"], "publish": said["publish"]["ms"], "restating": restating, "window": window}


def curve_point(options, work, shape, rows):
    """Generates, measures, checks and deletes."""
    folder = work / f"{shape}-{rows}"
    folder.mkdir()
    say(f"{shape}, {rows:,} rows")
    try:
        data = Data(options.build, folder, shape, rows)
        altimeter = Altimeter(options.build, folder)
        imports = measure_imports([altimeter], data, options.repeat)["altimeter"]
        opened = measure_open(altimeter, options.repeat)
        draft = folder / "draft.json"
        draft.write_text(questions.draft_of(HERE / "rules.json"), encoding="utf-8")
        said = altimeter.ask_all(5, HERE / "rules.json", draft)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    twelve = sum(median(one["ms"]) for one in said["questions"].values())
    seconds = median(imports["seconds"])
    return [shape, f"{rows:,}", f"{rows / seconds:,.0f}", megabytes(imports["peak_bytes"]),
            megabytes(imports["stored_bytes"]), number(imports["stored_bytes"] / rows),
            number(median(opened["milliseconds"])), megabytes(opened["resident_bytes"]), number(twelve),
            number(median(said["pivot"]["ms"])), number(median(said["draft"]["ms"]))]


def curve(options, work):
    header = ["shape", "rows", "rows/s", "import peak", "stored", "bytes/row", "open ms", "resident",
              "twelve ms", "pivot ms", "edit ms"]
    largest = options.rows or CURVE_ROWS[-1]
    rows = [curve_point(options, work, "typical", size) for size in CURVE_ROWS if size <= largest]
    table("Altimeter by size", header, rows)
    shapes = [curve_point(options, work, shape, min(largest, 1_000_000)) for shape in SHAPES]
    table("Altimeter by shape", header, shapes)
    return {"header": header, "sizes": rows, "shapes": shapes}


def share(figures, name):
    return f"{figures[name] * 100:.1f} %" if name in figures else ""


def frames(options, work):
    """The frames of the window over a workspace of this size."""
    data = Data(options.build, work, options.shape, options.rows)
    altimeter = Altimeter(options.build, work)
    say("import")
    altimeter.import_files(data.files)
    check_totals(altimeter, data.about["totals"], True)
    shutil.rmtree(data.folder / "all")
    say("the window")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    said = json.loads(run([options.build / "tests/bench/bench_frames", altimeter.database]).output)
    unpainted = said.pop("frames without anything to paint")
    for view, one in said.items():
        lines = [[name, f"{figures['frames']:,}", share(figures, "share within a 60th of a second"),
                  share(figures, "share by processor time"), number(figures["median ms"]),
                  number(figures["95th of 100 ms"]), number(figures["longest ms"])]
                 for name, figures in one.items() if isinstance(figures, dict)]
        table(f"{view}: {one['rows']:,} rows, {one['columns']} columns, of {options.rows:,} lines",
              ["", "frames", "within 1/60 s", "by processor time", "median ms", "95 of 100 ms", "longest ms"], lines)
    print(f"\nFrames without anything to paint: {unpainted}")
    return said


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=0, help="how many rows (1 000 000; with --curve the largest size)")
    parser.add_argument("--shape", choices=SHAPES, default="typical")
    parser.add_argument("--repeat", type=int, default=0, help="rounds of each measurement (5; with --curve 1)")
    parser.add_argument("--quick", action="store_true", help="100 000 rows, one round")
    parser.add_argument("--curve", action="store_true", help="Altimeter alone over sizes and shapes")
    parser.add_argument("--frames", action="store_true",
                        help="Altimeter alone: frames while scrolling, resizing and regrouping")
    parser.add_argument("--json", type=Path, help="also write the figures into this file")
    parser.add_argument("--work", type=Path, help="where to put the data, about 1 GB a million rows (the build folder)")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.curve:
        options.rows = options.rows or (100_000 if options.quick else 1_000_000)
    options.repeat = options.repeat or (1 if options.quick or options.curve else 5)
    options.build = options.build.resolve()
    return options


def main():
    options = arguments()
    try:
        if options.work:
            options.work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="altimeter-bench-", dir=options.work or options.build) as folder:
            figures = (curve if options.curve else frames if options.frames else compare)(options, Path(folder))
    except Failed as failed:
        print(f"bench: {failed}", file=sys.stderr)
        return 1
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
