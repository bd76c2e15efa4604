// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"

namespace quorate {
namespace {

/// Reads exactly `digits` decimal digits at `position`, or -1.
int number(std::string_view text, std::size_t position, std::size_t digits)
{
    if (position + digits > text.size()) return -1;
    int value = 0;
    for (std::size_t i = position; i < position + digits; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/// Offset from UTC of a suffix "Z" or "+hh:mm".
Result<std::chrono::minutes> parseOffset(std::string_view suffix)
{
    if (suffix == "Z" || suffix == "z") return std::chrono::minutes(0);
    const int hours = suffix.size() == 6 ? number(suffix, 1, 2) : -1;
    const int minutes = suffix.size() == 6 ? number(suffix, 4, 2) : -1;
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || suffix[3] != ':' ||
        (suffix[0] != '+' && suffix[0] != '-')) {
        return fail(ErrorKind::Malformed, "time needs Z or an offset such as +01:00 at its end");
    }
    const std::chrono::minutes total(hours * 60 + minutes);
    return suffix[0] == '-' ? -total : total;
}

/// A number below 100 in two digits.
void appendTwo(std::string& out, unsigned value)
{
    out += static_cast<char>('0' + value / 10);
    out += static_cast<char>('0' + value % 10);
}

}  // namespace

Clock systemClock()
{
    return [] { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); };
}

std::string formatRfc3339(UtcSeconds time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    const int year = static_cast<int>(date.year());
    std::string out;
    // A result holds two dozen times; snprintf would be a tenth of what an appraisal adds to its signatures.
    if (year < 0 || year > 9999) {
        out = std::to_string(year);
    } else {
        appendTwo(out, static_cast<unsigned>(year) / 100);
        appendTwo(out, static_cast<unsigned>(year) % 100);
    }
    appendTwo(out += '-', static_cast<unsigned>(date.month()));
    appendTwo(out += '-', static_cast<unsigned>(date.day()));
    appendTwo(out += 'T', static_cast<unsigned>(clock.hours().count()));
    appendTwo(out += ':', static_cast<unsigned>(clock.minutes().count()));
    appendTwo(out += ':', static_cast<unsigned>(clock.seconds().count()));
    out += 'Z';
    return out;
}

Result<UtcSeconds> parseRfc3339(std::string_view text)
{
    const int year = number(text, 0, 4);
    const int month = number(text, 5, 2);
    const int day = number(text, 8, 2);
    const int hour = number(text, 11, 2);
    const int minute = number(text, 14, 2);
    const int second = number(text, 17, 2);
    const bool shaped = text.size() >= 20 && text[4] == '-' && text[7] == '-' && (text[10] == 'T' || text[10] == 't') &&
                        text[13] == ':' && text[16] == ':';
    const std::chrono::year_month_day date(std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (!shaped || year < 0 || month < 0 || day < 0 || !date.ok() || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59 || second < 0 || second > 59) {
        return fail(ErrorKind::Malformed, "not an RFC 3339 time such as 2026-11-21T09:12:00Z");
    }
    std::size_t suffix = 19;
    if (text[suffix] == '.') {
        for (++suffix; suffix < text.size() && text[suffix] >= '0' && text[suffix] <= '9';) ++suffix;
    }
    TRY_ASSIGN(offset, parseOffset(text.substr(suffix)));
    return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second) - offset;
}

}  // namespace quorate
