// SPDX-License-Identifier: GPL-3.0-or-later
// TCB info and QE identity as text: what is signed is what was received, and nothing vague is understood.
#include <doctest/doctest.h>

#include "core/attestation/verify/signed_json.h"
#include "core/attestation/verify/tcb_info.h"

using namespace quorate;
using namespace quorate::attestation;

namespace {

std::string components(int count)
{
    std::string out = "[";
    for (int i = 0; i < count; ++i) out += std::string(i == 0 ? "" : ",") + R"({"svn":3})";
    return out + "]";
}

std::string level(int svn, const std::string& sgx = components(16), const std::string& tdx = components(16))
{
    return R"({"tcb":{"sgxtcbcomponents":)" + sgx + R"(,"pcesvn":)" + std::to_string(svn) + R"(,"tdxtcbcomponents":)" +
           tdx + R"(},"tcbDate":"2024-03-13T00:00:00Z","tcbStatus":"UpToDate","advisoryIDs":["SA-1"]})";
}

std::string module()
{
    return R"("mrsigner":")" + std::string(96, '0') +
           R"(","attributes":"0000000000000000","attributesMask":"FFFFFFFFFFFFFFFF")";
}

std::string tcbInfo(const std::string& levels)
{
    return R"({"id":"TDX","version":3,"issueDate":"2026-02-01T14:49:26Z","nextUpdate":"2026-03-03T14:49:26Z","fmspc":"90C06F000000",)"
           R"("pceId":"0000","tcbType":0,"tcbEvaluationDataNumber":18,"tdxModule":{)" +
           module() + R"(},"tdxModuleIdentities":[{"id":"TDX_01",)" + module() +
           R"(,"tcbLevels":[{"tcb":{"isvsvn":4},"tcbDate":"2024-03-13T00:00:00Z","tcbStatus":"UpToDate"}]}],"tcbLevels":[)" +
           levels + "]}";
}

/// `text` with the first `from` replaced.
std::string with(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

Result<TcbInfo> parseTcbInfo(std::string_view text)
{
    TRY_ASSIGN(document, StrictJson::parse(text, kMaxJsonBytes));
    return attestation::parseTcbInfo(document);
}

const std::string kSignature(128, 'a');

std::string envelope(const std::string& inner, const std::string& name = "tcbInfo")
{
    return "{\"" + name + "\":" + inner + ",\"signature\":\"" + kSignature + "\"}";
}

}  // namespace

TEST_CASE("levels are sorted whatever their order in the text")
{
    const auto info = parseTcbInfo(tcbInfo(level(5) + "," + level(11) + "," + level(7)));
    REQUIRE_MESSAGE(info, info.error().message);
    CHECK(info->levels[0].pceSvn == 11);
    CHECK(info->levels[2].pceSvn == 5);
    CHECK(toHex(info->fmspc) == "90c06f000000");
    CHECK(info->levels[0].verdict.advisories == std::vector<std::string>{"SA-1"});
}

TEST_CASE("hexadecimal and module ids are read in either case")
{
    const std::string good = tcbInfo(level(11));
    CHECK(parseTcbInfo(with(good, "90C06F000000", "90c06f000000"))->fmspc == parseTcbInfo(good)->fmspc);
    CHECK(parseTcbInfo(with(good, "\"TDX_01\"", "\"TDX_0a\""))->modules[0].id == "TDX_0A");
    const std::string twoModules =
        with(good, R"("tdxModuleIdentities":[)", R"("tdxModuleIdentities":[{"id":"tdx_01",)" + module() +
             R"(,"tcbLevels":[{"tcb":{"isvsvn":4},"tcbDate":"2024-03-13T00:00:00Z","tcbStatus":"UpToDate"}]},)");
    CHECK(parseTcbInfo(twoModules).error().message.find("same id") != std::string::npos);
}

TEST_CASE("TCB info that is for something else, incomplete or vague is refused")
{
    const std::string good = tcbInfo(level(11));
    REQUIRE(parseTcbInfo(good));
    CHECK(parseTcbInfo(with(good, R"("id":"TDX")", R"("id":"SGX")")).error().kind == ErrorKind::Untrusted);
    const std::pair<const char*, const char*> lies[] = {
        {R"("version":3)", R"("version":2)"},
        {R"("tcbType":0)", R"("tcbType":1)"},
        {R"("pceId":"0000",)", ""},
        {R"("fmspc":"90C06F000000")", R"("fmspc":"90C06F0000")"},
        {R"("tcbStatus":"UpToDate")", R"("tcbStatus":"Fine")"},
        {R"("svn":3)", R"("svn":256)"},
        {R"("svn":3)", R"("svn":-1)"},
        {R"("svn":3)", R"("svn":3.0)"},
        {R"("svn":3)", R"("svn":"3")"},
        {R"("isvsvn":4)", R"("isvsvn":70000)"},
        {R"("tcbDate":"2024-03-13T00:00:00Z")", R"("tcbDate":"2024-13-13T00:00:00Z")"},
        {R"("tcbType":0,)", R"("tcbType":0,"tcbType":0,)"},
        {R"("advisoryIDs":["SA-1"])", R"("advisoryIDs":[1])"}};
    for (const auto& [from, to] : lies) CHECK_MESSAGE(!parseTcbInfo(with(good, from, to)), to);
    CHECK_FALSE(parseTcbInfo(tcbInfo("")));
    CHECK_FALSE(parseTcbInfo(tcbInfo(level(11) + "," + level(11))));
    CHECK_FALSE(parseTcbInfo(tcbInfo(level(11, components(15)))));
    CHECK_FALSE(parseTcbInfo(tcbInfo(level(11, components(16), components(17)))));
    CHECK_FALSE(parseTcbInfo(good + " x"));
    for (std::size_t size = 0; size < good.size(); size += 3) CHECK_FALSE(parseTcbInfo(good.substr(0, size)));
}

