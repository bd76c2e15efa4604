// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/signed_note.h"

#include "core/base/byte_reader.h"
#include "core/crypto/digest.h"

namespace quorate::audit {
namespace {

constexpr std::string_view kDash = "\xe2\x80\x94 ";  // Em dash, space.
constexpr std::string_view kCosignatureType = "\xff" "quorate/ecdsa-p256-cosignature/v1";
constexpr std::int64_t kMaxSeconds = 253402300799;  // The end of the year 9999.

/// Those of Unicode's White_Space that lie outside ASCII.
constexpr std::string_view kWideSpaces[] = {
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
    "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a",
    "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

bool isName(std::string_view name)
{
    if (name.empty() || !isUtf8(name)) return false;
    for (const char c : name) {
        if (static_cast<unsigned char>(c) <= 0x20 || c == '+' || c == 0x7f) return false;
    }
    for (const std::string_view space : kWideSpaces) {
        if (name.find(space) != std::string_view::npos) return false;
    }
    return true;
}

KeyId firstFour(const Digest32& digest)
{
    KeyId out;
    std::copy_n(digest.bytes.begin(), KeyId::kSize, out.bytes.begin());
    return out;
}

Result<NoteSignature> parseLine(std::string_view line)
{
    if (!line.starts_with(kDash)) return fail(ErrorKind::Malformed, "signature line of a note does not begin with a dash");
    line.remove_prefix(kDash.size());
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !isName(line.substr(0, space))) {
        return fail(ErrorKind::Malformed, "signature line of a note has no key name");
    }
    auto bytes = parseBase64(line.substr(space + 1));
    if (!bytes) return failAt("signature line of a note", bytes.error());
    if (bytes->size() <= KeyId::kSize) return fail(ErrorKind::Malformed, "signature of a note is shorter than a key id");
    TRY_ASSIGN(id, KeyId::from(BytesView(*bytes).first(KeyId::kSize)));
    bytes->erase(bytes->begin(), bytes->begin() + KeyId::kSize);
    return NoteSignature{std::string(line.substr(0, space)), id, std::move(*bytes)};
}

/// No control characters but newlines, UTF-8, and a newline at the end.
Result<void> checkText(std::string_view text, const char* what)
{
    if (!text.ends_with('\n')) return fail(ErrorKind::Malformed, std::string(what) + " does not end in a newline");
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 && c != '\n') {
            return fail(ErrorKind::Malformed, std::string(what) + " has a control character");
        }
    }
    if (!isUtf8(text)) return fail(ErrorKind::Malformed, std::string(what) + " is not UTF-8 text");
    return {};
}

/// What a cosigner signs: C2SP's cosignature/v1 message.
Bytes cosignedMessage(const SignedNote& note, std::uint64_t seconds)
{
    return toBytes("cosignature/v1\ntime " + std::to_string(seconds) + "\n" + note.text);
}

Result<void> checkKey(const NoteKey& key)
{
    if (!isName(key.name)) return fail(ErrorKind::Malformed, "key's name cannot stand in a note: " + key.name);
    return {};
}

/// Runs `check` over each line of this key: all must pass, and there must be one.
Result<void> forLinesOf(const SignedNote& note, const std::string& name, const KeyId& id,
                        const std::function<Result<void>(const NoteSignature&)>& check)
{
    bool isSigned = false;
    for (const NoteSignature& line : note.signatures) {
        if (line.name != name || line.keyId != id) continue;
        TRY(check(line));
        isSigned = true;
    }
    if (!isSigned) return fail(ErrorKind::Untrusted, "note carries no signature of this key");
    return {};
}

}  // namespace

