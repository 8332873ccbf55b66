#include <QtTest/QtTest>

#include <QDirIterator>
#include <QHash>
#include <QRegularExpression>

namespace {

/// A room of ARCHITECTURE.md ("Rooms and edges"): what its sources may include, beside C++ and POSIX.
struct Room {
    QString folder;
    QStringList rooms;     ///< rooms of this project, its own included
    QStringList libraries; ///< header patterns of other libraries
    bool mayUseQt = false;
};

const QString kQtCore = QStringLiteral(
    "Q(t|tGlobal|tCore/"
    ".*|Abstract(EventDispatcher|ItemModel|ListModel|TableModel|ProxyModel|NativeEventFilter)|ByteArray"
    "|CommandLine.*|CoreApplication|Date|DateTime|Debug|Dir|DirIterator|ElapsedTimer|Event|EventLoop|File|FileInfo"
    "|FileSystemWatcher|Hash|IODevice|Json.*|LibraryInfo|List|Locale|LockFile|Map|MetaObject|MetaType|MimeData"
    "|ModelIndex|Mutex|Object|Pointer|Process|RegularExpression|SaveFile|Set|Settings|SocketNotifier"
    "|SortFilterProxyModel|StandardPaths|String|StringList|StringView|SysInfo|TemporaryDir|TemporaryFile|TextStream"
    "|Thread|Time|TimeZone|Timer|Translator|Url|Uuid|Variant|Vector)");

/// The longest folder that contains a file is its room.
const QList<Room>& rooms()
{
    static const QString json = QStringLiteral("nlohmann/.*");
    static const QString zlib = QStringLiteral("zlib\\.h");
    static const QString curl = QStringLiteral("curl/.*");
    static const QString keychain = QStringLiteral("qt6?keychain/.*");
    static const QList<Room> table = {
        {QStringLiteral("models/text"), {QStringLiteral("models/text")}, {}, false},
        {QStringLiteral("models/domain"), {QStringLiteral("models/domain"), QStringLiteral("models/text")}, {}, false},
        {QStringLiteral("models/json"),
         {QStringLiteral("models/json"), QStringLiteral("models/domain"), QStringLiteral("models/text")},
         {json},
         false},
        {QStringLiteral("models/facts"),
         {QStringLiteral("models/text"), QStringLiteral("models/domain"), QStringLiteral("models/facts")},
         {},
         false},
        {QStringLiteral("models/events"),
         {QStringLiteral("models/events"), QStringLiteral("models/domain"), QStringLiteral("models/text")},
         {},
         false},
        {QStringLiteral("models/prices"),
         {QStringLiteral("models/prices"), QStringLiteral("models/events"), QStringLiteral("models/domain"),
          QStringLiteral("models/text")},
         {},
         false},
        {QStringLiteral("models/store"),
         {QStringLiteral("models/store"), QStringLiteral("models/text"), QStringLiteral("models/domain"),
          QStringLiteral("models/facts"), QStringLiteral("models/json"), QStringLiteral("models/events"),
          QStringLiteral("resources")},
         {QStringLiteral("sqlite3\\.h"), json, zlib, QStringLiteral("xxhash\\.h")},
         false},
        {QStringLiteral("models/analysis/series"),
         {QStringLiteral("models/analysis/series"), QStringLiteral("models/domain"), QStringLiteral("models/text")},
         {},
         false},
        {QStringLiteral("models/analysis/attribution"),
         {QStringLiteral("models/analysis/attribution"), QStringLiteral("models/text"), QStringLiteral("models/domain"),
          QStringLiteral("models/facts")},
         {},
         false},
        {QStringLiteral("models/analysis/query"),
         {QStringLiteral("models/analysis/query"), QStringLiteral("models/analysis/attribution"),
          QStringLiteral("models/text"), QStringLiteral("models/domain"), QStringLiteral("models/facts")},
         {},
         false},
        {QStringLiteral("providers/net"),
         {QStringLiteral("providers/net"), QStringLiteral("models/json"), QStringLiteral("models/domain"),
          QStringLiteral("models/text")},
         {curl, QStringLiteral("openssl/.*")},
         false},
        {QStringLiteral("providers"),
         {QStringLiteral("providers"), QStringLiteral("providers/net"), QStringLiteral("models/json"),
          QStringLiteral("models/events"), QStringLiteral("models/prices"), QStringLiteral("models/domain"),
          QStringLiteral("models/text")},
         {zlib, QStringLiteral("xxhash\\.h")},
         false},
        {QStringLiteral("ui"),
         {QStringLiteral("ui"), QStringLiteral("models/domain"), QStringLiteral("models/text")},
         {},
         true},
        {QStringLiteral("app/demo"),
         {QStringLiteral("app/demo"), QStringLiteral("models/domain"), QStringLiteral("models/text")},
         {},
         false},
        {QStringLiteral("app/session"),
         {QStringLiteral("app/session"), QStringLiteral("app/demo"), QStringLiteral("app/report"),
          QStringLiteral("models/text"), QStringLiteral("models/domain"), QStringLiteral("models/facts"),
          QStringLiteral("models/events"), QStringLiteral("models/prices"), QStringLiteral("models/store"),
          QStringLiteral("models/analysis/series"), QStringLiteral("models/analysis/attribution"),
          QStringLiteral("models/analysis/query"), QStringLiteral("providers"), QStringLiteral("providers/net"),
          QStringLiteral("models/json"), QStringLiteral("resources")},
         {keychain, kQtCore, QStringLiteral("libsecret/.*"), QStringLiteral("gio/.*")},
         false},
        {QStringLiteral("app/report"),
         {QStringLiteral("app/report"), QStringLiteral("models/domain"), QStringLiteral("models/text")},
         {QStringLiteral("hpdf\\.h")},
         false},
        {QStringLiteral("app/gui"),
         {QStringLiteral("app/gui"), QStringLiteral("app/session"), QStringLiteral("ui"),
          QStringLiteral("models/domain"), QStringLiteral("models/text"), QStringLiteral("resources")},
         {},
         true},
        {QStringLiteral("app/cli"),
         {QStringLiteral("app/cli"), QStringLiteral("app/session"), QStringLiteral("models/json"),
          QStringLiteral("models/domain"), QStringLiteral("models/text")},
         {kQtCore},
         false},
        {QStringLiteral("resources"), {QStringLiteral("resources")}, {}, true},
    };
    return table;
}

const Room* roomOf(const QString& path)
{
    const Room* best = nullptr;
    for (const Room& room : rooms()) {
        const bool isInside = path.startsWith(room.folder + QLatin1Char('/'));
        if (isInside && (!best || room.folder.size() > best->folder.size()))
            best = &room;
    }
    return best;
}

/// The C++ library's headers bear no dot; what rooms must not take from them stands here.
bool isForbiddenStandardHeader(const Room& room, const QString& header)
{
    static const QStringList io = {
        QStringLiteral("fstream"), QStringLiteral("iostream"), QStringLiteral("filesystem"), QStringLiteral("locale"),
        QStringLiteral("ctime"),   QStringLiteral("unistd.h"), QStringLiteral("sys/stat.h"), QStringLiteral("fcntl.h")};
    const bool isPure =
        room.folder.startsWith(QLatin1String("models/")) && room.folder != QLatin1String("models/store");
    return isPure && io.contains(header);
}

/// Headers of C++, C and POSIX: lower case without a dot, or one of the known names with one.
bool isSystemHeader(const QString& header)
{
    static const QRegularExpression plain(QStringLiteral("^[a-z0-9_]+(/[a-z0-9_]+)?$"));
    static const QRegularExpression posix(QStringLiteral(
        "^(sys/|linux/|arpa/"
        ")?(unistd|fcntl|stat|statvfs|types|file|mman|time|resource|wait|ioctl|eventfd|signal|poll|pthread|errno"
        "|stdio|stdlib|string|termios|dirent|sysinfo|emmintrin|immintrin|arm_neon|malloc|random|socket|un|sched|prctl|"
        "pwd|inet)\\."
        "h$"));
    return plain.match(header).hasMatch() || posix.match(header).hasMatch();
}

bool matchesAny(const QString& header, const QStringList& patterns)
{
    return std::any_of(patterns.begin(), patterns.end(), [&](const QString& pattern) {
        return QRegularExpression(QLatin1Char('^') + pattern + QLatin1Char('$')).match(header).hasMatch();
    });
}

QString judgeProjectInclude(const Room& room, const QString& header)
{
    const Room* target = roomOf(header);
    if (!target)
        return QStringLiteral("include by full path from the root");
    return room.rooms.contains(target->folder) ? QString()
                                               : QStringLiteral("%1 may not use %2").arg(room.folder, target->folder);
}

QString judgeLibraryInclude(const Room& room, const QString& header)
{
    static const QRegularExpression qt(QStringLiteral("^Q[A-Za-z]|^qt6?keychain/"));
    if (isForbiddenStandardHeader(room, header))
        return QStringLiteral("%1 does no input or output and knows no locale").arg(room.folder);
    if (isSystemHeader(header) || matchesAny(header, room.libraries))
        return {};
    if (qt.match(header).hasMatch())
        return room.mayUseQt ? QString() : QStringLiteral("%1 may not use this part of Qt").arg(room.folder);
    return QStringLiteral("%1 may not use this library").arg(room.folder);
}

/// Comments become blanks, line ends stay; text literals stay as they are.
QString withoutComments(const QString& source)
{
    static const QRegularExpression token(
        QStringLiteral("R\"(\\w*)\\((?:.|\\n)*?\\)\\1\"|\"(?:\\\\.|[^\"\\\\\\n])*\"|//[^\\n]*|/\\*(?:.|\\n)*?\\*/"));
    QString out;
    qsizetype last = 0;
    for (auto it = token.globalMatch(source); it.hasNext();) {
        const auto match = it.next();
        out += source.mid(last, match.capturedStart() - last);
        const QString text = match.captured();
        out += text.startsWith(QLatin1Char('/')) ? QString(text.count(QLatin1Char('\n')), QLatin1Char('\n')) : text;
        last = match.capturedEnd();
    }
    return out + source.mid(last);
}

QStringList judgeIncludes(const Room& room, const QString& path, const QStringList& lines)
{
    static const QRegularExpression include(QStringLiteral("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"));
    QStringList findings;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const auto match = include.match(lines[i]);
        if (!match.hasMatch() || match.captured(2).endsWith(QLatin1String(".moc")))
            continue;
        const bool isQuoted = match.captured(1) == QLatin1String("\"");
        const QString header = match.captured(2);
        const QString fault =
            isQuoted || roomOf(header) ? judgeProjectInclude(room, header) : judgeLibraryInclude(room, header);
        if (!fault.isEmpty())
            findings << QStringLiteral("%1:%2: %3: %4").arg(path).arg(i + 1).arg(header, fault);
    }
    return findings;
}

