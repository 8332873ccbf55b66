#pragma once

#include <QStringList>
#include <QWidget>

namespace altimeter::ui {

/// The way the user drilled, as buttons that lead back; the last level is where we are.
class ExploreBreadcrumb : public QWidget {
    Q_OBJECT
public:
    explicit ExploreBreadcrumb(QWidget* parent = nullptr);
    void setLevels(const QStringList& names);

signals:
    /// 0 is the outermost level.
    void levelChosen(qsizetype level);

private:
    void addHere(const QString& name);
    void addLevel(qsizetype level, const QString& name);
    QString shortened(const QString& name) const;
};

} // namespace altimeter::ui
