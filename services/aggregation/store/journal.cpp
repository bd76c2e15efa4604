// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/journal.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/base/byte_reader.h"

namespace quorate::services {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPartial = ".new";
/// In front of each sealed record: u8 more to come, u32 sealed bytes, u64 events up to and with this change.
constexpr std::size_t kFrameBytes = 13;

struct Frame {
    bool more = false;
    std::uint32_t sealedBytes = 0;
    std::uint64_t events = 0;
};

Bytes label(const Uuid& study, std::uint64_t number)
{
    return ByteWriter().text("quorate/v1/journal").lengthPrefixed(study.view()).u64be(number).take();
}

fs::path pathOf(const fs::path& folder, std::uint64_t number) { return folder / (std::string(Journal::kPrefix) + std::to_string(number)); }

std::optional<std::uint64_t> numberOf(const fs::path& path)
{
    const std::string name = path.filename().string();
    if (!name.starts_with(Journal::kPrefix)) return std::nullopt;
    std::uint64_t out = 0;
    const char* const end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + Journal::kPrefix.size(), end, out);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return out;
}

/// The frame at this place; none when the file ends before it is whole, as where a process was killed.
std::optional<Frame> frameAt(const BlockFile& file, std::uint64_t offset, std::uint64_t fileBytes)
{
    if (fileBytes - offset < kFrameBytes) return std::nullopt;
    std::array<std::uint8_t, kFrameBytes> bytes{};
    if (!file.readAt(offset, bytes)) return std::nullopt;
    ByteReader reader(bytes, "journal");
    const Frame out{*reader.u8("more") != 0, *reader.u32be("length"), *reader.u64be("events")};
    if (out.sealedBytes < SealedRecords::kTagBytes || out.sealedBytes > SealedRecords::kRecordBytes + SealedRecords::kTagBytes ||
        fileBytes - offset - kFrameBytes < out.sealedBytes) {
        return std::nullopt;
    }
    return out;
}

}  // namespace

std::uint64_t Journal::newest(const fs::path& folder)
{
    std::uint64_t out = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) out = std::max(out, numberOf(entry.path()).value_or(0));
    return out;
}

std::uint64_t Journal::eventsIn(const fs::path& folder)
{
    const auto file = BlockFile::openToRead(pathOf(folder, newest(folder)));
    if (!file) return 0;
    const auto fileBytes = file->size();
    std::uint64_t offset = SealedRecords::kHeaderBytes;
    std::uint64_t out = 0;
    while (fileBytes && offset < *fileBytes) {
        const auto frame = frameAt(*file, offset, *fileBytes);
        if (!frame) break;
        if (!frame->more) out = frame->events;
        offset += kFrameBytes + frame->sealedBytes;
    }
    return out;
}

Result<KeptState> Journal::read(const fs::path& folder, std::uint64_t number, BytesView key, const Uuid& study)
{
    TRY_ASSIGN(file, BlockFile::openToRead(pathOf(folder, number)));
    TRY_ASSIGN(fileBytes, file.size());
    std::array<std::uint8_t, SealedRecords::kHeaderBytes> header{};
    TRY(file.readAt(0, header));
    TRY_ASSIGN(records, SealedRecords::open(key, label(study, number), header));
    KeptState out;
    Bytes content;
    std::uint64_t record = 0;
    std::uint64_t offset = header.size();
    while (const auto frame = frameAt(file, offset, fileBytes)) {
        Bytes sealed(frame->sealedBytes);
        TRY(file.readAt(offset + kFrameBytes, sealed));
        const std::size_t size = sealed.size() - SealedRecords::kTagBytes;
        content.resize(content.size() + size);
        TRY(records.unseal(record++, sealed, std::span(content).last(size)));
        offset += kFrameBytes + sealed.size();
        if (frame->more) continue;
        TRY_ASSIGN(change, decodeKeptState(content));
        content.clear();
        out.add(std::move(change));
        if (out.events.size() != frame->events) return fail(ErrorKind::Untrusted, "a journal's clear numbers are not those of its content");
    }
    return out;
}

Result<Journal> Journal::begin(const fs::path& folder, std::uint64_t number, BytesView key, const Uuid& study, const KeptState& before,
                               const RandomSource& random)
{
    const fs::path path = pathOf(folder, number);
    fs::path partial = path;
    partial += kPartial;
    std::error_code error;
    fs::remove(partial, error);  // Of a process that was killed here.
    TRY_ASSIGN(records, SealedRecords::create(key, label(study, number), random));
    TRY_ASSIGN(file, BlockFile::create(partial));
    Journal out(std::move(file), std::move(records));
    TRY(out.m_file.writeAt(0, out.m_records.header().view()));
    TRY(out.append(before));
    TRY(out.flush());
    fs::rename(partial, path, error);
    if (error) return fail(ErrorKind::StorageFailed, path.string() + " cannot be put in place");
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        std::error_code ignored;
        if (numberOf(entry.path()).value_or(number) < number) fs::remove(entry.path(), ignored);
    }
    return out;
}

Result<void> Journal::append(const KeptState& change)
{
    if (m_broken) return fail(ErrorKind::StorageFailed, "the study's journal could not be written before; nothing is added behind a gap");
    const Bytes content = encode(change);
    BytesView rest = content;
    Bytes out;
    do {
        const BytesView part = rest.first(std::min(rest.size(), SealedRecords::kRecordBytes));
        rest = rest.subspan(part.size());
        const std::size_t sealedBytes = part.size() + SealedRecords::kTagBytes;
        const Bytes frame = ByteWriter().u8(rest.empty() ? 0 : 1).u32be(static_cast<std::uint32_t>(sealedBytes))
                                .u64be(m_events + change.events.size()).take();
        out.insert(out.end(), frame.begin(), frame.end());
        out.resize(out.size() + sealedBytes);
        TRY(m_records.seal(m_number++, part, std::span(out).last(sealedBytes)));
    } while (!rest.empty());
    m_broken = true;
    TRY(m_file.writeAt(m_offset, out));
    m_broken = false;
    m_offset += out.size();
    m_events += change.events.size();
    return {};
}

}  // namespace quorate::services
