#pragma once

#include <QWidget>

#include "models/domain/period.h"

#include <optional>

class QDateEdit;
class QLabel;
class QLineEdit;
class QToolButton;

namespace altimeter::ui {

class PopCard;

/// Where a date range is typed in the words of readDateRange(), chosen from presets or from two calendars. The dates it
/// means are shown beside it while typing. The one of every page that has a range.
class DateRangeEdit : public QWidget {
    Q_OBJECT
public:
    explicit DateRangeEdit(QWidget* parent = nullptr);

    /// `today` is the day after the last day with data.
    void setRange(const std::string& text, Day today);
    QString text() const;
    /// The resolved dates, or why they are none.
    QString echo() const;
    void focusText();
    /// One period of the same kind earlier (-1) or later (1), as `[` and `]` do; never to where no data are yet.
    void shift(int by);

signals:
    /// As it is stored: every locale reads it alike.
    void rangeChosen(const QString& text);
    /// Enter or Esc: the keyboard belongs to the page again.
    void left();
    /// Why shift() stayed.
    void notice(const QString& text);

protected:
    void changeEvent(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void showEcho();
    void fit();
    bool choose(const QString& text);
    std::optional<QString> stepped(int by) const;
    bool isBeyondData(const QString& text) const;
    QString noDataYet() const;
    void showCalendars();
    QToolButton* arrow(const QString& icon, const QString& name, int by);
    PopCard* makeCalendars();

    std::string m_text;
    Day m_today;
    QLineEdit* m_edit = nullptr;
    QToolButton* m_presets = nullptr;
    QToolButton* m_back = nullptr;
    QToolButton* m_forward = nullptr;
    QLabel* m_echo = nullptr;
    PopCard* m_calendars = nullptr;
    QDateEdit* m_from = nullptr;
    QDateEdit* m_to = nullptr;
};

} // namespace altimeter::ui
