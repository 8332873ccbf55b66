#pragma once

#include <QAbstractButton>
#include <QList>

namespace altimeter::ui {

/// How a text is coloured: never the only sign, the words say the same.
enum class Tone { Plain, Quiet, Good, Warning, Bad };

/// A card with one figure that leads somewhere: Enter, Space or a click.
class KeyFigureCard : public QAbstractButton {
    Q_OBJECT
public:
    struct Line {
        QString text;
        Tone tone = Tone::Quiet;
    };
    struct Content {
        QString title;
        QString figure;
        QString shortFigure; ///< used where `figure` does not fit
        Tone tone = Tone::Plain;
        QList<Line> lines;
        QString icon;    ///< optional, before the figure
        QString exact{}; ///< an amount with all digits, for other programs; empty: the figure is none
    };
    explicit KeyFigureCard(QWidget* parent = nullptr);
    void setContent(const Content& content);
    const Content& content() const { return m_content; }
    /// What a click leads to: the tooltip, before what did not fit the card.
    void setLead(const QString& lead);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    bool isCut() const;
    void showTip();

    Content m_content;
    QString m_lead;
};

QColor toneColor(Tone tone);

} // namespace altimeter::ui
