#pragma once

#include <QFrame>
#include <QPointer>

namespace altimeter::ui {

/// A card that opens over its window, below the control that asked for it, and closes by Esc, by a press elsewhere or
/// when the keyboard goes elsewhere. It is a part of the window and no window of its own: what assistive tools see of
/// a window is its parts, and Qt tells them of no pop-up window.
///
/// Tab stays inside; single keys typed in it are no shortcuts of the page. It lives as long as its owner.
class PopCard : public QFrame {
    Q_OBJECT
public:
    /// `owner`: with it the card is deleted; by then it may lie in another widget, the window.
    explicit PopCard(QWidget* owner);
    /// Shows it as near below `anchor` as the window allows. Where the keyboard starts is for the caller to say.
    void popUp(QWidget* anchor);

protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void keyPressEvent(QKeyEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    bool holds(const QObject* object) const;
    void place();
    void followFocus(const QWidget* now);

    QPointer<QWidget> m_anchor;
};

} // namespace altimeter::ui
