#pragma once

#include <QList>

#include "ui/pages/common/page.h"
#include "ui/pages/overview/keyfigurecard.h"

#include <optional>
#include <span>

class QComboBox;
class QFrame;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace altimeter::ui {

class AmountRow;
class CurrencyChoice;
class SeriesChart;

/// The first look on Monday: where the month stands, where it will end, what moved, what stands out, and whether the
/// figures are proven. Everything leads to Explore. Currencies stand side by side, one at a time, never added.
class OverviewPage : public Page {
    Q_OBJECT
public:
    explicit OverviewPage(Backend& backend, QWidget* parent = nullptr);
    void workspaceChanged(const WorkspaceInfo& info) override;
    void setOpening(bool opening) override;
    void setReading() override;
    void setImporting(bool importing) override;
    void sourcesChanged(const std::vector<SourceHealth>& sources) override;
    void setLens(CostLens lens) override;
    void takeFocus() override;
    void fillMenu(QMenu& menu, QWidget* part) override;
    bool copySelection(bool withHeaders) override;
    bool isSettled() const override { return !m_asking; }
    /// The month to date against the same days of last month.
    std::optional<Change> change() const override;

private:
    void buildHeader(QVBoxLayout* layout);
    void buildCards(QVBoxLayout* layout);
    void buildMiddle(QVBoxLayout* layout);
    void buildLists(QVBoxLayout* layout);
    QWidget* buildEmpty();
    QVBoxLayout* listCard(QHBoxLayout* row, const QString& title, const QString& note, int stretch);
    void ask();
    void showOverview(const Overview& overview);
    void showPlaceholders(const QString& state, const QString& inChart);
    bool holdsFocus() const;
    void showCurrency();
    void showCurrencies();
    void showFigures(const Overview::PerCurrency& figures);
    KeyFigureCard::Line ageLine() const;
    void showProof();
    /// What the figures leave out: costs that are not stated, late accounts, charges outside of the days.
    void showNotes(const Overview::PerCurrency& figures);
    void showChart(const Overview::PerCurrency& figures);
    void addOthers(QList<AmountRow*>& rows, std::span<const Overview::Mover> rest, Dim::Kind kind,
                   const Currency& currency);
    void showMovers(QVBoxLayout* layout, const std::vector<Overview::Mover>& movers, Dim::Kind kind,
                    const Currency& currency);
    void showTeams(const Overview::PerCurrency& figures);
    void showAnomalies();
    std::vector<Overview::AnomalyItem> shownAnomalies() const;
    void showSources();
    void showFailure(const Error& error);
    void sayEmpty();
    CostQuery monthToDate(const Dim& by) const;
    Change changeBy(Dim::Kind by) const;
    CostQuery filtered(CostQuery query, const Dim& dim, const std::string& value) const;
    const Overview::PerCurrency* chosen() const;

    Backend& m_backend;
    Overview m_overview;
    std::vector<SourceHealth> m_health; ///< empty: not known yet
    CostLens m_lens = CostLens::Effective;
    Currency m_currency;
    bool m_hasCurrency = false; ///< m_currency is one of a workspace
    bool m_asking = false;
    bool m_open = false;
    bool m_importing = false;

    QStackedWidget* m_stack = nullptr;
    QLabel *m_title = nullptr, *m_subtitle = nullptr, *m_notes = nullptr;
    CurrencyChoice* m_currencies = nullptr;
    QComboBox* m_lensBox = nullptr;
    KeyFigureCard *m_toDate = nullptr, *m_forecast = nullptr, *m_change = nullptr, *m_unallocated = nullptr,
                  *m_proof = nullptr;
    SeriesChart* m_chart = nullptr;
    QLabel* m_chartNote = nullptr;
    QLabel* m_anomalyNote = nullptr;
    QVBoxLayout *m_anomalies = nullptr, *m_teamMovers = nullptr, *m_serviceMovers = nullptr, *m_teams = nullptr,
                *m_sources = nullptr;
    QLabel *m_emptyTitle = nullptr, *m_emptyText = nullptr;
    QPushButton *m_retry = nullptr, *m_import = nullptr, *m_fresh = nullptr;
};

} // namespace altimeter::ui
