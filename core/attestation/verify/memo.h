// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <string_view>

#include "core/crypto/certificate.h"

namespace quorate::attestation {

/// What follows from the bytes of collateral and endorsements alone: their digests, decoded objects, and whether one signed the other.
/// It never holds what depends on a time, a policy or a pin, so an appraisal with it gives what an appraisal without it
/// gives, sooner. Thread-safe. Starts again from nothing when it holds kMaxEntries.
class AppraisalMemo {
public:
    AppraisalMemo() = default;
    AppraisalMemo(const AppraisalMemo&) = delete;
    AppraisalMemo& operator=(const AppraisalMemo&) = delete;

    /// What `make` gives, made once for these inputs. `function` names it and is a literal; `inputs` are the SHA-256 digests of
    /// all that it depends on. Two threads may make the same value at the same time; one of them is kept.
    template <typename Make>
    auto once(std::string_view function, std::initializer_list<Digest32> inputs, const Make& make)
    {
        using Value = decltype(make());
        const Key key{function, digestOf(inputs)};
        if (auto known = find(key)) return std::static_pointer_cast<const Value>(std::move(known));
        auto made = std::make_shared<const Value>(make());
        keep(key, made);
        return made;
    }

    /// SHA-256, computed once for these bytes: they are compared in full, which takes a fraction of the time.
    Digest32 sha256Of(const Bytes& bytes);

private:
    static constexpr std::size_t kMaxEntries = 512;
    static constexpr std::size_t kMaxDigests = 64;
    static constexpr std::size_t kMaxDigestedBytes = 64 * 1024;  ///< Of one file; longer ones are hashed each time.
    using Key = std::pair<std::string_view, Digest32>;

    static Digest32 digestOf(std::initializer_list<Digest32> inputs);
    [[nodiscard]] std::shared_ptr<const void> find(const Key& key) const;
    void keep(const Key& key, std::shared_ptr<const void> value);

    mutable std::mutex m_mutex;
    std::map<Key, std::shared_ptr<const void>> m_values;
    std::map<Bytes, Digest32> m_digests;
};

/// Certificate::chainFromPem, each certificate decoded once.
Result<std::vector<Certificate>> readChain(std::string_view pem, AppraisalMemo& memo);
/// Certificate::verifySignedBy, each pair verified once.
Result<void> verifyIssued(const Certificate& subject, const Certificate& issuer, AppraisalMemo& memo);

}  // namespace quorate::attestation
