// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/audit/entry.h"

namespace quorate::audit {

/// Reads of entries only which row each of them wrote, and reuses its memory: for passes over a whole log whose leaves are
/// compared with their hashes anyway. `decodeEntry` judges the rest of an entry.
class RecordReader {
public:
    RecordReader();
    ~RecordReader();
    RecordReader(const RecordReader&) = delete;
    RecordReader& operator=(const RecordReader&) = delete;

    /// None when the entry wrote no row; lives until the next call. Malformed when the bytes are no entry.
    Result<const RecordReference*> read(BytesView leaf);

private:
    struct Message;
    std::unique_ptr<Message> m_message;
    RecordReference m_record;
};

}  // namespace quorate::audit