/// Words that belong to one room alone.
QStringList judgeWords(const Room& room, const QString& path, const QStringList& lines)
{
    static const QRegularExpression translation(
        QStringLiteral("(^|[^\\w.>:])(QObject::|QCoreApplication::)?tr(anslate)?\\(\""));
    static const QRegularExpression sql(
        QStringLiteral("\"\\s*(SELECT\\s|INSERT\\s+(OR\\s+\\w+\\s+)?INTO\\s|UPDATE\\s+\\w+\\s+SET\\s|DELETE\\s+FROM\\s|"
                       "CREATE\\s+(TEMP\\s+|UNIQUE\\s+)?(TABLE|INDEX|VIEW|TRIGGER)\\s|ALTER\\s+TABLE\\s|DROP\\s+(TABLE|"
                       "INDEX)\\s|PRAGMA\\s+\\w)"));
    QStringList findings;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (room.folder != QLatin1String("ui") && translation.match(lines[i]).hasMatch())
            findings << QStringLiteral("%1:%2: tr() is written in ui/ only").arg(path).arg(i + 1);
        // BigQuery is asked in SQL; that is its protocol and touches no workspace.
        const bool isProtocol = path == QLatin1String("providers/gcp/billingquery.cpp");
        if (room.folder != QLatin1String("models/store") && !isProtocol && sql.match(lines[i]).hasMatch())
            findings << QStringLiteral("%1:%2: SQL is written in models/store and resources/schema only")
                            .arg(path)
                            .arg(i + 1);
    }
    return findings;
}

