#include <QTest>

#include "models/text/showntext.h"

using namespace altimeter;
using words::LineEnds;
using words::shown;

class ShownText : public QObject {
    Q_OBJECT
private slots:
    void plainText_isLeftAlone_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("ascii") << QByteArray("plain & <i>name</i> \"x\" <img src='/dev/zero'>");
        QTest::newRow("accents") << QByteArray("Größe – Łódź – Αθήνα – Київ");
        QTest::newRow("right to left letters") << QByteArray("שלום مرحبا");
        QTest::newRow("joined Persian") << QByteArray("می\u200cخواهم");
        QTest::newRow("joined picture") << QByteArray("👩\u200d💻 ❤\ufe0f\u200d🔥");
        QTest::newRow("number as it is written here") << QByteArray("‹U+202E›");
    }
    void plainText_isLeftAlone()
    {
        QFETCH(const QByteArray, text);
        QCOMPARE(QByteArray::fromStdString(shown(text.toStdString())), text);
        QCOMPARE(QByteArray::fromStdString(shown(text.toStdString(), LineEnds::Kept)), text);
    }

    void unseenCharacters_areNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("override") << QByteArray("a\u202Egnp.exe") << QByteArray("a‹U+202E›gnp.exe");
        QTest::newRow("isolates") << QByteArray("\u2066a\u2069") << QByteArray("‹U+2066›a‹U+2069›");
        QTest::newRow("marks") << QByteArray("\u200E\u200F\u061C") << QByteArray("‹U+200E›‹U+200F›‹U+061C›");
        QTest::newRow("no width") << QByteArray("te\u200Bam\uFEFF") << QByteArray("te‹U+200B›am‹U+FEFF›");
        QTest::newRow("joiner in Latin") << QByteArray("te\u200Dam") << QByteArray("te‹U+200D›am");
        QTest::newRow("joiner at the end") << QByteArray("می\u200c") << QByteArray("می‹U+200C›");
        QTest::newRow("escape") << QByteArray("\x1b[31m") << QByteArray("‹U+001B›[31m");
        QTest::newRow("zero") << QByteArray("a\0b", 3) << QByteArray("a‹U+0000›b");
        QTest::newRow("delete and C1") << QByteArray("\x7f\u009b") << QByteArray("‹U+007F›‹U+009B›");
        QTest::newRow("line break") << QByteArray("a\r\n\tb") << QByteArray("a‹U+000D›‹U+000A›‹U+0009›b");
        QTest::newRow("line separator") << QByteArray("a\u2028b") << QByteArray("a‹U+2028›b");
        QTest::newRow("tag") << QByteArray("a\U000E0041") << QByteArray("a‹U+E0041›");
        QTest::newRow("not UTF-8") << QByteArray("\xFF\xC3\xA9\xED\xA0\x80\xE2\x80")
                                   << QByteArray("\uFFFDé\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
    }
    void unseenCharacters_areNamed()
    {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, expected);
        QCOMPARE(QByteArray::fromStdString(shown(text.toStdString())), expected);
    }

    void lineEnds_inAMessage_areBlankOrKept()
    {
        QCOMPARE(shown("a\n\tb\x07", LineEnds::Blank), std::string("a  b‹U+0007›"));
        QCOMPARE(shown("a\nb\x07", LineEnds::Kept), std::string("a\nb‹U+0007›"));
    }

    void everyCharacter_shownOnce_actsNoMore()
    {
        for (char32_t c = 0; c <= 0x10FFFF; ++c) {
            if (c >= 0xD800 && c <= 0xDFFF)
                continue;
            const QString one = c < 0x10000 ? QString(QChar(static_cast<char16_t>(c))) : QString::fromUcs4(&c, 1);
            const QString result = QString::fromStdString(shown(one.toStdString()));
            if (words::actsUnseen(c))
                QVERIFY2(result.startsWith(QChar(0x2039)), qPrintable(QString::number(c, 16)));
            else
                QVERIFY2(result == one, qPrintable(QString::number(c, 16)));
            const QChar::Category category = QChar::category(c);
            if (category == QChar::Other_Control || category == QChar::Separator_Line ||
                category == QChar::Separator_Paragraph)
                QVERIFY2(words::actsUnseen(c), qPrintable(QString::number(c, 16)));
            const auto turns = QChar::direction(c);
            if (turns == QChar::DirRLO || turns == QChar::DirLRO || turns == QChar::DirRLE || turns == QChar::DirLRE ||
                turns == QChar::DirPDF || turns == QChar::DirLRI || turns == QChar::DirRLI || turns == QChar::DirFSI ||
                turns == QChar::DirPDI)
                QVERIFY2(words::actsUnseen(c), qPrintable(QString::number(c, 16)));
        }
    }
};

QTEST_APPLESS_MAIN(ShownText)
#include "tst_showntext.moc"
