// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/appraise_output.h"

#include <cstdio>
#include <fstream>

#include "app/cli/check_sentences.h"
#include "app/cli/output.h"
#include "core/attestation/case_folder.h"
#include "core/attestation/ear.h"

namespace quorate::cli {
namespace {

using namespace attestation;

constexpr std::size_t kShownWidth = 72;
constexpr std::size_t kMaxKeyBytes = 16 * 1024;

void printChecks(const AppraisalResult& result)
{
    for (const Check& check : result.checks) {
        printLine(padded(std::string("[") + nameOf(check.outcome) + "]", 18) + padded(check.id, 30) +
                  sentenceFor(check.id));
        const bool matters = check.outcome == CheckOutcome::Fail || check.outcome == CheckOutcome::NotChecked;
        const auto shown = [&](const std::string& text) {
            return matters ? printable(text) : shortened(printable(text), kShownWidth);
        };
        if (!check.found.empty()) printLine(std::string(18, ' ') + "found     " + shown(check.found));
        if (matters && !check.expected.empty()) printLine(std::string(18, ' ') + "expected  " + shown(check.expected));
    }
}

Result<SigningKey> readKey(const std::string& path)
{
    TRY_ASSIGN(bytes, readBoundedFile(path, kMaxKeyBytes));
    const SecretBytes key(std::move(bytes));
    return SigningKey::fromPkcs8(key.expose());
}

}  // namespace

void printResult(const AppraisalResult& result)
{
    printLine("Evidence   " + std::string(nameOf(result.tee)) + (result.product.empty() ? "" : ", " + result.product) +
              ", profile " + nameOf(result.profile) + ", at " + formatRfc3339(result.appraisedAt));
    printLine("TCB        " + (result.tcbStatus.empty() ? std::string("not established") : result.tcbStatus));
    for (const std::string& advisory : result.advisoryIds) printLine("Advisory   " + printable(advisory));
    printLine("");
    printChecks(result);
    printLine("");
    printLine(std::to_string(result.count(CheckOutcome::Pass)) + " passed, " +
              std::to_string(result.count(CheckOutcome::Fail)) + " failed, " +
              std::to_string(result.count(CheckOutcome::NotChecked)) + " not checked, " +
              std::to_string(result.count(CheckOutcome::NotApplicable)) + " not applicable");
    if (!result.refusals.empty()) printLine("\nRefused because:");
    for (const Refusal& refusal : result.refusals) printLine("  " + refusal.check + ": " + printable(refusal.reason));
    printLine("\n" + verdictSentence(result));
}

Result<void> writeOutput(const std::string& path, const std::string& text)
{
    if (path == "-") {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return {};
    }
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    stream.write(text.data(), static_cast<std::streamsize>(text.size()));
    stream.close();
    if (stream) return {};
    return fail(ErrorKind::StorageFailed, path + ": file cannot be written");
}

Result<void> writeEar(const AppraisalResult& result, const std::string& path, const std::string& keyPath)
{
    if (keyPath.empty()) return writeOutput(path, toEarClaims(result));
    auto key = readKey(keyPath);
    if (!key) return failAt(keyPath, key.error());
    TRY_ASSIGN(token, signEar(result, *key));
    return writeOutput(path, token + "\n");
}

}  // namespace quorate::cli
