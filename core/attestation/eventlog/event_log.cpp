// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/eventlog/event_log.h"

#include <algorithm>
#include <map>

#include "core/base/byte_reader.h"

namespace quorate::attestation::eventlog {
namespace {

constexpr char kSpecIdSignature[] = "Spec ID Event03";  // 15 characters and the zero behind them
constexpr std::uint32_t kMaxAlgorithms = 8;
constexpr std::uint32_t kMaxRegister = 4;
/// Hash algorithms of the TCG registry with the size of their digests.
constexpr std::pair<std::uint16_t, std::uint16_t> kAlgorithms[] = {
    {0x0004, 20}, {0x000b, 32}, {kAlgorithmSha384, 48}, {0x000d, 64}, {0x0012, 32}};

/// Algorithm to digest size, as the log's first event declares them.
using Algorithms = std::map<std::uint16_t, std::uint16_t>;

Result<void> readAlgorithm(ByteReader& reader, Algorithms& out)
{
    TRY_ASSIGN(id, reader.u16le("algorithm"));
    TRY_ASSIGN(size, reader.u16le("digest size"));
    const bool known = std::find(std::begin(kAlgorithms), std::end(kAlgorithms), std::pair(id, size)) != std::end(kAlgorithms);
    if (!known) {
        return fail(ErrorKind::Malformed, "event log declares algorithm " + std::to_string(id) + " with digests of " +
                                              std::to_string(size) + " bytes, which is no hash algorithm of the TCG");
    }
    if (!out.emplace(id, size).second) {
        return fail(ErrorKind::Malformed, "event log declares algorithm " + std::to_string(id) + " twice");
    }
    return {};
}

Result<Algorithms> readSpecId(BytesView data)
{
    ByteReader reader(data, "Spec ID event");
    TRY_ASSIGN(signature, reader.take(sizeof kSpecIdSignature, "signature"));
    if (asText(signature) != std::string_view(kSpecIdSignature, sizeof kSpecIdSignature)) {
        return fail(ErrorKind::Malformed, "event log does not begin with a Spec ID event of version 03");
    }
    TRY(reader.take(4, "platform class"));
    TRY_ASSIGN(minor, reader.u8("minor version"));
    TRY_ASSIGN(major, reader.u8("major version"));
    TRY(reader.take(1, "errata"));
    TRY_ASSIGN(uintn, reader.u8("UINTN size"));
    if (major != 2 || minor != 0 || (uintn != 1 && uintn != 2)) {
        return fail(ErrorKind::Malformed, "Spec ID event is version " + std::to_string(major) + "." + std::to_string(minor) +
                                              " with UINTN size " + std::to_string(uintn) + ", want 2.0 and 1 or 2");
    }
    TRY_ASSIGN(count, reader.u32le("number of algorithms"));
    if (count == 0 || count > kMaxAlgorithms) {
        return fail(ErrorKind::Malformed,
                    "Spec ID event declares " + std::to_string(count) + " algorithms, want 1 to " + std::to_string(kMaxAlgorithms));
    }
    Algorithms out;
    for (std::uint32_t i = 0; i < count; ++i) TRY(readAlgorithm(reader, out));
    TRY_ASSIGN(vendorSize, reader.u8("vendor size"));
    TRY(reader.take(vendorSize, "vendor information"));
    TRY(reader.end());
    if (!out.contains(kAlgorithmSha384)) return fail(ErrorKind::Malformed, "event log has no SHA-384 digests");
    return out;
}

/// TCG_PCR_EVENT, the old form: only the first event has it.
Result<Algorithms> readHeader(ByteReader& reader)
{
    TRY_ASSIGN(index, reader.u32le("register of the first event"));
    TRY_ASSIGN(type, reader.u32le("type of the first event"));
    if (type != kNoAction || index > kMaxRegister) {
        return fail(ErrorKind::Malformed, "event log begins with " + nameOfType(type) + " of register " + std::to_string(index) +
                                              ", want EV_NO_ACTION of register 0 to 4");
    }
    TRY(reader.zeros(20, "digest of the first event"));
    TRY_ASSIGN(size, reader.u32le("size of the first event"));
    TRY_ASSIGN(data, reader.take(size, "data of the first event"));
    return readSpecId(data);
}

/// TPML_DIGEST_VALUES: each declared algorithm once.
Result<Digest48> readDigests(ByteReader& reader, const Algorithms& algorithms)
{
    TRY_ASSIGN(count, reader.u32le("number of digests"));
    if (count != algorithms.size()) {
        return fail(ErrorKind::Malformed,
                    "event has " + std::to_string(count) + " digests, want " + std::to_string(algorithms.size()));
    }
    Digest48 out;
    std::map<std::uint16_t, bool> seen;
    for (std::uint32_t i = 0; i < count; ++i) {
        TRY_ASSIGN(id, reader.u16le("digest algorithm"));
        const auto declared = algorithms.find(id);
        if (declared == algorithms.end() || seen[id]) {
            return fail(ErrorKind::Malformed, "event's digest has algorithm " + std::to_string(id) +
                                                  ", which the log does not declare or the event has already");
        }
        seen[id] = true;
        TRY_ASSIGN(digest, reader.take(declared->second, "digest"));
        if (id == kAlgorithmSha384) std::copy(digest.begin(), digest.end(), out.bytes.begin());
    }
    return out;
}

Result<Event> readEvent(ByteReader& reader, const Algorithms& algorithms)
{
    Event out;
    out.offset = reader.offset();
    TRY_ASSIGN(registerIndex, reader.u32le("register"));
    TRY_ASSIGN(type, reader.u32le("type"));
    out.registerIndex = registerIndex;
    out.type = type;
    if (registerIndex > kMaxRegister || (registerIndex == 0 && type != kNoAction)) {
        return fail(ErrorKind::Malformed, nameOfType(type) + " names register " + std::to_string(registerIndex) +
                                              ", want 1 to 4 for RTMR0 to RTMR3");
    }
    TRY_ASSIGN(digest, readDigests(reader, algorithms));
    out.digest = digest;
    TRY_ASSIGN(size, reader.u32le("data size"));
    TRY_ASSIGN(data, reader.take(size, "data"));
    out.data = data;
    return out;
}

/// The table's area is larger than its content: 0xff in flash, zeros elsewhere. No event begins so: register 0xffffffff is
/// none, and nothing extends register 0 with type 0.
bool beginsPadding(BytesView rest)
{
    const BytesView start = rest.first(std::min<std::size_t>(rest.size(), 8));
    return std::all_of(start.begin(), start.end(), [&](std::uint8_t b) { return b == rest[0]; }) &&
           (rest[0] == 0 || rest[0] == 0xff);
}

}  // namespace

std::string nameOfType(std::uint32_t type)
{
    static const std::map<std::uint32_t, const char*> kNames = {{0x0, "EV_PREBOOT_CERT"},
                                                                {0x1, "EV_POST_CODE"},
                                                                {kNoAction, "EV_NO_ACTION"},
                                                                {kSeparator, "EV_SEPARATOR"},
                                                                {0x5, "EV_ACTION"},
                                                                {kEventTag, "EV_EVENT_TAG"},
                                                                {0x7, "EV_S_CRTM_CONTENTS"},
                                                                {0x8, "EV_S_CRTM_VERSION"},
                                                                {0x9, "EV_CPU_MICROCODE"},
                                                                {0xa, "EV_PLATFORM_CONFIG_FLAGS"},
                                                                {0xb, "EV_TABLE_OF_DEVICES"},
                                                                {0xc, "EV_COMPACT_HASH"},
                                                                {kIpl, "EV_IPL"},
                                                                {0xe, "EV_IPL_PARTITION_DATA"},
                                                                {0xf, "EV_NONHOST_CODE"},
                                                                {0x10, "EV_NONHOST_CONFIG"},
                                                                {0x11, "EV_NONHOST_INFO"},
                                                                {0x12, "EV_OMIT_BOOT_DEVICE_EVENTS"},
                                                                {0x13, "EV_POST_CODE2"},
                                                                {kVariableDriverConfig, "EV_EFI_VARIABLE_DRIVER_CONFIG"},
                                                                {kVariableBoot, "EV_EFI_VARIABLE_BOOT"},
                                                                {kBootServicesApplication, "EV_EFI_BOOT_SERVICES_APPLICATION"},
                                                                {kBootServicesDriver, "EV_EFI_BOOT_SERVICES_DRIVER"},
                                                                {kRuntimeServicesDriver, "EV_EFI_RUNTIME_SERVICES_DRIVER"},
                                                                {kGptEvent, "EV_EFI_GPT_EVENT"},
                                                                {kEfiAction, "EV_EFI_ACTION"},
                                                                {kFirmwareBlob, "EV_EFI_PLATFORM_FIRMWARE_BLOB"},
                                                                {0x80000009, "EV_EFI_HANDOFF_TABLES"},
                                                                {kFirmwareBlob2, "EV_EFI_PLATFORM_FIRMWARE_BLOB2"},
                                                                {kHandoffTables2, "EV_EFI_HANDOFF_TABLES2"},
                                                                {kVariableBoot2, "EV_EFI_VARIABLE_BOOT2"},
                                                                {0x8000000d, "EV_EFI_GPT_EVENT2"},
                                                                {0x80000010, "EV_EFI_HCRTM_EVENT"},
                                                                {kVariableAuthority, "EV_EFI_VARIABLE_AUTHORITY"},
                                                                {0x800000e1, "EV_EFI_SPDM_FIRMWARE_BLOB"},
                                                                {0x800000e2, "EV_EFI_SPDM_FIRMWARE_CONFIG"},
                                                                {0x800000e3, "EV_EFI_SPDM_DEVICE_POLICY"},
                                                                {0x800000e4, "EV_EFI_SPDM_DEVICE_AUTHORITY"}};
    const auto entry = kNames.find(type);
    if (entry != kNames.end()) return entry->second;
    const Bytes bigEndian{static_cast<std::uint8_t>(type >> 24), static_cast<std::uint8_t>(type >> 16),
                          static_cast<std::uint8_t>(type >> 8), static_cast<std::uint8_t>(type)};
    return "event type 0x" + toHex(bigEndian);
}

Result<EventLog> parseEventLog(BytesView bytes)
{
    ByteReader reader(bytes, "event log");
    TRY_ASSIGN(algorithms, readHeader(reader));
    EventLog out;
    while (reader.remaining() > 0 && !beginsPadding(reader.rest())) {
        if (out.events.size() == kMaxEvents) {
            return fail(ErrorKind::Malformed, "event log has more than " + std::to_string(kMaxEvents) + " events");
        }
        auto event = readEvent(reader, algorithms);
        if (!event) return failAt("event " + std::to_string(out.events.size() + 1), event.error());
        out.events.push_back(*event);
    }
    const BytesView padding = reader.rest();
    if (!std::all_of(padding.begin(), padding.end(), [&](std::uint8_t b) { return b == padding[0]; })) {
        return fail(ErrorKind::Malformed, "event log has content behind its padding");
    }
    out.paddingBytes = padding.size();
    return out;
}

}  // namespace quorate::attestation::eventlog
