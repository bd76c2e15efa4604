// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <map>
#include <string>

#include "core/base/bytes.h"

namespace quorate {

/// One thread's word to another that an answer is no longer wanted. Outlives the work it is given to.
class StopSignal {
public:
    void request() { m_requested = true; }
    [[nodiscard]] bool isRequested() const { return m_requested; }

private:
    std::atomic<bool> m_requested{false};
};

/// What a vendor's service answered with status 200. Nothing in it is trusted.
struct VendorAnswer {
    Bytes body;
    std::map<std::string, std::string> headers; ///< Names in lower case; of repeated ones the last.
};

/// Where a vendor's published objects come from. Blocking: called on a thread that may wait, never on the UI's
/// (docs/decisions/0033-collateral-source-blocks.md).
class CollateralSource {
public:
    virtual ~CollateralSource() = default;
    /// Bounded in time and size by the source. Unavailable with the address and what happened, Malformed for an address
    /// it may not ask or an answer beyond its bounds, Cancelled after `stop` was requested.
    virtual Result<VendorAnswer> get(const std::string& url, const StopSignal& stop) = 0;
};

} // namespace quorate
