// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/signed_json.h"

#include <nlohmann/json.hpp>

#include "core/attestation/verify/strict_json.h"

namespace quorate::attestation {
namespace {

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Walks text that is already known to be valid JSON.
class Scanner {
public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    void skipSpace()
    {
        while (m_at < m_text.size() && isSpace(m_text[m_at])) ++m_at;
    }
    /// The next structural character.
    char punctuation()
    {
        skipSpace();
        return m_at < m_text.size() ? m_text[m_at++] : '\0';
    }
    /// The text of the next value, from its first to its last character.
    std::string_view value()
    {
        skipSpace();
        const std::size_t start = m_at;
        int depth = 0;
        bool inString = false;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (inString) {
                if (c == '\\') {
                    ++m_at;
                } else if (c == '"') {
                    inString = false;
                }
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                ++depth;
            } else if (c == '}' || c == ']') {
                if (depth == 0) break;
                --depth;
            } else if (depth == 0 && (c == ',' || c == ':')) {
                break;
            }
        }
        std::size_t end = std::min(m_at, m_text.size());
        while (end > start && isSpace(m_text[end - 1])) --end;
        return m_text.substr(start, end - start);
    }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
};

}  // namespace

Result<void> checkStrictJson(std::string_view text, std::size_t maxBytes)
{
    TRY(parseStrict(text, maxBytes));
    return {};
}

Result<SignedJson> parseSignedJson(BytesView bytes, const std::string& name)
{
    const std::string_view text = asText(bytes);
    TRY_ASSIGN(document, parseStrict(text, kMaxJsonBytes));
    const bool shaped = document.is_object() && document.size() == 2 && document.contains(name) &&
                        document[name].is_object() && document.contains("signature") &&
                        document["signature"].is_string();
    if (!shaped) return fail(ErrorKind::Malformed, "JSON is not {\"" + name + "\":{...},\"signature\":\"...\"}");
    SignedJson out;
    TRY_ASSIGN(signature, parseHex(document["signature"].get_ref<const std::string&>()));
    if (signature.size() != 64) return fail(ErrorKind::Malformed, "signature is not 64 bytes");
    out.signature = std::move(signature);
    Scanner scanner(text);
    scanner.punctuation();
    for (int i = 0; i < 2; ++i) {
        scanner.skipSpace();
        const std::string_view key = scanner.value();
        scanner.punctuation();
        const std::string_view value = scanner.value();
        scanner.punctuation();
        if (key == "\"" + name + "\"") out.inner = std::string(value);
    }
    // A member's name may be written with escapes; then the text above does not match, and the signed text is not
    // found.
    if (out.inner.empty()) return fail(ErrorKind::Malformed, "JSON does not spell " + name + " plainly");
    return out;
}

Result<void> SignedJson::verify(const PublicKey& key) const
{
    return key.verifyRaw(EcCurve::P256, asBytes(inner), signature);
}

}  // namespace quorate::attestation
