// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/record_reader.h"

#include "quorate/payload/v1/audit.pb.h"

namespace quorate::audit {

struct RecordReader::Message {
    ::quorate::payload::v1::AuditEntry entry;
};

RecordReader::RecordReader() : m_message(std::make_unique<Message>()) {}
RecordReader::~RecordReader() = default;

Result<const RecordReference*> RecordReader::read(BytesView leaf)
{
    if (leaf.size() > kMaxEntryBytes) return fail(ErrorKind::Malformed, "entry is too long");
    auto& entry = m_message->entry;
    if (!entry.ParseFromArray(leaf.data(), static_cast<int>(leaf.size())) || entry.kind().empty()) {
        return fail(ErrorKind::Malformed, "entry is not a protobuf message of its kind");
    }
    if (!entry.has_record()) return nullptr;
    const auto& record = entry.record();
    TRY_ASSIGN(digest, Digest32::from(asBytes(record.digest())));
    m_record.table = record.table();
    m_record.key = record.key();
    m_record.digest = digest;
    return &m_record;
}

}  // namespace quorate::audit
