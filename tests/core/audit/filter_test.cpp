// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include <sstream>

#include "core/audit/filter.h"
#include "core/audit/odm.h"
#include "tests/core/audit/audit_samples.h"

using namespace quorate;
using namespace quorate::audit;
using tests::sampleEntry;
using tests::sampleId;

TEST_CASE("a filter narrows by each of its fields, and an empty one by none")
{
    const Entry entry = sampleEntry(3);  // share.sealed, study 2
    const auto passes = [&](auto change) {
        EntryFilter filter;
        change(filter);
        return matches(filter, entry);
    };
    CHECK(passes([](EntryFilter&) {}));
    CHECK(passes([](EntryFilter& f) { f.text = "PROTOCOL"; }));
    CHECK(passes([](EntryFilter& f) { f.text = "0303030303"; }));
    CHECK(passes([](EntryFilter& f) { f.text = "statement/3"; }));
    CHECK_FALSE(passes([](EntryFilter& f) { f.text = "statement/4"; }));
    CHECK(passes([](EntryFilter& f) { f.kind = "share.sealed"; }));
    CHECK(passes([](EntryFilter& f) { f.kind = "share"; }));
    CHECK_FALSE(passes([](EntryFilter& f) { f.kind = "shar"; }));
    CHECK_FALSE(passes([](EntryFilter& f) { f.kind = "share.refused"; }));
    CHECK(passes([](EntryFilter& f) { f.member = "ferreira"; }));
    CHECK(passes([](EntryFilter& f) { f.member = toHex(sampleId(7)); }));
    CHECK_FALSE(passes([](EntryFilter& f) { f.member = toHex(sampleId(8)); }));
    CHECK(passes([](EntryFilter& f) { f.study = sampleId(2); }));
    CHECK_FALSE(passes([](EntryFilter& f) { f.study = sampleId(1); }));
    CHECK(passes([&](EntryFilter& f) { f.from = entry.at; }));
    CHECK_FALSE(passes([&](EntryFilter& f) { f.from = entry.at + std::chrono::milliseconds(1); }));
    CHECK_FALSE(passes([&](EntryFilter& f) { f.until = entry.at; }));
    CHECK(passes([&](EntryFilter& f) { f.until = entry.at + std::chrono::milliseconds(1); }));
    CHECK_FALSE(passes([](EntryFilter& f) {
        f.kind = "share";
        f.text = "nowhere";
    }));
}

TEST_CASE("audit records have the shape of ODM 1.3, and nothing that a person typed becomes markup")
{
    Entry first = sampleEntry(0);
    first.reason = "a < b & \"c\"\n\x01";
    Entry second = sampleEntry(1);
    second.index = 1;
    second.actor = {};
    second.actorName.clear();
    second.site = {};
    second.offsetMinutes = -570;
    const EntrySource source = [&](const std::function<void(const Entry&)>& each) -> Result<void> {
        each(first);
        each(second);
        return {};
    };
    std::ostringstream out;
    REQUIRE(writeOdm(source, "quorate/log/1", UtcSeconds(std::chrono::seconds(1800000000)), out));
    const std::string xml = out.str();
    const auto has = [&](const std::string& part) { return xml.find(part) != std::string::npos; };
    CHECK(has("ODMVersion=\"1.3\""));
    CHECK(has("<User OID=\"U.07070707070707070707070707070707\"><FullName>Ines Ferreira</FullName></User>"));
    CHECK(has("<User OID=\"U.program\"></User>"));
    CHECK(has("<UserRef UserOID=\"U.program\"/>"));
    CHECK(has("<ReasonForChange>share.sealed [accepted] (approval): a &lt; b &amp; &quot;c&quot;&#10;\xef\xbf\xbd</ReasonForChange>"));
    CHECK(has("<SourceID>quorate/log/1#1</SourceID>"));
    const std::string utc = formatRfc3339(toSeconds(first.at));
    const std::string local = formatRfc3339(toSeconds(first.at) + std::chrono::hours(1));
    CHECK(has("<DateTimeStamp>" + local.substr(0, local.size() - 1) + "+01:00</DateTimeStamp>"));
    CHECK_FALSE(has(utc));
    CHECK(has("-09:30</DateTimeStamp>"));
    out.setstate(std::ios::failbit);
    CHECK_FALSE(writeOdm(source, "quorate/log/1", UtcSeconds(), out));
}
