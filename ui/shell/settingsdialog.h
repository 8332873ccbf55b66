#pragma once

#include <QDialog>

#include <string>

class QAction;
class QActionGroup;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace altimeter::ui {

class Settings;
class ShellActions;

/// What the user of this computer chose, in one place; every choice takes effect at once and is kept. The choices are
/// those of the menus, so that both always say the same. Stays open beside the work.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    /// All must outlive it.
    SettingsDialog(ShellActions& actions, Settings& settings, QWidget* parent);
    /// Shows what is set now and comes to the front.
    void present();

    /// Percent of the usual size that the whole window is drawn in; read before the program draws anything.
    static int zoomOf(const std::string& setting);

private:
    QWidget* makeAppearance();
    QWidget* makeNumbers();
    QWidget* makeNetwork();
    QWidget* makePrivacy();
    /// A list of the actions of `group`: choosing one triggers it, and it follows them.
    QComboBox* listOf(QActionGroup* group, const QString& name, const QString& tip);
    QComboBox* makeZoom();
    QComboBox* makeRows();
    /// A line that is kept as `key` when it is left or Enter is pressed, unless the value is wrong.
    QLineEdit* makeKept(const char* key, const QString& name, const QString& tip, QFormLayout* form,
                        QWidget* beside = nullptr);
    void browse(QLineEdit* file);

    ShellActions& m_actions;
    Settings& m_settings;
    QComboBox* m_zoom = nullptr;
    QLabel* m_zoomNote = nullptr;
    QLineEdit* m_proxy = nullptr;
    QLineEdit* m_certificates = nullptr;
};

} // namespace altimeter::ui
