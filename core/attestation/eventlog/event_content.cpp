// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/eventlog/event_content.h"

#include <optional>

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation::eventlog {
namespace {

constexpr std::size_t kMaxShownBytes = 8;
constexpr std::uint8_t kMediaDevicePath = 4;
constexpr std::uint8_t kHardDrive = 1;
constexpr std::uint8_t kFilePath = 4;
constexpr std::uint8_t kFirmwareFile = 6;
constexpr std::uint8_t kEndOfPath = 0x7f;
constexpr const char* kLoaderWords[] = {"grub_cmd: ", "kernel_cmdline: ", "module_cmdline: "};

/// Printable ASCII; anything else becomes '?', so that a log cannot steer a terminal.
std::string printableText(BytesView bytes)
{
    std::string out;
    for (const std::uint8_t b : bytes.first(std::min(bytes.size(), kMaxDescription + 1))) {
        out += b == '\n' || b == '\t' ? ' ' : b >= 0x20 && b < 0x7f ? static_cast<char>(b) : '?';
    }
    return out;
}

std::string utf16Text(BytesView bytes)
{
    Bytes narrow;
    for (std::size_t i = 0; i + 1 < bytes.size() && narrow.size() <= kMaxDescription; i += 2) {
        if (bytes[i] == 0 && bytes[i + 1] == 0) break;
        narrow.push_back(bytes[i + 1] == 0 ? bytes[i] : 0);
    }
    return printableText(narrow);
}

std::string sizeText(std::size_t size) { return std::to_string(size) + (size == 1 ? " byte" : " bytes"); }

BytesView withoutFinalZero(BytesView data) { return !data.empty() && data.back() == 0 ? data.first(data.size() - 1) : data; }

struct Variable {
    BytesView name;
    BytesView value;
};

/// UEFI_VARIABLE_DATA (PC Client Platform Firmware Profile section 10.2.6).
Result<Variable> readVariable(BytesView data)
{
    ByteReader reader(data, "variable");
    TRY(reader.take(16, "vendor GUID"));
    TRY_ASSIGN(nameUnits, reader.u64le("name length"));
    TRY_ASSIGN(valueSize, reader.u64le("value length"));
    if (nameUnits > data.size() / 2 || valueSize > data.size()) return fail(ErrorKind::Malformed, "variable lengths exceed the event");
    Variable out;
    TRY_ASSIGN(name, reader.take(nameUnits * 2, "name"));
    TRY_ASSIGN(value, reader.take(valueSize, "value"));
    TRY(reader.end());
    out.name = name;
    out.value = value;
    return out;
}

Result<std::string> describeVariable(BytesView data)
{
    TRY_ASSIGN(variable, readVariable(data));
    std::string out = "variable " + utf16Text(variable.name) + ", " + sizeText(variable.value.size());
    if (!variable.value.empty() && variable.value.size() <= kMaxShownBytes) out += ": " + toHex(variable.value);
    return out;
}

/// The parts of a device path that a person recognises: partition, firmware file, file name.
Result<std::string> describeDevicePath(BytesView bytes)
{
    ByteReader reader(bytes, "device path");
    std::string out;
    while (reader.remaining() > 0) {
        TRY_ASSIGN(type, reader.u8("node type"));
        TRY_ASSIGN(subtype, reader.u8("node subtype"));
        TRY_ASSIGN(size, reader.u16le("node size"));
        if (size < 4) return fail(ErrorKind::Malformed, "device path node is under 4 bytes");
        TRY_ASSIGN(node, reader.take(size - 4u, "node"));
        if (type == kEndOfPath) break;
        std::string part;
        if (type == kMediaDevicePath && subtype == kFilePath) part = utf16Text(node);
        if (type == kMediaDevicePath && subtype == kFirmwareFile) part = "firmware file " + toHex(node);
        if (type == kMediaDevicePath && subtype == kHardDrive && node.size() >= 4) {
            TRY_ASSIGN(number, ByteReader(node, "partition").u32le("number"));
            part = "partition " + std::to_string(number);
        }
        if (!part.empty() && out.size() < kMaxDescription) out += (out.empty() ? "" : ", ") + part;
    }
    return out.empty() ? "device path of " + sizeText(bytes.size()) : out;
}

/// UEFI_IMAGE_LOAD_EVENT.
Result<std::string> describeImage(BytesView data)
{
    ByteReader reader(data, "image load event");
    TRY(reader.take(8, "location"));
    TRY_ASSIGN(size, reader.u64le("image length"));
    TRY(reader.take(8, "link time"));
    TRY_ASSIGN(pathSize, reader.u64le("device path length"));
    TRY_ASSIGN(path, reader.take(pathSize, "device path"));
    TRY(reader.end());
    TRY_ASSIGN(text, describeDevicePath(path));
    return "image of " + sizeText(size) + " from " + text;
}

/// UEFI_PLATFORM_FIRMWARE_BLOB2 and UEFI_HANDOFF_TABLE_POINTERS2: a counted description first.
Result<std::string> describeNamed(BytesView data)
{
    ByteReader reader(data, "described event");
    TRY_ASSIGN(size, reader.u8("description size"));
    TRY_ASSIGN(text, reader.take(size, "description"));
    TRY_ASSIGN(first, reader.u64le("base or count"));
    TRY(reader.u64le("length or first table"));
    (void)first;
    return printableText(withoutFinalZero(text));
}

Result<std::string> describeSpan(BytesView data)
{
    ByteReader reader(data, "firmware blob");
    TRY(reader.u64le("base"));
    TRY_ASSIGN(size, reader.u64le("length"));
    TRY(reader.end());
    return "firmware of " + sizeText(size);
}

Result<std::string> describeTagged(BytesView data)
{
    ByteReader reader(data, "tagged event");
    TRY(reader.u32le("tag"));
    TRY_ASSIGN(size, reader.u32le("tag size"));
    TRY_ASSIGN(text, reader.take(size, "tag data"));
    TRY(reader.end());
    const bool wide = text.size() >= 2 && text[1] == 0;
    return wide ? utf16Text(text) : printableText(withoutFinalZero(text));
}

Result<std::string> describeGpt(BytesView data)
{
    ByteReader reader(data, "partition table");
    TRY(reader.take(92, "header"));
    TRY_ASSIGN(count, reader.u64le("number of partitions"));
    return "partition table, " + std::to_string(count) + " partitions";
}

std::string describePlain(BytesView data)
{
    const BytesView text = withoutFinalZero(data);
    const bool readable = !text.empty() && std::all_of(text.begin(), text.end(), [](std::uint8_t b) {
        return (b >= 0x20 && b < 0x7f) || b == '\n' || b == '\t';
    });
    if (readable) return printableText(text);
    if (data.size() <= kMaxShownBytes) return data.empty() ? "no data" : toHex(data);
    return sizeText(data.size());
}

Result<std::string> describeTyped(const Event& event)
{
    switch (event.type) {
    case kVariableDriverConfig:
    case kVariableBoot:
    case kVariableBoot2:
    case kVariableAuthority: return describeVariable(event.data);
    case kBootServicesApplication:
    case kBootServicesDriver:
    case kRuntimeServicesDriver: return describeImage(event.data);
    case kFirmwareBlob: return describeSpan(event.data);
    case kFirmwareBlob2:
    case kHandoffTables2: return describeNamed(event.data);
    case kEventTag: return describeTagged(event.data);
    case kGptEvent: return describeGpt(event.data);
    default: return describePlain(event.data);
    }
}

bool isVariable(std::uint32_t type)
{
    return type == kVariableDriverConfig || type == kVariableBoot || type == kVariableBoot2 || type == kVariableAuthority;
}

/// What a boot loader measured of "grub_cmd: set default=2\0": the text behind the word.
bool confirmsText(const Event& event)
{
    const BytesView text = withoutFinalZero(event.data);
    for (const std::string_view word : kLoaderWords) {
        if (asText(text).starts_with(word)) return sha384(text.subspan(word.size())) == event.digest;
    }
    return text.size() < event.data.size() && sha384(text) == event.digest;
}

}  // namespace

const char* nameOf(Confirmation confirmation)
{
    switch (confirmation) {
    case Confirmation::None: return "none";
    case Confirmation::WholeData: return "whole-data";
    case Confirmation::VariableValue: return "variable-value";
    case Confirmation::Text: return "text";
    case Confirmation::Contradicted: return "contradicted";
    }
    return "none";
}

std::string describe(const Event& event)
{
    const auto typed = describeTyped(event);
    std::string out = typed ? *typed : describePlain(event.data);
    if (out.size() > kMaxDescription) {
        out.resize(kMaxDescription - 3);
        out += "...";
    }
    return out;
}

Confirmation confirm(const Event& event)
{
    if (event.type == kNoAction) return Confirmation::None;
    if (sha384(event.data) == event.digest) return Confirmation::WholeData;
    if (isVariable(event.type)) {
        const auto variable = readVariable(event.data);
        if (variable && sha384(variable->value) == event.digest) return Confirmation::VariableValue;
    }
    if (event.type == kIpl && confirmsText(event)) return Confirmation::Text;
    const bool mustBeData =
        event.type == kSeparator || event.type == kEfiAction || event.type == kVariableDriverConfig;
    return mustBeData ? Confirmation::Contradicted : Confirmation::None;
}

}  // namespace quorate::attestation::eventlog
