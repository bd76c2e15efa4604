// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/study/version_rule.h"

using namespace quorate;
using study::ObjectVersion;
using study::Succession;

namespace {

ObjectVersion version(std::uint32_t number, std::uint8_t content)
{
    ObjectVersion out{number, {}};
    out.digest.bytes.fill(content);
    return out;
}

}  // namespace

TEST_CASE("A version only grows, and its bytes stay the same")
{
    const auto known = version(3, 1);
    CHECK(study::checkSuccession("roster", std::nullopt, version(1, 1)).value() == Succession::Newer);
    CHECK(study::checkSuccession("roster", known, version(3, 1)).value() == Succession::Same);
    CHECK(study::checkSuccession("roster", known, version(4, 1)).value() == Succession::Newer);
    CHECK(study::checkSuccession("roster", known, version(9, 2)).value() == Succession::Newer);
    CHECK(study::checkSuccession("roster", known, version(2, 1)).error() ==
          Error{ErrorKind::PolicyRefused, "roster is version 2, version 3 has been accepted before"});
    CHECK(study::checkSuccession("roster", known, version(3, 2)).error().kind == ErrorKind::Untrusted);
    CHECK(study::checkSuccession("roster", std::nullopt, version(0, 1)).error().kind == ErrorKind::Malformed);
}
