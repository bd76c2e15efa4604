// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crypto/token.h"

#include <libp11.h>
#include <openssl/err.h>
#include <openssl/ui.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <span>

#include "core/crypto/digest.h"
#include "core/crypto/openssl_handles.h"

namespace quorate {
namespace {

constexpr std::size_t kMaxKeys = 256;
constexpr std::size_t kMaxSignatureBytes = 256;

/// PKCS #11 v2.40, section 11.1: CKR_PIN_INCORRECT, _PIN_LEN_RANGE, _PIN_INVALID.
constexpr std::array<int, 3> kWrongPin{0xa0, 0xa2, 0xa1};
constexpr int kPinLocked = 0xa4;

/// One module of this process. C_Initialize and C_Finalize are the whole process's, so all use of any module is behind
/// one mutex, and a module is loaded once however many tokens of it are open.
std::mutex& moduleMutex()
{
    static std::mutex mutex;
    return mutex;
}

using ContextPtr = std::unique_ptr<PKCS11_CTX, openssl::Deleter<PKCS11_CTX_free>>;

class Module {
public:
    /// With the mutex held.
    static Result<std::shared_ptr<Module>> load(const std::filesystem::path& file)
    {
        static std::map<std::filesystem::path, std::weak_ptr<Module>> loaded;
        std::error_code ignored;
        const auto path = std::filesystem::canonical(file, ignored);
        if (ignored) return fail(ErrorKind::Unavailable, "PKCS #11 module " + file.string() + " is not there");
        if (auto known = loaded[path].lock()) return known;
        ContextPtr context(PKCS11_CTX_new());
        if (!context || PKCS11_CTX_load(context.get(), path.string().c_str()) != 0) {
            return fail(ErrorKind::Malformed, file.string() + " is not a PKCS #11 module that can be used here: " + openssl::lastError());
        }
        // A key that wants its PIN again at each signature must not make libp11 ask on the terminal.
        PKCS11_set_ui_method(context.get(), const_cast<UI_METHOD*>(UI_null()), nullptr);
        auto module = std::shared_ptr<Module>(new Module(std::move(context)));
        loaded[path] = module;
        return module;
    }
    ~Module() { PKCS11_CTX_unload(m_context.get()); }
    Module(const Module&) = delete;
    Module& operator=(const Module&) = delete;

    [[nodiscard]] PKCS11_CTX* context() const { return m_context.get(); }

private:
    explicit Module(ContextPtr context) : m_context(std::move(context)) {}
    ContextPtr m_context;
};

/// The slots of a module as they were when it was made.
class Slots {
public:
    static Result<Slots> of(const std::shared_ptr<Module>& module)
    {
        Slots out(module);
        if (PKCS11_enumerate_slots(module->context(), &out.m_first, &out.m_count) != 0) {
            return fail(ErrorKind::Unavailable, "the PKCS #11 module's slots cannot be listed: " + openssl::lastError());
        }
        return out;
    }
    Slots(Slots&& other) noexcept
        : m_module(std::move(other.m_module)), m_first(std::exchange(other.m_first, nullptr)), m_count(std::exchange(other.m_count, 0))
    {
    }
    Slots& operator=(Slots&&) = delete;
    ~Slots()
    {
        if (m_first != nullptr) PKCS11_release_all_slots(m_module->context(), m_first, m_count);
    }

