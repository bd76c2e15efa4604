// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/result.h"

namespace quorate {

const char* nameOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Malformed: return "malformed";
    case ErrorKind::Untrusted: return "untrusted";
    case ErrorKind::PolicyRefused: return "policy-refused";
    case ErrorKind::Unavailable: return "unavailable";
    case ErrorKind::Cancelled: return "cancelled";
    case ErrorKind::StorageFailed: return "storage-failed";
    case ErrorKind::Internal: return "internal";
    }
    return "internal";
}

}  // namespace quorate
