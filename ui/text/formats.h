// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <chrono>

#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace quorate::ui {

inline QString toQString(const std::string& text) { return QString::fromStdString(text); }

/// Fixed decimals without the zero in front of the point: ".731", "−.022", "1.004". Not a number gives an en dash.
QString chartNumber(double value, int decimals = 3);
/// As chartNumber with a sign always: "+.029", "−.022", "±.000".
QString signedNumber(double value, int decimals = 3);
/// "1.9 kB": powers of 1000, one decimal from kB on.
QString byteCount(std::uint64_t sizeBytes);
/// "38 s", "2 min 14 s", "1 h 5 min"; negative durations count as zero.
QString durationText(std::chrono::seconds duration);

/// A measured time as a number of seconds: "134", "2.4", "0.02"; below a hundredth "<0.01".
QString secondsText(double seconds);

/// "14:41:07"
QString utcTime(UtcMillis time);
/// "14:41"
QString utcMinute(UtcMillis time);
/// "21 Nov 2026"
QString utcDate(UtcMillis time);
/// "21 Nov 2026, 06:44 local (14:44 UTC)": both times of a signature; only UTC where the computer runs on UTC.
QString bothTimes(UtcMillis time);

/// First and last eight digits, "dae67181 … 4231f94a": for reading, never for comparing. All zero gives an en dash.
QString shortHex(const QString& hex);
template <std::size_t N>
QString shortDigest(const FixedBytes<N>& digest)
{
    return digest.isZero() ? QStringLiteral("–") : shortHex(toQString(toHex(digest)));
}

}  // namespace quorate::ui