    [[nodiscard]] std::span<PKCS11_SLOT> all() const { return {m_first, m_count}; }
    [[nodiscard]] PKCS11_SLOT* findToken(const std::string& serial) const;

private:
    explicit Slots(std::shared_ptr<Module> module) : m_module(std::move(module)) {}
    std::shared_ptr<Module> m_module;
    PKCS11_SLOT* m_first = nullptr;
    unsigned int m_count = 0;
};

std::string textOf(const char* value) { return value == nullptr ? std::string() : std::string(value); }

PKCS11_SLOT* Slots::findToken(const std::string& serial) const
{
    for (PKCS11_SLOT& slot : all()) {
        if (slot.token != nullptr && slot.token->initialized != 0 && textOf(slot.token->serialnr) == serial) return &slot;
    }
    return nullptr;
}

TokenInfo infoOf(const PKCS11_TOKEN& token)
{
    return {textOf(token.label),           textOf(token.model),        textOf(token.serialnr), token.userPinCountLow != 0,
            token.userPinFinalTry != 0, token.userPinLocked != 0};
}

Error lockedToken(const std::string& label)
{
    return {ErrorKind::Unavailable, "token \"" + label + "\" is locked after too many wrong PINs; its security officer can unlock it"};
}

/// Why the PIN was not taken. The flags are read anew: they change with each try.
Error loginError(const std::shared_ptr<Module>& module, const TokenInfo& token)
{
    const int code = ERR_GET_REASON(ERR_peek_last_error());
    const std::string detail = openssl::lastError();
    const auto slots = Slots::of(module);
    const PKCS11_SLOT* slot = slots ? slots->findToken(token.serial) : nullptr;
    if (slot == nullptr) return {ErrorKind::Unavailable, "token \"" + token.label + "\" is no longer there; put it in again"};
    const TokenInfo now = infoOf(*slot->token);
    if (code == kPinLocked || now.locked) return lockedToken(token.label);
    if (std::find(kWrongPin.begin(), kWrongPin.end(), code) == kWrongPin.end()) {
        return {ErrorKind::Unavailable, "token \"" + token.label + "\" cannot be unlocked: " + detail};
    }
    const char* left = now.lastTry ? "one try is left before it locks" : now.fewTriesLeft ? "few tries are left before it locks"
                                                                                           : "try again";
    return {ErrorKind::Untrusted, "the PIN of token \"" + token.label + "\" is wrong; " + left};
}

}  // namespace

/// An open session with a logged-in token. All members are used with the module mutex held.
class Token::Session {
public:
    Session(std::shared_ptr<Module> module, Slots slots, TokenInfo info)
        : m_module(std::move(module)), m_slots(std::make_unique<Slots>(std::move(slots))), m_info(std::move(info))
    {
    }
    ~Session()
    {
        const std::lock_guard lock(moduleMutex());
        m_slots.reset();
        m_module.reset();
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    [[nodiscard]] const TokenInfo& info() const { return m_info; }

    /// Private keys on P-256 with their public halves.
    Result<std::vector<std::pair<TokenKeyInfo, PKCS11_KEY*>>> keys() const
    {
        PKCS11_KEY* first = nullptr;
        unsigned int count = 0;
        PKCS11_SLOT* slot = m_slots->findToken(m_info.serial);
        if (PKCS11_enumerate_keys(slot->token, &first, &count) != 0) return tl::unexpected(gone(openssl::lastError()));
        if (count > kMaxKeys) return fail(ErrorKind::Malformed, "the token has " + std::to_string(count) + " keys, want at most 256");
        std::vector<std::pair<TokenKeyInfo, PKCS11_KEY*>> out;
        for (PKCS11_KEY& key : std::span(first, count)) {
            if (auto publicKey = publicKeyOf(key)) {
                out.emplace_back(TokenKeyInfo{textOf(key.label), Bytes(key.id, key.id + key.id_len), std::move(*publicKey)}, &key);
            }
        }
        ERR_clear_error();
        return out;
    }

    [[nodiscard]] Error gone(const std::string& detail) const
    {
        return {ErrorKind::Unavailable, "token \"" + m_info.label + "\" (serial " + m_info.serial +
                                            ") does not answer; put it in, unlock it with its PIN and sign again (" + detail + ")"};
    }

private:
    static Result<PublicKey> publicKeyOf(PKCS11_KEY& key)
    {
        const openssl::PkeyPtr handle(PKCS11_get_public_key(&key));
        if (!handle) return fail(ErrorKind::Unavailable, "key has no public half on the token");
        unsigned char* der = nullptr;
        const int length = i2d_PUBKEY(handle.get(), &der);
        const Bytes spki(der, der + std::max(length, 0));
        OPENSSL_free(der);
        TRY_ASSIGN(publicKey, PublicKey::fromSpki(spki));
        if (!publicKey.isEc(EcCurve::P256)) return fail(ErrorKind::Malformed, "key is not on P-256");
        return publicKey;
    }

    std::shared_ptr<Module> m_module;
    std::unique_ptr<Slots> m_slots;
    TokenInfo m_info;
};

class Token::Key final : public Signer {
public:
    Key(std::shared_ptr<Session> session, openssl::PkeyPtr handle, PublicKey publicKey)
        : m_session(std::move(session)), m_handle(std::move(handle)), m_public(std::move(publicKey))
    {
    }
    ~Key() override
    {
        const std::lock_guard lock(moduleMutex());
        m_handle.reset();
    }