Result<SignedNote> parseNote(std::string_view note)
{
    if (note.size() > kMaxNoteBytes) {
        return fail(ErrorKind::Malformed, "note is " + std::to_string(note.size()) + " bytes, want at most " +
                                              std::to_string(kMaxNoteBytes));
    }
    TRY(checkText(note, "note"));
    const std::size_t blank = note.rfind("\n\n");
    if (blank == std::string_view::npos || blank == 0) return fail(ErrorKind::Malformed, "note has no text before a blank line");
    SignedNote out;
    out.text = std::string(note.substr(0, blank + 1));
    std::string_view lines = note.substr(blank + 2);
    while (!lines.empty()) {
        if (out.signatures.size() == kMaxNoteSignatures) return fail(ErrorKind::Malformed, "note has too many signatures");
        const std::size_t end = lines.find('\n');
        TRY_ASSIGN(line, parseLine(lines.substr(0, end)));
        out.signatures.push_back(std::move(line));
        lines.remove_prefix(end + 1);
    }
    if (out.signatures.empty()) return fail(ErrorKind::Malformed, "note has no signature");
    return out;
}

std::string toText(const NoteSignature& line)
{
    Bytes bytes = toBytes(line.keyId.view());
    bytes.insert(bytes.end(), line.signature.begin(), line.signature.end());
    return std::string(kDash) + line.name + " " + toBase64(bytes) + "\n";
}

std::string toText(const SignedNote& note)
{
    std::string out = note.text + "\n";
    for (const NoteSignature& line : note.signatures) out += toText(line);
    return out;
}

KeyId logKeyId(const NoteKey& key) { return firstFour(key.key.spkiSha256()); }

KeyId cosignerKeyId(const NoteKey& key)
{
    Sha256 hash;
    hash.update(asBytes(key.name)).update(asBytes("\n")).update(asBytes(kCosignatureType)).update(key.key.spki());
    return firstFour(hash.finish());
}

Result<void> signNote(SignedNote& note, const NoteKey& key, const NoteSign& sign)
{
    TRY(checkKey(key));
    TRY(checkText(note.text, "text of a note"));
    TRY_ASSIGN(signature, sign(asBytes(note.text)));
    note.signatures.push_back({key.name, logKeyId(key), std::move(signature)});
    return {};
}

Result<void> verifyNote(const SignedNote& note, const NoteKey& key)
{
    return forLinesOf(note, key.name, logKeyId(key), [&](const NoteSignature& line) {
        return key.key.verifyDer(EcCurve::P256, asBytes(note.text), line.signature);
    });
}

Result<NoteSignature> cosignNote(const SignedNote& note, const NoteKey& key, const NoteSign& sign, UtcSeconds at)
{
    TRY(checkKey(key));
    const auto seconds = at.time_since_epoch().count();
    if (seconds < 0 || seconds > kMaxSeconds) return fail(ErrorKind::Malformed, "time of a cosignature is no plausible time");
    const auto stamp = static_cast<std::uint64_t>(seconds);
    TRY_ASSIGN(signature, sign(cosignedMessage(note, stamp)));
    ByteWriter bytes;
    bytes.u64be(stamp).raw(signature);
    return NoteSignature{key.name, cosignerKeyId(key), bytes.take()};
}

Result<UtcSeconds> verifyCosignature(const SignedNote& note, const NoteKey& key)
{
    std::uint64_t newest = 0;
    const auto readLine = [&](const NoteSignature& line) -> Result<void> {
        ByteReader reader(line.signature, "cosignature");
        TRY_ASSIGN(stamp, reader.u64be("time"));
        if (stamp > static_cast<std::uint64_t>(kMaxSeconds)) {
            return fail(ErrorKind::Malformed, "time of a cosignature is no plausible time");
        }
        TRY(key.key.verifyDer(EcCurve::P256, cosignedMessage(note, stamp), reader.rest()));
        newest = std::max(newest, stamp);
        return {};
    };
    TRY(forLinesOf(note, key.name, cosignerKeyId(key), readLine));
    return UtcSeconds(std::chrono::seconds(newest));
}

}  // namespace quorate::audit
