// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/memo.h"

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation {

Digest32 AppraisalMemo::digestOf(std::initializer_list<Digest32> inputs)
{
    if (inputs.size() == 1) return *inputs.begin();
    ByteWriter writer;
    for (const Digest32& input : inputs) writer.raw(input.view());
    return sha256(writer.bytes());
}

Digest32 AppraisalMemo::sha256Of(const Bytes& bytes)
{
    if (bytes.size() > kMaxDigestedBytes) return sha256(bytes);
    {
        const std::lock_guard lock(m_mutex);
        if (const auto known = m_digests.find(bytes); known != m_digests.end()) return known->second;
    }
    const Digest32 digest = sha256(bytes);
    const std::lock_guard lock(m_mutex);
    if (m_digests.size() >= kMaxDigests) m_digests.clear();
    m_digests.emplace(bytes, digest);
    return digest;
}

std::shared_ptr<const void> AppraisalMemo::find(const Key& key) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_values.find(key);
    return found == m_values.end() ? nullptr : found->second;
}

void AppraisalMemo::keep(const Key& key, std::shared_ptr<const void> value)
{
    const std::lock_guard lock(m_mutex);
    if (m_values.size() >= kMaxEntries) m_values.clear();
    m_values.emplace(key, std::move(value));
}

Result<std::vector<Certificate>> readChain(std::string_view pem, AppraisalMemo& memo)
{
    TRY_ASSIGN(blocks, Certificate::blocksFromPem(pem));
    std::vector<Certificate> out;
    for (const Bytes& block : blocks) {
        const auto certificate = memo.once("certificate", {sha256(block)}, [&] { return Certificate::fromDer(block); });
        TRY(*certificate);
        out.push_back(**certificate);
    }
    return out;
}

Result<void> verifyIssued(const Certificate& subject, const Certificate& issuer, AppraisalMemo& memo)
{
    return *memo.once("issued", {subject.sha256Fingerprint(), issuer.sha256Fingerprint()}, [&] { return subject.verifySignedBy(issuer); });
}

}  // namespace quorate::attestation
