#pragma once

#include <QWidget>

#include "models/domain/query.h"
#include "ui/backend/questions.h"

#include <array>
#include <optional>

class QLabel;

namespace altimeter::ui {

class ChargeTableModel;
class GridView;

/// The charge lines behind a part of a change, of both periods side by side, each with whether they add up.
class ChangeLines : public QWidget {
    Q_OBJECT
public:
    /// One of the two periods: what its lines are asked by, and the amount that they are to add up to.
    struct Side {
        CostQuery query;
        Currency currency;
        Amount amount;
    };

    explicit ChangeLines(Questions& questions, QWidget* parent = nullptr);
    /// `isPartly`: days of the base are left out of the amount, since their like is not known yet.
    void show(const QString& name, const Side& before, const Side& now, bool isPartly);
    void clear();
    bool isWaiting() const { return m_waiting > 0; }
    /// The grid with the keyboard, else that of the current period.
    GridView* grid() const;
    void focusGrid();

signals:
    void progressed();
    void failed(const altimeter::Error& error);
    void selectionChanged();
    void copyRefused(const QString& reason);

private:
    struct Half {
        QLabel *title = nullptr, *proof = nullptr;
        GridView* grid = nullptr;
        ChargeTableModel* model = nullptr;
        std::optional<Side> side;
    };
    QWidget* makeHalf(Half& half, Questions& questions, const QString& slot, const QString& name);
    void showTitle(const Half& half);

    std::array<Half, 2> m_halves; ///< before, now
    QString m_name;
    bool m_isPartly = false;
    int m_waiting = 0;
};

} // namespace altimeter::ui
