#include "ui/pages/allocation/keptdraft.h"

#include "ui/backend/settings.h"

#include <QCryptographicHash>

namespace altimeter::ui {

void KeptDraft::setWorkspace(const std::string& path)
{
    const QByteArray hash = QCryptographicHash::hash(QByteArray::fromStdString(path), QCryptographicHash::Sha1);
    m_key = path.empty() ? std::string() : "rules-draft-" + hash.toHex().left(16).toStdString();
}

std::optional<KeptDraft::Draft> KeptDraft::draft() const
{
    const QString text = m_key.empty() ? QString() : QString::fromStdString(m_settings.value(m_key));
    const qsizetype line = text.indexOf('\n');
    bool isNumber = false;
    const std::uint32_t base = text.left(line).toUInt(&isNumber);
    if (line < 0 || !isNumber)
        return std::nullopt;
    return Draft{text.mid(line + 1), base};
}

void KeptDraft::keep(const Draft& draft)
{
    if (!m_key.empty())
        m_settings.setValue(m_key, (QString::number(draft.base) + '\n' + draft.json).toStdString());
}

void KeptDraft::forget()
{
    if (!m_key.empty() && !m_settings.value(m_key).empty())
        m_settings.setValue(m_key, {});
}

} // namespace altimeter::ui
