// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Before a function: compiled once more for wider vectors, chosen when the program starts. What the copies compute is the
/// same to the bit as long as no sum goes over the lanes of a vector in an order of the compiler's and nothing is fused
/// (-ffp-contract=off in cmake/Warnings.cmake).
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__) && defined(__OPTIMIZE__)
#define QUORATE_WIDE_VECTORS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define QUORATE_WIDE_VECTORS
#endif

/// Asks for the cache line at `address` before it is needed. The address need not exist.
#if defined(__GNUC__)
#define QUORATE_PREFETCH(address) __builtin_prefetch(address)
#else
#define QUORATE_PREFETCH(address) static_cast<void>(address)
#endif
