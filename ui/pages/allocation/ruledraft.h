#pragma once

#include "ui/items/orderedjson.h"

namespace altimeter::ui {

/// The draft of the allocation rules: a JSON text and, while the text is well-formed, the tree of it. The text is the
/// truth; edits through the tree rewrite it.
class RuleDraft {
public:
    void setText(const QString& json);
    const QString& text() const { return m_text; }
    /// Whether the text is well-formed JSON with a list of rules, so that the form can work on it.
    bool isEditable() const { return m_fault.isEmpty(); }
    const QString& fault() const { return m_fault; }

    qsizetype count() const { return rules().size(); }
    OrderedJson rule(qsizetype index) const { return rules().value(index); }
    QString nameOf(qsizetype index) const { return rule(index)["name"].toText(); }
    bool isEnabled(qsizetype index) const { return rule(index)["enabled"].toBool(true); }

    // Each answers the whole text after the edit; the draft itself is not changed.
    QString withRule(qsizetype index, const OrderedJson& rule) const;
    QString withNewRule(qsizetype at, const OrderedJson& rule) const;
    QString withoutRule(qsizetype index) const;
    QString withRuleMoved(qsizetype from, qsizetype to) const;
    QString withEnabled(qsizetype index, bool enabled) const;
    /// `wanted`, or with a number behind it, so that no two rules share a name.
    QString freeName(const QString& wanted) const;

private:
    QList<OrderedJson> rules() const { return m_tree["rules"].items(); }
    QString written(const QList<OrderedJson>& rules) const;

    QString m_text;
    OrderedJson m_tree;
    QString m_fault;
};

} // namespace altimeter::ui
