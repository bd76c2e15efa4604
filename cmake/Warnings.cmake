# SPDX-License-Identifier: GPL-3.0-or-later
# Warnings of our own targets; generated code is not compiled with them.
add_library(quorate_warnings INTERFACE)
if(MSVC)
    target_compile_options(quorate_warnings INTERFACE /W4 /permissive- /utf-8)
else()
    # -ffp-contract=off: sums must give the same bits on every machine.
    target_compile_options(quorate_warnings INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
                           -ffp-contract=off)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        # GCC 12 sees an overlap in every `"text" + std::string` (its bug 105651).
        target_compile_options(quorate_warnings INTERFACE -Wno-restrict)
    endif()
endif()
option(QUORATE_WERROR "Treat warnings as errors" OFF)
if(QUORATE_WERROR AND NOT MSVC)
    target_compile_options(quorate_warnings INTERFACE -Werror)
endif()
