// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/attestation/verify/tdx_tcb.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

TcbVerdict verdict(const char* status, const char* advisory = nullptr)
{
    TcbVerdict out{status, *parseRfc3339("2024-03-13T00:00:00Z"), {}};
    if (advisory != nullptr) out.advisories = {advisory};
    return out;
}

/// Two platform levels (3 and 1 in every component), module TDX_01 with ISVSVN 5 and 3, QE with ISVSVN 6 and 4.
struct World {
    TcbInfo info;
    QeIdentity qe;
    PckExtension pck;
    tdx::Quote quote;

    World()
    {
        TcbLevel high;
        high.sgx.fill(3);
        high.tdx.fill(3);
        high.pceSvn = 11;
        high.verdict = verdict("UpToDate");
        TcbLevel low;
        low.sgx.fill(1);
        low.tdx.fill(1);
        low.pceSvn = 5;
        low.verdict = verdict("OutOfDate", "SA-LOW");
        info.levels = {high, low};
        TdxModule module;
        module.id = "TDX_01";
        module.levels = {{5, verdict("UpToDate")}, {3, verdict("OutOfDate", "SA-MODULE")}};
        info.modules = {module};
        qe.levels = {{6, verdict("UpToDate")}, {4, verdict("OutOfDate", "SA-QE")}};
        pck.componentSvn.fill(3);
        pck.pceSvn = 11;
        quote.qeReport.isvSvn = 6;
        quote.report.teeTcbSvn.bytes.fill(3);
        quote.report.teeTcbSvn.bytes[0] = 5;
        quote.report.teeTcbSvn.bytes[1] = 1;
    }
    [[nodiscard]] Result<TdxTcb> evaluate() const { return evaluateTdxTcb(quote, pck, info, qe); }
    [[nodiscard]] std::string status() const { return evaluate()->status; }
};

}  // namespace

TEST_CASE("each component holds the platform back on its own")
{
    CHECK(World().status() == "UpToDate");
    for (std::size_t i = 0; i < 16; ++i) {
        World world;
        world.pck.componentSvn[i] = 2;
        CHECK(world.status() == "OutOfDate");
        world.pck.componentSvn[i] = 0;
        CHECK(world.evaluate().error().message.find("TCB not supported") == 0);
    }
    World world;
    world.pck.pceSvn = 10;
    CHECK(world.status() == "OutOfDate");
    CHECK(world.evaluate()->advisories == std::vector<std::string>{"SA-LOW"});
}

TEST_CASE("module bytes 0 and 1 are judged by the module's identity when it has a major version, else as components")
{
    for (std::size_t i = 2; i < 16; ++i) {
        World world;
        world.quote.report.teeTcbSvn.bytes[i] = 2;
        CHECK(world.status() == "OutOfDate");
    }
    World world;
    world.info.levels[0].tdx[0] = 200;
    world.info.levels[0].tdx[1] = 200;
    CHECK(world.status() == "UpToDate");
    World older;
    older.quote.report.teeTcbSvn.bytes[1] = 0;
    older.info.levels[0].tdx[1] = 0;
    CHECK(older.status() == "UpToDate");
    CHECK(older.evaluate()->module.empty());
    older.quote.report.teeTcbSvn.bytes[0] = 2;
    older.info.levels[1].tdx[1] = 0;
    CHECK(older.status() == "OutOfDate");
}

TEST_CASE("an unknown module is untrusted, an old one out of date, too old a one unsupported")
{
    World world;
    world.quote.report.teeTcbSvn.bytes[1] = 2;
    CHECK(world.evaluate().error().kind == ErrorKind::Untrusted);
    world.quote.report.teeTcbSvn.bytes[1] = 1;
    world.quote.report.teeTcbSvn.bytes[0] = 4;
    CHECK(world.status() == "OutOfDate");
    CHECK(world.evaluate()->advisories == std::vector<std::string>{"SA-MODULE"});
    world.quote.report.teeTcbSvn.bytes[0] = 2;
    CHECK_FALSE(world.evaluate());
    World upper;
    upper.info.modules[0].id = "TDX_0A";
    upper.quote.report.teeTcbSvn.bytes[1] = 10;
    CHECK(upper.status() == "UpToDate");
}

TEST_CASE("the quoting enclave counts, and none of its levels below is unsupported")
{
    World world;
    world.quote.qeReport.isvSvn = 5;
    CHECK(world.status() == "OutOfDate");
    world.quote.qeReport.isvSvn = 3;
    CHECK_FALSE(world.evaluate());
    World impossible;
    impossible.info.modules[0].levels[0].verdict.status = "ConfigurationNeeded";
    CHECK(impossible.evaluate().error().kind == ErrorKind::Malformed);
}

TEST_CASE("statuses converge as Intel's table has them")
{
    const auto with = [](const char* platform, const char* other) { return convergeTcbStatus(platform, {other}); };
    CHECK(with("UpToDate", "UpToDate") == "UpToDate");
    CHECK(with("UpToDate", "OutOfDate") == "OutOfDate");
    CHECK(with("SWHardeningNeeded", "OutOfDate") == "OutOfDate");
    CHECK(with("ConfigurationNeeded", "OutOfDate") == "OutOfDateConfigurationNeeded");
    CHECK(with("ConfigurationAndSWHardeningNeeded", "OutOfDate") == "OutOfDateConfigurationNeeded");
    CHECK(with("OutOfDate", "OutOfDate") == "OutOfDate");
    CHECK(with("OutOfDateConfigurationNeeded", "UpToDate") == "OutOfDateConfigurationNeeded");
    CHECK(with("Revoked", "OutOfDate") == "Revoked");
    CHECK(with("UpToDate", "Revoked") == "Revoked");
    CHECK(with("SWHardeningNeeded", "UpToDate") == "SWHardeningNeeded");
}

TEST_CASE("a TD launched under an old TCB on a mended platform is advised to relaunch")
{
    CHECK(relaunchStatus("OutOfDate", "UpToDate") == "TDRelaunchAdvised");
    CHECK(relaunchStatus("OutOfDate", "SWHardeningNeeded") == "TDRelaunchAdvised");
    CHECK(relaunchStatus("OutOfDate", "ConfigurationNeeded") == "TDRelaunchAdvisedConfigurationNeeded");
    CHECK(relaunchStatus("OutOfDateConfigurationNeeded", "UpToDate") == "TDRelaunchAdvisedConfigurationNeeded");
    CHECK(relaunchStatus("OutOfDate", "OutOfDate") == "OutOfDate");
    CHECK(relaunchStatus("OutOfDate", "Revoked") == "OutOfDate");
    CHECK(relaunchStatus("UpToDate", "OutOfDate") == "UpToDate");
    World world;
    world.quote.report.teeTcbSvn2 = world.quote.report.teeTcbSvn;
    world.quote.report.teeTcbSvn.bytes[0] = 3;
    CHECK(world.status() == "TDRelaunchAdvised");
    CHECK(world.evaluate()->launch == "OutOfDate");
    CHECK(world.evaluate()->current == "UpToDate");
    world.quote.report.teeTcbSvn2->bytes[0] = 0;
    CHECK_FALSE(world.evaluate());
}
