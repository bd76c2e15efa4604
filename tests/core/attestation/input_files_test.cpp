// SPDX-License-Identifier: GPL-3.0-or-later
#include <doctest/doctest.h>

#include "core/attestation/input_files.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

Transcript someTranscript()
{
    Transcript out;
    out.purpose = Purpose::ReleaseConfirm;
    out.role = AttesterRole::SiteNode;
    out.nonce.bytes.fill(1);
    out.sessionBinder = Bytes(32, 2);
    out.receiptKeySpki = Bytes(32, 3);
    out.study.bytes.fill(4);
    out.keyEpoch = 18446744073709551615ull;
    return out;
}

ReferenceValues someValues()
{
    ReferenceValues out;
    out.version = 3;
    out.programVersion = "0.1.0";
    out.tdx.mrtd.insert(Digest48{});
    out.tdx.rtmr2.insert(Digest48{{1}});
    out.tdx.rtmr2.insert(Digest48{{2}});
    out.sevSnp.measurement.insert(Digest48{{9}});
    out.vtpmPcrs = {{4, {Digest32{{1}}, Digest32{{2}}}}, {11, {}}};
    return out;
}

/// `text` with the first `from` replaced.
std::string with(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("each file reads back as it was written")
{
    CHECK(*parseTranscriptFile(asBytes(writeTranscriptFile(someTranscript()))) == someTranscript());
    CHECK(*parseTranscriptFile(asBytes(writeTranscriptFile({}))) == Transcript{});
    CHECK(*parseReferenceValuesFile(asBytes(writeReferenceValuesFile(someValues()))) == someValues());
    const TrustAnchors production = productionAnchors();
    const auto anchors = parseDemoAnchorsFile(asBytes(writeDemoAnchorsFile(production)));
    REQUIRE(anchors);
    CHECK(anchors->intelSgxRoots == production.intelSgxRoots);
    CHECK(anchors->amdRootKeys == production.amdRootKeys);
    CHECK(anchors->demo);
}

TEST_CASE("a missing, unknown, repeated or misshapen member is refused")
{
    const std::string transcript = writeTranscriptFile(someTranscript());
    for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
             {"\"keyEpoch\": 18446744073709551615", "\"keyEpoch\": -1"},
             {"\"keyEpoch\": 18446744073709551615", "\"keyEpoch\": 18446744073709551616"},
             {"\"keyEpoch\": 18446744073709551615,", ""},
             {"\"keyEpoch\"", "\"epoch\""},
             {"quorate-transcript/1", "quorate-transcript/2"},
             {"release-confirm", "Release-confirm"},
             {"site-node", ""},
             {"\"nonce\": \"01", "\"nonce\": \""},
             {"\"sessionBinder\": \"02", "\"sessionBinder\": \""},
             {"\"role\"", "\"more\": 1, \"role\""},
             {"\"role\"", "\"purpose\": \"channel\", \"role\""}}) {
        CHECK_MESSAGE(!parseTranscriptFile(asBytes(with(transcript, from, to))), to);
    }
    const std::string values = writeReferenceValuesFile(someValues());
    for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
             {"\"mrseam\": []", "\"mrseam\": null"},
             {"\"mrseam\": []", "\"mrsean\": []"},
             {"\"measurement\": [", "\"measurement\": [1,"},
             {"\"measurement\": [", "\"measurement\": [\"00\","},
             {"\"11\": []", "\"24\": []"},
             {"\"11\": []", "\"011\": []"},
             {"\"11\": []", "\"4\": []"},
             {"\"11\": []", "\"11\": [\"00\"]"},
             {"\"vtpmPcrs\"", "\"pcrs\""},
             {"\"version\": 3", "\"version\": 4294967296"}}) {
        CHECK_MESSAGE(!parseReferenceValuesFile(asBytes(with(values, from, to))), to);
    }
    const std::string anchors = writeDemoAnchorsFile(productionAnchors());
    CHECK_FALSE(parseDemoAnchorsFile(asBytes(with(anchors, "Milan", "Naples"))));
    CHECK_FALSE(parseDemoAnchorsFile(
        asBytes("{\"format\":\"quorate-demo-anchors/1\",\"intelSgxRoots\":[],\"amdRootKeys\":[]}")));
    CHECK_FALSE(parseTranscriptFile(asBytes(values)));
    for (const char* text : {"", "[]", "null", "{", "\"x\""}) {
        CHECK_FALSE(parseTranscriptFile(asBytes(text)));
        CHECK_FALSE(parseReferenceValuesFile(asBytes(text)));
        CHECK_FALSE(parseDemoAnchorsFile(asBytes(text)));
    }
}
