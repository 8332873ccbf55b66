#pragma once

#include <QWidget>

#include "ui/backend/backend.h"

class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QTimer;
class QToolButton;
class QVBoxLayout;

namespace altimeter::ui {

class FeedPreviewPanel;

/// Says what the fields of a priced feed mean: which one is the amount, the date, the service …, how amounts and dates
/// are written. Beside it the first records, as the mapping makes charges of them and as they stand in the feed.
///
/// A field is chosen or typed; "= Pinecone" puts the same text on every charge. Each change asks for a new preview, and
/// the newest answer counts. Mappings are kept as profiles under a name.
class FeedMappingForm : public QWidget {
    Q_OBJECT
public:
    explicit FeedMappingForm(Backend& backend, QWidget* parent = nullptr);
    /// The feed, or a sample of it. As long as nothing was assigned, the proposal of its preview is taken over. An
    /// http(s) address is not asked: a sample file can be chosen for it.
    void setFile(const QString& path);
    FeedMapping mapping() const;
    void setMapping(const FeedMapping& mapping);
    /// Amount (or quantity and unit price), date and currency are assigned.
    bool isComplete() const;
    /// True while no answer is on its way.
    bool isSettled() const;

signals:
    void changed();
    /// Something went well, or not ("Profile Pinecone saved"), for a status line.
    void notice(const QString& text);

private:
    /// One column of the charges and where it comes from.
    struct Row {
        QString target;            ///< "BilledCost"; own rows say it in `name`
        QLineEdit* name = nullptr; ///< own rows only: tag key or column
        QComboBox* source = nullptr;
        QLabel* example = nullptr; ///< the field's value in the first record that has one
        QWidget* line = nullptr;   ///< own rows only
        QToolButton* remove = nullptr;
        bool isNeeded = false;
        std::string fallback; ///< constant of the mapping for records whose field is empty
    };
    struct Habit {
        const char* key;
        QComboBox* combo;
    };

    QWidget* buildProfiles();
    QWidget* buildForm();
    void buildFields(QVBoxLayout* layout);
    void buildOwnRows(QVBoxLayout* layout, bool isTag);
    void buildHabits(QVBoxLayout* layout);
    /// `otherwise` says what holds where no field is chosen; a `title` that ends with * is needed.
    void addFixedRow(QGridLayout* grid, const char* target, const QString& title, const QString& otherwise,
                     const QString& tip);
    void addHabit(QGridLayout* grid, const char* key, const QString& title, const QString& tip,
                  const QList<std::pair<const char*, QString>>& choices);
    Row& addOwnRow(bool isTag);
    void nameOwnRows();
    void removeOwnRow(QWidget* line);
    QComboBox* sourceBox(const QString& name, QWidget* parent);
    void fillSource(QComboBox* box) const;
    QString targetOf(const Row& row, bool isTag) const;
    void showMapping(const FeedMapping& mapping);
    void showRow(Row& row, const QString& target, FeedMapping& rest);
    void readRow(const Row& row, const QString& target, FeedMapping& mapping) const;
    bool isGiven(const char* target) const;
    void edited();
    void typed();
    void updateExamples();
    void ask();
    void take(Result<FeedPreview> answer);
    void takeProposal();
    void chooseSample();
    void fillProfiles();
    void loadProfile(const QString& name);
    void saveProfile();
    void removeProfile();
    void updateProfileButtons();

    Backend& m_backend;
    QString m_path;
    FeedPreview m_preview;
    FeedMapping m_rest; ///< keys of a mapping that no control shows
    QList<Row> m_fixed, m_tags, m_further;
    QList<Habit> m_habits;
    bool m_wantsProposal = true;
    bool m_showing = false;
    bool m_waiting = false;
    int m_ticket = 0;
    QTimer* m_typing;

    QComboBox* m_profiles = nullptr;
    QPushButton* m_save = nullptr;
    QToolButton* m_remove = nullptr;
    QWidget* m_body = nullptr;
    QVBoxLayout *m_tagRows = nullptr, *m_furtherRows = nullptr;
    QLabel* m_rowsLabel = nullptr;
    QLineEdit* m_rows = nullptr;
    FeedPreviewPanel* m_panel;
};

} // namespace altimeter::ui
