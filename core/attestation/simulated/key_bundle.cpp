// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/simulated/key_bundle.h"

#include <fstream>

#include "core/attestation/case_folder.h"
#include "core/base/byte_reader.h"
#include "core/base/random.h"

namespace quorate::attestation {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "quorate-demo-vendor/1\n";
constexpr std::size_t kMaxBundleBytes = 1024 * 1024;

Result<BytesView> takePrefixed(ByteReader& reader, const char* what)
{
    TRY_ASSIGN(size, reader.u32be(what));
    return reader.take(size, what);
}

Result<KeyBundle> readBundle(const fs::path& file)
{
    TRY_ASSIGN(plain, readBoundedFile(file, kMaxBundleBytes));
    const SecretBytes bytes(std::move(plain));
    ByteReader reader(bytes.expose(), "demo vendor file");
    TRY_ASSIGN(magic, reader.take(kMagic.size(), "its first line"));
    if (asText(magic) != kMagic) return fail(ErrorKind::Malformed, "demo vendor file has another format");
    KeyBundle bundle;
    while (reader.remaining() > 0) {
        TRY_ASSIGN(name, takePrefixed(reader, "a name"));
        TRY_ASSIGN(value, takePrefixed(reader, "a value"));
        bundle.insert_or_assign(std::string(asText(name)), SecretBytes::copyOf(value));
    }
    return bundle;
}

SecretBytes encode(const KeyBundle& bundle)
{
    ByteWriter writer;
    writer.text(kMagic);
    for (const auto& [name, value] : bundle) writer.lengthPrefixed(asBytes(name)).lengthPrefixed(value.expose());
    return SecretBytes(writer.take());
}

Result<fs::path> writeTemporary(const fs::path& folder, const SecretBytes& bytes)
{
    TRY_ASSIGN(suffix, randomFixed<8>(systemRandom()));
    const fs::path path = folder / (".demo-vendor-" + toHex(suffix));
    std::error_code error;
    {
        // Permissions first, so that the keys are never readable by others, not even for a moment.
        std::ofstream stream(path, std::ios::binary);
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, fs::perm_options::replace, error);
        const BytesView view = bytes.expose();
        stream.write(reinterpret_cast<const char*>(view.data()), static_cast<std::streamsize>(view.size()));
        stream.flush();
        if (stream && !error) return path;
    }
    fs::remove(path, error);
    return fail(ErrorKind::StorageFailed, "demo vendor file cannot be written");
}

}  // namespace

Result<KeyBundle> openOrCreateBundle(const fs::path& file, const std::function<Result<KeyBundle>()>& make)
{
    std::error_code error;
    if (fs::exists(file, error)) return readBundle(file);
    fs::create_directories(file.parent_path(), error);
    if (error) return fail(ErrorKind::StorageFailed, "demo vendor folder cannot be made");
    TRY_ASSIGN(made, make());
    TRY_ASSIGN(temporary, writeTemporary(file.parent_path(), encode(made)));
    // A link fails where a rename would replace: whoever comes second keeps the first one's keys.
    fs::create_hard_link(temporary, file, error);
    if (error && !fs::exists(file)) fs::rename(temporary, file, error);
    std::error_code ignored;
    fs::remove(temporary, ignored);
    return readBundle(file);
}

}  // namespace quorate::attestation
