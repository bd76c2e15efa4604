// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace quorate::bench {

/// Uploads into a process of their own, bench_upload_server, two at a time.
struct UploadFigures {
    double plainGBs = 0;          ///< gRPC client streaming of the same bytes, without TLS, thrown away on arrival.
    double uploadAndFoldGBs = 0;  ///< Of made updates: over TLS, hashed and checked there, sealed into files, and folded into the next model.
    double hashedUploadOfPlainGrpc = 0;  ///< uploadOfPlainGrpc() with the hashing at the site, once for each update.
    double peakOverModel = 0;     ///< Peak memory of that process over the model's size.
    double peakBoundOverModel = 0;  ///< (2.2 x model + 64 MiB) over the model's size: what it must stay under.
    double peakGrowth = 0;        ///< Peak with ten times as many updates of a fifth of the size, over the peak with as many; medians of five.

    [[nodiscard]] double uploadOfPlainGrpc() const { return uploadAndFoldGBs / plainGBs; }
};

/// `programs`: the folder with bench_upload_server. `spool`: where its files lie.
Result<UploadFigures> measureUploads(const std::filesystem::path& programs, const std::filesystem::path& spool, std::size_t updates,
                                     std::size_t megabytes);

}  // namespace quorate::bench
