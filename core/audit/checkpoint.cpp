// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audit/checkpoint.h"

#include <charconv>

namespace quorate::audit {
namespace {

constexpr std::size_t kMaxOriginBytes = 256;

/// The text up to the newline, which is taken off the front of `rest` with it.
Result<std::string_view> takeLine(std::string_view& rest, const char* what)
{
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos || end == 0) {
        return fail(ErrorKind::Malformed, std::string("checkpoint has no line with its ") + what);
    }
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return line;
}

Result<std::uint64_t> parseSize(std::string_view text)
{
    std::uint64_t size = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), size);
    // Sizes stay below 2^63, so that no computation on them overflows.
    if (parsed.ec != std::errc() || std::to_string(size) != text || (size >> 63) != 0) {
        return fail(ErrorKind::Malformed, "size of a checkpoint is not a decimal number without leading zeros");
    }
    return size;
}

}  // namespace

std::string originOf(const Uuid& log) { return "quorate/log/" + toHex(log); }
std::string cosignerName(const Uuid& member) { return "quorate/member/" + toHex(member); }

std::string toText(const Checkpoint& checkpoint)
{
    return checkpoint.origin + "\n" + std::to_string(checkpoint.size) + "\n" + toBase64(checkpoint.root.view()) + "\n";
}

Result<Checkpoint> parseCheckpointText(std::string_view text)
{
    TRY_ASSIGN(origin, takeLine(text, "origin"));
    if (origin.size() > kMaxOriginBytes || origin.find(' ') != std::string_view::npos) {
        return fail(ErrorKind::Malformed, "origin of a checkpoint is too long or has a space");
    }
    TRY_ASSIGN(sizeText, takeLine(text, "size"));
    TRY_ASSIGN(size, parseSize(sizeText));
    TRY_ASSIGN(rootText, takeLine(text, "root"));
    auto rootBytes = parseBase64(rootText);
    if (!rootBytes) return failAt("root of a checkpoint", rootBytes.error());
    auto root = Digest32::from(*rootBytes);
    if (!root) return failAt("root of a checkpoint", root.error());
    if (!text.empty()) return fail(ErrorKind::Malformed, "checkpoint has lines after its root");
    return Checkpoint{std::string(origin), size, *root};
}

Result<SignedCheckpoint> parseCheckpoint(std::string_view text)
{
    TRY_ASSIGN(note, parseNote(text));
    TRY_ASSIGN(head, parseCheckpointText(note.text));
    return SignedCheckpoint{std::move(head), std::move(note)};
}

Result<SignedCheckpoint> signCheckpoint(const Checkpoint& head, const PublicKey& key, const NoteSign& sign)
{
    SignedCheckpoint out{head, {toText(head), {}}};
    // What nobody could read again is not signed.
    TRY(parseCheckpointText(out.note.text));
    TRY(signNote(out.note, {head.origin, key}, sign));
    return out;
}

Result<void> verifyCheckpoint(const SignedCheckpoint& checkpoint, const PublicKey& key)
{
    return verifyNote(checkpoint.note, {checkpoint.head.origin, key});
}

}  // namespace quorate::audit
