// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bundle_command.h"

#include <nlohmann/json.hpp>

#include "app/cli/appraise_output.h"
#include "app/cli/output.h"

namespace quorate::cli {

using namespace attestation;

ExitCode reappraiseBundle(const EvidenceBundle& bundle, const TrustAnchors& anchors, bool json)
{
    const Reappraisal again = reappraise(bundle, anchors);
    const bool same = again.difference.empty();
    if (json) {
        using Json = nlohmann::ordered_json;
        Json out = Json::parse(toJson(again.result), nullptr, false);
        out["bundle"] = {{"reproduced", same}, {"sameAnchors", again.sameAnchors}, {"difference", again.difference}};
        printLine(out.dump(2, ' ', false, Json::error_handler_t::replace));
    } else {
        printResult(again.result);
        if (!again.sameAnchors) printLine("The bundle was made with other trust anchors than these.");
        printLine(same ? "The bundle's recorded result came out again, byte for byte."
                       : "NOT the bundle's recorded result: " + printable(again.difference));
    }
    return same ? exitCodeFor(again.result) : ExitCode::Refused;
}

}  // namespace quorate::cli
