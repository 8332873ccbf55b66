#pragma once

#include <QScrollArea>

#include "ui/items/orderedjson.h"

#include <array>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace altimeter::ui {

/// One allocation rule as a form: name, conditions, assigned values, split, effective dates. Lists are typed with
/// semicolons ("Search; Ads"), weights and maps with "=" ("Search=3; Ads=1").
class RuleForm : public QScrollArea {
    Q_OBJECT
public:
    explicit RuleForm(QWidget* parent = nullptr);
    /// Shows `rule`; fields that say the same already are left alone, so that typing is not disturbed.
    void setRule(const OrderedJson& rule);
    void clearRule();
    void focusName();

signals:
    /// The user changed something: the rule as it is now. Edits with the same key one after the other are one step.
    void edited(const altimeter::ui::OrderedJson& rule, const QString& key, const QString& what);

private:
    struct Condition {
        QWidget* row = nullptr;
        QLineEdit* dims = nullptr;
        QComboBox* test = nullptr;
        QLineEdit* values = nullptr;
        QCheckBox* sensitive = nullptr;
    };
    struct Value {
        QComboBox* mode = nullptr;
        QLineEdit* text = nullptr;
        QLineEdit* map = nullptr;
    };
    void buildHead(QVBoxLayout* layout);
    void buildConditions(QVBoxLayout* layout);
    void buildValues(QVBoxLayout* layout);
    void buildSplit(QVBoxLayout* layout);
    void buildDates(QVBoxLayout* layout);
    QLineEdit* input(const QString& name, const QString& placeholder, const QString& tip, const char* key);
    void addConditionRow();
    void removeConditionRow(QWidget* row);
    void showConditions(const OrderedJson& when);
    void showValues(const OrderedJson& set);
    void showSplit(const OrderedJson& split);
    void updateVisibility();
    void changed(const QString& key, const QString& what);
    OrderedJson readRule() const;
    OrderedJson readCondition(const Condition& condition, const OrderedJson& before) const;
    OrderedJson readValue(const Value& value) const;
    OrderedJson readSplit() const;

    OrderedJson m_rule;
    bool m_showing = false;
    QWidget* m_body = nullptr;
    QLineEdit* m_name = nullptr;
    QCheckBox* m_enabled = nullptr;
    QVBoxLayout* m_conditionRows = nullptr;
    QLabel* m_noConditions = nullptr;
    QList<Condition> m_conditions;
    std::array<Value, 5> m_values;
    QComboBox* m_split = nullptr;
    QLineEdit* m_shares = nullptr;
    QLineEdit *m_from = nullptr, *m_to = nullptr;
};

/// "a; b" as texts without blanks around them; empty parts are left out. "\;" is a semicolon.
QStringList splitList(const QString& typed);
QString joinList(const QStringList& texts);

} // namespace altimeter::ui