QStringList judgeFile(const QString& root, const QString& path)
{
    QFile file(root + QLatin1Char('/') + path);
    if (!file.open(QIODevice::ReadOnly))
        return {path + QStringLiteral(": cannot be read")};
    const Room* room = roomOf(path);
    if (!room)
        return {path + QStringLiteral(": lies in no room of the table")};
    const QStringList lines = withoutComments(QString::fromUtf8(file.readAll())).split(QLatin1Char('\n'));
    return judgeIncludes(*room, path, lines) + judgeWords(*room, path, lines);
}

struct Judgement {
    QStringList findings;
    int files = 0;
};

Judgement judgeTree(const QString& root)
{
    Judgement judgement;
    for (const char* top : {"models", "providers", "ui", "app", "resources"}) {
        QDirIterator files(root + QLatin1Char('/') + QLatin1String(top),
                           {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = QDir(root).relativeFilePath(files.next());
            if (path.startsWith(QLatin1String("resources/schema/")))
                continue;
            judgement.findings += judgeFile(root, path);
            ++judgement.files;
        }
    }
    judgement.findings.sort();
    return judgement;
}

} // namespace

class TestLayering : public QObject {
    Q_OBJECT

private:
    static bool plant(const QString& root, const QString& path, const QByteArray& text)
    {
        QFile file(root + QLatin1Char('/') + path);
        return QDir().mkpath(QFileInfo(file).path()) && file.open(QIODevice::WriteOnly) &&
               file.write(text) == text.size();
    }

private Q_SLOTS:
    void tree_hasOnlyTheEdgesOfTheTable()
    {
        const Judgement judgement = judgeTree(QStringLiteral(ALTIMETER_SOURCE_DIR));
        QVERIFY2(judgement.files > 30, "the sources were not found");
        QVERIFY2(judgement.findings.isEmpty(),
                 qPrintable(QLatin1Char('\n') + judgement.findings.join(QLatin1Char('\n'))));
    }

