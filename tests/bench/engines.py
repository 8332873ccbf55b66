"""The programs that are compared, each behind the same few methods: Altimeter, sqlite3, duckdb, clickhouse."""

import csv
import io
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import questions
from measure import Failed, Stopwatch, run

TIMER = re.compile(r"^Run Time.*?real ([0-9.]+)")
ANSWER = "---- "


class Asked:
    """One question asked of an engine: milliseconds of each round, and the answer's rows."""

    def __init__(self, milliseconds, rows):
        self.milliseconds, self.rows = milliseconds, rows


class Engine:
    """What every engine can do. `name` is how tables call it."""

    name = ""
    exact = False  # whether its totals must be those of the files to the last digit
    answers_questions = True
    most_rows = None  # beyond, it takes minutes a question

    def close(self):
        """Ends what was started."""

    def remove_database(self):
        for path in self.database.parent.glob(self.database.name + "*"):
            path.unlink()

    def stored(self):
        """Bytes of the database and whatever lies beside it (write-ahead log)."""
        return sum(path.stat().st_size for path in self.database.parent.glob(self.database.name + "*"))


def totals_of(rows):
    """{currency: {"rows": …, lens: …}} of the answer to questions.TOTALS."""
    return {row[0]: {"rows": int(row[1]), **dict(zip(questions.LENSES, row[2:]))} for row in rows}


def rows_of(text, header_lines=0):
    return [row for row in csv.reader(io.StringIO(text)) if row][header_lines:]


# ---- Altimeter -----------------------------------------------------------------------------------------------------


class Altimeter(Engine):
    """The command line program for imports, bench_engine for questions."""

    name = "altimeter"
    exact = True

    def __init__(self, build, folder):
        self.program = build / "app/cli/altimeter-cli"
        self.engine = build / "tests/bench/bench_engine"
        self.database = folder / "bench.altimeter"

    def version(self):
        return run([self.program, "--version"]).output.split()[-1]

    def import_files(self, files):
        self.remove_database()
        run([self.program, "init", self.database])
        return self.take_in(files)

    def take_in(self, files):
        paths = files if len(files) == 1 else sorted({file.parent for file in files})
        return run([self.program, "--workspace", self.database, "--quiet", "--format", "csv", "import", *paths])

    def restate(self, files, _month):
        return self.take_in(files)

    def opened(self):
        """Opens the workspace in a process of its own: time, memory, totals."""
        return json.loads(run([self.engine, self.database]).output)

    def totals(self):
        return self.opened()["totals"]

    def ask_all(self, repeat, rules, draft):
        """Everything bench_engine measures, as it prints it."""
        command = [self.engine, self.database, "--repeat", repeat, "--rules", rules, "--draft", draft]
        return json.loads(run(command).output)


# ---- shells that read SQL and dot commands -------------------------------------------------------------------------


class SqlShell(Engine):
    """A shell that reads SQL and dot commands and answers CSV: sqlite3 and duckdb both do."""

    dialect = {}
    prelude = ""
    header_lines = 0

    def __init__(self, program, folder):
        self.program = program
        self.database = folder / (self.name.replace(", ", "-") + ".db")

    def version(self):
        return run([self.program, "--version"]).output.split()[0].lstrip("v")

    def script(self, text):
        return run([self.program, "-init", "/dev/null", "-csv", self.database], self.prelude + text)

    def answers(self, output):
        """{name: Asked} of a session that printed ANSWER and a name before each answer and its times."""
        found, name, lines, times = {}, None, [], []
        for line in [*output.splitlines(), ANSWER]:
            timer = TIMER.match(line)
            if timer:
                times.append(float(timer.group(1)) * 1000)
            elif line.startswith(ANSWER):
                if name:
                    rows = rows_of("\n".join(lines), self.header_lines)
                    found[name] = Asked(times, questions.reshape(name, rows))
                name, lines, times = line[len(ANSWER) :], [], []
            elif name:
                lines.append(line)
        return found

    def totals(self):
        statement = questions.sql(questions.TOTALS, self.dialect)
        answer = self.script(f".print {ANSWER}totals\n{statement};\n").output
        return totals_of(self.answers(answer)["totals"].rows)


