// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/case_folder.h"

#include <array>
#include <fstream>

#include "core/attestation/snp/certificate_table.h"
#include "core/attestation/snp/report.h"
#include "core/attestation/tdx/quote.h"

namespace quorate::attestation {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxCollateralBytes = 8 * 1024 * 1024;
constexpr int kMaxFolderEntries = 1000;
constexpr std::array<const char*, 8> kTdxFiles{"pck_chain.pem",
                                               "pck_ca_crl.der",
                                               "root_ca_crl.der",
                                               "pck_crl_issuer_chain.pem",
                                               "tcb_info.json",
                                               "tcb_info_issuer_chain.pem",
                                               "qe_identity.json",
                                               "qe_identity_issuer_chain.pem"};
constexpr std::array<const char*, 4> kSnpFiles{"vek.der", "intermediate.der", "ark.der", "crl.der"};

bool isFile(const fs::path& path)
{
    std::error_code error;
    return fs::is_regular_file(path, error);
}

std::string nameIn(const fs::path& path) { return path.filename().string(); }

/// The newest by name of the folder's `*crl*.der`; empty when there is none.
fs::path findCrl(const fs::path& folder)
{
    fs::path found;
    std::error_code error;
    int seen = 0;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end && ++seen <= kMaxFolderEntries;
         entry.increment(error)) {
        const std::string name = nameIn(entry->path());
        const bool isCrl = name.find("crl") != std::string::npos && name.ends_with(".der");
        if (isCrl && isFile(entry->path()) && name > nameIn(found)) found = entry->path();
    }
    return found;
}

Result<void> addFile(const fs::path& path, const std::string& name, Collateral& collateral)
{
    if (!isFile(path) || collateral.find(name) != nullptr) return {};
    TRY_ASSIGN(bytes, readBoundedFile(path, kMaxCollateralBytes));
    collateral.files.emplace(name, std::move(bytes));
    return {};
}

Result<void> readOptional(const fs::path& path, std::size_t maxBytes, Bytes& out)
{
    if (!isFile(path)) return {};
    TRY_ASSIGN(bytes, readBoundedFile(path, maxBytes));
    out = std::move(bytes);
    return {};
}

/// A report has one size; a quote says that it is TDX's in its header.
TeeKind kindOf(BytesView bytes)
{
    const bool azure = bytes.size() >= 4 && asText(bytes.first(4)) == "HCLA";
    if (azure || bytes.size() == snp::kReportBytes) return TeeKind::SevSnp;
    const bool saysTdx =
        bytes.size() >= 8 && bytes[4] == tdx::kTeeTypeTdx && bytes[5] == 0 && bytes[6] == 0 && bytes[7] == 0;
    return saysTdx || bytes.size() > 2 * snp::kReportBytes ? TeeKind::Tdx : TeeKind::SevSnp;
}

Result<EvidenceCase> readFolder(const fs::path& folder)
{
    EvidenceCase out;
    const char* evidenceFile = nullptr;
    for (const char* name : {"quote.bin", "report.bin", "hcl.bin"}) {
        if (evidenceFile == nullptr && isFile(folder / name)) evidenceFile = name;
    }
    if (evidenceFile == nullptr) {
        return fail(ErrorKind::Unavailable, nameIn(folder) + ": folder holds no quote.bin and no report.bin");
    }
    TRY_ASSIGN(blob, readBoundedFile(folder / evidenceFile, tdx::kMaxQuoteBytes));
    out.evidence.tee = std::string_view(evidenceFile) == "quote.bin" ? TeeKind::Tdx : TeeKind::SevSnp;
    out.evidence.blob = std::move(blob);
    if (out.evidence.tee == TeeKind::SevSnp && isFile(folder / "auxblob.bin")) {
        TRY_ASSIGN(auxBlob, readBoundedFile(folder / "auxblob.bin", snp::kMaxTableBytes));
        out.evidence.auxBlob = std::move(auxBlob);
    }
    TRY(readOptional(folder / "ccel.bin", kMaxEventLogBytes, out.evidence.eventLog));
    TRY(readOptional(folder / "hcl.bin", kMaxEvidencePartBytes, out.evidence.vtpm.hclReport));
    TRY(readOptional(folder / "tpms_attest.bin", kMaxEvidencePartBytes, out.evidence.vtpm.attest));
    TRY(readOptional(folder / "tpm_sig_rsassa.bin", kMaxEvidencePartBytes, out.evidence.vtpm.signature));
    TRY(readOptional(folder / "pcrs_sha256_0_23.bin", kMaxEvidencePartBytes, out.evidence.vtpm.pcrs));
    TRY(addCollateralFrom(folder, out.evidence.tee, out.collateral));
    return out;
}

}  // namespace

Result<Bytes> readBoundedFile(const fs::path& path, std::size_t maxBytes)
{
    std::ifstream stream(path, std::ios::binary);
    if (!stream || !isFile(path)) return fail(ErrorKind::Unavailable, nameIn(path) + ": file cannot be read");
    return readBounded(stream, nameIn(path), maxBytes);
}

Result<Bytes> readBounded(std::istream& stream, const std::string& name, std::size_t maxBytes)
{
    // Read to the bound and look for more, whatever size the file system claims.
    Bytes out;
    std::array<char, 64 * 1024> chunk{};
    while (stream.read(chunk.data(), chunk.size()) || stream.gcount() > 0) {
        out.insert(out.end(), chunk.data(), chunk.data() + stream.gcount());
        if (out.size() > maxBytes) {
            return fail(ErrorKind::Malformed,
                        name + ": file is longer than " + std::to_string(maxBytes) + " bytes");
        }
    }
    if (stream.bad()) return fail(ErrorKind::Unavailable, name + ": file cannot be read to its end");
    return out;
}

Result<void> addCollateralFrom(const fs::path& folder, TeeKind tee, Collateral& collateral)
{
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return fail(ErrorKind::Unavailable, nameIn(folder) + ": folder cannot be read");
    if (tee == TeeKind::Tdx) {
        for (const char* name : kTdxFiles) TRY(addFile(folder / name, name, collateral));
        return {};
    }
    for (const char* name : kSnpFiles) TRY(addFile(folder / name, name, collateral));
    const fs::path crl = findCrl(folder);
    return crl.empty() ? Result<void>() : addFile(crl, "crl.der", collateral);
}

Result<EvidenceCase> readEvidenceCase(const fs::path& path)
{
    std::error_code error;
    if (fs::is_directory(path, error)) return readFolder(path);
    TRY_ASSIGN(blob, readBoundedFile(path, tdx::kMaxQuoteBytes));
    return evidenceCaseOf(std::move(blob));
}

EvidenceCase evidenceCaseOf(Bytes blob)
{
    EvidenceCase out;
    out.evidence.tee = kindOf(blob);
    out.evidence.blob = std::move(blob);
    return out;
}

}  // namespace quorate::attestation
