"""The benchmark's questions in SQL. bench_engine.cpp asks the same of Altimeter, under the same names.

Words in braces are a dialect's: see SQLITE, DUCKDB, CLICKHOUSE. Costs are summed per currency, as nobody adds dollars
and euros.
"""

import json

MONTH = ("2026-11-01", "2026-12-01")
PROVIDER = "AWS"
SERVICE = "Amazon Compute Engine"
TEAM = "search"

# What the draft of a rule edit adds before the published rules; EDITED_TEAM says the same in SQL.
EDIT = {
    "name": "Production storage belongs to the platform",
    "when": [
        {"column": "ServiceCategory", "equals": "Storage"},
        {"tag": "env", "equals": "prod"},
    ],
    "set": {"team": "platform"},
}
EDITED_TEAM = "case when ServiceCategory = 'Storage' and {env} = 'prod' then 'platform' else {team} end"
USE_CASE = "case when ServiceCategory = 'AI and Machine Learning' then 'ai' else {app} end"

EFFECTIVE = "sum(EffectiveCost)"
LENSES = ("billed", "effective", "list", "contracted")
ALL_COSTS = "sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost)"


def grouped(keys, values=EFFECTIVE, where=""):
    """Select `values` by `keys` and currency."""
    by = ", ".join([*keys, "BillingCurrency"])
    return f"select {by}, {values} from {{table}}{where and ' where ' + where} group by {by}"


DAILY = (
    "select ServiceName as s, BillingCurrency as c, {day} as d, sum(EffectiveCost) as x from {table} "
    "group by ServiceName, BillingCurrency, {day}"
)
TWELVE = {
    "total by day": grouped(["{day}"]),
    "by team": grouped(["{team}"]),
    "service by month": grouped(["ServiceName", "{month}"]),
    "top 20 resources of 30 days": "{top}",
    "use case by day": grouped([USE_CASE, "{day}"]),
    "untagged share": grouped([], "sum(case when {untagged} then EffectiveCost else 0 end), sum(EffectiveCost)"),
    "account by month": grouped(["SubAccountId", "{month}"]),
    "one service by day": grouped(["{day}"], where=f"ProviderName = '{PROVIDER}' and ServiceName = '{SERVICE}'"),
    "distinct resources": grouped([], "{distinct_resources}"),
    "four costs by provider": grouped(["ProviderName"], ALL_COSTS),
    "commitment split": grouped(["CommitmentDiscountStatus"]),
    "p95 of daily cost by service": "{p95}",
}
PIVOT = grouped(["ServiceName", "{team}", "{month}"], where="{env} = 'prod'")
EDIT_TOTALS = grouped([EDITED_TEAM, "{day}"])
DRILL = "from {table} where {team} = '" + TEAM + "' and {in_month} order by abs(EffectiveCost) desc limit 100"
TOTALS = grouped([], "count(*), " + ALL_COSTS)

