# SPDX-License-Identifier: GPL-3.0-or-later
find_path(SECCOMP_INCLUDE_DIR seccomp.h REQUIRED)
find_library(SECCOMP_LIBRARY seccomp REQUIRED)
add_library(quorate_seccomp INTERFACE)
target_include_directories(quorate_seccomp INTERFACE ${SECCOMP_INCLUDE_DIR})
target_link_libraries(quorate_seccomp INTERFACE ${SECCOMP_LIBRARY})
