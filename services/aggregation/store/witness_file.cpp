// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/witness_file.h"

#include "core/vault/files.h"
#include "enclave_client/wire.h"
#include "quorate/v1/state.pb.h"

namespace quorate::services {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{32} << 20;

Result<KeptHead> read(const v1::StoredHead& in)
{
    TRY_ASSIGN(checkpoint, audit::parseCheckpoint(in.checkpoint()));
    KeptHead out{{std::move(checkpoint), in.old_size(), {}}, {}};
    for (const std::string& hash : in.consistency()) out.request.consistency.push_back(toBytes(hash));
    auto& lines = out.request.checkpoint.note.signatures;
    const auto isOwners = [&](const audit::NoteSignature& line) { return line.name == out.request.checkpoint.head.origin; };
    for (const auto& line : lines) {
        if (!isOwners(line)) out.members.push_back(line);
    }
    std::erase_if(lines, [&](const auto& line) { return !isOwners(line); });
    return out;
}

Result<void> requireFollows(const KeptHead* before, const KeptHead& head)
{
    const auto& next = head.request.checkpoint.head;
    if (before == nullptr) return {};
    const auto& known = before->request.checkpoint.head;
    if (known.origin != next.origin || head.request.oldSize != known.size || next.size <= known.size) {
        return fail(ErrorKind::Untrusted, "a kept head does not go on from the one before");
    }
    return audit::verifyConsistency(known.size, next.size, known.root.view(), next.root.view(), head.request.consistency);
}

}  // namespace

std::filesystem::path witnessFile(const std::filesystem::path& folder, const Uuid& owner) { return folder / toHex(owner); }

Result<KeptWitnessLog> readWitnessLog(const std::filesystem::path& file)
{
    TRY_ASSIGN(bytes, vault::readFile(file, kMaxBytes));
    v1::StoredWitnessLog in;
    if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || in.heads().empty()) {
        return fail(ErrorKind::Malformed, file.string() + " holds no heads of a log");
    }
    TRY_ASSIGN(owner, wire::fixedFrom<16>(in.owner(), "owner"));
    TRY_ASSIGN(key, PublicKey::fromSpki(asBytes(in.owner_spki())));
    KeptWitnessLog out{owner, toBytes(in.owner_spki()), {}};
    for (const auto& item : in.heads()) {
        TRY_ASSIGN(head, read(item));
        TRY(audit::verifyCheckpoint(head.request.checkpoint, key));
        TRY(requireFollows(out.heads.empty() ? nullptr : &out.heads.back(), head));
        out.heads.push_back(std::move(head));
    }
    return out;
}

Result<void> writeWitnessLog(const std::filesystem::path& folder, const KeptWitnessLog& log)
{
    v1::StoredWitnessLog out;
    out.set_owner(wire::bytesOf(log.owner));
    out.set_owner_spki(wire::bytesOf(BytesView(log.ownerSpki)));
    for (const auto& head : log.heads) {
        auto& item = *out.add_heads();
        audit::SignedCheckpoint checkpoint = head.request.checkpoint;
        checkpoint.note.signatures.insert(checkpoint.note.signatures.end(), head.members.begin(), head.members.end());
        item.set_checkpoint(audit::toText(checkpoint));
        item.set_old_size(head.request.oldSize);
        for (const Bytes& hash : head.request.consistency) item.add_consistency(wire::bytesOf(BytesView(hash)));
    }
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(ErrorKind::StorageFailed, folder.string() + " cannot be made");
    const std::string bytes = out.SerializeAsString();
    return vault::writePrivateFile(witnessFile(folder, log.owner), asBytes(bytes));
}

}  // namespace quorate::services
