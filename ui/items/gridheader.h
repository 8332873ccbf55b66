#pragma once

#include <QHeaderView>

namespace altimeter::ui {

/// A column header that aligns its titles with the figures below and puts the sort arrow beside the text: ▼ is
/// descending. (The style's own header reserves room for the arrow and shifts numbers by 12 px.)
class GridHeader : public QHeaderView {
public:
    static constexpr int kInset = 12; ///< horizontal padding shared with the cells

    /// Pixels that the title of a column takes, without an arrow beside it.
    static int titleWidth(const QAbstractItemModel& model, int column);
    explicit GridHeader(QWidget* parent = nullptr);

protected:
    void paintSection(QPainter* painter, const QRect& rect, int section) const override;
    QSize sectionSizeFromContents(int section) const override;
};

} // namespace altimeter::ui
