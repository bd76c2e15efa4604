// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/record_ledger.h"

#include <array>
#include <charconv>
#include <sstream>

#include "core/privacy/outlook.h"
#include "core/vault/files.h"
#include "services/site_agent/line_file.h"

namespace quorate::services {
namespace {

constexpr const char* kFirstLine = "quorate-record-ledger-1";

template <typename Number>
Result<Number> parse(const std::string& text)
{
    Number out = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return fail(ErrorKind::Malformed, "a line holds what is no number");
    return out;
}

std::string textOf(double value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

/// "<sampling rate> <noise multiplier> <steps>"
Result<privacy::SampledGaussian> readLine(const std::string& line)
{
    std::istringstream words(line);
    std::string rate, noise, steps, rest;
    words >> rate >> noise >> steps;
    if (steps.empty() || words >> rest) return fail(ErrorKind::Malformed, "a line is not sampling rate, noise multiplier and steps");
    TRY_ASSIGN(rateValue, parse<double>(rate));
    TRY_ASSIGN(noiseValue, parse<double>(noise));
    TRY_ASSIGN(stepsValue, parse<std::uint64_t>(steps));
    return privacy::SampledGaussian{rateValue, noiseValue, stepsValue};
}

Result<std::vector<privacy::SampledGaussian>> readTrainings(const std::filesystem::path& file)
{
    std::vector<privacy::SampledGaussian> out;
    TRY_ASSIGN(lines, readLineFile(file, kFirstLine));
    for (const auto& line : lines) {
        TRY_ASSIGN(training, readLine(line));
        out.push_back(training);
    }
    if (out.empty() && vault::isThere(file)) return fail(ErrorKind::Malformed, "holds no training, want one or more");
    return out;
}

}  // namespace

Result<privacy::PrivacyLedger> RecordLedger::read() const
{
    auto trainings = readTrainings(m_file);
    if (!trainings) return failAt(m_file.string(), trainings.error());
    TRY_ASSIGN(ledger, privacy::ledgerOf(m_plan));
    std::uint32_t number = 0;
    for (const auto& training : *trainings) TRY(ledger.charge({++number, training}));
    return ledger;
}

Result<privacy::PrivacyLedger> RecordLedger::withOneMore() const
{
    TRY_ASSIGN(ledger, read());
    TRY(ledger.charge({static_cast<std::uint32_t>(ledger.charges().size() + 1), privacy::costOfRound(m_plan)}));
    if (m_largestEpsilon && ledger.spent() > *m_largestEpsilon) {
        return fail(ErrorKind::PolicyRefused, "one more training would bring this site's records to epsilon " + textOf(ledger.spent()) +
                                                  ", its policy allows " + textOf(*m_largestEpsilon));
    }
    return ledger;
}

Result<double> RecordLedger::spent() const
{
    TRY_ASSIGN(ledger, read());
    return ledger.spent();
}

Result<void> RecordLedger::requireRoom() const
{
    TRY(withOneMore());
    return {};
}

Result<double> RecordLedger::charge() const
{
    TRY_ASSIGN(ledger, withOneMore());
    std::string text = std::string(kFirstLine) + "\n";
    for (const auto& charge : ledger.charges()) {
        const auto& [rate, noise, steps] = charge.mechanism;
        text += textOf(rate) + " " + textOf(noise) + " " + std::to_string(steps) + "\n";
    }
    TRY(vault::writePrivateFile(m_file, asBytes(text)));
    return ledger.spent();
}

}  // namespace quorate::services
