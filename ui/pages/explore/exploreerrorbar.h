#pragma once

#include <QFrame>

#include "models/domain/result.h"

#include <optional>

class QLabel;

namespace altimeter::ui {

/// Why the page shows no figures, with a way to try again.
class ExploreErrorBar : public QFrame {
    Q_OBJECT
public:
    explicit ExploreErrorBar(QWidget* parent = nullptr);
    /// False: the same failure stands there already, as several questions failed for one reason.
    bool showError(const Error& error);
    void clear();

signals:
    void retryRequested();
    void copied();

private:
    QLabel* m_text;
    std::optional<Error> m_error;
};

} // namespace altimeter::ui
