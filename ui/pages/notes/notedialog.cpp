#include "ui/pages/notes/notedialog.h"

#include "ui/format/figuretext.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace altimeter::ui {

NoteDialog::NoteDialog(const Figure& figure, const std::optional<Amount>& amount, const QString& text, QWidget* parent)
    : QDialog(parent), m_text(new QPlainTextEdit(text, this)), m_room(parts::label({}, "small", this)),
      m_keep(parts::button(tr("Keep note"), tr("Keep the note in the workspace (Ctrl+Enter)"), "primary", this))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Note on a figure"));
    resize(460, 300);
    const QString figureText =
        amount ? format::moneyFull(*amount, figure.currency, format::locale()) : format::unknown();
    auto* about = parts::paragraph(format::figureTitle(figure), "secondary", this);
    about->setAccessibleName(tr("What the note is about"));
    auto* value = parts::label(figureText, "title", this);
    value->setAccessibleName(tr("What the figure comes to"));
    m_text->setAccessibleName(tr("Text of the note"));
    m_text->setPlaceholderText(tr("What is there to say about this figure?"));
    m_text->setTabChangesFocus(true);
    m_text->installEventFilter(this);
    auto* leave = parts::button(tr("Cancel"), tr("Leave everything as it was (Esc)"), nullptr, this);
    m_keep->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_room);
    buttons->addStretch(1);
    buttons->addWidget(leave);
    buttons->addWidget(m_keep);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 14);
    column->setSpacing(10);
    column->addWidget(value);
    column->addWidget(about);
    column->addWidget(m_text, 1);
    column->addLayout(buttons);
    connect(m_text, &QPlainTextEdit::textChanged, this, &NoteDialog::showRoom);
    connect(leave, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_keep, &QPushButton::clicked, this, &NoteDialog::keep);
    showRoom();
    m_text->setFocus();
    m_text->selectAll();
}

/// Says how much room is left once that matters.
void NoteDialog::showRoom()
{
    const qsizetype used = m_text->toPlainText().toUtf8().size();
    const qsizetype most = static_cast<qsizetype>(Note::kLongestText);
    m_keep->setEnabled(!m_text->toPlainText().trimmed().isEmpty() && used <= most);
    m_room->setText(used > most       ? tr("Too long for a note")
                    : used > most / 2 ? tr("%1 of %2 characters", "bytes, which are letters in most languages")
                                            .arg(format::count(static_cast<std::uint64_t>(used)),
                                                 format::count(static_cast<std::uint64_t>(most)))
                                      : QString());
}

void NoteDialog::keep()
{
    if (!m_keep->isEnabled())
        return;
    emit written(m_text->toPlainText().trimmed());
    accept();
}

bool NoteDialog::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_text && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (isEnter && key->modifiers().testFlag(Qt::ControlModifier)) {
            keep();
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace altimeter::ui
