#pragma once

#include <QObject>

class QHelpEvent;
class QWidget;

namespace altimeter::ui {

/// Names are text: nothing that came out of a file or from a server is read as markup by a widget of this program.
///
/// Qt looks at a text and decides for itself whether it is HTML, also in tooltips; a name like <img src='/dev/zero'>
/// then reads that file. This guard watches every widget: a label or tooltip is plain text before it is measured or
/// drawn for the first time, and characters that act unseen are named in labels, buttons and tooltips (words::shown).
/// Widgets that paint or list names themselves take them from format::shown.
class PlainTextGuard : public QObject {
    Q_OBJECT
public:
    /// Watches the whole program from now on; a second call changes nothing. Requires a QApplication.
    static void install();
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    using QObject::QObject;
    static bool showTip(QWidget& widget, const QHelpEvent& event);
};

} // namespace altimeter::ui
