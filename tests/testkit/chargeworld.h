#pragma once

#include "tests/testkit/deliveryworld.h"

#include <string>

/// Small worlds of charges whose answers are worked out by hand.
namespace testkit {

/// A day of 2025, or of another year.
inline Day day(int month, int dayOfMonth, int year = 2025)
{
    return Day::fromYmd(year, month, dayOfMonth);
}

/// Charges of account "1", as they come.
struct ChargeWorld {
    DeliveryWorld world{};

    ChargeWorld& charge(Day first, Day last, int cost, const char* category = "Usage", const char* frequency = "",
                        const char* account = "1", const char* currency = "USD")
    {
        PlannedAccount made;
        made.source = std::string("files of ") + account;
        made.provider = "AWS";
        made.account = account;
        made.currency = currency;
        made.first = first;
        made.through = last;
        made.cost = cost;
        made.category = category;
        made.frequency = frequency;
        world.accounts.push_back(made);
        return *this;
    }
    ChargeWorld& once(Day on, int cost, const char* frequency = "One-Time")
    {
        return charge(on, on, cost, "Purchase", frequency);
    }
    /// Of what was charged last.
    ChargeWorld& of(const char* service, const char* chargeClass = "")
    {
        world.accounts.back().service = service;
        world.accounts.back().chargeClass = chargeClass;
        return *this;
    }
};

/// 10 a day from January through 20 March.
inline ChargeWorld steadyCharges()
{
    return ChargeWorld().charge(day(1, 1), day(3, 20), 10);
}

} // namespace testkit
