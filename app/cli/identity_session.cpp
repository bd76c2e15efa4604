// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/identity_session.h"

#include <algorithm>
#include <ctime>

#include "app/cli/passphrase.h"
#include "core/crypto/token.h"

namespace quorate::cli {
namespace {

constexpr std::size_t kGroupDigits = 5;

/// Of local time from UTC now, east positive.
std::int32_t offsetMinutes()
{
    const std::time_t now = std::time(nullptr);
    std::tm utc = *std::gmtime(&now);
    utc.tm_isdst = std::localtime(&now)->tm_isdst;
    return static_cast<std::int32_t>((now - std::mktime(&utc)) / 60);
}

Result<std::string> onlySerial(const std::string& module)
{
    TRY_ASSIGN(tokens, Token::list(module));
    if (tokens.empty()) return fail(ErrorKind::Unavailable, "the module shows no token; put it in");
    if (tokens.size() == 1) return tokens.front().serial;
    std::string serials;
    for (const TokenInfo& token : tokens) serials += (serials.empty() ? "" : ", ") + token.serial;
    return fail(ErrorKind::Unavailable, "there are " + std::to_string(tokens.size()) + " tokens (" + serials + "); name one with --token-serial");
}

Result<Token> openToken(const IdentityAccess& access, const std::string& module, const std::string& serial)
{
    TRY_ASSIGN(pin, readPassphrase(access.pinFile, "PIN of the token"));
    return Token::open(module, serial, pin);
}

}  // namespace

Result<IdentitySession> IdentitySession::open(const IdentityAccess& access)
{
    TRY_ASSIGN(passphrase, readPassphrase(access.passphraseFile, "Passphrase of the vault"));
    const vault::Vault::Sources sources{systemClock(), systemRandom()};
    TRY_ASSIGN(opened, vault::Vault::open(access.vault, passphrase, sources));
    IdentitySession out;
    out.vault = std::make_unique<vault::Vault>(std::move(opened));
    TRY_ASSIGN(membership, vault::Membership::of(*out.vault, sources, offsetMinutes()));
    out.membership = std::make_unique<vault::Membership>(std::move(membership));
    return out;
}

Result<void> IdentitySession::close() { return membership->signHead(onToken); }

Result<vault::NewKeys> newKeys(const IdentityAccess& access)
{
    vault::NewKeys out;
    if (access.module.empty()) return out;
    std::string serial = access.tokenSerial;
    if (serial.empty()) {
        TRY_ASSIGN(found, onlySerial(access.module));
        serial = found;
    }
    TRY_ASSIGN(token, openToken(access, access.module, serial));
    TRY_ASSIGN(keys, token.keys());
    const auto labelled = [&](const TokenKeyInfo& key) { return key.label == access.keyLabel; };
    const auto found = std::find_if(keys.begin(), keys.end(), labelled);
    if (found == keys.end()) return fail(ErrorKind::Unavailable, "token \"" + token.label() + "\" has no P-256 key labelled \"" + access.keyLabel + "\"");
    if (std::count_if(keys.begin(), keys.end(), labelled) > 1) {
        return fail(ErrorKind::Malformed, "token \"" + token.label() + "\" has several keys labelled \"" + access.keyLabel + "\", want one");
    }
    TRY_ASSIGN(signer, token.signer(found->publicKey));
    out.onToken = std::move(signer);
    out.token = {std::filesystem::absolute(access.module).string(), serial};
    return out;
}

Result<void> openBoundToken(const IdentityAccess& access, IdentitySession& session)
{
    TRY_ASSIGN(consortium, session.membership->known());
    const study::Member* own = consortium.own ? consortium.roster.find(*consortium.own) : nullptr;
    if (!consortium.token || own == nullptr) return {};
    TRY_ASSIGN(token, openToken(access, access.module.empty() ? consortium.token->module : access.module, consortium.token->serial));
    TRY_ASSIGN(key, PublicKey::fromSpki(own->signingKeySpki));
    TRY_ASSIGN(signer, token.signer(key));
    session.onToken = std::move(signer);
    return {};
}

Result<void> OutputFile::claim(const std::string& path)
{
    TRY(vault::createPrivateFile(path));
    m_cleanup.watch(path);
    m_path = path;
    return {};
}

Result<void> OutputFile::write(const std::string& text)
{
    TRY(vault::writePrivateFile(m_path, asBytes(text)));
    m_cleanup.keep();
    return {};
}

std::string normalFingerprint(const std::string& typed)
{
    std::string out;
    std::size_t digits = 0;
    for (const char c : typed) {
        if (c == ' ' || c == '-' || c == '\t' || c == '\r') continue;
        if (digits > 0 && digits % kGroupDigits == 0) out += ' ';
        out += c;
        ++digits;
    }
    return out;
}

}  // namespace quorate::cli
