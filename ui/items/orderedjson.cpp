#include "ui/items/orderedjson.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace altimeter::ui {

namespace {

constexpr int kLineWidth = 96;
constexpr int kDeepest = 200;

/// The text as a JSON string, quoted.
QString quoted(const QString& text)
{
    const QByteArray list = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(list.mid(1, list.size() - 2));
}

} // namespace

/// Recursive descent over the text; the first fault stops it.
class OrderedJson::Reader {
public:
    explicit Reader(const QString& text) : m_text(text) {}

    Result<OrderedJson> read()
    {
        if (m_text.startsWith(QChar(0xFEFF)))
            ++m_at;
        OrderedJson value;
        if (!readValue(value, 0))
            return error();
        skipBlanks();
        if (m_at < m_text.size()) {
            fail(QObject::tr("nothing may follow the document"));
            return error();
        }
        return value;
    }

private:
    bool fail(const QString& what)
    {
        if (m_what.isEmpty())
            m_what = what;
        return false;
    }

    Error error() const
    {
        const QString before = m_text.left(m_at);
        const auto line = before.count('\n') + 1;
        const auto column = m_at - before.lastIndexOf('\n');
        return {ErrorCode::Invalid, m_what.toStdString(),
                QObject::tr("line %1, column %2").arg(line).arg(column).toStdString()};
    }

    void skipBlanks()
    {
        while (m_at < m_text.size() && QStringLiteral(" \t\r\n").contains(m_text[m_at]))
            ++m_at;
    }

