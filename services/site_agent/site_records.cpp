// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/site_records.h"

#include "core/schema/csv_dataset.h"
#include "learning/model_records.h"
#include "learning/tensor_bundle.h"

namespace quorate::services {
namespace {

Result<schema::Dataset> readRaw(const study::StudyProtocol& protocol, const std::filesystem::path& records,
                                const std::filesystem::path& split, const schema::Harmonisation& rules)
{
    const std::string name = records.filename().string();
    if (isTensorBundle(records)) {
        if (!rules.digest().isZero()) return fail(ErrorKind::PolicyRefused, name + ": harmonisation rules read tables, not tensor bundles");
        return learning::readTensorBundle(protocol.dictionary, protocol.model, records, split);
    }
    if (protocol.model.sequenceLength > 0) {
        return fail(ErrorKind::Malformed, name + ": the study's model reads sequences, want a tensor bundle (.safetensors)");
    }
    return schema::readDataset(protocol.dictionary, records, split, {}, rules);
}

}  // namespace

bool isTensorBundle(const std::filesystem::path& records) { return records.extension() == ".safetensors"; }

Result<schema::Dataset> readSiteRecords(const study::StudyProtocol& protocol, const std::filesystem::path& records,
                                        const std::filesystem::path& split, const schema::Harmonisation& rules)
{
    TRY_ASSIGN(raw, readRaw(protocol, records, split, rules));
    if (protocol.plan.privacy.kind == study::PrivacyKind::RecordLevel) return schema::scaledByRange(protocol.dictionary, std::move(raw));
    return schema::standardised(std::move(raw));
}

}  // namespace quorate::services
