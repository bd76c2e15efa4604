// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schema/synthetic_hospitals.h"
#include "services/site_agent/site_config.h"
#include "tests/services/support/small_consortium.h"
#include "tests/support/temporary_folder.h"

namespace quorate::tests {

/// What a hospital has on its disk.
struct Hospital {
    explicit Hospital(const SmallConsortium& of, std::size_t site = 0) : Hospital(of, site, of.nodes[site]) {}
    Hospital(const SmallConsortium& of, std::size_t site, const Identity& identity)
    {
        const auto& code = of.protocol().sites[site].code;
        must(schema::writeSyntheticHospitals(folder.path(), 7));
        files.consortiumCa = folder.write("ca.pem", of.authority.certificate().toPem());
        files.package = folder.write("study.json", study::toJson(of.package));
        files.identity = folder / "identity";
        std::filesystem::create_directory(files.identity);
        writeBytes(files.identity / "signing.key", identity.tlsKey->toPkcs8().expose());
        writeBytes(files.identity / "certificate.der", identity.certificate.der());
        files.records = folder.path() / (code + ".csv");
        files.split = folder.path() / (code + ".split.csv");
    }

    /// The records' lines, header first.
    [[nodiscard]] std::vector<std::string> lines() const
    {
        std::vector<std::string> out(1);
        for (const auto byte : readBytes(files.records)) {
            if (byte == '\n') {
                out.emplace_back();
            } else {
                out.back() += static_cast<char>(byte);
            }
        }
        out.pop_back();
        return out;
    }
    void write(const std::vector<std::string>& lines, const std::string& end = "\n", const std::string& before = "") const
    {
        std::string text = before;
        for (const auto& line : lines) text += line + end;
        writeBytes(files.records, asBytes(text));
    }
    [[nodiscard]] Result<services::SiteConfig> load() const { return services::loadSiteConfig(files); }

    TemporaryFolder folder;
    services::SiteFiles files;
};

}  // namespace quorate::tests
