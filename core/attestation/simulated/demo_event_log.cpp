// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/simulated/demo_event_log.h"

#include "core/attestation/eventlog/event_log.h"
#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::attestation {
namespace {

using namespace eventlog;

constexpr std::size_t kPaddingBytes = 256;
/// EFI_GLOBAL_VARIABLE of the UEFI specification, in the mixed byte order of a GUID.
constexpr FixedBytes<16> kGlobalVariable{
    {0x61, 0xdf, 0xe4, 0x8b, 0xca, 0x93, 0xd2, 0x11, 0xaa, 0x0d, 0x00, 0xe0, 0x98, 0x03, 0x2b, 0x8c}};

Bytes utf16(std::string_view text)
{
    Bytes out;
    for (const char c : text) {
        out.push_back(static_cast<std::uint8_t>(c));
        out.push_back(0);
    }
    return out;
}

class LogWriter {
public:
    LogWriter()
    {
        ByteWriter specId;
        specId.text("Spec ID Event03").u8(0).u32le(0).u8(0).u8(2).u8(0).u8(2).u32le(1).u16le(kAlgorithmSha384).u16le(48).u8(0);
        m_out.u32le(0).u32le(kNoAction).zeros(20).u32le(static_cast<std::uint32_t>(specId.bytes().size())).raw(specId.bytes());
    }
    void add(std::uint32_t rtmr, std::uint32_t type, const Digest48& digest, BytesView data)
    {
        m_out.u32le(rtmr + 1).u32le(type).u32le(1).u16le(kAlgorithmSha384).raw(digest.view());
        m_out.u32le(static_cast<std::uint32_t>(data.size())).raw(data);
    }
    /// An event whose digest is that of its data.
    void addMeasured(std::uint32_t rtmr, std::uint32_t type, BytesView data) { add(rtmr, type, sha384(data), data); }
    /// A boot loader's text behind the word that says where it came from.
    void addText(std::uint32_t rtmr, std::string_view word, std::string_view text)
    {
        ByteWriter data;
        add(rtmr, kIpl, sha384(asBytes(text)), data.text(word).text(text).u8(0).bytes());
    }
    Bytes take() { return m_out.raw(Bytes(kPaddingBytes, 0xff)).take(); }

private:
    ByteWriter m_out;
};

Bytes secureBootVariable()
{
    ByteWriter out;
    const Bytes name = utf16("SecureBoot");
    return out.raw(kGlobalVariable.view()).u64le(name.size() / 2).u64le(1).raw(name).u8(1).take();
}

/// UEFI_IMAGE_LOAD_EVENT with a file path.
Bytes programImage(std::string_view file)
{
    ByteWriter path;
    Bytes name = utf16(file);
    name.resize(name.size() + 2);
    path.u8(4).u8(4).u16le(static_cast<std::uint16_t>(name.size() + 4)).raw(name).u8(0x7f).u8(0xff).u16le(4);
    ByteWriter out;
    return out.u64le(0x7e000000).u64le(0x100000).u64le(0).u64le(path.bytes().size()).raw(path.bytes()).take();
}

}  // namespace

Bytes demoEventLog(const SimulatedLaunch& launch)
{
    LogWriter log;
    const Bytes separator(4);
    log.addMeasured(0, kVariableDriverConfig, secureBootVariable());
    log.addMeasured(0, kSeparator, separator);
    log.addMeasured(1, kEfiAction, asBytes("Calling EFI Application from Boot Option"));
    log.addMeasured(1, kSeparator, separator);
    log.add(1, kBootServicesApplication, sha384(asBytes(launch.program)), programImage("\\EFI\\quorate\\rehearsal.efi"));
    log.addText(2, "kernel_cmdline: ", launch.kernelCommandLine);
    log.addMeasured(1, kEfiAction, asBytes("Exit Boot Services Returned with Success"));
    return log.take();
}

}  // namespace quorate::attestation
