#include "ui/shell/statusline.h"

#include "ui/format/codetext.h"
#include "ui/format/counted.h"
#include "ui/format/daterange.h"
#include "ui/format/format.h"
#include "ui/pages/common/pageparts.h"

#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>

namespace altimeter::ui {

namespace {

QLabel* named(const QString& name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setAccessibleName(name);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setFocusPolicy(Qt::NoFocus);
    return label;
}

/// More of them would push everything else out of the window.
constexpr qsizetype kMostCurrencies = 3;

QStringList codesOf(const std::vector<Currency>& currencies)
{
    QStringList codes;
    for (const Currency& currency : currencies)
        codes << format::shown(std::string(currency.code()));
    return codes;
}

/// "USD, EUR", or "USD, EUR, GBP and 161 more".
QString fewCurrencies(const QStringList& codes)
{
    if (codes.size() <= kMostCurrencies + 1)
        return codes.join(QStringLiteral(", "));
    return QObject::tr("%1 and %2 more", "currencies")
        .arg(codes.mid(0, kMostCurrencies).join(QStringLiteral(", ")),
             format::count(static_cast<std::uint64_t>(codes.size() - kMostCurrencies)));
}

/// The name is the text with its purpose, so that a reader hears both and a test reads one string.
void say(QLabel* label, const QString& purpose, const QString& said)
{
    const QString text = format::shown(said, words::LineEnds::Kept);
    label->setText(text);
    label->setAccessibleName(format::labelled(purpose, text));
}

} // namespace

QString bytesText(std::uint64_t bytes)
{
    constexpr double kThousand = 1000.0;
    double value = static_cast<double>(bytes);
    const QString units[] = {QObject::tr("%1\u00A0B", "bytes"), QObject::tr("%1\u00A0kB"), QObject::tr("%1\u00A0MB"),
                             QObject::tr("%1\u00A0GB"), QObject::tr("%1\u00A0TB")};
    std::size_t unit = 0;
    while (value >= kThousand && unit < 4) {
        value /= kThousand;
        ++unit;
    }
    return units[unit].arg(format::locale().toString(value, 'f', unit == 0 || value >= 100 ? 0 : 1));
}

QString progressText(const Progress& progress)
{
    QStringList words;
    words << (progress.phase.empty() ? QObject::tr("Working") : codetext::phase(progress.phase));
    if (progress.rows > 0)
        words << counted::lines(progress.rows);
    if (progress.totalBytes > 0)
        words << QObject::tr("%1 of %2").arg(bytesText(progress.bytes), bytesText(progress.totalBytes));
    else if (progress.bytes > 0)
        words << bytesText(progress.bytes);
    const auto seconds = progress.secondsLeft;
    if (seconds && *seconds >= 90)
        words << QObject::tr("about %1 min left").arg(format::count((*seconds + 59) / 60));
    else if (seconds)
        words << QObject::tr("about %1 s left").arg(format::count(*seconds));
    return words.join(QStringLiteral(" · "));
}

StatusLine::StatusLine(QWidget* parent)
    : QStatusBar(parent), m_data(named(tr("Data through"), this)), m_sources(named(tr("Source state"), this)),
      m_notice(named(tr("Notice"), this)), m_selection(named(tr("Selection"), this)),
      m_place(named(tr("Lens, currency and time zone"), this)), m_progressText(named(tr("Import progress"), this)),
      m_bar(new QProgressBar(this)),
      m_cancel(parts::button(tr("Cancel import"), tr("Stop reading; the workspace stays as it was"), "link", this)),
      m_noticeTimer(new QTimer(this))
{
    setAccessibleName(tr("Status"));
    setSizeGripEnabled(false);
    m_bar->setAccessibleName(tr("Import progress bar"));
    m_bar->setTextVisible(false);
    m_bar->setFixedWidth(140);
    addWidget(m_data);
    addWidget(m_sources);
    addWidget(m_progressText);
    addWidget(m_bar);
    addWidget(m_cancel);
    addWidget(m_notice, 1);
    m_notice->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // however long: nothing is pushed out
    addPermanentWidget(m_selection);
    addPermanentWidget(m_place);
    m_noticeTimer->setSingleShot(true);
    connect(m_noticeTimer, &QTimer::timeout, this, [this] { setNotice({}); });
    connect(m_cancel, &QPushButton::clicked, this, &StatusLine::cancelRequested);
    hideProgress();
    setWorkspace({});
}

void StatusLine::setWorkspace(const WorkspaceInfo& info)
{
    const bool open = !info.path.empty();
    const QString through = info.dataThrough.isValid()
                                ? tr("Data through %1").arg(format::date(info.dataThrough, format::locale()))
                                : tr("No data yet");
    const auto old = static_cast<std::uint64_t>(format::daysOld(info.dataThrough));
    const QString age = old > 0 ? tr("%1 day(s) old", nullptr, format::forms(old)).arg(format::count(old)) : QString();
    say(m_data, tr("Data"), !open ? tr("No workspace open") : format::joined({through, age}));
    const QStringList codes = codesOf(info.currencies);
    m_currencies = fewCurrencies(codes);
    m_allCurrencies =
        codes.size() > kMostCurrencies + 1 ? tr("Currencies: %1").arg(codes.join(QStringLiteral(", "))) : QString();
    m_readOnly = parts::text(info.readOnly);
    m_place->setVisible(open);
    m_sources->setVisible(open);
    if (!open)
        setSelection({});
    showPlace();
}

void StatusLine::setOpening(const QString& name)
{
    say(m_data, tr("Data"), tr("Opening %1…").arg(name));
}

void StatusLine::setSourcesUnknown()
{
    say(m_sources, tr("Sources"), tr("sources could not be read"));
}

void StatusLine::setSources(const std::vector<SourceHealth>& sources)
{
    std::size_t clean = 0, failing = 0, late = 0;
    std::uint64_t rejected = 0, findings = 0;
    for (const SourceHealth& source : sources) {
        const bool isFailing = source.state == SourceHealth::State::Failing;
        clean += source.needsALook() ? 0U : 1U;
        failing += isFailing ? 1U : 0U;
        late += !isFailing && !source.isUpToDate() ? 1U : 0U;
        rejected += source.rejected;
        findings += source.findings;
    }
    const bool isClean = clean == sources.size() && !sources.empty();
    QStringList facts{isClean ? tr("%1 source(s) ok", nullptr, format::forms(clean)).arg(format::count(clean))
                              : counted::sources(sources.size())};
    if (failing > 0)
        facts << tr("%1 failing", "number of sources").arg(format::count(failing));
    if (late > 0)
        facts << tr("%1 late", "number of sources").arg(format::count(late));
    if (rejected > 0)
        facts << tr("%1 rejected").arg(format::count(rejected));
    if (findings > 0)
        facts << counted::findings(findings);
    say(m_sources, tr("Sources"), sources.empty() ? QString() : format::joined(facts));
}

void StatusLine::setLens(CostLens lens)
{
    m_lens = lens;
    showPlace();
}

void StatusLine::showPlace()
{
    QStringList words{format::lens(m_lens)};
    if (!m_currencies.isEmpty())
        words << m_currencies;
    words << QStringLiteral("UTC");
    if (!m_readOnly.isEmpty())
        words.prepend(tr("Read only"));
    m_place->setToolTip(m_readOnly.isEmpty() ? m_allCurrencies : tr("Nothing can be written: %1").arg(m_readOnly));
    say(m_place, tr("Lens, currency and time zone"), words.join(QStringLiteral(" · ")));
}

void StatusLine::setSelection(const QString& text)
{
    say(m_selection, tr("Selection"), text);
}

void StatusLine::setNotice(const QString& text)
{
    say(m_notice, tr("Notice"), text);
    m_notice->setToolTip(m_notice->text());
    m_noticeTimer->stop();
    if (!text.isEmpty())
        m_noticeTimer->start(8000);
}

void StatusLine::showProgress(const Progress& progress, const QString& cancel)
{
    m_cancel->setText(cancel.isEmpty() ? tr("Cancel import") : cancel);
    m_cancel->setAccessibleName(m_cancel->text());
    say(m_progressText, tr("Import progress"), progressText(progress));
    const bool known = progress.totalBytes > 0;
    m_bar->setRange(0, known ? 1000 : 0);
    if (known) {
        const double share = static_cast<double>(progress.bytes) / static_cast<double>(progress.totalBytes);
        m_bar->setValue(static_cast<int>(std::min(share, 1.0) * 1000));
    }
    m_data->hide();
    m_sources->hide();
    m_progressText->show();
    m_bar->show();
    m_cancel->show();
}

void StatusLine::hideProgress()
{
    m_progressText->hide();
    m_bar->hide();
    m_cancel->hide();
    m_data->show();
    m_sources->show();
}

} // namespace altimeter::ui
