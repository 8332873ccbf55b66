#include "ui/pages/common/banner.h"

#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace altimeter::ui {

namespace {

struct Look {
    const char* tone;
    const char* icon;
    IconColor color;
};

Look lookOf(Banner::Tone tone)
{
    switch (tone) {
    case Banner::Tone::Info:
        return {"info", "sync", IconColor::Accent};
    case Banner::Tone::Good:
        return {"good", "check", IconColor::Good};
    case Banner::Tone::Warning:
        return {"warning", "warning", IconColor::Warning};
    case Banner::Tone::Bad:
        return {"bad", "warning", IconColor::Bad};
    }
    return {"info", "sync", IconColor::Accent};
}

} // namespace

Banner::Banner(const QString& accessibleName, QWidget* parent)
    : QFrame(parent), m_name(accessibleName), m_text(parts::paragraph({}, "plain", this)),
      m_todo(parts::paragraph({}, "secondary", this))
{
    setProperty("banner", true);
    setAccessibleName(accessibleName);
    m_text->setAccessibleName(accessibleName);
    m_todo->setAccessibleName(tr("%1: what to do").arg(accessibleName));
    m_text->setFocusPolicy(Qt::NoFocus);
    m_todo->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(40, 8, 14, 8);
    layout->setSpacing(2);
    layout->addWidget(m_text);
    layout->addWidget(m_todo);
    hide();
}

void Banner::say(Tone tone, const QString& what, const QString& advice)
{
    const QString text = format::shown(what, words::LineEnds::Kept);
    const QString todo = format::shown(advice, words::LineEnds::Kept);
    m_tone = tone;
    m_text->setText(text);
    m_todo->setText(todo);
    m_todo->setVisible(!todo.isEmpty());
    setAccessibleName(format::labelled(m_name, todo.isEmpty() ? text : text + u' ' + todo));
    setProperty("tone", lookOf(tone).tone);
    restyle(this);
    show();
}

void Banner::say(const QString& what, const Error& error)
{
    const QString todo = error.todo.empty() ? parts::advice(error.code) : parts::text(error.todo);
    const QString text = parts::text(error.text());
    say(Tone::Bad, what.isEmpty() ? text : format::labelled(what, text), todo);
}

void Banner::clear()
{
    hide();
    m_text->clear();
    m_todo->clear();
    setAccessibleName(m_name);
}

QString Banner::text() const
{
    return isHidden() ? QString() : m_text->text() + (m_todo->text().isEmpty() ? QString() : '\n' + m_todo->text());
}

void Banner::paintEvent(QPaintEvent* event)
{
    QFrame::paintEvent(event);
    QPainter painter(this);
    const Look look = lookOf(m_tone);
    const int middle = m_text->geometry().top() + QFontMetrics(m_text->font()).height() / 2;
    themedIcon(look.icon, look.color).paint(&painter, QRect(14, middle - 8, 18, 18));
}

} // namespace altimeter::ui
