// SPDX-License-Identifier: GPL-3.0-or-later
#include "learning/script/confined_process.h"

namespace quorate::learning {

namespace {

tl::unexpected<Error> notAvailable() { return fail(ErrorKind::Unavailable, "a confined process is not available on this system"); }

}  // namespace

Result<Bytes> callConfined(const ConfinedCall&, BytesView) { return notAvailable(); }
Result<std::filesystem::path> programBeside(const std::string&) { return notAvailable(); }
Result<Bytes> receiveRequest() { return notAvailable(); }
Result<void> sendReply(BytesView) { return notAvailable(); }

}  // namespace quorate::learning