    bool take(QChar c)
    {
        skipBlanks();
        if (m_at >= m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }

    bool readValue(OrderedJson& value, int depth)
    {
        skipBlanks();
        if (depth > kDeepest)
            return fail(QObject::tr("lists and objects lie too deep"));
        if (m_at >= m_text.size())
            return fail(QObject::tr("the text ends too early"));
        const QChar c = m_text[m_at];
        if (c == '{')
            return readObject(value, depth);
        if (c == '[')
            return readList(value, depth);
        if (c == '"') {
            value.m_type = Type::Text;
            return readText(value.m_text);
        }
        return readWord(value);
    }

    bool readObject(OrderedJson& value, int depth)
    {
        value.m_type = Type::Object;
        ++m_at;
        if (take('}'))
            return true;
        do {
            QString key;
            OrderedJson member;
            skipBlanks();
            if (m_at >= m_text.size() || m_text[m_at] != '"')
                return fail(QObject::tr("a key in quotes is expected"));
            if (!readText(key))
                return false;
            if (value.has(key))
                return fail(QObject::tr("the key '%1' stands twice").arg(key));
            if (!take(':'))
                return fail(QObject::tr("a colon is expected after the key"));
            if (!readValue(member, depth + 1))
                return false;
            value.m_members.append({key, member});
        } while (take(','));
        return take('}') || fail(QObject::tr("a comma or '}' is expected"));
    }

    bool readList(OrderedJson& value, int depth)
    {
        value.m_type = Type::List;
        ++m_at;
        if (take(']'))
            return true;
        do {
            OrderedJson item;
            if (!readValue(item, depth + 1))
                return false;
            value.m_items.append(item);
        } while (take(','));
        return take(']') || fail(QObject::tr("a comma or ']' is expected"));
    }

    /// Finds the end of the string and lets Qt decode it, escapes and all.
    bool readText(QString& text)
    {
        const qsizetype start = m_at++;
        while (m_at < m_text.size() && m_text[m_at] != '"') {
            if (m_text[m_at] == '\n')
                return fail(QObject::tr("a text does not end on its line"));
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        }
        if (m_at >= m_text.size())
            return fail(QObject::tr("a text is not closed"));
        ++m_at;
        const QString raw = m_text.mid(start, m_at - start);
        QJsonParseError fault;
        const QJsonDocument document = QJsonDocument::fromJson(("[" + raw + "]").toUtf8(), &fault);
        if (fault.error != QJsonParseError::NoError)
            return fail(QObject::tr("a text holds a wrong escape"));
        text = document.array().at(0).toString();
        return true;
    }

    bool readWord(OrderedJson& value)
    {
        const qsizetype start = m_at;
        while (m_at < m_text.size() &&
               (m_text[m_at].isLetterOrNumber() || QStringLiteral("+-.").contains(m_text[m_at])))
            ++m_at;
        const QString word = m_text.mid(start, m_at - start);
        m_at = start;
        if (word == "null") {
            value.m_type = Type::Null;
        } else if (word == "true" || word == "false") {
            value.m_type = Type::Bool;
        } else {
            QJsonParseError fault;
            QJsonDocument::fromJson(("[" + word + "]").toUtf8(), &fault);
            if (word.isEmpty() || fault.error != QJsonParseError::NoError)
                return fail(QObject::tr("a value is expected"));
            value.m_type = Type::Number;
        }
        value.m_text = value.m_type == Type::Null ? QString() : word;
        m_at = start + word.size();
        return true;
    }

    const QString& m_text;
    qsizetype m_at = 0;
    QString m_what;
};

OrderedJson OrderedJson::text(const QString& value)
{
    OrderedJson json;
    json.m_type = Type::Text;
    json.m_text = value;
    return json;
}

OrderedJson OrderedJson::number(qint64 value)
{
    OrderedJson json;
    json.m_type = Type::Number;
    json.m_text = QString::number(value);
    return json;
}

OrderedJson OrderedJson::boolean(bool value)
{
    OrderedJson json;
    json.m_type = Type::Bool;
    json.m_text = value ? QStringLiteral("true") : QStringLiteral("false");
    return json;
}

OrderedJson OrderedJson::list(QList<OrderedJson> items)
{
    OrderedJson json;
    json.m_type = Type::List;
    json.m_items = std::move(items);
    return json;
}

OrderedJson OrderedJson::object(QList<Member> members)
{
    OrderedJson json;
    json.m_type = Type::Object;
    json.m_members = std::move(members);
    return json;
}

Result<OrderedJson> OrderedJson::parse(const QString& json)
{
    return Reader(json).read();
}

const OrderedJson* OrderedJson::find(const QString& key) const
{
    for (const Member& member : m_members) {
        if (member.first == key)
            return &member.second;
    }
    return nullptr;
}

const OrderedJson& OrderedJson::operator[](const QString& key) const
{
    static const OrderedJson nothing;
    const OrderedJson* found = find(key);
    return found ? *found : nothing;
}

void OrderedJson::set(const QString& key, OrderedJson value)
{
    for (Member& member : m_members) {
        if (member.first == key) {
            member.second = std::move(value);
            return;
        }
    }
    m_members.append({key, std::move(value)});
}

void OrderedJson::remove(const QString& key)
{
    m_members.removeIf([&key](const Member& member) { return member.first == key; });
}

QStringList OrderedJson::texts() const
{
    if (isText())
        return {m_text};
    QStringList result;
    for (const OrderedJson& item : m_items)
        result << item.toText();
    return result;
}

QString OrderedJson::writeShort() const
{
    QStringList inner;
    switch (m_type) {
    case Type::Null:
        return QStringLiteral("null");
    case Type::Bool:
    case Type::Number:
        return m_text;
    case Type::Text:
        return quoted(m_text);
    case Type::List:
        for (const OrderedJson& item : m_items)
            inner << item.writeShort();
        return "[" + inner.join(", ") + "]";
    case Type::Object:
        for (const Member& member : m_members)
            inner << quoted(member.first) + ": " + member.second.writeShort();
        return inner.isEmpty() ? QStringLiteral("{}") : "{ " + inner.join(", ") + " }";
    }
    return {};
}

void OrderedJson::writeTo(QString& out, int indent, int used) const
{
    const QString flat = writeShort();
    const bool nests =
        isObject() && m_members.size() > 1 && flat.contains('{', Qt::CaseSensitive) && flat.count('{') > 2;
    if ((!isList() && !isObject()) || (used + flat.size() <= kLineWidth && !nests)) {
        out += flat;
        return;
    }
    const QString margin(indent + 2, ' ');
    out += isList() ? "[\n" : "{\n";
    const qsizetype count = isList() ? m_items.size() : m_members.size();
    for (qsizetype i = 0; i < count; ++i) {
        const QString key = isObject() ? quoted(m_members[i].first) + ": " : QString();
        out += margin + key;
        const OrderedJson& value = isList() ? m_items[i] : m_members[i].second;
        value.writeTo(out, indent + 2, indent + 2 + static_cast<int>(key.size()) + 1);
        out += i + 1 < count ? ",\n" : "\n";
    }
    out += QString(indent, ' ') + (isList() ? "]" : "}");
}

QString OrderedJson::write() const
{
    QString out;
    writeTo(out, 0, 0);
    return out + "\n";
}

} // namespace altimeter::ui
