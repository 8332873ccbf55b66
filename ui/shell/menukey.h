#pragma once

#include <QObject>

namespace altimeter::ui {

/// Shift+F10 opens the menu of whatever has the keyboard, as the menu key does, which many keyboards lack.
class MenuKey : public QObject {
    Q_OBJECT
public:
    /// For the whole program, once.
    static void install();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using QObject::QObject;
};

} // namespace altimeter::ui
