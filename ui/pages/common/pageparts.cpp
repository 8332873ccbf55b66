#include "ui/pages/common/pageparts.h"

#include "ui/theme/theme.h"

#include <QFrame>
#include <QLabel>
#include <QLayoutItem>
#include <QPushButton>
#include <QVBoxLayout>

namespace altimeter::ui::parts {

QFrame* card(const QString& accessibleName, QWidget* parent)
{
    auto* frame = new QFrame(parent);
    makeCard(frame, accessibleName);
    return frame;
}

void makeCard(QFrame* frame, const QString& accessibleName)
{
    frame->setProperty("card", true);
    frame->setAccessibleName(accessibleName);
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(16, 12, 16, 12);
    layout->setSpacing(4);
}

QVBoxLayout* cardLayout(QFrame* card)
{
    return static_cast<QVBoxLayout*>(card->layout());
}

QLabel* label(const QString& text, const char* role, QWidget* parent)
{
    auto* result = new QLabel(text, parent);
    result->setProperty("role", role);
    result->setTextFormat(Qt::PlainText);
    return result;
}

QLabel* paragraph(const QString& text, const char* role, QWidget* parent)
{
    auto* result = label(text, role, parent);
    result->setWordWrap(true);
    result->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return result;
}

QPushButton* button(const QString& text, const QString& tip, const char* kind, QWidget* parent)
{
    auto* result = new QPushButton(text, parent);
    result->setToolTip(tip);
    result->setAutoDefault(false);
    if (kind)
        result->setProperty(kind, true);
    return result;
}

QFrame* line(QWidget* parent)
{
    auto* result = new QFrame(parent);
    result->setProperty("line", true);
    return result;
}

void setRole(QLabel* label, const char* role)
{
    label->setProperty("role", role);
    restyle(label);
}

void clear(QLayout* layout)
{
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (QWidget* widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        } else if (QLayout* inner = item->layout()) {
            clear(inner);
        }
        delete item;
    }
}

QString advice(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Invalid:
        return QObject::tr("Correct what the message names and try again.");
    case ErrorCode::Io:
        return QObject::tr("Check that the file or folder exists, that you may read and write it, and that the disk "
                           "has room.");
    case ErrorCode::Database:
        return QObject::tr("Close other programs that use this workspace and try again. Nothing was changed.");
    case ErrorCode::Corrupt:
        return QObject::tr("Keep a copy of the workspace file, restore a backup, or import the exports again into a "
                           "new workspace.");
    case ErrorCode::Overflow:
        return QObject::tr("The amounts are too large to be counted exactly. Narrow the range or the filters.");
    case ErrorCode::NotFound:
        return QObject::tr("Check the name and place, then try again.");
    case ErrorCode::Unsupported:
        return QObject::tr("Open it with the newer version of Altimeter that wrote it.");
    case ErrorCode::Busy:
        return QObject::tr("Close the other Altimeter window that holds this workspace, then try again.");
    case ErrorCode::ReadOnly:
        return QObject::tr("Give yourself write permission on the file and its folder, or copy the workspace to a "
                           "place of your own.");
    case ErrorCode::Conflict:
        return QObject::tr("Look at what was changed meanwhile, then decide which of both counts.");
    case ErrorCode::Network:
        return QObject::tr(
            "Check the address and the network connection, then try again. What is stored stays as it is.");
    case ErrorCode::Denied:
        return QObject::tr("Check the key and the rights it was given, then try again.");
    case ErrorCode::Limited:
        return QObject::tr("Wait a while: the provider asks for fewer requests. Then try again.");
    case ErrorCode::NoMemory:
        return QObject::tr("Close other programs, or ask for less at a time. What is stored stays as it is.");
    case ErrorCode::Cancelled:
        return QObject::tr("Nothing was changed. Start it again when you are ready.");
    }
    return {};
}

QString text(const std::string& utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

} // namespace altimeter::ui::parts
