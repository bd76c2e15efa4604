# SPDX-License-Identifier: GPL-3.0-or-later
find_path(LIBP11_INCLUDE_DIR libp11.h REQUIRED)
find_library(LIBP11_LIBRARY p11 REQUIRED)
add_library(quorate_libp11 INTERFACE)
target_include_directories(quorate_libp11 INTERFACE ${LIBP11_INCLUDE_DIR})
target_link_libraries(quorate_libp11 INTERFACE ${LIBP11_LIBRARY} OpenSSL::Crypto)
