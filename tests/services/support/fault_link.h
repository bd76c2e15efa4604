// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

namespace quorate::tests {

/// A link between hospitals and the service that is bad on purpose: it delays what it carries and cuts connections, by a
/// generator of its own, so that a run can be repeated. It goes on to wherever the service is now.
class FaultLink {
public:
    /// One connection of `cutOneIn` is cut after a while, none for 0; each piece may wait up to `delayMs`.
    FaultLink(std::uint64_t seed, unsigned cutOneIn, unsigned delayMs);
    ~FaultLink();

    [[nodiscard]] std::string address() const;
    /// The service's port; 0: there is none, and who dials is refused.
    void leadTo(int port);
    [[nodiscard]] unsigned cuts() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace quorate::tests