RANKED_RESOURCES = (
    "select resource, currency, cost from (select ResourceId as resource, BillingCurrency as currency, "
    "sum(EffectiveCost) as cost, row_number() over (partition by BillingCurrency order by sum(EffectiveCost) desc) "
    "as place from {table} where {in_month} group by ResourceId, BillingCurrency) as ranked where place <= 20"
)
SQLITE = {
    "table": "focus",
    "day": "substr(ChargePeriodStart, 1, 10)",
    "month": "substr(ChargePeriodStart, 1, 7) || '-01'",
    "in_month": f"ChargePeriodStart >= '{MONTH[0]}' and ChargePeriodStart < '{MONTH[1]}'",
    "team": "json_extract(nullif(Tags, ''), '$.team')",
    "env": "json_extract(nullif(Tags, ''), '$.env')",
    "app": "json_extract(nullif(Tags, ''), '$.app')",
    "untagged": "{team} is null",
    "distinct_resources": "count(distinct nullif(ResourceId, ''))",
    "top": RANKED_RESOURCES,
    "p95": (
        "select s, c, x from (select s, c, x, row_number() over (partition by s, c order by x) as r, "
        "count(*) over (partition by s, c) as n from (" + DAILY + ")) where r = (n * 95 + 99) / 100"
    ),
}
DUCKDB = {
    "table": "focus",
    "day": "cast(ChargePeriodStart as date)",
    "month": "cast(date_trunc('month', ChargePeriodStart) as date)",
    "in_month": f"ChargePeriodStart >= '{MONTH[0]}' and ChargePeriodStart < '{MONTH[1]}'",
    "team": "(Tags->>'team')",
    "env": "(Tags->>'env')",
    "app": "(Tags->>'app')",
    "untagged": "{team} is null",
    "distinct_resources": "count(distinct ResourceId)",
    "top": RANKED_RESOURCES,
    "p95": "select s, c, quantile_disc(x, 0.95) from (" + DAILY + ") group by s, c",
}
# Days, months and the tags in question as columns of their own: what someone would do who knows the questions.
DUCKDB_PREPARED = {
    **DUCKDB,
    "table": "prepared",
    "day": "day",
    "month": "month",
    "in_month": f"day >= '{MONTH[0]}' and day < '{MONTH[1]}'",
    "team": "team",
    "env": "env",
    "app": "app",
}
PREPARE = (
    "create or replace table prepared as select *, {day} as day, {month} as month, {team} as team, {env} as env, "
    "{app} as app from focus"
)
# Old releases have no window functions and no nulls out of JSON.
CLICKHOUSE = {
    "table": "focus",
    "day": "toDate(substring(ChargePeriodStart, 1, 10))",
    "month": "toStartOfMonth({day})",
    "in_month": f"ChargePeriodStart >= '{MONTH[0]}' and ChargePeriodStart < '{MONTH[1]}'",
    "team": "visitParamExtractString(Tags, 'team')",
    "env": "visitParamExtractString(Tags, 'env')",
    "app": "visitParamExtractString(Tags, 'app')",
    "untagged": "{team} = ''",
    "distinct_resources": "uniqExactIf(ResourceId, ResourceId != '')",
    "top": (
        "select ResourceId, BillingCurrency, sum(EffectiveCost) as cost from {table} where {in_month} "
        "group by ResourceId, BillingCurrency order by cost desc limit 20 by BillingCurrency"
    ),
    "p95": "select s, c, arraySort(groupArray(x))[intDiv(count() * 95 + 99, 100)] from (" + DAILY + ") group by s, c",
}


def sql(template, dialect):
    """The question in a dialect; the dialect's own words may hold further names."""
    text = template
    while "{" in text:
        text = text.format(**dialect)
    return text


def statements(dialect):
    """{name: (SQL whose answer is compared, SQL that is timed)} of all questions."""
    texts = {**TWELVE, "pivot": PIVOT, "edit": EDIT_TOTALS}
    named = {name: (sql(text, dialect),) * 2 for name, text in texts.items()}
    drill = sql(DRILL, dialect)
    named["drill"] = ("select EffectiveCost " + drill, "select * " + drill)
    return named


def reshape(name, rows):
    """Brings the answer of one SQL statement into the rows bench_engine answers: keys first, one value last."""
    if name == "untagged share":
        return [[label, row[0], row[i]] for row in rows for i, label in ((1, "untagged"), (2, "all"))]
    if name == "four costs by provider":
        return [[lens, *row[:2], row[2 + i]] for row in rows for i, lens in enumerate(LENSES)]
    if name == "drill":
        return [[str(i), row[0]] for i, row in enumerate(rows)]
    return rows


def draft_of(rules_file):
    """The published rules with the edit in front, as JSON."""
    with open(rules_file, encoding="utf-8") as file:
        document = json.load(file)
    document["rules"].insert(0, EDIT)
    return json.dumps(document)
