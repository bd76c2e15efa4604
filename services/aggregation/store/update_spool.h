// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

#include "learning/model.h"
#include "learning/running_mean.h"
#include "services/aggregation/store/sealed_file.h"

namespace quorate::services {

/// What a site says of its update before its values come.
struct UpdateDeclaration {
    Uuid study;
    Uuid site;
    std::uint32_t round = 0;
    Digest32 digest;  ///< study::updateDigest
    Bytes safetensorsHeader;
    std::uint64_t valueBytes = 0;
    [[nodiscard]] Bytes label() const;  ///< Of its sealed file.
};

/// An update that was accepted, in its sealed file.
class SpooledUpdate final : public learning::UpdateSource {
public:
    /// One that an earlier process accepted. Every record is opened once: what the disk lost is noticed here.
    static Result<std::shared_ptr<const SpooledUpdate>> reopen(std::filesystem::path path, BytesView key, const UpdateDeclaration& declared);
    SpooledUpdate(std::filesystem::path path, SealedFile file, std::unique_ptr<learning::RunningMean::Share> share)
        : m_path(std::move(path)), m_file(std::move(file)), m_share(std::move(share))
    {
    }

    Result<void> read(std::uint64_t firstValue, std::span<float> out) const override;
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    /// Its part of the round's running mean; null where it has none.
    [[nodiscard]] const learning::RunningMean::Share* share() const { return m_share.get(); }
    /// It is no longer needed; who reads it now reads on.
    void discard() const;

private:
    std::filesystem::path m_path;
    SealedFile m_file;
    std::unique_ptr<learning::RunningMean::Share> m_share;
};

/// An update on its way in: chunks in order, each with its digest and only values that are finite and at most
/// learning::kLargestValue, sealed as they come. One thread at a time. What is not finished removes its file, and leaves the
/// running mean.
class IncomingUpdate {
public:
    static Result<std::shared_ptr<IncomingUpdate>> create(std::filesystem::path path, BytesView key, UpdateDeclaration declared,
                                                          const RandomSource& random);
    ~IncomingUpdate();
    IncomingUpdate(const IncomingUpdate&) = delete;
    IncomingUpdate& operator=(const IncomingUpdate&) = delete;

    [[nodiscard]] const UpdateDeclaration& declared() const { return m_declared; }
    /// Before its first value: they are added here as they come. Null: nowhere.
    void addTo(std::unique_ptr<learning::RunningMean::Share> share) { m_share = std::move(share); }
    /// Where an upload that was cut goes on.
    [[nodiscard]] std::uint64_t committedBytes() const;
    /// A chunk that came before is passed over. Malformed when it leaves a gap or has another size than its place wants,
    /// Untrusted when it is not what its digest says; the update is as before then.
    Result<void> add(std::uint64_t offset, BytesView content, const Digest32& digest, const learning::ModelManifest& manifest);
    /// Nothing more of it is wanted: add() is PolicyRefused from now on. From any thread.
    void end() { m_isEnded = true; }
    /// Set by add() once a value was not finite or too large: `code` for events, and the place.
    struct BadValue {
        const char* code;
        std::string place;
    };
    [[nodiscard]] const std::optional<BadValue>& badValue() const { return m_badValue; }
    /// Malformed when values are missing, Untrusted when the whole has another digest than declared. Ends this object.
    Result<std::shared_ptr<const SpooledUpdate>> finish();

private:
    IncomingUpdate(std::filesystem::path path, SealedFile file, UpdateDeclaration declared);

    std::filesystem::path m_path;
    std::optional<SealedFile> m_file;
    std::unique_ptr<learning::RunningMean::Share> m_share;
    UpdateDeclaration m_declared;
    std::vector<Digest32> m_chunks;
    std::optional<BadValue> m_badValue;
    std::atomic<bool> m_isEnded{false};
};

}  // namespace quorate::services
