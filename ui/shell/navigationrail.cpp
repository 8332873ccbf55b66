#include "ui/shell/navigationrail.h"

#include "ui/format/format.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace altimeter::ui {

namespace {

constexpr int kWidth = 96;

} // namespace

/// A button with a number at its corner.
class NavigationRail::Button : public QToolButton {
public:
    Button(const QAction* action, QWidget* parent) : QToolButton(parent), m_action(action) {}
    void setBadge(std::size_t number, Urgency urgency, const QString& why)
    {
        m_number = number;
        m_urgency = urgency;
        m_why = number > 0 ? why : QString();
        showTip();
        update();
    }
    void showTip()
    {
        setToolTip(m_why.isEmpty() ? m_action->toolTip() : m_action->toolTip() + u'\n' + m_why);
        setAccessibleDescription(m_why);
    }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QToolButton::paintEvent(event);
        if (m_number == 0)
            return;
        const Theme& theme = Theme::current();
        const QString text = m_number > 99 ? QStringLiteral("99+") : format::count(m_number);
        QFont font = theme.small;
        font.setBold(true);
        const int high = QFontMetrics(font).height() + 2;
        const int wide = std::max(high, QFontMetrics(font).horizontalAdvance(text) + 10);
        const QRect pill(width() - wide - 8, 5, wide, high);
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_urgency == Urgency::Bad ? theme.bad : theme.warning);
        painter.drawRoundedRect(pill, high / 2.0, high / 2.0);
        painter.setPen(theme.card);
        painter.setFont(font);
        painter.drawText(pill, Qt::AlignCenter, text);
    }

private:
    const QAction* m_action;
    std::size_t m_number = 0;
    Urgency m_urgency = Urgency::Warning;
    QString m_why;
};

NavigationRail::NavigationRail(QWidget* parent) : QFrame(parent)
{
    setObjectName("navigationRail");
    setAccessibleName(tr("Pages"));
    setFixedWidth(kWidth);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(2);
    layout->addStretch();
}

NavigationRail::Button* NavigationRail::make(QAction* action, const QString& icon, const QString& title)
{
    auto* button = new Button(action, this);
    button->setProperty("rail", true);
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setIconSize({22, 22});
    button->setText(title);
    button->setIcon(themedIcon(icon, IconColor::Secondary));
    button->showTip();
    button->setAccessibleName(title);
    button->setCheckable(action->isCheckable());
    button->setChecked(action->isChecked());
    button->setEnabled(action->isEnabled());
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QToolButton::clicked, action, &QAction::trigger);
    connect(action, &QAction::changed, button, [button, action, icon] {
        button->setChecked(action->isChecked());
        button->setEnabled(action->isEnabled());
        button->showTip();
        button->setIcon(themedIcon(icon, action->isChecked() ? IconColor::Accent : IconColor::Secondary));
    });
    return button;
}

/// Names of pages are longer in some languages.
void NavigationRail::makeRoomFor(const QToolButton* button)
{
    constexpr int kPadding = 4; // what the text keeps of the button's
    button->ensurePolished();
    const QMargins sides = layout()->contentsMargins();
    const int text = button->fontMetrics().horizontalAdvance(button->text());
    setFixedWidth(std::max(minimumWidth(), text + kPadding + sides.left() + sides.right()));
}

void NavigationRail::addPage(QAction* action, const QString& icon)
{
    Button* button = make(action, icon, action->text());
    m_buttons[action] = button;
    static_cast<QVBoxLayout*>(layout())->insertWidget(m_pageCount++, button);
    makeRoomFor(button);
}

void NavigationRail::setBadge(const QAction* action, std::size_t number, Urgency urgency, const QString& why)
{
    if (const auto found = m_buttons.find(action); found != m_buttons.end())
        found->second->setBadge(number, urgency, why);
}

void NavigationRail::addBottom(QAction* action, const QString& icon, const QString& shortTitle)
{
    QToolButton* button = make(action, icon, shortTitle);
    layout()->addWidget(button);
    makeRoomFor(button);
}

} // namespace altimeter::ui
