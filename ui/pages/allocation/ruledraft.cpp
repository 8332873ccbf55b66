#include "ui/pages/allocation/ruledraft.h"

#include <QObject>

namespace altimeter::ui {

void RuleDraft::setText(const QString& json)
{
    m_text = json;
    m_tree = {};
    m_fault.clear();
    auto tree = OrderedJson::parse(json);
    if (!tree) {
        m_fault = QString::fromStdString(tree.error().text());
        return;
    }
    if (!tree->isObject() || !(*tree)["rules"].isList())
        m_fault = QObject::tr("the document must be an object with a list 'rules'");
    for (const OrderedJson& rule : (*tree)["rules"].items()) {
        if (!rule.isObject())
            m_fault = QObject::tr("every rule must be an object");
    }
    if (m_fault.isEmpty())
        m_tree = tree.take();
}

QString RuleDraft::written(const QList<OrderedJson>& rules) const
{
    OrderedJson tree = m_tree;
    tree.set("rules", OrderedJson::list(rules));
    return tree.write();
}

QString RuleDraft::withRule(qsizetype index, const OrderedJson& rule) const
{
    auto list = rules();
    list[index] = rule;
    return written(list);
}

QString RuleDraft::withNewRule(qsizetype at, const OrderedJson& rule) const
{
    auto list = rules();
    list.insert(qBound<qsizetype>(0, at, list.size()), rule);
    return written(list);
}

QString RuleDraft::withoutRule(qsizetype index) const
{
    auto list = rules();
    list.removeAt(index);
    return written(list);
}

QString RuleDraft::withRuleMoved(qsizetype from, qsizetype to) const
{
    auto list = rules();
    list.move(from, to);
    return written(list);
}

QString RuleDraft::withEnabled(qsizetype index, bool enabled) const
{
    OrderedJson changed = rule(index);
    if (enabled)
        changed.remove("enabled");
    else
        changed.set("enabled", OrderedJson::boolean(false));
    return withRule(index, changed);
}

QString RuleDraft::freeName(const QString& wanted) const
{
    QStringList taken;
    for (qsizetype i = 0; i < count(); ++i)
        taken << nameOf(i).toCaseFolded();
    QString name = wanted;
    for (int number = 2; taken.contains(name.toCaseFolded()); ++number)
        name = wanted + " " + QString::number(number);
    return name;
}

} // namespace altimeter::ui
