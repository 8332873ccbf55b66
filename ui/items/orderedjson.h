#pragma once

#include <QList>
#include <QPair>
#include <QString>

#include "models/domain/result.h"

namespace altimeter::ui {

/// A JSON text as a tree that keeps the order of members and the digits of numbers, so that editing one place leaves
/// the rest of a hand-written document as it was. (QJsonDocument sorts members, and with them the weights of a split.)
class OrderedJson {
public:
    enum class Type { Null, Bool, Number, Text, List, Object };
    using Member = QPair<QString, OrderedJson>;

    OrderedJson() = default;
    static OrderedJson text(const QString& value);
    static OrderedJson number(qint64 value);
    static OrderedJson boolean(bool value);
    static OrderedJson list(QList<OrderedJson> items = {});
    static OrderedJson object(QList<Member> members = {});

    /// Error Invalid names line and column.
    static Result<OrderedJson> parse(const QString& json);
    /// Two blanks per level; what fits on a line stays on one.
    QString write() const;

    Type type() const { return m_type; }
    bool isText() const { return m_type == Type::Text; }
    bool isList() const { return m_type == Type::List; }
    bool isObject() const { return m_type == Type::Object; }
    /// Text as it is, a number as its digits, true and false; empty otherwise.
    QString toText() const { return m_text; }
    bool toBool(bool fallback) const { return m_type == Type::Bool ? m_text == "true" : fallback; }
    const QList<OrderedJson>& items() const { return m_items; }
    QList<OrderedJson>& items() { return m_items; }
    const QList<Member>& members() const { return m_members; }

    bool has(const QString& key) const { return find(key) != nullptr; }
    /// The member, or a Null where there is none.
    const OrderedJson& operator[](const QString& key) const;
    /// Replaces the member where it stands, or adds it at the end.
    void set(const QString& key, OrderedJson value);
    void remove(const QString& key);
    /// The texts of a list, or the one text of a text.
    QStringList texts() const;

    friend bool operator==(const OrderedJson& a, const OrderedJson& b)
    {
        return a.m_type == b.m_type && a.m_text == b.m_text && a.m_items == b.m_items && a.m_members == b.m_members;
    }

private:
    class Reader;
    const OrderedJson* find(const QString& key) const;
    QString writeShort() const;
    void writeTo(QString& out, int indent, int used) const;

    Type m_type = Type::Null;
    QString m_text;
    QList<OrderedJson> m_items;
    QList<Member> m_members;
};

} // namespace altimeter::ui
