#include <QTest>

#include "models/domain/readingchoice.h"

using namespace altimeter;

class TestReadingChoice : public QObject {
    Q_OBJECT

private slots:
    void sentence_carriesTheChoice()
    {
        for (const auto what : {ReadingChoice::What::Decimal, ReadingChoice::What::Dates}) {
            const ReadingChoice choice{what, "BilledCost", "1,234", 17};
            const std::string sentence = choiceSentence(choice, " can be two things, and \"0,5\" (line 9) too");
            const auto found = choiceIn("june.csv: " + sentence);
            QVERIFY(found && *found == choice);
            QVERIFY(
                sentence.ends_with(what == ReadingChoice::What::Decimal ? "--decimal point" : "--dates month-first"));
        }
    }
    void otherSentences_leaveNothingToChoose()
    {
        for (const char* sentence : {"", "can be read in two ways: ", "can be read in two ways: A \"1\" (line 2)",
                                     "; import it with --decimal comma or --decimal point",
                                     "can be read in two ways: ; import it with --decimal comma or --decimal point"})
            QVERIFY(!choiceIn(sentence));
    }
};

QTEST_GUILESS_MAIN(TestReadingChoice)
#include "tst_readingchoice.moc"
