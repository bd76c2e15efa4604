# SPDX-License-Identifier: GPL-3.0-or-later
# Faster tools where the machine has them; nothing here is needed.
find_program(QUORATE_CCACHE ccache)
if(QUORATE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${QUORATE_CCACHE})
endif()
find_program(QUORATE_MOLD mold)
if(QUORATE_MOLD AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang" AND NOT APPLE)
    add_link_options(-fuse-ld=mold)
endif()
