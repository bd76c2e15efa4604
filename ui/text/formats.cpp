// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/formats.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QTimeZone>
#include <cmath>

namespace quorate::ui {
namespace {

struct Formats {
    Q_DECLARE_TR_FUNCTIONS(Formats)
};

QDateTime toDateTime(UtcMillis time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count(), Qt::UTC);
}

QString withoutLeadingZero(QString digits)
{
    if (digits.startsWith(QStringLiteral("0."))) digits.remove(0, 1);
    return digits;
}

}  // namespace

QString chartNumber(double value, int decimals)
{
    if (!std::isfinite(value)) return QStringLiteral("–");
    const QString digits = withoutLeadingZero(QString::number(std::abs(value), 'f', decimals));
    const bool isZero = digits.count(QLatin1Char('0')) + digits.count(QLatin1Char('.')) == digits.size();
    return value < 0 && !isZero ? QStringLiteral("−") + digits : digits;
}

QString signedNumber(double value, int decimals)
{
    const QString text = chartNumber(value, decimals);
    if (!std::isfinite(value) || text.startsWith(QStringLiteral("−"))) return text;
    const bool isZero = text.count(QLatin1Char('0')) + text.count(QLatin1Char('.')) == text.size();
    return (isZero ? QStringLiteral("±") : QStringLiteral("+")) + text;
}

QString byteCount(std::uint64_t sizeBytes)
{
    if (sizeBytes < 1000) return Formats::tr("%1 B").arg(sizeBytes);
    const double kilo = static_cast<double>(sizeBytes) / 1e3;
    if (kilo < 999.95) return Formats::tr("%1 kB").arg(kilo, 0, 'f', 1);
    return Formats::tr("%1 MB").arg(kilo / 1e3, 0, 'f', 1);
}

QString durationText(std::chrono::seconds duration)
{
    const auto total = std::max<std::int64_t>(0, duration.count());
    if (total < 60) return Formats::tr("%1 s").arg(total);
    if (total < 3600) return Formats::tr("%1 min %2 s").arg(total / 60).arg(total % 60);
    return Formats::tr("%1 h %2 min").arg(total / 3600).arg(total % 3600 / 60);
}

QString secondsText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0) return QStringLiteral("–");
    if (seconds > 0 && seconds < .005) return QStringLiteral("<0.01");
    return QString::number(seconds, 'f', seconds < 1 ? 2 : seconds < 10 ? 1 : 0);
}

QString utcTime(UtcMillis time)
{
    return toDateTime(time).toString(QStringLiteral("HH:mm:ss"));
}

QString utcMinute(UtcMillis time)
{
    return toDateTime(time).toString(QStringLiteral("HH:mm"));
}

QString utcDate(UtcMillis time)
{
    return QLocale(QLocale::English).toString(toDateTime(time).date(), QStringLiteral("d MMM yyyy"));
}

QString bothTimes(UtcMillis time)
{
    const QDateTime local = toDateTime(time).toLocalTime();
    if (local.offsetFromUtc() == 0) return Formats::tr("%1, %2 UTC").arg(utcDate(time), utcMinute(time));
    return Formats::tr("%1, %2 local (%3 UTC)")
        .arg(QLocale(QLocale::English).toString(local.date(), QStringLiteral("d MMM yyyy")),
             local.toString(QStringLiteral("HH:mm")), utcMinute(time));
}

QString shortHex(const QString& hex)
{
    return hex.size() <= 20 ? hex : hex.left(8) + QStringLiteral(" … ") + hex.right(8);
}

}  // namespace quorate::ui
