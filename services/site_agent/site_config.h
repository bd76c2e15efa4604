// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/crypto/certificate.h"
#include "core/schema/dataset.h"
#include "core/schema/harmonisation.h"
#include "core/study/study_package.h"
#include "enclave_client/attested_channel.h"
#include "learning/study_model.h"

namespace quorate::services {

/// Where the agent finds what it needs; all of it put there by the hospital, none of it sent by the service.
struct SiteFiles {
    std::string service;                     ///< host:port
    std::filesystem::path consortiumCa;      ///< PEM
    std::filesystem::path package;           ///< quorate-study-package-1, as the site's reviewer got it
    std::filesystem::path identity;          ///< Folder with signing.key (PKCS #8 DER) and certificate.der
    std::filesystem::path records;           ///< CSV, or a tensor bundle
    std::filesystem::path split;             ///< CSV: record id, part
    std::filesystem::path harmonisation;     ///< The hospital's own rules (TOML); empty: none.
    std::filesystem::path policy;            ///< The hospital's own policy (TOML); empty: none.
    std::filesystem::path models;            ///< Folder with TorchScript files; empty: none.
    std::filesystem::path report;            ///< Where the local report is written; empty: nowhere.
    std::filesystem::path scriptWorker;      ///< Empty: quorate-script-worker beside this program.
};

/// Verified and loaded.
struct SiteConfig {
    study::VerifiedPackage package;
    study::Member node;
    study::SiteSpec site;
    Certificate certificate;
    ClientCredentials credentials;
    schema::Dataset dataset;  ///< Scaled, as readSiteRecords().
    schema::Harmonisation harmonisation;
    SiteFiles files;          ///< Where it all came from.
    std::shared_ptr<const learning::StudyModel> model;
};

Result<study::VerifiedPackage> loadPackage(const std::filesystem::path& package, const std::filesystem::path& consortiumCa);
/// Without the records and the model: package, identity and roster.
Result<SiteConfig> loadSiteIdentity(const SiteFiles& files);
/// Reads and checks everything; the first fault as a sentence with the file it is in. No record is read outside the data
/// folders of the hospital's policy, and no model's file that the policy does not allow.
Result<SiteConfig> loadSiteConfig(const SiteFiles& files);

}  // namespace quorate::services
