// SPDX-License-Identifier: GPL-3.0-or-later
#include "services/aggregation/store/sealed_file.h"

#include <doctest/doctest.h>
#include <thread>

#include "tests/support/temporary_folder.h"

using namespace quorate;
using namespace quorate::services;
using tests::TemporaryFolder;

namespace {

constexpr std::size_t kRecord = SealedRecords::kRecordBytes;
const Bytes kKey(32, 0x41);
const Bytes kLabel = toBytes("update of round 3");

Bytes numbered(std::size_t size)
{
    Bytes out(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
    return out;
}

Result<SealedFile> written(const std::filesystem::path& path, const Bytes& content)
{
    TRY_ASSIGN(file, SealedFile::create(path, kKey, kLabel, systemRandom()));
    for (std::size_t offset = 0; offset < content.size(); offset += 2 * kRecord) {
        TRY(file.append(BytesView(content).subspan(offset, std::min(2 * kRecord, content.size() - offset))));
    }
    return file;
}

Result<Bytes> readAll(const SealedFile& file)
{
    Bytes out(static_cast<std::size_t>(file.plainBytes()));
    TRY(file.read(0, out));
    return out;
}

}  // namespace

TEST_CASE("What was written is read back, by the writer and by a later process, at any place and from several threads")
{
    const TemporaryFolder folder;
    for (const std::size_t size : {std::size_t{1}, kRecord - 1, kRecord, kRecord + 1, 5 * kRecord + 77}) {
        CAPTURE(size);
        const auto path = folder / std::to_string(size);
        const Bytes content = numbered(size);
        const auto file = written(path, content).value();
        CHECK(readAll(file).value() == content);
        CHECK(std::filesystem::file_size(path) == sealedSizeOf(size));
        const auto again = SealedFile::openToRead(path, kKey, kLabel).value();
        CHECK(again.plainBytes() == size);
        CHECK(readAll(again).value() == content);
        Bytes tail(std::min<std::size_t>(size, 100));
        CHECK(again.read(size - tail.size(), tail));
        CHECK(std::equal(tail.begin(), tail.end(), content.end() - static_cast<std::ptrdiff_t>(tail.size())));
        CHECK_FALSE(again.read(size, tail));
        std::vector<std::thread> threads;
        std::array<bool, 4> same{};
        for (bool& good : same) threads.emplace_back([&] { good = readAll(again).value() == content; });
        for (auto& thread : threads) thread.join();
        CHECK(same == std::array<bool, 4>{true, true, true, true});
    }
}

TEST_CASE("Nothing plain is on the disk, and two files of the same content share no byte but the magic number")
{
    const TemporaryFolder folder;
    const Bytes content(3 * kRecord, 0x55);
    REQUIRE(written(folder / "a", content));
    REQUIRE(written(folder / "b", content));
    const Bytes a = tests::readBytes(folder / "a");
    const Bytes b = tests::readBytes(folder / "b");
    const Bytes run(16, 0x55);
    CHECK(std::search(a.begin(), a.end(), run.begin(), run.end()) == a.end());
    for (std::size_t record = 0; record < 3; ++record) {
        const auto at = static_cast<std::ptrdiff_t>(SealedRecords::kHeaderBytes + record * (kRecord + SealedRecords::kTagBytes));
        CHECK_FALSE(std::equal(a.begin() + at, a.begin() + at + 32, b.begin() + at));
    }
}

TEST_CASE("A flipped bit, an exchanged record, another label, another key and a cut file are noticed")
{
    const TemporaryFolder folder;
    const Bytes content = numbered(3 * kRecord);
    REQUIRE(written(folder / "whole", content));
    const Bytes whole = tests::readBytes(folder / "whole");
    const auto refused = [&](const Bytes& bytes) {
        tests::writeBytes(folder / "changed", bytes);
        const auto file = SealedFile::openToRead(folder / "changed", kKey, kLabel);
        return !file || file->plainBytes() != content.size() || !readAll(*file);
    };
    CHECK_FALSE(refused(whole));
    for (const std::size_t at : {std::size_t{0}, std::size_t{20}, std::size_t{60}, whole.size() / 2, whole.size() - 1}) {
        CAPTURE(at);
        Bytes changed = whole;
        changed[at] ^= 0x10;
        CHECK(refused(changed));
    }
    constexpr auto kSealed = static_cast<std::ptrdiff_t>(kRecord + SealedRecords::kTagBytes);
    Bytes exchanged = whole;
    std::swap_ranges(exchanged.begin() + 40, exchanged.begin() + 40 + kSealed, exchanged.begin() + 40 + kSealed);
    CHECK(refused(exchanged));
    CHECK(refused(Bytes(whole.begin(), whole.end() - kSealed)));
    CHECK(refused(Bytes(whole.begin(), whole.begin() + 45)));
    CHECK(refused({}));
    const auto otherLabel = SealedFile::openToRead(folder / "whole", kKey, toBytes("update of round 4")).value();
    CHECK(readAll(otherLabel).error().kind == ErrorKind::Untrusted);
    const auto otherKey = SealedFile::openToRead(folder / "whole", Bytes(32, 0x42), kLabel).value();
    CHECK(readAll(otherKey).error().kind == ErrorKind::Untrusted);
}

TEST_CASE("A record number is sealed once")
{
    auto records = SealedRecords::create(kKey, kLabel, systemRandom()).value();
    Bytes out(4 + SealedRecords::kTagBytes);
    CHECK(records.seal(0, toBytes("abcd"), out));
    CHECK_FALSE(records.seal(0, toBytes("efgh"), out));
    CHECK(records.seal(1, toBytes("efgh"), out));
}
