// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/rehearsal_figures.h"

#include <nlohmann/json.hpp>

namespace quorate::demo {
namespace {

using nlohmann::json;

std::optional<double> figureFrom(const json& in, const char* name)
{
    const auto found = in.find(name);
    return found != in.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
}

std::string textFrom(const json& in, const char* name)
{
    const auto found = in.find(name);
    return found != in.end() && found->is_string() ? found->get<std::string>() : std::string();
}

SubgroupFigures subgroupFrom(const json& in)
{
    SubgroupFigures out{textFrom(in, "variable"), textFrom(in, "level"), {}, figureFrom(in, "own"), figureFrom(in, "federated")};
    if (const auto records = figureFrom(in, "records")) out.records = static_cast<std::uint32_t>(*records);
    return out;
}

study::Evaluation evaluationFrom(const json& in)
{
    study::Evaluation out;
    out.records = static_cast<std::uint32_t>(figureFrom(in, "records").value_or(0));
    out.loss = figureFrom(in, "loss").value_or(0);
    out.accuracy = figureFrom(in, "accuracy");
    out.auc = figureFrom(in, "auc");
    out.brier = figureFrom(in, "brier");
    return out;
}

}  // namespace

Result<std::map<std::string, study::Evaluation>> parsePooled(std::string_view text)
{
    const auto in = json::parse(text, nullptr, false);
    if (!in.is_object()) return fail(ErrorKind::Internal, "pooled comparison gave no JSON");
    std::map<std::string, study::Evaluation> out;
    for (const auto& [code, value] : in.items()) out[code] = evaluationFrom(value);
    return out;
}

Result<RehearsalFigures> parseRehearsalFigures(std::string_view text)
{
    const auto in = json::parse(text, nullptr, false);
    if (!in.is_object() || !in.contains("contribution") || !in["contribution"].is_object() || !in.contains("subgroups")) {
        return fail(ErrorKind::Internal, "the comparison of a rehearsal is not the JSON that is wanted");
    }
    RehearsalFigures out;
    TRY_ASSIGN(model, parseHexFixed<32>(textFrom(in, "model")));
    out.model = model;
    const auto& contribution = in["contribution"];
    out.round = static_cast<std::uint32_t>(figureFrom(contribution, "round").value_or(0));
    out.scoreOfAll = figureFrom(contribution, "scoreOfAll").value_or(0);
    for (const auto& site : contribution.value("sites", json::array())) {
        out.contributions.push_back({textFrom(site, "id"), figureFrom(site, "scoreWithout").value_or(0), figureFrom(site, "difference").value_or(0)});
    }
    for (const auto& [code, list] : in["subgroups"].items()) {
        for (const auto& item : list) out.subgroups[code].push_back(subgroupFrom(item));
    }
    return out;
}

}  // namespace quorate::demo
