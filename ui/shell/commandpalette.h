#pragma once

#include <QFrame>
#include <QIcon>
#include <QList>
#include <QPointer>

#include <functional>

class QLineEdit;
class QListWidget;

namespace altimeter::ui {

/// Something the palette can find and do.
struct PaletteItem {
    QString title;
    QString kind; ///< "Action", "Page", "Saved view", "Group by", "Team", "Help"
    QString hint; ///< its key, if any
    std::function<void()> run;
};

/// How well `query` fits `text`: letters in order, whole words and beginnings first. Below zero: not at all.
int fuzzyScore(const QString& query, const QString& text);

/// Ctrl+K: type a few letters, Enter does it, Esc leaves. Lies over the window without stopping it.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* window);
    /// Shows the palette with these items; the keyboard goes back to where it was afterwards.
    void open(QList<PaletteItem> items);
    /// Adds what was found out later (teams); keeps what was typed.
    void append(const QList<PaletteItem>& items);
    int visibleCount() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter(const QString& text);
    void runCurrent();
    void leave();
    void place();

    QLineEdit* m_input;
    QListWidget* m_list;
    QList<PaletteItem> m_items;
    QPointer<QWidget> m_focusBefore;
};

} // namespace altimeter::ui
