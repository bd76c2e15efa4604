// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/collateral_options.h"

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "app/cli/output.h"
#include "collateral_client/https_source.h"

namespace quorate::cli {
namespace {

using namespace attestation;

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

/// The user's own cache folder, by the system's custom (on Unix the XDG base directory specification); empty when the
/// environment names none.
std::filesystem::path defaultCacheFolder()
{
#ifdef _WIN32
    const std::string base = environment("LOCALAPPDATA");
#else
    const std::string home = environment("HOME");
    const std::string xdg = environment("XDG_CACHE_HOME");
    const std::string base = !xdg.empty() ? xdg : home.empty() ? home : home + "/.cache";
#endif
    return base.empty() ? std::filesystem::path() : std::filesystem::path(base) / "quorate" / "collateral";
}

std::string withoutSlash(std::string url)
{
    while (!url.empty() && url.back() == '/')
        url.pop_back();
    return url;
}

CollateralEndpoints endpointsOf(const CollateralOptions& options)
{
    CollateralEndpoints out;
    if (!options.pcs.empty()) {
        out.pcs = withoutSlash(options.pcs);
        out.rootCrl.clear(); // a PCCS has the root's list itself
    }
    if (!options.rootCrl.empty()) out.rootCrl = options.rootCrl;
    if (!options.kds.empty()) out.kds = withoutSlash(options.kds);
    return out;
}

CollateralWishes wishesOf(const CollateralOptions& options)
{
    CollateralWishes out;
    if (options.tcbUpdate == "standard") {
        out.edition.update = TcbEdition::Update::Standard;
    } else if (options.tcbUpdate == "early") {
        out.edition.update = TcbEdition::Update::Early;
    } else if (!options.tcbUpdate.empty()) {
        out.edition.evaluationNumber = static_cast<std::uint32_t>(std::stoul(options.tcbUpdate));
    }
    for (const snp::Product product : {snp::Product::Milan, snp::Product::Genoa, snp::Product::Turin}) {
        if (options.product == snp::nameOf(product)) out.product = product;
    }
    return out;
}

std::string checkTcbUpdate(const std::string& text)
{
    const bool isNumber =
        !text.empty() && text.size() <= 6 && text.find_first_not_of("0123456789") == std::string::npos;
    return isNumber || text == "standard" || text == "early" ? std::string()
                                                             : "want standard, early or a number: " + text;
}

} // namespace

void addCollateralOptions(CLI::App& command, CollateralOptions& options)
{
    command.add_option("--pcs", options.pcs, "Address of a PCCS, instead of Intel's service");
    command.add_option("--root-crl", options.rootCrl, "Address of Intel's root CRL, where a PCCS has none");
    command.add_option("--kds", options.kds, "Address of a mirror of AMD's key distribution service");
    command.add_option("--cache", options.cache, "Folder of the cache, instead of the user's own");
    command.add_option("--ca", options.caFile, "PEM file with the CA of a PCCS inside the house");
    command.add_flag("--allow-http", options.allowHttp, "Ask a PCCS without TLS: what it answers is signed anyway");
    command.add_flag("--offline", options.offline, "Use the cache alone");
    command
        .add_option("--tcb-update", options.tcbUpdate,
                    "TCB info as standard, early, or of this tcbEvaluationDataNumber")
        ->check(checkTcbUpdate);
    command.add_option("--product", options.product, "Product of a version 2 report, which does not name it")
        ->check(CLI::IsMember({"Milan", "Genoa", "Turin"}));
}

Result<Supplier> Supplier::open(const CollateralOptions& options, TrustAnchors anchors)
{
    const std::filesystem::path folder =
        options.cache.empty() ? defaultCacheFolder() : std::filesystem::path(options.cache);
    if (folder.empty()) return fail(ErrorKind::Unavailable, "environment names no folder for the cache, want --cache");
    TRY_ASSIGN(cache, CollateralCache::open(folder));
    HttpsSourceOptions https;
    https.urlRules.allowPlainHttp = options.allowHttp;
    https.caFile = options.caFile;
    CollateralSupply::Options supply;
    supply.endpoints = endpointsOf(options);
    supply.wishes = wishesOf(options);
    supply.anchors = std::move(anchors);
    Supplier out;
    if (!options.offline) out.m_source = std::make_unique<HttpsSource>(std::move(https));
    out.m_supply = std::make_unique<CollateralSupply>(std::move(cache), out.m_source.get(), std::move(supply));
    return out;
}

void addFetchOptions(CLI::App& command, FetchOptions& options)
{
    command.add_flag("--fetch", options.fetch, "Take what is missing from the cache, else from Intel or AMD");
    addCollateralOptions(command, options.collateral);
}

ExitCode completeCollateral(const FetchOptions& options, AppraisalInputs& inputs, bool json)
{
    if (!options.fetch) return ExitCode::Ok;
    auto supplier = Supplier::open(options.collateral, inputs.anchors);
    if (!supplier) return reportError(supplier.error(), json);
    const StopSignal stop;
    auto supplied = supplier->supply().complete(inputs.evidence, inputs.collateral, inputs.at, stop);
    if (!supplied && supplied.error().kind != ErrorKind::Unavailable) return ExitCode::Ok;
    if (const auto missing = supplied ? supplied->missing() : std::optional<Error>(supplied.error())) {
        reportError({missing->kind, "collateral is missing: " + missing->message}, json);
        return ExitCode::CollateralUnavailable;
    }
    inputs.collateral.files.merge(supplied->collateral.files);
    return ExitCode::Ok;
}

} // namespace quorate::cli
