// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/site_agent/doctor/doctor.h"

#include <algorithm>
#include <cstdlib>

#include "enclave_client/round_client.h"
#include "services/site_agent/policy_guard.h"

namespace quorate::services {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr days kRenewBefore{30};
constexpr seconds kClockWarning{30};
constexpr seconds kClockLimit{300};
constexpr char kInspection[] =
    "a device between here and the service opens TLS; ask the firewall team to exempt the service from inspection";

class Examination {
public:
    Examination(const DoctorOptions& options, const Clock& clock, const RandomSource& random)
        : m_options(options), m_clock(clock), m_random(random)
    {
        m_report.service = options.files.service;
    }

    DoctorReport run()
    {
        const bool filesWork = lookAtFiles();
        const bool networkWorks = lookAtNetwork(filesWork);
        const bool attested = networkWorks && attest();
        if (!attested) skip({"attestation", "clock", "membership"});
        if (attested) askMembership();
        return std::move(m_report);
    }

private:
    bool works(const char* name, std::string detail)
    {
        m_report.steps.push_back({name, StepOutcome::Works, std::move(detail), {}, {}});
        return true;
    }
    void warns(const char* name, std::string detail, std::string advice)
    {
        m_report.steps.push_back({name, StepOutcome::Warning, std::move(detail), std::move(advice), {}});
    }
    bool fails(const char* name, const Error& error, std::string advice)
    {
        m_report.steps.push_back({name, StepOutcome::Fails, error.message, std::move(advice), error.kind});
        return false;
    }
    /// Those of them that have not been looked at.
    void skip(std::initializer_list<const char*> names)
    {
        for (const char* name : names) {
            const auto has = [name](const DoctorStep& step) { return step.name == name; };
            if (std::any_of(m_report.steps.begin(), m_report.steps.end(), has)) continue;
            m_report.steps.push_back({name, StepOutcome::NotReached, {}, {}, {}});
        }
    }

    bool lookAtFiles();
    bool lookAtDates();
    bool lookAtNetwork(bool hasIdentity);
    bool chooseProxy(const Endpoint& service);
    bool dial(const Endpoint& service, bool hasIdentity);
    bool judge(const TlsFacts& facts);
    bool attest();
    void compareClocks(UtcMillis serviceTime, UtcMillis before, UtcMillis after);
    void askMembership();