class Sqlite(SqlShell):
    """sqlite3 with everything as text, as `.import --csv` leaves it, and no index."""

    name = "sqlite3"
    dialect = questions.SQLITE
    most_rows = 1_000_000

    @staticmethod
    def program_here():
        return shutil.which("sqlite3")

    def import_files(self, files):
        self.remove_database()
        return self.script(self.load(files[:1], "") + self.load(files[1:], "--skip 1 "))

    @staticmethod
    def load(files, options):
        return "".join(f".import --csv {options}'{file}' focus\n" for file in files)

    def restate(self, files, month):
        text = f"begin;\ndelete from focus where BillingPeriodStart like '{month}%';\n"
        return self.script(text + self.load(files, "--skip 1 ") + "commit;\n")

    def ask_all(self, _repeat):
        """Takes seconds a question, so the one answer is the one that is timed."""
        text = ""
        for name, (statement, _) in questions.statements(self.dialect).items():
            text += f".print {ANSWER}{name}\n.timer on\n{statement};\n.timer off\n"
        return self.answers(self.script(text).output)


class Duckdb(SqlShell):
    """duckdb with the types its own reader finds (doubles, timestamps), all cores."""

    name = "duckdb"
    dialect = questions.DUCKDB
    prelude = ".headers on\nset TimeZone = 'UTC';\n"
    header_lines = 1
    types = ""

    @staticmethod
    def program_here():
        return os.environ.get("ALTIMETER_DUCKDB") or shutil.which("duckdb")

    def read(self, files):
        names = ", ".join(f"'{folder}/*.csv'" for folder in sorted({file.parent for file in files}))
        return f"select * from read_csv([{names}]{self.types})"

    def import_files(self, files):
        self.remove_database()
        return self.script(f"create table focus as {self.read(files)};\n")

    def restate(self, files, month):
        text = f"begin;\ndelete from focus where BillingPeriodStart = '{month}-01';\n"
        return self.script(text + f"insert into focus {self.read(files)};\ncommit;\n")

    def ask_all(self, repeat):
        """Each question once to warm up and answer, then `repeat` times without printing."""
        text = ""
        for name, (answered, timed) in questions.statements(self.dialect).items():
            text += f".print {ANSWER}{name}\n{answered};\n.mode trash\n.timer on\n"
            text += f"{timed};\n" * repeat + ".timer off\n.mode csv\n"
        return self.answers(self.script(text).output)


class PreparedDuckdb(Duckdb):
    """duckdb with dates and tags made ready in a table of their own. Takes over the database of `plain`."""

    name = "duckdb, prepared"
    dialect = questions.DUCKDB_PREPARED

    def __init__(self, plain):
        super().__init__(plain.program, plain.database.parent)
        self.database = plain.database
        self.script(questions.sql(questions.PREPARE, questions.DUCKDB) + ";\n")


class ExactDuckdb(Duckdb):
    """duckdb told to keep all digits."""

    name = "duckdb, decimals"
    answers_questions = False
    costs = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
    types = ", types = {" + ", ".join(f"'{cost}': 'DECIMAL(38, 18)'" for cost in costs) + "}"


# ---- clickhouse ----------------------------------------------------------------------------------------------------


