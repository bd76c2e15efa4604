// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/tdx_tcb.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace quorate::attestation {
namespace {

constexpr std::size_t kModuleMinor = 0;
constexpr std::size_t kModuleMajor = 1;

std::string moduleId(std::uint8_t major)
{
    char id[8] = {};
    std::snprintf(id, sizeof id, "TDX_%02X", major);
    return id;
}

tl::unexpected<Error> notSupported(const std::string& what)
{
    return fail(ErrorKind::PolicyRefused, "TCB not supported: no level of " + what + " is low enough");
}

bool allAtLeast(const Components& have, const Components& want, std::size_t start = 0)
{
    return std::equal(have.begin() + static_cast<std::ptrdiff_t>(start), have.end(),
                      want.begin() + static_cast<std::ptrdiff_t>(start), [](auto a, auto b) { return a >= b; });
}

Result<TcbVerdict> platformVerdict(const TcbInfo& info, const PckExtension& pck, const FixedBytes<16>& teeTcbSvn)
{
    // Where the module has a major version, bytes 0 and 1 identify the module, whose own identity judges them.
    const std::size_t start = teeTcbSvn.bytes[kModuleMajor] > 0 ? 2 : 0;
    for (const TcbLevel& level : info.levels) {
        if (allAtLeast(pck.componentSvn, level.sgx) && pck.pceSvn >= level.pceSvn &&
            allAtLeast(teeTcbSvn.bytes, level.tdx, start)) {
            return level.verdict;
        }
    }
    return notSupported("the platform");
}

Result<TcbVerdict> isvVerdict(const std::vector<IsvLevel>& levels, std::uint32_t isvSvn, const std::string& what,
                              const std::set<std::string>& allowed)
{
    for (const IsvLevel& level : levels) {
        if (isvSvn < level.isvSvn) continue;
        if (!allowed.contains(level.verdict.status)) {
            return fail(ErrorKind::Malformed, "status " + level.verdict.status + " is not possible for " + what);
        }
        return level.verdict;
    }
    return notSupported(what);
}

/// The platform's and the module's part for one TEE_TCB_SVN, converged with the QE's.
Result<TdxTcb> evaluate(const TcbInfo& info, const PckExtension& pck, const FixedBytes<16>& teeTcbSvn,
                        const TcbVerdict& qe)
{
    TdxTcb out;
    TRY_ASSIGN(platform, platformVerdict(info, pck, teeTcbSvn));
    std::set<std::string> advisories(platform.advisories.begin(), platform.advisories.end());
    advisories.insert(qe.advisories.begin(), qe.advisories.end());
    out.platform = platform.status;
    out.qe = qe.status;
    out.date = std::min(platform.date, qe.date);
    std::vector<std::string> others{qe.status};
    if (teeTcbSvn.bytes[kModuleMajor] > 0) {
        TRY_ASSIGN(identity, moduleFor(info, teeTcbSvn));
        TRY_ASSIGN(module, isvVerdict(identity->levels, teeTcbSvn.bytes[kModuleMinor], "the TDX module",
                                      {"UpToDate", "OutOfDate", "Revoked"}));
        out.module = module.status;
        out.date = std::min(out.date, module.date);
        advisories.insert(module.advisories.begin(), module.advisories.end());
        others.push_back(module.status);
    }
    out.advisories.assign(advisories.begin(), advisories.end());
    out.status = convergeTcbStatus(platform.status, others);
    out.launch = out.current = out.status;
    return out;
}

bool contains(const std::vector<std::string>& list, const char* value)
{
    return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

Result<const TdxModule*> moduleFor(const TcbInfo& info, const FixedBytes<16>& teeTcbSvn)
{
    const std::uint8_t major = teeTcbSvn.bytes[kModuleMajor];
    if (major == 0) return &info.module;
    const std::string id = moduleId(major);
    for (const TdxModule& module : info.modules) {
        if (module.id == id) return &module;
    }
    return fail(ErrorKind::Untrusted, "TCB info has no TDX module identity " + id);
}

std::string convergeTcbStatus(const std::string& platform, const std::vector<std::string>& others)
{
    if (contains(others, "Revoked")) return "Revoked";
    if (!contains(others, "OutOfDate") && !contains(others, "OutOfDateConfigurationNeeded")) return platform;
    if (platform == "UpToDate" || platform == "SWHardeningNeeded") return "OutOfDate";
    if (platform == "ConfigurationNeeded" || platform == "ConfigurationAndSWHardeningNeeded")
        return "OutOfDateConfigurationNeeded";
    return platform;
}

std::string relaunchStatus(const std::string& launch, const std::string& current)
{
    if (launch != "OutOfDate" && launch != "OutOfDateConfigurationNeeded") return launch;
    const bool currentConfiguration =
        current == "ConfigurationNeeded" || current == "ConfigurationAndSWHardeningNeeded";
    if (current != "UpToDate" && current != "SWHardeningNeeded" && !currentConfiguration) return launch;
    const bool configuration = launch == "OutOfDateConfigurationNeeded" || currentConfiguration;
    return configuration ? "TDRelaunchAdvisedConfigurationNeeded" : "TDRelaunchAdvised";
}

Result<TdxTcb> evaluateTdxTcb(const tdx::Quote& quote, const PckExtension& pck, const TcbInfo& info,
                              const QeIdentity& qe)
{
    TRY_ASSIGN(qeVerdict,
               isvVerdict(qe.levels, quote.qeReport.isvSvn, "the quoting enclave",
                          {"UpToDate", "OutOfDate", "ConfigurationNeeded", "OutOfDateConfigurationNeeded", "Revoked"}));
    TRY_ASSIGN(launch, evaluate(info, pck, quote.report.teeTcbSvn, qeVerdict));
    if (!quote.report.teeTcbSvn2) return launch;
    TRY_ASSIGN(current, evaluate(info, pck, *quote.report.teeTcbSvn2, qeVerdict));
    launch.current = current.status;
    launch.status = relaunchStatus(launch.launch, launch.current);
    return launch;
}

}  // namespace quorate::attestation
