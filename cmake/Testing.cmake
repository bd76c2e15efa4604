# SPDX-License-Identifier: GPL-3.0-or-later
# quorate_test(PATH_test.cpp LIBRARIES ... [QT]): one program per file, named by its path: core/crypto/hpke_test.cpp gives
# core.crypto.hpke. doctest for what must build without Qt, QtTest for ui and app.
if(BUILD_TESTING)
    find_path(DOCTEST_INCLUDE_DIR doctest/doctest.h REQUIRED)
    add_library(quorate_doctest_main STATIC ${CMAKE_SOURCE_DIR}/tests/support/doctest_main.cpp)
    target_include_directories(quorate_doctest_main PUBLIC ${DOCTEST_INCLUDE_DIR} ${CMAKE_SOURCE_DIR})
endif()

function(quorate_test source)
    cmake_parse_arguments(ARG "QT" "" "LIBRARIES;SOURCES" ${ARGN})
    file(RELATIVE_PATH relative ${CMAKE_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR}/${source})
    string(REGEX REPLACE "_test\\.cpp$" "" name ${relative})
    string(REPLACE "/" "." name ${name})
    add_executable(test.${name} ${source} ${ARG_SOURCES})
    set_target_properties(test.${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/bin)
    target_link_libraries(test.${name} PRIVATE quorate_warnings ${ARG_LIBRARIES})
    target_include_directories(test.${name} PRIVATE ${CMAKE_SOURCE_DIR})
    if(ARG_QT)
        set_target_properties(test.${name} PROPERTIES AUTOMOC ON)
        target_link_libraries(test.${name} PRIVATE Qt6::Test)
    else()
        target_link_libraries(test.${name} PRIVATE quorate_doctest_main)
    endif()
    add_test(NAME ${name} COMMAND test.${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 300
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;TZ=UTC;OMP_NUM_THREADS=1;QUORATE_BIN=${CMAKE_BINARY_DIR}/bin;QUORATE_SOURCE=${CMAKE_SOURCE_DIR}")
endfunction()

# quorate_httplib(TARGET): a test with an HTTP service of its own. As Debian's library was built: the header's types depend on it.
function(quorate_httplib target)
    target_link_libraries(${target} PRIVATE cpp-httplib OpenSSL::SSL)
    target_compile_definitions(${target} PRIVATE
        CPPHTTPLIB_OPENSSL_SUPPORT CPPHTTPLIB_ZLIB_SUPPORT CPPHTTPLIB_BROTLI_SUPPORT)
endfunction()
