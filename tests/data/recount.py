#!/usr/bin/env python3
"""Recounts the totals of FOCUS csv files with exact decimals, without any code of the program.

    recount.py FOLDER > demo-totals.csv

One row per provider, billing account, billing period, currency and cost lens: the number of lines and the exact sum of
the digits in the files. Amounts are plain decimals without trailing zeros.
"""
import csv
import decimal
import pathlib
import sys

LENSES = {"billed": "BilledCost", "effective": "EffectiveCost", "list": "ListCost", "contracted": "ContractedCost"}


def plain(amount):
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def recount(folder):
    totals = {}
    for path in sorted(pathlib.Path(folder).glob("*.csv")):
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                key = (row["ProviderName"], row["BillingAccountId"], row["BillingPeriodStart"][:10], row["BillingCurrency"])
                for lens, column in LENSES.items():
                    entry = totals.setdefault(key + (lens,), [0, decimal.Decimal(0)])
                    entry[0] += 1
                    entry[1] += decimal.Decimal(row[column])
    return totals


def main():
    decimal.getcontext().prec = 60
    decimal.getcontext().traps[decimal.Inexact] = True
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["provider", "billing_account", "billing_period", "currency", "lens", "rows", "amount"])
    for key, (rows, amount) in sorted(recount(sys.argv[1]).items()):
        out.writerow([*key, rows, plain(amount)])


if __name__ == "__main__":
    main()
