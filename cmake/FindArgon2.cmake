# SPDX-License-Identifier: GPL-3.0-or-later
find_path(ARGON2_INCLUDE_DIR argon2.h REQUIRED)
find_library(ARGON2_LIBRARY argon2 REQUIRED)
add_library(quorate_argon2 INTERFACE)
target_include_directories(quorate_argon2 INTERFACE ${ARGON2_INCLUDE_DIR})
target_link_libraries(quorate_argon2 INTERFACE ${ARGON2_LIBRARY})
