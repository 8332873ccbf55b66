#pragma once

#include <QByteArray>
#include <QDate>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QList>
#include <QString>
#include <QStringList>

#include <filesystem>

/// Small builders that several tests share. Everything is written below a folder the test owns.
namespace testkit {

inline std::filesystem::path writeFile(const QString& folder, const QString& name, const QByteArray& bytes)
{
    const QString path = folder + '/' + name;
    QDir().mkpath(QFileInfo(path).absolutePath());
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
    return path.toStdString();
}

/// One charge of a small FOCUS 1.2 file; the rest of the columns follow from these.
struct Charge {
    QString billed = "1";
    QString effective = "1";
    QString day = "2026-09-01";
    QString tags = "{}";
    QString service = "Compute Engine";
    QString account = "100";
    QString currency = "USD";
    QString month = "2026-09-01";
    QString provider = "AWS";
    QString extra = {};
};

inline QByteArray focusCsv(const QList<Charge>& charges)
{
    QByteArray text =
        "BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,BillingAccountId,BillingPeriodStart,"
        "BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ServiceName,ServiceCategory,"
        "ProviderName,Tags,x_Note\n";
    for (const Charge& charge : charges) {
        const QString next = QDate::fromString(charge.month, Qt::ISODate).addMonths(1).toString(Qt::ISODate);
        const QString nextDay = QDate::fromString(charge.day, Qt::ISODate).addDays(1).toString(Qt::ISODate);
        const auto quoted = [](QString value) { return '"' + value.replace('"', "\"\"") + '"'; };
        const QStringList cells{charge.billed,
                                charge.effective,
                                charge.effective,
                                charge.effective,
                                charge.currency,
                                charge.account,
                                charge.month + "T00:00:00Z",
                                next + "T00:00:00Z",
                                charge.day + "T00:00:00Z",
                                nextDay + "T00:00:00Z",
                                "Usage",
                                quoted(charge.service),
                                "Compute",
                                charge.provider,
                                quoted(charge.tags),
                                quoted(charge.extra)};
        text += cells.join(',').toUtf8() + '\n';
    }
    return text;
}

} // namespace testkit
