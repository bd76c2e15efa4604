// SPDX-License-Identifier: GPL-3.0-or-later
#include "collateral_client/https_source.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

namespace quorate {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kPollMs = 50; // how late a stop is noticed, at most
constexpr long kStatusOk = 200;
constexpr long kStatusNotFound = 404;
constexpr long kStatusTooMany = 429;

struct CleanEasy {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct CleanMulti {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};

/// One answer as it comes in, cut off at its bounds.
struct Incoming {
    VendorAnswer answer;
    std::size_t maxBodyBytes = 0;
    std::size_t maxHeaderBytes = 0;
    std::size_t headerBytes = 0;
    bool bodyTooLong = false;
    bool headersTooLong = false;
    std::array<char, CURL_ERROR_SIZE> detail{}; ///< libcurl's own words; empty at first.
};

std::size_t takeBody(char* data, std::size_t, std::size_t count, void* user)
{
    auto& incoming = *static_cast<Incoming*>(user);
    if (count > incoming.maxBodyBytes - incoming.answer.body.size()) {
        incoming.bodyTooLong = true;
        return 0;
    }
    incoming.answer.body.insert(incoming.answer.body.end(), data, data + count);
    return count;
}

std::string trimmed(std::string_view text)
{
    const char* space = " \t\r\n";
    const std::size_t first = text.find_first_not_of(space);
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(space) - first + 1));
}

std::size_t takeHeader(char* data, std::size_t, std::size_t count, void* user)
{
    auto& incoming = *static_cast<Incoming*>(user);
    incoming.headerBytes += count;
    if (incoming.headerBytes > incoming.maxHeaderBytes) {
        incoming.headersTooLong = true;
        return 0;
    }
    const std::string_view line(data, count);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return count;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    incoming.answer.headers.insert_or_assign(std::move(name), trimmed(line.substr(colon + 1)));
    return count;
}

void setUp(CURL* easy, const std::string& url, const ParsedUrl& parsed, const HttpsSourceOptions& options,
           long timeLeftMs, Incoming& incoming)
{
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, parsed.scheme.c_str());
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L); // each redirect is judged here first
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, incoming.detail.data());
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connectTimeout.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeLeftMs);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(options.maxBodyBytes));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.caFile.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options.caFile.c_str());
    if (parsed.isLoopback()) curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L); // a proxy's headers are not the service's
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "quorate");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, takeBody);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &incoming);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, takeHeader);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &incoming);
}

/// Runs the transfer; libcurl's own result. Looks at `stop` between its steps.
Result<CURLcode> run(CURL* easy, const StopSignal& stop)
{
    const std::unique_ptr<CURLM, CleanMulti> multi(curl_multi_init());
    if (!multi || curl_multi_add_handle(multi.get(), easy) != CURLM_OK) {
        return fail(ErrorKind::Internal, "transfer cannot be set up");
    }
    CURLMcode status = CURLM_OK;
    CURLcode code = CURLE_OK;
    for (int running = 1; running != 0 && status == CURLM_OK && !stop.isRequested();) {
        status = curl_multi_perform(multi.get(), &running);
        if (status == CURLM_OK && running != 0) status = curl_multi_poll(multi.get(), nullptr, 0, kPollMs, nullptr);
    }
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
        if (message->msg == CURLMSG_DONE) code = message->data.result;
    }
    curl_multi_remove_handle(multi.get(), easy);
    if (stop.isRequested()) return fail(ErrorKind::Cancelled, "transfer is no longer wanted");
    if (status != CURLM_OK) return fail(ErrorKind::Internal, std::string("transfer: ") + curl_multi_strerror(status));
    return code;
}

Result<void> checkTransfer(CURLcode code, const std::string& url, const Incoming& incoming,
                           const HttpsSourceOptions& options)
{
    if (incoming.bodyTooLong || code == CURLE_FILESIZE_EXCEEDED) {
        return fail(ErrorKind::Malformed,
                    url + ": answer is longer than " + std::to_string(options.maxBodyBytes) + " bytes");
    }
    if (incoming.headersTooLong) {
        return fail(ErrorKind::Malformed,
                    url + ": headers are longer than " + std::to_string(options.maxHeaderBytes) + " bytes");
    }
    const std::string detail = incoming.detail[0] != '\0' ? incoming.detail.data() : curl_easy_strerror(code);
    switch (code) {
    case CURLE_OK: return {};
    case CURLE_OPERATION_TIMEDOUT:
        return fail(ErrorKind::Unavailable,
                    url + ": no whole answer in " + std::to_string(options.totalTimeout.count()) + " ms");
    case CURLE_PARTIAL_FILE: return fail(ErrorKind::Unavailable, url + ": answer ends before its stated length");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return fail(ErrorKind::Untrusted, url + ": the service's TLS certificate is not vouched for: " + detail);
    default: return fail(ErrorKind::Unavailable, url + ": " + detail);
    }
}

Result<void> checkStatus(long status, const std::string& url, const VendorAnswer& answer)
{
    if (status == kStatusOk) return {};
    std::string what = url + ": the service answered with status " + std::to_string(status);
    if (status == kStatusNotFound) what += ", it does not know this object";
    const auto wait = answer.headers.find("retry-after");
    const bool isNumber = wait != answer.headers.end() && !wait->second.empty() && wait->second.size() <= 6 &&
                          wait->second.find_first_not_of("0123456789") == std::string::npos;
    if (status == kStatusTooMany || isNumber)
        what += isNumber ? ", ask again in " + wait->second + " s" : ", ask again later";
    return fail(ErrorKind::Unavailable, what);
}

void initLibrary()
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

} // namespace

HttpsSource::HttpsSource(HttpsSourceOptions options) : m_options(std::move(options))
{
    initLibrary();
}

Result<VendorAnswer> HttpsSource::get(const std::string& url, const StopSignal& stop)
{
    const auto deadline = Steady::now() + m_options.totalTimeout;
    std::string at = url;
    TRY_ASSIGN(parsed, checkUrl(at, m_options.urlRules));
    for (int redirects = 0;; ++redirects) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Steady::now()).count();
        const std::unique_ptr<CURL, CleanEasy> easy(curl_easy_init());
        if (!easy) return fail(ErrorKind::Internal, "transfer cannot be set up");
        Incoming incoming{{}, m_options.maxBodyBytes, m_options.maxHeaderBytes};
        // At least one millisecond: to libcurl, zero is no limit at all.
        setUp(easy.get(), at, parsed, m_options, static_cast<long>(std::max<long long>(left, 1)), incoming);
        TRY_ASSIGN(code, run(easy.get(), stop));
        TRY(checkTransfer(code, at, incoming, m_options));
        char* target = nullptr;
        curl_easy_getinfo(easy.get(), CURLINFO_REDIRECT_URL, &target);
        long status = 0;
        curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
        if (target == nullptr) {
            TRY(checkStatus(status, at, incoming.answer));
            return std::move(incoming.answer);
        }
        if (redirects == m_options.maxRedirects) {
            return fail(ErrorKind::Unavailable,
                        url + ": more than " + std::to_string(m_options.maxRedirects) + " redirects");
        }
        const std::string next = target;
        const auto allowed = checkRedirect(parsed, next, m_options.urlRules);
        if (!allowed) return failAt(at, allowed.error());
        TRY_ASSIGN(nextParsed, checkUrl(next, m_options.urlRules));
        parsed = std::move(nextParsed);
        at = next;
    }
}

} // namespace quorate
