#include "ui/pages/explore/viewlink.h"

#include <QJsonDocument>
#include <QUrl>
#include <QUrlQuery>

namespace altimeter::ui {

namespace {

const QString kScheme = QStringLiteral("altimeter");
constexpr qsizetype kLongestName = 200; ///< characters of a page or workspace

Error wrong(const char* what)
{
    return Error{ErrorCode::Invalid, what, "view link"};
}

Result<ExploreState> stateOf(const QUrlQuery& query)
{
    const auto decoded =
        QByteArray::fromBase64Encoding(query.queryItemValue("state").toLatin1(),
                                       QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || !QJsonDocument::fromJson(*decoded).isObject())
        return wrong("is damaged; copy the whole link");
    return exploreStateFromJson(*decoded);
}

} // namespace

QString viewLink(const ExploreState& state, const QString& workspace)
{
    QString link = QStringLiteral("altimeter://view?page=explore");
    if (!workspace.isEmpty())
        link +=
            QStringLiteral("&workspace=") + QString::fromLatin1(QUrl::toPercentEncoding(workspace.left(kLongestName)));
    link += QStringLiteral("&state=") +
            QString::fromLatin1(toJson(state).toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
    return link.size() > ViewLink::kLongest ? QString() : link;
}

bool looksLikeViewLink(const QString& text)
{
    qsizetype at = 0;
    while (at < text.size() && text[at].isSpace())
        ++at;
    return QStringView(text).mid(at).startsWith(kScheme + QLatin1Char(':'), Qt::CaseInsensitive);
}

Result<ViewLink> parseViewLink(const QString& text)
{
    if (text.size() > ViewLink::kLongest)
        return wrong("is longer than any view link");
    if (!looksLikeViewLink(text))
        return wrong("is none; a view link begins with altimeter://view");
    const QUrl url(text.trimmed(), QUrl::StrictMode);
    if (!url.isValid() || url.host() != QLatin1String("view"))
        return wrong("is none; a view link begins with altimeter://view");
    const QUrlQuery query(url);
    ViewLink link;
    link.place = query.queryItemValue("page", QUrl::FullyDecoded).left(kLongestName);
    link.workspace = query.queryItemValue("workspace", QUrl::FullyDecoded).left(kLongestName);
    if (link.place.isEmpty())
        return wrong("names no page");
    if (link.place != QLatin1String("explore"))
        return link;
    auto state = stateOf(query);
    if (!state)
        return state.error();
    link.state = state.take();
    return link;
}

} // namespace altimeter::ui
