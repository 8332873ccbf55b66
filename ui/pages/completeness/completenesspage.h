#pragma once

#include "ui/pages/common/page.h"

#include <array>
#include <functional>
#include <memory>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace altimeter::ui {

class CalendarView;
class DateRangeEdit;
class FactLine;
class GridView;
class RecordModel;

/// Which day of which source is there, is missing, or may still change; and what sources changed after the fact.
class CompletenessPage : public Page {
    Q_OBJECT
public:
    CompletenessPage(Backend& backend, QWidget* parent, std::function<Instant()> clock);
    void workspaceChanged(const WorkspaceInfo& info) override;
    void setReading() override;
    void setImporting(bool importing) override;
    void sourcesChanged(const std::vector<SourceHealth>& sources) override;
    void setLens(CostLens lens) override { m_lens = lens; }
    /// The calendar as it is shown: sources down, days across, each cell its state.
    bool copySelection(bool withHeaders) override;
    /// One line per source and day, with everything known of it.
    bool exportTable() override;
    void takeFocus() override;
    bool isSettled() const override { return !m_asking; }

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void sayEmpty();
    QWidget* makeTools();
    void addKey(const QString& what, const QKeySequence& key, std::function<void()> work);
    QWidget* makeLegend();
    QWidget* makeReadout();
    QWidget* makeRestatements();
    QWidget* makeMessage();
    void chooseRange(const QString& text);
    Day dataEnd() const;
    Day lastToLookAt() const;
    DateRange range() const;
    void ask();
    void adopt(std::shared_ptr<const CompletenessCalendar> calendar);
    void showSummary();
    bool isLate(const std::string& source) const;
    void balance();
    void filterRows();
    void showReadout();
    void explore();
    std::string longForm() const;

    Backend& m_backend;
    std::function<Instant()> m_clock;
    WorkspaceInfo m_info;
    CostLens m_lens = CostLens::Effective;
    std::string m_rangeText = "90d";
    std::shared_ptr<const CompletenessCalendar> m_calendar;
    std::vector<SourceHealth> m_health;
    bool m_asking = false;
    bool m_importing = false;
    bool m_isStale = true; ///< asked for when it is looked at
    bool m_userSized = false;

    QStackedWidget* m_stack = nullptr;
    QSplitter* m_split = nullptr;
    DateRangeEdit* m_range = nullptr;
    QLineEdit* m_filter = nullptr;
    QCheckBox* m_onlyProblems = nullptr;
    QLabel *m_summary = nullptr, *m_late = nullptr, *m_messageTitle = nullptr, *m_messageText = nullptr;
    QPushButton *m_retry = nullptr, *m_connections = nullptr, *m_show = nullptr;
    QWidget* m_upper = nullptr; ///< calendar and readout: no taller than all sources need
    CalendarView* m_view = nullptr;
    QLabel *m_cellTitle = nullptr, *m_cellState = nullptr;
    std::array<FactLine*, 7> m_facts{};
    QLabel* m_restatedTitle = nullptr;
    RecordModel* m_model = nullptr;
    GridView* m_grid = nullptr;
};

} // namespace altimeter::ui
