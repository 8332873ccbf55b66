#pragma once

#include <QObject>

namespace altimeter::ui {

/// A closed choice shows what was chosen: it changes where somebody opens it or picks with the arrows and letters,
/// never by what scrolls a page.
///
/// Qt's combo boxes take the wheel and the paging keys (Page Up, Page Down, Home, End) while they are closed, and date
/// and number fields the wheel while the pointer happens to be over them: whoever wanted to scroll has another cost
/// lens, and with it other figures, without having asked for them. This guard hands both on to what lies behind. A
/// field that has the focus keeps its wheel; an open list is a window of its own and hears all.
class ClosedChoiceGuard : public QObject {
    Q_OBJECT
public:
    /// Watches the whole program from now on; a second call changes nothing. Requires a QApplication.
    static void install();
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using QObject::QObject;
};

} // namespace altimeter::ui
