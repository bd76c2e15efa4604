// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/round_order.h"

using namespace quorate;

/// An order that decodes must survive its own bytes unchanged, and its reason must be one that can be shown.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto order = study::decodeRoundOrder(BytesView(data, size));
    if (!order) return 0;
    const auto again = study::decodeRoundOrder(study::encode(*order));
    if (!again || !(*again == *order) || !study::checkOrderReason(order->reason)) __builtin_trap();
    return 0;
}
