#include "ui/pages/common/popcard.h"

#include <QApplication>
#include <QKeyEvent>

#include <algorithm>

namespace altimeter::ui {

PopCard::PopCard(QWidget* owner) : QFrame(owner)
{
    setProperty("card", true);
    setAutoFillBackground(true); // it lies over the page
    setFrameShape(QFrame::StyledPanel);
    hide();
    connect(owner, &QObject::destroyed, this, &QObject::deleteLater);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { followFocus(now); });
}

void PopCard::popUp(QWidget* anchor)
{
    m_anchor = anchor;
    if (parentWidget() != anchor->window())
        setParent(anchor->window());
    place();
    show();
    raise();
}

void PopCard::place()
{
    if (!m_anchor)
        return;
    const QWidget* window = parentWidget();
    const QPoint below = m_anchor->mapTo(window, QPoint(0, m_anchor->height() + 4));
    move(std::clamp(below.x(), 0, std::max(0, window->width() - width())),
         std::clamp(below.y(), 0, std::max(0, window->height() - height())));
}

/// Lists of choices and calendars are windows of their own, and belong to the card that opened them.
bool PopCard::holds(const QObject* object) const
{
    for (const QObject* at = object; at; at = at->parent()) {
        if (at == this)
            return true;
    }
    return false;
}

void PopCard::followFocus(const QWidget* now)
{
    if (isVisible() && now && !holds(now))
        hide();
}

void PopCard::showEvent(QShowEvent* event)
{
    QFrame::showEvent(event);
    qApp->installEventFilter(this);
}

void PopCard::hideEvent(QHideEvent* event)
{
    qApp->removeEventFilter(this);
    const QWidget* focus = QApplication::focusWidget();
    if (m_anchor && (!focus || holds(focus)))
        m_anchor->setFocus(Qt::PopupFocusReason);
    QFrame::hideEvent(event);
}

bool PopCard::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize)
        place();
    if (event->type() == QEvent::MouseButtonPress && watched->isWidgetType() && !holds(watched)) {
        hide();
        return watched == m_anchor; // which would only open it again
    }
    return QFrame::eventFilter(watched, event);
}

bool PopCard::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (!(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))) {
            key->accept(); // typed here, not a key of the page
            return true;
        }
    }
    return QFrame::event(event);
}

bool PopCard::focusNextPrevChild(bool next)
{
    QWidget* from = QApplication::focusWidget();
    if (!holds(from))
        return QFrame::focusNextPrevChild(next);
    for (QWidget* at = next ? from->nextInFocusChain() : from->previousInFocusChain(); at && at != from;
         at = next ? at->nextInFocusChain() : at->previousInFocusChain()) {
        if (at != this && holds(at) && !at->isWindow() && at->isVisible() && at->isEnabled() && !at->focusProxy() &&
            (at->focusPolicy() & Qt::TabFocus)) {
            at->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
            break;
        }
    }
    return true;
}

void PopCard::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        hide();
    else if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))
        QFrame::keyPressEvent(event);
}

} // namespace altimeter::ui
