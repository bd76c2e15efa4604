// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/collateral/folder.h"

#include <algorithm>

#include "core/attestation/case_folder.h"
#include "core/attestation/collateral/request.h"
#include "core/vault/files.h"

namespace quorate::attestation {
namespace {

namespace fs = std::filesystem;

Result<Collateral> readAll(const fs::path& folder)
{
    Collateral out;
    Collateral amd;
    TRY(addCollateralFrom(folder, TeeKind::Tdx, out));
    TRY(addCollateralFrom(folder, TeeKind::SevSnp, amd));
    // Any `*crl*.der` passes for AMD's list where there is no crl.der, and Intel's have such names.
    std::erase_if(amd.files, [&](const auto& file) {
        return std::any_of(out.files.begin(), out.files.end(),
                           [&](const auto& other) { return other.second == file.second; });
    });
    out.files.merge(amd.files);
    return out;
}

} // namespace

Result<Collateral> readCollateralFolder(const fs::path& path)
{
    std::error_code error;
    const bool isFolder = fs::is_directory(path, error);
    const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
    TRY_ASSIGN(all, readAll(isFolder ? path : parent));
    if (!isFolder) {
        const std::string name = path.filename().string();
        if (all.find(name) == nullptr) {
            return fail(ErrorKind::Unavailable, name + ": no such file, or not named as collateral is");
        }
        for (const CollateralKind kind : kCollateralKinds) {
            const std::string& object = filesOf(kind).front();
            const bool isChain = kind == CollateralKind::SnpChain;
            const auto& files = filesOf(kind);
            const bool asked = std::find(files.begin(), files.end(), name) != files.end();
            if (!asked && !isChain) all.files.erase(object);
        }
    }
    if (all.files.empty())
        return fail(ErrorKind::Unavailable, path.filename().string() + ": folder holds no collateral");
    return all;
}

Result<void> writeCollateralFolder(const fs::path& folder, const Collateral& collateral)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return fail(ErrorKind::StorageFailed, folder.string() + " cannot be made");
    for (const auto& [name, bytes] : collateral.files)
        TRY(vault::writePrivateFile(folder / name, bytes));
    return {};
}

} // namespace quorate::attestation