    void plantedFault_isFound_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const char* path, const char* text) {
            QTest::newRow(name) << QString::fromLatin1(path) << QByteArray(text);
        };
        row("domain uses the store", "models/domain/a.cpp", "#include \"models/store/sql/sql.h\"\n");
        row("domain reads files", "models/domain/a.cpp", "#include <fstream>\n");
        row("domain uses JSON", "models/domain/a.cpp", "#include <nlohmann/json.hpp>\n");
        row("analysis uses the store", "models/analysis/query/a.cpp", "#include \"models/store/sql/sql.h\"\n");
        row("text uses the domain", "models/text/a.cpp", "#include \"models/domain/money.h\"\n");
        row("domain uses facts", "models/domain/a.cpp", "#include \"models/facts/factset.h\"\n");
        row("attribution uses the query", "models/analysis/attribution/a.cpp",
            "#include \"models/analysis/query/costquery.h\"\n");
        row("series use facts", "models/analysis/series/a.cpp", "#include \"models/facts/factset.h\"\n");
        row("providers use facts", "providers/focus/a.cpp", "#include \"models/facts/factset.h\"\n");
        row("ui uses facts", "ui/pages/a.cpp", "#include \"models/facts/factset.h\"\n");
        row("analysis uses Qt", "models/analysis/query/a.cpp", "#include <QString>\n");
        row("store uses Qt by folder", "models/store/a.cpp", "#include <QtCore/QString>\n");
        row("store uses analysis", "models/store/a.h", "#  include \"models/analysis/series/forecast.h\"\n");
        row("providers parse JSON by themselves", "providers/core/a.cpp", "#include <nlohmann/json.hpp>\n");
        row("JSON uses the store", "models/json/a.cpp", "#include \"models/store/sql/sql.h\"\n");
        row("net uses the connectors' contract", "providers/net/a.cpp", "#include \"providers/core/connector.h\"\n");
        row("net uses the reading of files", "providers/net/a.h", "#include \"providers/focus/dates.h\"\n");
        row("net uses facts", "providers/net/a.cpp", "#include \"models/facts/factset.h\"\n");
        row("a connector speaks HTTP by itself", "providers/openai/a.cpp", "#include <curl/curl.h>\n");
        row("a connector signs by itself", "providers/aws/a.cpp", "#include <openssl/evp.h>\n");
        row("providers use SQLite", "providers/focus/a.cpp", "#include <sqlite3.h>\n");
        row("providers use the session", "providers/focus/a.cpp", "#include \"app/session/workspace/engine.h\"\n");
        row("ui uses the session", "ui/pages/a.cpp", "#include \"app/session/workspace/engine.h\"\n");
        row("ui uses the store", "ui/pages/a.cpp", "#include \"models/store/sql/sql.h\"\n");
        row("the demonstration company uses the session", "app/demo/a.cpp",
            "#include \"app/session/workspace/engine.h\"\n");
        row("session uses widgets", "app/session/a.cpp", "#include <QWidget>\n");
        row("session uses ui", "app/session/a.cpp", "#include \"ui/backend/backend.h\"\n");
        row("cli uses the Gui library", "app/cli/a.cpp", "#include <QtGui/QImage>\n");
        row("cli uses the store", "app/cli/a.cpp", "#include \"models/store/sql/sql.h\"\n");
        row("report uses analysis", "app/report/a.cpp", "#include \"models/analysis/series/forecast.h\"\n");
        row("report uses Qt", "app/report/a.cpp", "#include <QPainter>\n");
        row("gui uses the store", "app/gui/a.cpp", "#include \"models/store/sql/sql.h\"\n");
        row("angle brackets hide nothing", "models/domain/a.cpp", "#include <models/store/sql/sql.h>\n");
        row("short path", "models/store/a.cpp", "#include \"database.h\"\n");
        row("tr outside ui", "app/session/a.cpp", "auto text = tr(\"Open\");\n");
        row("SQL outside the store", "providers/focus/a.cpp", "run(\"SELECT day FROM facts\");\n");
        row("pragma outside the store", "app/session/a.cpp", "run(\"PRAGMA user_version\");\n");
        row("a file in no room", "app/other/a.cpp", "\n");
    }

    void plantedFault_isFound()
    {
        QFETCH(QString, path);
        QFETCH(QByteArray, text);
        QTemporaryDir folder;
        QVERIFY(plant(folder.path(), path, text));
        const Judgement judgement = judgeTree(folder.path());
        QCOMPARE(judgement.files, 1);
        QCOMPARE(judgement.findings.size(), 1);
        QVERIFY(judgement.findings[0].startsWith(path));
    }

    void goodFile_isLeftAlone_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QByteArray>("text");
        const auto row = [](const char* name, const char* path, const char* text) {
            QTest::newRow(name) << QString::fromLatin1(path) << QByteArray(text);
        };
        row("commented include", "models/domain/a.cpp", "// #include <QString>\n/*\n#include <QString>\n*/\n");
        row("allowed edges", "app/session/a.cpp",
            "#include \"models/store/sql/sql.h\"\n#include \"app/report/weeklyreport.h\"\n#include <QtCore/QTimer>\n");
        row("SQL in the store", "models/store/a.cpp", "run(\"SELECT day FROM facts\");\n");
        row("tr in ui", "ui/pages/a.cpp", "label->setText(tr(\"Open\"));\n");
        row("words that only look like it", "providers/focus/a.cpp",
            "str(\"a\"); text.str(\"b\"); say(\"Select a file\");\n");
        row("system headers", "models/store/a.cpp", "#include <sys/stat.h>\n#include <vector>\n#include <sqlite3.h>\n");
    }

    void goodFile_isLeftAlone()
    {
        QFETCH(QString, path);
        QFETCH(QByteArray, text);
        QTemporaryDir folder;
        QVERIFY(plant(folder.path(), path, text));
        const Judgement judgement = judgeTree(folder.path());
        QCOMPARE(judgement.files, 1);
        QVERIFY2(judgement.findings.isEmpty(), qPrintable(judgement.findings.join(QLatin1Char('\n'))));
    }
};

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
