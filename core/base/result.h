// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace quorate {

/// What the caller can do about a failure, not where it arose.
enum class ErrorKind {
    Malformed,      ///< The input is not what it claims to be; another input is needed.
    Untrusted,      ///< Well formed, but a signature, chain, digest or binding does not hold.
    PolicyRefused,  ///< Genuine, but not acceptable under the policy or the study's rules.
    Unavailable,    ///< Something needed is not there now (collateral, network, file); try again or supply it.
    Cancelled,      ///< The caller withdrew.
    StorageFailed,  ///< Reading or writing local storage failed; nothing was half-written.
    Internal,       ///< A fault of this program.
};

const char* nameOf(ErrorKind kind);

/// `message` says what is and what is wanted; never a secret, never a patient's value.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string message;
    bool operator==(const Error&) const = default;
};

template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
public:
    using tl::expected<T, Error>::expected;
};

template <>
class [[nodiscard]] Result<void> : public tl::expected<void, Error> {
public:
    using tl::expected<void, Error>::expected;
};

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message)
{
    return tl::unexpected<Error>(Error{kind, std::move(message)});
}
/// The same error with the place it concerns in front: "quote: " + message.
inline tl::unexpected<Error> failAt(const std::string& place, Error error)
{
    error.message = place + ": " + error.message;
    return tl::unexpected<Error>(std::move(error));
}

#define QUORATE_CONCAT_INNER(a, b) a##b
#define QUORATE_CONCAT(a, b) QUORATE_CONCAT_INNER(a, b)

/// Returns the error of `expression` from the enclosing function, if it has one.
#define TRY(expression)                                                   \
    do {                                                                  \
        auto&& quorateTried = (expression);                               \
        if (!quorateTried) {                                              \
            return tl::unexpected<::quorate::Error>(quorateTried.error()); \
        }                                                                 \
    } while (false)

/// `TRY_ASSIGN(x, f())` declares x from the value of f(), or returns its error.
#define TRY_ASSIGN(name, expression) \
    TRY_ASSIGN_INNER(name, expression, QUORATE_CONCAT(quorateTried, __LINE__))
#define TRY_ASSIGN_INNER(name, expression, temporary)                  \
    auto temporary = (expression);                                     \
    if (!temporary) {                                                  \
        return tl::unexpected<::quorate::Error>(temporary.error());    \
    }                                                                  \
    auto name = std::move(*temporary)

}  // namespace quorate
