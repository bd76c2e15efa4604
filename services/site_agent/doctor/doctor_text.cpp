// SPDX-License-Identifier: GPL-3.0-or-later
#include <nlohmann/json.hpp>

#include "services/site_agent/doctor/doctor.h"

namespace quorate::services {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kNameWidth = 13;

const char* nameOf(StepOutcome outcome)
{
    switch (outcome) {
    case StepOutcome::Works: return "works";
    case StepOutcome::Warning: return "warning";
    case StepOutcome::Fails: return "fails";
    case StepOutcome::NotReached: break;
    }
    return "not-reached";
}

const char* mark(StepOutcome outcome)
{
    switch (outcome) {
    case StepOutcome::Works: return "ok    ";
    case StepOutcome::Warning: return "warn  ";
    case StepOutcome::Fails: return "FAIL  ";
    case StepOutcome::NotReached: break;
    }
    return "-     ";
}

/// Words from the network: a terminal obeys nobody.
std::string printable(std::string text)
{
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    return text;
}

std::string joined(const std::vector<std::string>& texts)
{
    std::string out;
    for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

std::string firewallText(const FirewallRule& rule)
{
    std::string out = "\nFor the firewall team: what must be open, and nothing else\n";
    out += "  direction   outbound only; this computer accepts no connection\n";
    out += "  to          " + rule.to.text() + (rule.addresses.empty() ? "" : " (now " + joined(rule.addresses) + ")") + "\n";
    if (rule.tunnelTo) out += "  through it  HTTP CONNECT to " + rule.tunnelTo->text() + "\n";
    out += "  protocol    TCP; TLS 1.3 end to end; HTTP/2 (ALPN h2); connections stay open for hours\n";
    out += "  inspection  none: both ends show certificates of the consortium, and an opened connection is refused\n";
    return out;
}

}  // namespace

std::string toText(const DoctorReport& report)
{
    std::string out = "From " + (report.site.empty() ? "this computer" : report.site) + " to " + report.service + "\n\n";
    for (const auto& step : report.steps) {
        std::string name = step.name;
        name.resize(std::max(name.size() + 1, kNameWidth), ' ');
        out += mark(step.outcome) + name + (step.outcome == StepOutcome::NotReached ? "not reached" : step.detail) + "\n";
        if (!step.advice.empty()) out += std::string(6 + kNameWidth, ' ') + "-> " + step.advice + "\n";
    }
    for (const auto& rule : report.firewall) out += firewallText(rule);
    std::string safe;
    for (std::size_t begin = 0; begin < out.size();) {
        const auto end = std::min(out.find('\n', begin), out.size());
        safe += printable(out.substr(begin, end - begin)) + "\n";
        begin = end + 1;
    }
    return safe;
}

std::string toJson(const DoctorReport& report)
{
    Json out{{"site", report.site}, {"service", report.service}, {"works", report.firstFailure() == nullptr}, {"steps", Json::array()}, {"firewall", Json::array()}};
    for (const auto& step : report.steps) {
        out["steps"].push_back({{"name", step.name}, {"outcome", nameOf(step.outcome)}, {"detail", step.detail}, {"advice", step.advice}});
    }
    for (const auto& rule : report.firewall) {
        Json item{{"direction", "outbound"}, {"host", rule.to.host}, {"port", std::stoi(rule.to.port)}, {"addresses", rule.addresses},
                  {"protocol", "TCP, TLS 1.3, HTTP/2 (ALPN h2)"}, {"inspection", false}};
        if (rule.tunnelTo) item["connect"] = rule.tunnelTo->text();
        out["firewall"].push_back(std::move(item));
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace quorate::services
