#include "models/prices/pricebook.h"
#include "models/prices/priceguard.h"
#include "providers/prices/litellmprices.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace altimeter;
using providers::readLiteLlmPrices;

namespace {

const Day kToday = Day::fromYmd(2026, 11, 30);

/// JSON with single quotes. (moc stumbles over raw literals.)
std::string js(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

PriceList listOf(const std::string& json)
{
    auto file = readLiteLlmPrices(json, kToday);
    return file ? file->list : PriceList();
}

/// "model item tier region >bound price/per", sorted.
QStringList rowsOf(const PriceList& list)
{
    QStringList rows;
    for (const PriceRow& row : list.rows)
        rows << QString::fromStdString(row.provider + " " + row.model + " " + row.item + " " + row.tier + " " +
                                       row.region + " >" + std::to_string(row.contextAbove) + " " +
                                       toString(row.price) + "/" + std::to_string(row.per))
                    .simplified();
    rows.sort();
    return rows;
}

} // namespace

/// LiteLLM's price file.
class LiteLlmPricesTest : public QObject {
    Q_OBJECT

private slots:
    void entry_becomesRowsOfEveryComponent()
    {
        const PriceList list = listOf(
            js("{'sample_spec':{'litellm_provider':'one "
               "of','input_cost_per_token':0},'claude-x':{'litellm_provider':'anthropic','mode':'chat','input_cost_per_"
               "token':3e-06,'output_cost_per_token':1.5e-05,'cache_read_input_token_cost':3e-07,'cache_creation_input_"
               "token_cost':3.75e-06,'cache_creation_input_token_cost_above_1hr':6e-06,'cache_creation_input_token_"
               "cost_above_1hr_above_200k_tokens':1.2e-05,'input_cost_per_token_above_200k_tokens':6e-06,'output_cost_"
               "per_token_above_200k_tokens':2.25e-05,'input_cost_per_token_batches':1.5e-06,'search_context_cost_per_"
               "query':{'search_context_size_medium':0.01},'provider_specific_entry':{'us':1.1,'fast':2.0},'max_tokens'"
               ":64000,'supports_vision':true,'source':'https://example.org/pricing'}}"));
        QCOMPARE(rowsOf(list),
                 (QStringList{
                     "anthropic claude-x * fast >0 2.0/1", "anthropic claude-x * us >0 1.1/1",
                     "anthropic claude-x cache_read >0 0.3/1000000", "anthropic claude-x cache_write_1h >0 6/1000000",
                     "anthropic claude-x cache_write_1h >200000 12/1000000",
                     "anthropic claude-x cache_write_5m >0 3.75/1000000", "anthropic claude-x input >0 3/1000000",
                     "anthropic claude-x input >200000 6/1000000", "anthropic claude-x input batch >0 1.5/1000000",
                     "anthropic claude-x output >0 15/1000000", "anthropic claude-x output >200000 22.5/1000000",
                     "anthropic claude-x web_search >0 10/1000"}));
        QVERIFY(list.rows.front().state == PriceState::Community && list.rows.front().layer == PriceLayer::Community);
        QCOMPARE(list.rows.front().source, std::string("https://example.org/pricing"));
        QVERIFY(list.rows.front().readOn == kToday);
        QVERIFY(PriceBook::make(list).ok());
    }

    void digits_areThoseOfTheFile()
    {
        const PriceList list =
            listOf(js("{'d':{'litellm_provider':'deepseek','cache_read_input_token_cost':3.625e-09,'input_cost_per_"
                      "token':4.35e-07,'output_cost_per_token':'8.7e-07','ocr_cost_per_page':0.001}}"));
        QCOMPARE(rowsOf(list),
                 (QStringList{"deepseek d cache_read >0 0.003625/1000000", "deepseek d input >0 0.435/1000000",
                              "deepseek d output >0 0.87/1000000", "deepseek d page >0 1/1000"}));
    }