    const DoctorOptions& m_options;
    const Clock& m_clock;
    const RandomSource& m_random;
    DoctorReport m_report;
    std::optional<SiteConfig> m_config;
    std::optional<Proxy> m_proxy;
    std::optional<AttestedChannel> m_channel;
    bool m_isStudyKnown = true;
};

bool Examination::lookAtFiles()
{
    const auto& files = m_options.files;
    const auto package = loadPackage(files.package, files.consortiumCa);
    if (!package) {
        fails("package", package.error(), "ask the study's coordinator for the signed package and the consortium's certificate again");
        skip({"identity", "dates", "policy"});
        return false;
    }
    const auto& protocol = package->protocol;
    works("package", "study " + protocol.code + ", signed by the consortium's root");
    auto config = loadSiteIdentity(files);
    if (!config) {
        fails("identity", config.error(), "the folder must hold this node's own certificate and key, and the study's roster must name them");
        skip({"dates", "policy"});
        return false;
    }
    m_config.emplace(std::move(*config));
    m_report.site = m_config->site.name;
    works("identity", "site node of " + m_config->site.name + ", as the roster names it");
    const bool datesWork = lookAtDates();
    const auto policy = PolicyGuard(files.policy, protocol).requireAllowed(toSeconds(m_clock()));
    if (!policy) return fails("policy", policy.error(), "the hospital decides: its own policy file must allow this study");
    works("policy", files.policy.empty() ? "none; a rehearsal needs none" : "allows this study");
    return datesWork;
}

bool Examination::lookAtDates()
{
    const auto now = toSeconds(m_clock());
    const auto& certificate = m_config->certificate;
    const std::string until = formatRfc3339(certificate.notAfter());
    if (const auto valid = certificate.verifyValidAt(now); !valid) {
        return fails("dates", valid.error(), "the certificate is of " + formatRfc3339(certificate.notBefore()) + " to " + until +
                                                 ", and this computer's clock says " + formatRfc3339(now));
    }
    if (certificate.notAfter() - now < kRenewBefore) {
        warns("dates", "the certificate ends " + until, "ask the consortium for a new one before then");
        return true;
    }
    return works("dates", "the certificate is good until " + until);
}

bool Examination::chooseProxy(const Endpoint& service)
{
    const auto proxy = proxyFor(service.host);
    if (!proxy) return fails("proxy", proxy.error(), "want http://host:port in the proxy setting of this computer");
    m_proxy = *proxy;
    return works("proxy", m_proxy ? "dialling through " + m_proxy->at.text() : "none; dialling directly");
}

bool Examination::lookAtNetwork(bool hasIdentity)
{
    const auto done = [this](bool result) {
        if (!result) skip({"proxy", "dns", "tcp", "tunnel", "tls"});
        return result;
    };
    const auto service = parseEndpoint(m_options.files.service);
    if (!service) return done(fails("proxy", Error{ErrorKind::Malformed, "--service: " + service.error().message}, "want host:port"));
    m_report.firewall.push_back({*service, {}, {}});
    return done(chooseProxy(*service) && dial(*service, hasIdentity));
}

bool Examination::dial(const Endpoint& service, bool hasIdentity)
{
    const Endpoint& next = m_proxy ? m_proxy->at : service;
    auto& rule = m_report.firewall.front();
    if (m_proxy) rule = {next, {}, service};
    const auto addresses = resolve(next);
    if (!addresses) return fails("dns", addresses.error(), "the name must be known to this network's name servers; check its spelling");
    rule.addresses = *addresses;
    std::string list;
    for (const auto& address : *addresses) list += (list.empty() ? "" : ", ") + address;
    works("dns", next.host + " is " + list);

    auto probe = Probe::connect(next, m_options.stepSeconds);
    if (!probe) return fails("tcp", probe.error(), "the firewall must let this computer dial " + next.text() + "; see below");
    works("tcp", "connected to " + next.text());
    if (m_proxy) {
        const auto tunnel = probe->openTunnel(service, *m_proxy, m_options.stepSeconds);
        if (!tunnel) return fails("tunnel", tunnel.error(), "the proxy must allow CONNECT to " + service.text() + ", with the user that is set, if any");
        works("tunnel", "the proxy opened a tunnel to " + service.text());
    } else {
        works("tunnel", "not needed");
    }
    if (!hasIdentity) return false;
    const auto facts = probe->handshake(service, m_config->credentials, m_options.stepSeconds);
    if (!facts) return fails("tls", facts.error(), "something that is not the service answers there, or a device on the way cuts TLS off");
    return judge(*facts);
}

bool Examination::judge(const TlsFacts& facts)
{
    if (facts.version != "TLSv1.3") return fails("tls", Error{ErrorKind::Unavailable, "the other side speaks " + facts.version + ", want TLSv1.3"}, kInspection);
    if (facts.alpn != "h2") return fails("tls", Error{ErrorKind::Unavailable, "the other side does not speak HTTP/2 (ALPN h2)"}, kInspection);
    // The service's certificate is its own; one that somebody issued was made on the way.
    if (!facts.leaf.issuerEquals(facts.leaf)) {
        return fails("tls", Error{ErrorKind::Untrusted, "the certificate was issued by \"" + facts.leaf.issuerCommonName() + "\", want the service's own"}, kInspection);
    }
    return works("tls", "TLS 1.3 with HTTP/2, key " + toHex(facts.leaf.publicKey().spkiSha256()).substr(0, 16));
}

bool Examination::attest()
{
    m_channel.emplace(m_options.files.service, m_config->credentials, m_clock, m_random);
    auto expectations = ServiceExpectations::of(m_config->package, m_options.anchors);
    const int timeoutMs = m_options.stepSeconds * 1000;
    auto before = m_clock();
    auto answer = m_channel->attest(attestation::Purpose::Channel, expectations, timeoutMs);
    if (!answer && answer.error().kind == ErrorKind::Unavailable) {
        expectations.study = {};
        expectations.keyEpoch = 0;
        expectations.referenceValuesDigest = {};
        before = m_clock();
        if (auto general = m_channel->attest(attestation::Purpose::Channel, expectations, timeoutMs)) {
            answer = std::move(general);
            m_isStudyKnown = false;
        }
    }
    const auto after = m_clock();
    if (!answer) return fails("attestation", answer.error(), "the service did not answer the challenge; tell the consortium, with this line");
    if (const auto accepted = requireAccepted(answer->result); !accepted) {
        fails("attestation", accepted.error(), "the service's evidence is refused; nothing is sent to it. Tell the consortium, with this line");
        compareClocks(answer->serviceTime, before, after);
        return false;
    }
    works("attestation", "the service proved itself: " + answer->result.product + ", " + answer->result.tcbStatus);
    compareClocks(answer->serviceTime, before, after);
    return true;
}

void Examination::compareClocks(UtcMillis serviceTime, UtcMillis before, UtcMillis after)
{
    const auto offset = std::chrono::duration_cast<seconds>(before + (after - before) / 2 - serviceTime);
    const std::string detail = "this computer's clock is " + std::to_string(std::abs(offset.count())) + " s " +
                               (offset.count() < 0 ? "behind" : "ahead of") + " the service's";
    const char* advice = "set this computer's clock by a time server (NTP)";
    if (std::chrono::abs(offset) > kClockLimit) {
        fails("clock", Error{ErrorKind::Unavailable, detail + ", want less than " + std::to_string(kClockLimit.count()) + " s"}, advice);
    } else if (std::chrono::abs(offset) > kClockWarning) {
        warns("clock", detail, advice);
    } else {
        works("clock", detail);
    }
}

void Examination::askMembership()
{
    if (!m_isStudyKnown) {
        warns("membership", "the study is not published at the service", "wait for the coordinator to publish it; the rest works");
        return;
    }
    const auto nonce = RoundClient(*m_channel, m_config->package.protocol.id).beginJoin();
    if (!nonce) {
        fails("membership", nonce.error(), "the service knows a roster that does not let this node in; ask the consortium");
        return;
    }
    works("membership", "the service lets this node in");
}

}  // namespace

const DoctorStep* DoctorReport::firstFailure() const
{
    const auto found = std::find_if(steps.begin(), steps.end(), [](const DoctorStep& step) { return step.outcome == StepOutcome::Fails; });
    return found == steps.end() ? nullptr : &*found;
}

DoctorReport examine(const DoctorOptions& options, const Clock& clock, const RandomSource& random)
{
    return Examination(options, clock, random).run();
}

}  // namespace quorate::services