class Clickhouse(Engine):
    """A clickhouse server of its own with costs as Float64 and the rest as text, one partition a month."""

    name = "clickhouse"
    numbers = ("BilledCost", "ContractedCost", "EffectiveCost", "ListCost")
    server = None

    @staticmethod
    def program_here():
        whole = shutil.which("clickhouse")
        return [whole, "server"] if whole else [p] if (p := shutil.which("clickhouse-server")) else None

    def __init__(self, program, folder):
        self.program, self.database = program, folder / "clickhouse"

    def version(self):
        return self.ask("select version()").strip()

    def start(self):
        """A server without users, on a free port of this machine, with all it writes in the work folder."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.database.mkdir()
        users = self.database / "users.xml"
        users.write_text(
            "<yandex><profiles><default/></profiles><quotas><default/></quotas><users><default><password/>"
            "<networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>"
            "</yandex>", encoding="utf-8")
        config = self.database / "config.xml"
        config.write_text(
            f"<yandex><logger><level>none</level></logger><http_port>{port}</http_port>"
            f"<listen_host>127.0.0.1</listen_host><path>{self.database}/data/</path>"
            f"<tmp_path>{self.database}/tmp/</tmp_path><users_config>{users}</users_config><timezone>UTC</timezone>"
            "<default_profile>default</default_profile><default_database>default</default_database>"
            "<mark_cache_size>536870912</mark_cache_size></yandex>", encoding="utf-8")
        self.address = f"http://127.0.0.1:{port}/"
        self.server = subprocess.Popen([*self.program, f"--config-file={config}"], cwd=self.database,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                return self.ask("select 1")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        raise Failed("the clickhouse server does not answer")

    def close(self):
        if self.server:
            self.server.kill()
            self.server.wait()
        self.server = None
        shutil.rmtree(self.database, ignore_errors=True)

    def ask(self, statement, body=None):
        """Answers the text of a statement; `body` is what an insert reads."""
        if not self.server:
            self.start()
        url = self.address + "?" + urllib.parse.urlencode({"query": statement})
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data=body or b"")) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            raise Failed(f"clickhouse: {error.read().decode(errors='replace')[:400]}") from error

    def insert(self, files):
        for file in files:
            url = f"{self.address}?{urllib.parse.urlencode({'query': 'insert into focus format CSVWithNames'})}"
            with open(file, "rb", buffering=1 << 20) as stream:
                headers = {"Content-Length": str(file.stat().st_size)}
                with urllib.request.urlopen(urllib.request.Request(url, data=stream, headers=headers)) as answer:
                    answer.read()

    def import_files(self, files):
        self.close()
        self.start()
        with open(files[0], encoding="utf-8") as file:
            columns = file.readline().strip().split(",")
        typed = ", ".join(f"{name} {'Float64' if name in self.numbers else 'String'}" for name in columns)
        self.ask(f"create table focus ({typed}) engine = MergeTree partition by substring(BillingPeriodStart, 1, 7) "
                 "order by (ServiceName, ChargePeriodStart)")
        watch = Stopwatch(self.server.pid)
        self.insert(files)
        return watch.stop()

    def restate(self, files, month):
        watch = Stopwatch(self.server.pid)
        self.ask(f"alter table focus drop partition '{month}'")
        self.insert(files)
        return watch.stop()

    def stored(self):
        return sum(path.stat().st_size for path in (self.database / "data").rglob("*") if path.is_file())

    def totals(self):
        return totals_of(rows_of(self.ask(questions.sql(questions.TOTALS, questions.CLICKHOUSE) + " format CSV")))

    def ask_all(self, repeat):
        asked = {}
        for name, (answered, timed) in questions.statements(questions.CLICKHOUSE).items():
            rows = rows_of(self.ask(answered + " format CSV"))
            milliseconds = []
            for _ in range(repeat):
                begun = time.perf_counter()
                self.ask(timed + " format Null")
                milliseconds.append((time.perf_counter() - begun) * 1000)
            asked[name] = Asked(milliseconds, questions.reshape(name, rows))
        return asked


# --------------------------------------------------------------------------------------------------------------------


def cost_files(folder):
    """All cost files below a folder, in order."""
    files = sorted(Path(folder).rglob("*.csv"))
    if not files:
        raise Failed(f"no cost files in {folder}")
    return files