    [[nodiscard]] EcCurve curve() const override { return EcCurve::P256; }
    [[nodiscard]] const PublicKey& publicKey() const override { return m_public; }
    [[nodiscard]] Result<Bytes> signDer(BytesView message) const override
    {
        TRY_ASSIGN(signature, signOnToken(sha256(message)));
        // What a token says is not believed: a signature that nobody can verify must not leave.
        if (!m_public.verifyDer(EcCurve::P256, message, signature)) {
            return fail(ErrorKind::Internal, "token \"" + m_session->info().label + "\" gave a signature that its public key does not verify");
        }
        return signature;
    }

private:
    [[nodiscard]] Result<Bytes> signOnToken(const Digest32& digest) const
    {
        const std::lock_guard lock(moduleMutex());
        const openssl::PkeyCtxPtr context(EVP_PKEY_CTX_new(m_handle.get(), nullptr));
        Bytes out(kMaxSignatureBytes);
        std::size_t length = out.size();
        if (!context || EVP_PKEY_sign_init(context.get()) != 1 ||
            EVP_PKEY_sign(context.get(), out.data(), &length, digest.bytes.data(), digest.bytes.size()) != 1) {
            return tl::unexpected(m_session->gone(openssl::lastError()));
        }
        out.resize(length);
        return out;
    }

    std::shared_ptr<Session> m_session;
    openssl::PkeyPtr m_handle;
    PublicKey m_public;
};

Result<std::vector<TokenInfo>> Token::list(const std::filesystem::path& module)
{
    const std::lock_guard lock(moduleMutex());
    TRY_ASSIGN(loaded, Module::load(module));
    TRY_ASSIGN(slots, Slots::of(loaded));
    std::vector<TokenInfo> out;
    for (const PKCS11_SLOT& slot : slots.all()) {
        if (slot.token != nullptr && slot.token->initialized != 0) out.push_back(infoOf(*slot.token));
    }
    return out;
}

Result<Token> Token::open(const std::filesystem::path& module, const std::string& serial, const SecretBytes& pin)
{
    const std::lock_guard lock(moduleMutex());
    TRY_ASSIGN(loaded, Module::load(module));
    TRY_ASSIGN(slots, Slots::of(loaded));
    PKCS11_SLOT* slot = slots.findToken(serial);
    if (slot == nullptr) return fail(ErrorKind::Unavailable, "no token with serial number \"" + serial + "\" is there; put it in");
    const TokenInfo info = infoOf(*slot->token);
    if (info.locked) return tl::unexpected(lockedToken(info.label));
    SecretBytes terminated(pin.size() + 1);
    std::copy(pin.expose().begin(), pin.expose().end(), terminated.exposeMutable().begin());
    ERR_clear_error();
    if (PKCS11_login(slot, 0, reinterpret_cast<const char*>(terminated.expose().data())) != 0) {
        return tl::unexpected(loginError(loaded, info));
    }
    return Token(std::make_shared<Session>(std::move(loaded), std::move(slots), info));
}

const std::string& Token::label() const { return m_session->info().label; }

Result<std::vector<TokenKeyInfo>> Token::keys() const
{
    const std::lock_guard lock(moduleMutex());
    TRY_ASSIGN(found, m_session->keys());
    std::vector<TokenKeyInfo> out;
    for (auto& [info, key] : found) out.push_back(std::move(info));
    return out;
}

Result<std::shared_ptr<const Signer>> Token::signer(const PublicKey& key) const
{
    const std::lock_guard lock(moduleMutex());
    TRY_ASSIGN(found, m_session->keys());
    for (auto& [info, onToken] : found) {
        if (!(info.publicKey == key)) continue;
        openssl::PkeyPtr handle(PKCS11_get_private_key(onToken));
        if (!handle) return tl::unexpected(m_session->gone(openssl::lastError()));
        return std::shared_ptr<const Signer>(std::make_shared<Key>(m_session, std::move(handle), std::move(info.publicKey)));
    }
    return fail(ErrorKind::Unavailable, "token \"" + label() + "\" has no private key for " + toHex(key.spkiSha256()) +
                                            "; the token that this identity was bound to is wanted");
}

}  // namespace quorate
