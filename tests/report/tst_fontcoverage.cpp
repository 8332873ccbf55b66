#include <QtTest/QtTest>

#include "app/report/fontcoverage.h"

using namespace altimeter;
using namespace altimeter::report;

class TestFontCoverage : public QObject {
    Q_OBJECT

private:
    static std::string shippedFont()
    {
        QFile file(QStringLiteral(ALTIMETER_SOURCE_DIR "/resources/fonts/NotoSans-Regular.ttf"));
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
    }

private Q_SLOTS:
    void shippedFont_hasTheWritingsTheReportNeeds()
    {
        const auto coverage = FontCoverage::parse(shippedFont());
        QVERIFY(coverage.ok());
        for (const char32_t c : {U'A', U'9', U'%', U'\u2009', U'\u2013', U'\u2026', U'\u2022', U'é', U'Ж', U'λ'})
            QVERIFY2(coverage->has(c), qPrintable(QString::number(c, 16)));
        for (const char32_t c : {U'字', U'م', U'\U0001F600'})
            QVERIFY2(!coverage->has(c), qPrintable(QString::number(c, 16)));
    }

    void cutFont_isAnErrorAndNeverReadsOutside()
    {
        const std::string font = shippedFont();
        QVERIFY(font.size() > 100'000);
        for (const std::size_t size : {0u, 3u, 11u, 12u, 40u, 300u, 1000u, 4000u})
            QVERIFY(!FontCoverage::parse(std::string_view(font).substr(0, size)).ok());
    }
};

QTEST_APPLESS_MAIN(TestFontCoverage)
#include "tst_fontcoverage.moc"
