// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>

#include "core/study/metrics.h"
#include "services/site_agent/site_config.h"

namespace quorate::services {

struct PooledSite {
    std::string code;
    std::filesystem::path records;
    std::filesystem::path split;
};

/// Every site's records, standardised by the site, in one place: what a rehearsal can do and a real study must not.
/// PolicyRefused unless the protocol is in training mode and asks for it.
Result<std::vector<schema::Dataset>> pooledRecords(const study::VerifiedPackage& package, const std::vector<PooledSite>& sites);

/// One model over all sites' records together, evaluated at each. `models`: folder with TorchScript files. Fails as
/// pooledRecords() and learning::openModel().
Result<std::map<std::string, study::Evaluation>> pooledComparison(const study::VerifiedPackage& package,
                                                                  const std::vector<PooledSite>& sites,
                                                                  const std::filesystem::path& models = {});
/// {"cleveland": {"records": 104, "accuracy": ...}, ...}
std::string toJson(const std::map<std::string, study::Evaluation>& evaluations);

}  // namespace quorate::services
