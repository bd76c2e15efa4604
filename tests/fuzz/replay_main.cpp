// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdint>
#include <cstdio>
#include <filesystem>

#include "tests/support/temporary_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void tryInput(const quorate::Bytes& input) { LLVMFuzzerTestOneInput(input.data(), input.size()); }

/// Every truncation and, at every byte, one flip of each bit.
void tryVariants(const quorate::Bytes& seed)
{
    tryInput(seed);
    for (std::size_t size = 0; size < seed.size(); ++size) {
        tryInput({seed.begin(), seed.begin() + static_cast<std::ptrdiff_t>(size)});
        for (unsigned bit = 0; bit < 8; ++bit) {
            quorate::Bytes flipped = seed;
            flipped[size] ^= static_cast<std::uint8_t>(1U << bit);
            tryInput(flipped);
        }
    }
}

}  // namespace

/// Replays a fuzz target's corpus where no fuzzer is: the folder is the one argument.
int main(int argc, char** argv)
{
    if (argc != 2) return 2;
    int count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
        tryVariants(quorate::tests::readBytes(entry.path()));
        ++count;
    }
    std::printf("%d seeds replayed\n", count);
    return count > 0 ? 0 : 1;
}
