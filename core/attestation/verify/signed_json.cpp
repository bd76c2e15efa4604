// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/attestation/verify/signed_json.h"

#include <optional>

namespace quorate::attestation {
namespace {

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Finds its way through text that nobody has parsed yet; each step says whether the text went on as it must.
class Scanner {
public:
    explicit Scanner(std::string_view text) : m_text(text) {}

    bool take(char wanted)
    {
        skipSpace();
        if (m_at == m_text.size() || m_text[m_at] != wanted) return false;
        ++m_at;
        return true;
    }
    /// The text between two quotes, where nothing is escaped.
    std::optional<std::string_view> plainString()
    {
        if (!take('"')) return std::nullopt;
        const std::size_t start = m_at;
        m_at = std::min(m_text.find('"', start), m_text.size());
        const std::string_view out = m_text.substr(start, m_at - start);
        if (!take('"') || out.find('\\') != std::string_view::npos) return std::nullopt;
        return out;
    }
    /// The text of an object, both braces included. It is one only once it has been parsed.
    std::optional<std::string_view> object()
    {
        if (!take('{')) return std::nullopt;
        const std::size_t start = m_at - 1;
        std::size_t depth = 1;
        bool inString = false;
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (inString) {
                if (c == '\\') ++m_at;
                inString = c != '"';
            } else if (c == '"') {
                inString = true;
            } else if (c == '{') {
                ++depth;
            } else if (c == '}' && --depth == 0) {
                return m_text.substr(start, ++m_at - start);
            }
        }
        return std::nullopt;
    }
    bool atEnd()
    {
        skipSpace();
        return m_at == m_text.size();
    }

private:
    void skipSpace()
    {
        while (m_at < m_text.size() && isSpace(m_text[m_at])) ++m_at;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

/// Where the two members stand in the text.
struct Envelope {
    std::string_view inner;
    std::string_view signature;
};

/// Empty unless the text around the inner object is as JSON and SignedJson want it.
std::optional<Envelope> findMembers(std::string_view text, std::string_view name)
{
    Scanner scanner(text);
    Envelope out;
    for (const char before : {'{', ','}) {
        const auto key = scanner.take(before) ? scanner.plainString() : std::nullopt;
        if (!key || !scanner.take(':')) return std::nullopt;
        std::string_view& target = *key == name ? out.inner : out.signature;
        const auto value = *key == name          ? scanner.object()
                           : *key == "signature" ? scanner.plainString()
                                                 : std::nullopt;
        if (!value || target.data() != nullptr) return std::nullopt;
        target = *value;
    }
    if (!scanner.take('}') || !scanner.atEnd()) return std::nullopt;
    return out;
}

}  // namespace

Result<SignedJson> parseSignedJson(BytesView bytes, const std::string& name)
{
    const std::string_view text = asText(bytes);
    const auto members = text.size() <= kMaxJsonBytes ? findMembers(text, name) : std::nullopt;
    if (!members) {
        TRY(checkStrictJson(text));
        return fail(ErrorKind::Malformed, "JSON is not {\"" + name + "\":{...},\"signature\":\"...\"}, spelt plainly");
    }
    SignedJson out;
    TRY_ASSIGN(content, StrictJson::parse(members->inner, kMaxJsonBytes, 1));
    TRY_ASSIGN(signature, parseHex(members->signature));
    if (signature.size() != 64) return fail(ErrorKind::Malformed, "signature is not 64 bytes");
    out.inner = std::string(members->inner);
    out.content = std::move(content);
    out.signature = std::move(signature);
    return out;
}

Result<void> SignedJson::verify(const PublicKey& key) const
{
    return key.verifyRaw(EcCurve::P256, asBytes(inner), signature);
}

}  // namespace quorate::attestation
