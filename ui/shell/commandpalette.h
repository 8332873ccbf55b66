#pragma once

#include <QFrame>
#include <QIcon>
#include <QList>
#include <QPointer>
#include <QStringList>

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
    QString id{}; ///< by which it is known as used lately; empty: it is not
};

/// One that was looked for elsewhere, and how well it fits (fuzzyScore()).
struct FoundItem {
    PaletteItem item;
    int score = 0;
};

/// Ctrl+K: type a few letters, Enter does it, Esc leaves. Lies over the window without stopping it.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* window);
    /// Shows the palette with these items, those of `recent` first as long as nothing is typed; the keyboard goes back
    /// to where it was afterwards. `findsValues`: valuesWanted() is answered by setFound(), always.
    void open(QList<PaletteItem> items, const QStringList& recent, bool findsValues);
    /// What else fits `typed`; nothing happens where something else is typed by now.
    void setFound(const QString& typed, const QList<FoundItem>& found);
    /// Not counting a remark that nothing was found.
    int visibleCount() const;

    /// What the typed text is by itself (a link); nothing else is shown then.
    std::function<QList<PaletteItem>(const QString& typed)> ofText;
    /// What is offered where nothing fits.
    std::function<QList<PaletteItem>(const QString& typed)> instead;

signals:
    void valuesWanted(const QString& typed);
    /// The item of this id was done.
    void used(const QString& id);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void search(const QString& text);
    void fill(const QString& text);
    QList<PaletteItem> hitsOf(const QString& text) const;
    void runCurrent();
    void leave();
    void place();

    QLineEdit* m_input;
    QListWidget* m_list;
    QList<PaletteItem> m_items, m_shown;
    QList<FoundItem> m_found;
    QString m_foundFor; ///< what they were looked for by
    QStringList m_recent;
    bool m_findsValues = false;
    QPointer<QWidget> m_focusBefore;
};

} // namespace altimeter::ui
