// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/crypto/ecdsa.h"

namespace quorate::audit {

using KeyId = FixedBytes<4>;

/// One signature line of a note.
struct NoteSignature {
    std::string name;   ///< Of the key: no spaces, no "+".
    KeyId keyId;
    Bytes signature;    ///< Without the key id.
    bool operator==(const NoteSignature&) const = default;
};

/// A C2SP signed note (c2sp.org/signed-note): text that ends in a newline, and signatures over it.
struct SignedNote {
    std::string text;
    std::vector<NoteSignature> signatures;
    bool operator==(const SignedNote&) const = default;
};

inline constexpr std::size_t kMaxNoteBytes = 64 * 1024;
inline constexpr std::size_t kMaxNoteSignatures = 64;

/// Malformed for whatever the format forbids, and above the bounds.
Result<SignedNote> parseNote(std::string_view note);
/// The one way to write the note.
std::string toText(const SignedNote& note);
std::string toText(const NoteSignature& line);  ///< One signature line with its newline.

/// Signs with ECDSA P-256/SHA-256 and answers DER: a key of the vault or of a token.
using NoteSign = std::function<Result<Bytes>(BytesView message)>;

/// Whose signature it is: the name on the line, and a P-256 key.
struct NoteKey {
    std::string name;
    PublicKey key;
};

/// Signature type 0x02: key id SHA-256(SPKI)[:4], DER ECDSA over the text.
KeyId logKeyId(const NoteKey& key);
/// Signature type 0xff "quorate/ecdsa-p256-cosignature/v1" (docs/decisions/0036): the body of a C2SP cosignature/v1, signed
/// with ECDSA.
KeyId cosignerKeyId(const NoteKey& key);

/// Adds the log's own signature. Malformed when the name cannot stand in a line.
Result<void> signNote(SignedNote& note, const NoteKey& key, const NoteSign& sign);
/// Untrusted unless a line carries the key's name and id and verifies; a line of that key that does not verify refuses too.
Result<void> verifyNote(const SignedNote& note, const NoteKey& key);

/// "I have seen this head at this time, and it is consistent with all that I have seen of this log."
Result<NoteSignature> cosignNote(const SignedNote& note, const NoteKey& key, const NoteSign& sign, UtcSeconds at);
/// When the key cosigned. Untrusted as for verifyNote.
Result<UtcSeconds> verifyCosignature(const SignedNote& note, const NoteKey& key);

}  // namespace quorate::audit
