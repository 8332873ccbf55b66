#pragma once

#include <QAbstractButton>

#include "ui/pages/overview/keyfigurecard.h"

namespace altimeter::ui {

/// One line of a list of amounts that leads to Explore: name, amount, change, and a bar for the share.
class AmountRow : public QAbstractButton {
    Q_OBJECT
public:
    struct Content {
        QString name;
        QString detail; ///< second line, optional
        QString amount;
        QString change;
        Tone tone = Tone::Quiet; ///< of `change` and of the icon
        double share = -1;       ///< -1..1 of the longest bar; exactly -1 and below: no bar
        bool bar = false;
        int color = 0; ///< of the bar: index in Theme::names
        QString icon;
        QString spoken; ///< the line in words, the accessible name
    };
    explicit AmountRow(const Content& content, QWidget* parent = nullptr);
    const Content& content() const { return m_content; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    /// Width of the change column, so that the rows of one list stand in columns.
    void setChangeWidth(int width);
    static int changeWidthOf(const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void paintBar(QPainter& painter, const QRect& area) const;

    Content m_content;
    int m_changeWidth = 0;
};

} // namespace altimeter::ui
