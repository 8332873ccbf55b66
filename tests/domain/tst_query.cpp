#include <QtTest/QtTest>

#include "models/domain/allocationrule.h"
#include "models/domain/costline.h"
#include "models/domain/importreport.h"
#include "models/domain/query.h"

#include <set>

using namespace altimeter;

class TestQuery : public QObject {
    Q_OBJECT

private slots:
    void dims_named_areSpelledAsOnTheCommandLine()
    {
        std::string all;
        for (const Dim& dim : namedDims())
            all += toString(dim) + " ";
        QCOMPARE(all, std::string("provider service service_category sub_account billing_account region "
                                  "charge_category commitment resource sku source team cost_center environment "
                                  "use_case workflow model layer currency billing_period charge_state "));
    }

    void dims_everyOne_roundTrips()
    {
        for (const Dim& dim : namedDims()) {
            const auto again = parseDim(toString(dim));
            QVERIFY(again.ok());
            QVERIFY(*again == dim);
        }
        for (const char* text : {"tag:env", "tag:Cost Center", "tag:a:b", "column:x_project", "column:SkuMeter"})
            QCOMPARE(toString(*parseDim(text)), std::string(text));
    }

    // What a new kind needs is its enumerator and its row: the header does not compile while the row is missing, stands
    // at another place or lacks what its origin asks for. The rest is asked here of every row there is.
    void dims_everyRow_isAllThatIsKnownOfItsKind()
    {
        std::set<std::string_view> titles;
        std::size_t owners = 0;
        for (const DimInfo& info : kDimInfos) {
            QVERIFY(&dimInfo(info.kind) == &info);
            QVERIFY2(titles.insert(info.title).second, std::string(info.title).c_str());
            const Dim dim{info.kind, info.isKeyed() ? "x_key" : ""};
            QVERIFY(*parseDim(toString(dim)) == dim);
            QCOMPARE(isOwnerDim(dim), info.origin == DimOrigin::Rules);
            if (!info.isOwner())
                continue;
            ++owners;
            QVERIFY(kOwnerDims[static_cast<std::size_t>(info.owner)] == info.kind);
            QCOMPARE(ownerFieldName(info.owner), info.name);
        }
        QCOMPARE(owners, kOwnerFieldCount);
        QCOMPARE(namedDims().size() + 2, kDimInfos.size());
    }

    void dims_looseSpelling_isAccepted()
    {
        QVERIFY((*parseDim(" Team ") == Dim{Dim::Kind::Team, {}}));
        QVERIFY((*parseDim("TAG: env ") == Dim{Dim::Kind::Tag, "env"}));
        QVERIFY((*parseDim("column:sku_meter") == Dim{Dim::Kind::Column, "SkuMeter"}));
    }

    void dims_unknown_nameTheKnownOnes()
    {
        for (const char* text : {"", "teams", "tag:", "tag: ", "column:", "tag", ":env"}) {
            const auto dim = parseDim(text);
            QVERIFY2(!dim.ok(), text);
            QCOMPARE(dim.error().code, ErrorCode::Invalid);
        }
        QVERIFY(parseDim("teams").error().what.find("service_category") != std::string::npos);
    }

    void names_ofEnumerations_areStable()
    {
        QCOMPARE(severityName(Severity::Note), std::string_view("note"));
        QCOMPARE(severityName(Severity::Warning), std::string_view("warning"));
        QCOMPARE(severityName(Severity::Error), std::string_view("error"));
        QCOMPARE(ownerFieldName(OwnerField::CostCenter), std::string_view("cost_center"));
        QCOMPARE(actionName(PartitionReport::Action::New), std::string_view("new"));
        QCOMPARE(actionName(PartitionReport::Action::Replaced), std::string_view("replaced"));
        QCOMPARE(actionName(PartitionReport::Action::Unchanged), std::string_view("unchanged"));
        std::set<std::string_view> owners;
        for (std::size_t i = 0; i < kOwnerFieldCount; ++i)
            owners.insert(ownerFieldName(static_cast<OwnerField>(i)));
        QCOMPARE(owners.size(), kOwnerFieldCount);
    }
};

QTEST_APPLESS_MAIN(TestQuery)
#include "tst_query.moc"
