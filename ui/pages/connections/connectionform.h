#pragma once

#include <QScrollArea>

#include "ui/backend/backend.h"

#include <deque>
#include <functional>

class QBoxLayout;
class QComboBox;
class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace altimeter::ui {

/// The settings of one connection, made from the fields of its kind: name, fields, schedule, how far back. Faults stand
/// under the field they speak of.
class ConnectionForm : public QScrollArea {
    Q_OBJECT
public:
    /// Key in ConnectionSettings::values of how many days back the first sync goes; missing: as the kind says.
    static constexpr const char* kBackfillKey = "backfill_days";

    /// `secretHint` says where secrets are kept; `taken` are the names in use.
    ConnectionForm(const ConnectorInfo& kind, const QString& secretHint, const QStringList& taken,
                   QWidget* parent = nullptr);
    /// Shows a stored connection: its name is fixed, and a secret left empty stays as it is stored, unless
    /// `missesSecret`.
    void setStored(const ConnectionSettings& settings, bool missesSecret);
    /// Marks every fault at its field; true where there is none. The keyboard goes to the first fault.
    bool check();
    /// What the form says; values that equal what applies anyway are left out.
    ConnectionDraft draft() const;
    /// The file of the first field of kind Path.
    QString path() const;
    /// Whether something was typed since the form was made.
    bool isDirty() const { return m_dirty; }
    void takeFocus();

signals:
    void changed();

private:
    struct Field {
        ConnectorField info;
        QWidget* input = nullptr;
        QLabel* fault = nullptr;
        std::function<QString()> text;
        std::function<void(const QString&)> setText;
    };
    Field& addField(const ConnectorField& info, QBoxLayout* into);
    void makeInput(Field& field, QVBoxLayout* block);
    void makeLine(Field& field, QVBoxLayout* block);
    void buildSchedule(QBoxLayout* into);
    QString faultOf(const Field& field) const;
    QString nameFault(const QString& name) const;
    void say(Field& field, const QString& fault);
    void touched(Field& field);
    void changedByHand();
    bool isName(const Field& field) const { return &field == &m_fields.front(); }
    bool isBackfill(const Field& field) const { return field.info.key == kBackfillKey; }

    ConnectorInfo m_kind;
    QString m_secretHint;
    QStringList m_taken;
    ConnectionSettings m_stored;
    bool m_isStored = false;
    bool m_missesSecret = false;
    bool m_dirty = false;
    bool m_showing = false;
    QVBoxLayout* m_layout = nullptr;
    std::deque<Field> m_fields; ///< the name first, then those of the kind, then how far back
    QComboBox* m_schedule = nullptr;
};

} // namespace altimeter::ui
