// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/object_file.h"

#include "core/vault/files.h"
#include "enclave_client/wire.h"
#include "quorate/v1/state.pb.h"

namespace quorate::services {
namespace {

constexpr const char* kName = "objects";
constexpr std::size_t kMaxBytes = std::size_t{64} << 20;

}  // namespace

Result<KeptObjects> readObjects(const std::filesystem::path& folder)
{
    TRY_ASSIGN(bytes, vault::readFile(folder / kName, kMaxBytes));
    v1::StoredObjects in;
    if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        return fail(ErrorKind::Malformed, (folder / kName).string() + " cannot be read");
    }
    TRY_ASSIGN(publisher, wire::fixedFrom<16>(in.publisher(), "publisher"));
    KeptObjects out{wire::read(in.package()), publisher, {}, {}, {}};
    for (const auto& item : in.participations()) out.participations.push_back(read(item));
    for (const auto& item : in.stops()) out.stops.push_back(read(item));
    for (const auto& item : in.acceptances()) out.acceptances.push_back(read(item));
    return out;
}

Result<void> writeObjects(const std::filesystem::path& folder, const KeptObjects& objects)
{
    v1::StoredObjects out;
    wire::write(*out.mutable_package(), objects.package);
    out.set_publisher(wire::bytesOf(objects.publisher));
    for (const auto& item : objects.participations) write(*out.add_participations(), item);
    for (const auto& item : objects.stops) write(*out.add_stops(), item);
    for (const auto& item : objects.acceptances) write(*out.add_acceptances(), item);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(ErrorKind::StorageFailed, folder.string() + " cannot be made");
    const std::string bytes = out.SerializeAsString();
    return vault::writePrivateFile(folder / kName, asBytes(bytes));
}

}  // namespace quorate::services
