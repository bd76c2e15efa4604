// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <iosfwd>

#include "core/audit/entry.h"

namespace quorate::audit {

/// Goes through the entries to write, in order; called twice.
using EntrySource = std::function<Result<void>(const std::function<void(const Entry&)>& each)>;

/// An XML file in the shape of CDISC ODM 1.3: AdminData with a User for each actor, and an AuditRecord for each entry with
/// UserRef, LocationRef, DateTimeStamp (local time with offset), ReasonForChange and SourceID. For reading by people and tools
/// that know the shape; nobody certified it, and it proves nothing: the export does. StorageFailed when `out` fails.
Result<void> writeOdm(const EntrySource& entries, const std::string& origin, UtcSeconds createdAt, std::ostream& out);

}  // namespace quorate::audit