TEST_CASE("what was signed is the text as received, between its own braces")
{
    const std::string inner = R"({ "a" : "}\"{," , "b":[1, {"c":2}] })";
    for (const std::string& text : {envelope(inner), "\n " + envelope(inner) + "\r\n",
                                    "{\"signature\":\"" + kSignature + "\" ,\"tcbInfo\" : " + inner + " }"}) {
        const auto parsed = parseSignedJson(asBytes(text), "tcbInfo");
        REQUIRE_MESSAGE(parsed, text);
        CHECK(parsed->inner == inner);
        CHECK(parsed->signature == Bytes(64, 0xaa));
    }
}

TEST_CASE("an envelope with other, repeated, escaped or trailing content is refused")
{
    const std::string good = envelope("{}");
    REQUIRE(parseSignedJson(asBytes(good), "tcbInfo"));
    for (const std::string& text :
         {good + "x", good + good, envelope("{}", "enclaveIdentity"), envelope("[]"), envelope("{\"a\":1,\"a\":2}"),
          with(good, ",", ",\"more\":1,"), with(good, "\"tcbInfo\"", "\"tcb\\u0049nfo\""), with(good, "a\"}", "\"}"),
          with(good, "aa\"}", "zz\"}"), with(good, "{\"tcbInfo\":{},", "{\"tcbInfo\":{},\"tcbInfo\":{},"),
          std::string("{\"tcbInfo\":") + std::string(40, '[') + std::string(40, ']') + ",\"signature\":\"\"}",
          std::string()}) {
        CHECK_MESSAGE(!parseSignedJson(asBytes(text), "tcbInfo"), text);
    }
    CHECK_FALSE(parseSignedJson(asBytes(good + std::string(1, '\0')), "tcbInfo"));
    CHECK_FALSE(parseSignedJson(asBytes(good + std::string(1, '\0') + good), "tcbInfo"));
    CHECK_FALSE(parseSignedJson(Bytes(kMaxJsonBytes + 1, ' '), "tcbInfo"));
}

TEST_CASE("an answer is as deep as its text, wherever the signed object begins")
{
    const auto nested = [](int levels) {
        return "{\"a\":" + std::string(static_cast<std::size_t>(levels - 1), '[') + std::string(static_cast<std::size_t>(levels - 1), ']') + "}";
    };
    CHECK(StrictJson::parse(nested(16), kMaxJsonBytes));
    CHECK_FALSE(StrictJson::parse(nested(17), kMaxJsonBytes));
    CHECK(parseSignedJson(asBytes(envelope(nested(15))), "tcbInfo"));
    CHECK_FALSE(parseSignedJson(asBytes(envelope(nested(16))), "tcbInfo"));
}

TEST_CASE("what is found to be an envelope is JSON as a whole")
{
    const std::string good = envelope("{\"a\":[1,{\"b\":\"}\"}]}");
    REQUIRE(parseSignedJson(asBytes(good), "tcbInfo"));
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char other : {'"', '{', '}', '[', ']', ',', ':', '\\', '\0', ' ', '\x80'}) {
            std::string text = good;
            text[i] = other;
            if (!parseSignedJson(asBytes(text), "tcbInfo")) continue;
            CHECK_MESSAGE(checkStrictJson(text), text);
        }
    }
}

TEST_CASE("a strict text keeps what it says, and repeats no member at any depth")
{
    const auto document = StrictJson::parse(R"({"a":{"text":"x\u0041","list":[7,-7,7.0,null,{"text":"y"}]},"":18446744073709551615})", 200);
    REQUIRE(document);
    const auto inner = document->root().member("a");
    REQUIRE(inner);
    CHECK(inner->member("text")->text() == "xA");
    CHECK(document->root().member("")->number() == 18446744073709551615U);
    CHECK_FALSE(document->root().member("text"));
    const auto list = inner->member("list")->elements();
    REQUIRE(list.size() == 5);
    CHECK(list[0].number() == 7U);
    for (std::size_t i = 1; i < 4; ++i) CHECK_FALSE(list[i].number());
    CHECK(list[4].member("text")->text() == "y");
    CHECK_FALSE(list[4].text());
    for (const char* text : {R"({"a":1,"b":{"c":1,"d":2,"c":3}})", R"([{"a":1,"\u0061":2}])", R"({"a":{"x":1},"b":2,"a":{}})"}) {
        const auto parsed = StrictJson::parse(text, 200);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error().message == "JSON repeats a member");
    }
}
