#pragma once

#include <QObject>

#include "ui/backend/settings.h"

class QSplitter;

namespace altimeter::ui {

/// Keeps where the user put the lines between parts of pages, from one start of the program to the next.
class SplitterKeeper : public QObject {
    Q_OBJECT
public:
    explicit SplitterKeeper(Settings& settings, QObject* parent = nullptr) : QObject(parent), m_settings(settings) {}
    /// Every splitter of `page` from now on, as it was left the last time; `name` is the page's.
    void keep(const QString& name, const QWidget& page);

private:
    void keepOne(const std::string& key, QSplitter* splitter);

    Settings& m_settings;
};

} // namespace altimeter::ui
