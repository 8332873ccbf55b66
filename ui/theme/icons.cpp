#include "ui/theme/icons.h"

#include "ui/theme/theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

namespace altimeter::ui {

namespace {

QColor colorOf(IconColor color)
{
    const Theme& theme = Theme::current();
    switch (color) {
    case IconColor::Text:
        return theme.text;
    case IconColor::Secondary:
        return theme.textSecondary;
    case IconColor::Accent:
        return theme.accent;
    case IconColor::OnAccent:
        return theme.onAccent;
    case IconColor::Good:
        return theme.good;
    case IconColor::Warning:
        return theme.warning;
    case IconColor::Bad:
        return theme.bad;
    }
    return theme.text;
}

/// Draws the SVG text with its ink (#000) replaced at paint time; Qt's SVG has no currentColor.
class ThemedSvgEngine : public QIconEngine {
public:
    ThemedSvgEngine(QByteArray svg, IconColor color) : m_svg(std::move(svg)), m_color(color) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const QColor ink = mode == QIcon::Disabled ? Theme::current().textTertiary : colorOf(m_color);
        QByteArray svg = m_svg;
        svg.replace("#000", ink.name(QColor::HexRgb).toLatin1());
        QSvgRenderer renderer(svg);
        renderer.render(painter, QRectF(rect));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }

    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(0, 0), size), mode, state);
        return pixmap;
    }

    QIconEngine* clone() const override { return new ThemedSvgEngine(m_svg, m_color); }
    bool isNull() override { return m_svg.isEmpty(); }

private:
    QByteArray m_svg;
    IconColor m_color;
};

} // namespace

QIcon themedIcon(const QString& name, IconColor color)
{
    QFile file(":/icons/" + name + ".svg");
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QIcon(new ThemedSvgEngine(file.readAll(), color));
}

} // namespace altimeter::ui