    void suffixes_combine()
    {
        const PriceList list = listOf(
            js("{'gpt-x':{'litellm_provider':'openai','input_cost_per_token':1e-06,'input_cost_per_token_above_272k_"
               "tokens_flex':1e-06,'output_cost_per_token_above_272k_tokens_priority':9e-06,'input_cost_per_token_"
               "above_xk_tokens':9,'input_cost_per_token_sometimes':9,'cache_creation_input_token_cost':1.25e-06}}"));
        QCOMPARE(rowsOf(list),
                 (QStringList{"openai gpt-x cache_write >0 1.25/1000000", "openai gpt-x input >0 1/1000000",
                              "openai gpt-x input flex >272000 1/1000000",
                              "openai gpt-x output priority >272000 9/1000000"}));
    }

    void keys_nameProviderAndPlace_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("provider");
        QTest::addColumn<QString>("row");
        const auto add = [](const char* key, const char* provider, const char* row) {
            QTest::newRow(key) << QByteArray(key) << QByteArray(provider) << QString(row);
        };
        add("gpt-5", "openai", "openai gpt-5 input");
        add("openai/gpt-5", "openai", "openai gpt-5 input");
        add("gemini/gemini-4-neon", "gemini", "google gemini-4-neon input");
        add("azure/gpt-5", "azure", "azure-openai gpt-5 input");
        add("azure/eu/gpt-5", "azure", "azure-openai gpt-5 input eu-data-zone");
        add("azure/global-standard/gpt-5", "azure", "azure-openai gpt-5 input");
        add("bedrock/us-east-1/anthropic.claude-x", "bedrock", "aws-bedrock anthropic.claude-x input us-east-1");
        add("anthropic.claude-x", "bedrock_converse", "aws-bedrock anthropic.claude-x input");
        add("groq/openai/gpt-oss", "groq", "groq openai/gpt-oss input");
        add("together_ai/meta-llama/Llama-3", "together_ai", "together meta-llama/Llama-3 input");
        add("fireworks_ai/accounts/fireworks/models/kimi", "fireworks_ai", "fireworks kimi input");
        add("vertex_ai/claude-x", "vertex_ai-anthropic_models", "google-vertex claude-x input");
    }
    void keys_nameProviderAndPlace()
    {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, provider);
        QFETCH(QString, row);
        const PriceList list =
            listOf("{\"" + key.toStdString() + js("':{'input_cost_per_token':1e-06,'litellm_provider':'") +
                   provider.toStdString() + "\"}}");
        QCOMPARE(rowsOf(list), QStringList{row + " >0 1/1000000"});
    }

    void steps_areBands()
    {
        const PriceList list = listOf(js("{'qwen':{'litellm_provider':'dashscope','tiered_pricing':[{'range':[0,32000."
                                         "0],'input_cost_per_token':4e-07},{'range':[3.2e4,128000],'input_cost_per_"
                                         "token':8e-07},{'range':['x'],'input_cost_per_token':8e-07}]}}"));
        QCOMPARE(rowsOf(list),
                 (QStringList{"dashscope qwen input >0 0.4/1000000", "dashscope qwen input >32000 0.8/1000000"}));
    }

    void twoKeysOfOneModel_agreeOrAreTold()
    {
        const auto same =
            readLiteLlmPrices(js("{'gpt':{'litellm_provider':'openai','input_cost_per_token':1e-06},'openai/"
                                 "gpt':{'litellm_provider':'openai','input_cost_per_token':0.000001}}"),
                              kToday);
        QVERIFY(same.ok() && same->findings.empty() && same->list.rows.size() == 1);
        const auto other =
            readLiteLlmPrices(js("{'gpt':{'litellm_provider':'openai','input_cost_per_token':1e-06},'openai/"
                                 "gpt':{'litellm_provider':'openai','input_cost_per_token':2e-06}}"),
                              kToday);
        QVERIFY(other.ok());
        QCOMPARE(other->findings.size(), std::size_t{1});
        QCOMPARE(other->findings.front().check, std::string("conflict"));
        QCOMPARE(toString(other->list.rows.front().price), std::string("1"));
    }

    void wrongFiles_areRefused_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("key twice") << QByteArray::fromStdString(
            js("{'m':{'litellm_provider':'x','input_cost_per_token':5e-06},'m':{'litellm_provider':'x','input_cost_per_"
               "token':6.25e-06}}"));
        QTest::newRow("field twice") << QByteArray::fromStdString(
            js("{'m':{'litellm_provider':'x','input_cost_per_token':5e-06,'input_cost_per_token':6e-06}}"));
        QTest::newRow("something else") << QByteArray::fromStdString(js("{'data':{'id':1}}"));
        QTest::newRow("a list") << QByteArray("[1]");
        QTest::newRow("nothing") << QByteArray("");
        QTest::newRow("cut off") << QByteArray::fromStdString(js("{'m':{'litellm_provider':'x'"));
    }
    void wrongFiles_areRefused()
    {
        QFETCH(QByteArray, json);
        const auto file = readLiteLlmPrices(json.toStdString(), kToday);
        QVERIFY(!file.ok() && file.error().code == ErrorCode::Invalid);
    }

    void wrongNumbers_areTold_andTheRestIsTaken()
    {
        const auto file = readLiteLlmPrices(
            js("{'m':{'litellm_provider':'x','input_cost_per_token':-1,'output_cost_per_token':'free','cache_read_"
               "input_token_cost':null,'output_cost_per_reasoning_token':1e-06,'provider_specific_entry':{'us':0}}}"),
            kToday);
        QVERIFY(file.ok());
        QCOMPARE(file->findings.size(), std::size_t{3});
        QCOMPARE(rowsOf(file->list), QStringList{"x m reasoning >0 1/1000000"});
    }

    /// Errors that stood in the file.
    void knownUnitErrors_areCaughtByTheGuard()
    {
        const PriceList list =
            listOf(js("{'embed-multilingual-light-v3.0':{'litellm_provider':'cohere','mode':'embedding','input_cost_"
                      "per_token':0.0001},'wandb/deepseek-ai/"
                      "DeepSeek-R1-0528':{'litellm_provider':'wandb','input_cost_per_token':0.135,'output_cost_per_"
                      "token':0.54},'azure_ai/"
                      "jais-30b-chat':{'litellm_provider':'azure_ai','input_cost_per_token':0.0032,'output_cost_per_"
                      "token':0.00971},'watsonx/bigscience/"
                      "mt0-xxl-13b':{'litellm_provider':'watsonx','input_cost_per_token':0.0005,'output_cost_per_token'"
                      ":0.002},'watsonx/core42/"
                      "jais-13b-chat':{'litellm_provider':'watsonx','input_cost_per_token':0.0005,'output_cost_per_"
                      "token':0.002},'gpt-5-nano':{'litellm_provider':'openai','input_cost_per_token':5e-08,'output_"
                      "cost_per_token':4e-07,'input_cost_per_token_priority':2.5e-06},'vertex_ai/meta/"
                      "llama-x':{'litellm_provider':'vertex_ai-llama_models','input_cost_per_token':0.0,'output_cost_"
                      "per_token':0.0}}"));
        QStringList taken;
        QCOMPARE(list.rows.size(), std::size_t{14});
        for (const auto& verdict : judgePrices(list, {})) {
            if (verdict.kind != PriceVerdict::Kind::Refused)
                taken << QString::fromStdString(list.rows[verdict.row].model + " " + list.rows[verdict.row].item);
        }
        QCOMPARE(taken, (QStringList{"gpt-5-nano input", "gpt-5-nano output"}));
    }
};

QTEST_APPLESS_MAIN(LiteLlmPricesTest)
#include "tst_litellmprices.moc"
