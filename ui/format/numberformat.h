#pragma once

#include <QLocale>
#include <QString>

#include "models/domain/money.h"

namespace altimeter::ui::format {

/// How the amounts of a column are written where the user chose so. What is copied and exported keeps every digit.
struct NumberFormat {
    enum class Scale { Whole, Thousands, Millions };
    static constexpr int kUsual = -1; ///< decimals: those of the currency; of a scale one
    static constexpr int kMostDecimals = 9;

    Scale scale = Scale::Whole;
    int decimals = kUsual;
    bool parentheses = false; ///< "(1,204.50)" for what is below zero
    friend bool operator==(const NumberFormat&, const NumberFormat&) = default;
    bool isUsual() const { return *this == NumberFormat(); }
};

/// "$445.6 k", "($12.00)": rounded once, half to even, from all digits. What is not zero but rounds to it reads
/// "<$0.1 k", so that nobody takes it for nothing.
QString moneyAs(const NumberFormat& as, Amount amount, const Currency& currency, const QLocale& locale);

/// "thousands 2 parentheses": how a format is kept; what makes no sense is the usual one.
QString toText(const NumberFormat& as);
NumberFormat numberFormatFrom(const QString& text);

} // namespace altimeter::ui::format
