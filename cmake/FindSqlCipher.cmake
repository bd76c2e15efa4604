# SPDX-License-Identifier: GPL-3.0-or-later
# SQLCipher as a static archive: libsqlcipher and libsqlite3 export the same symbols, and where libsqlite3 wins at run time
# the vault would silently be plaintext. The archive's symbols stay inside our executables (--exclude-libs).
find_path(SQLCIPHER_INCLUDE_DIR sqlcipher/sqlite3.h REQUIRED)
find_library(SQLCIPHER_ARCHIVE NAMES libsqlcipher.a sqlcipher REQUIRED)
if(NOT SQLCIPHER_ARCHIVE MATCHES "\\.(a|lib)$")
    message(FATAL_ERROR "SQLCipher: need the static library, found ${SQLCIPHER_ARCHIVE}")
endif()
add_library(quorate_sqlcipher INTERFACE)
target_include_directories(quorate_sqlcipher INTERFACE ${SQLCIPHER_INCLUDE_DIR})
target_compile_definitions(quorate_sqlcipher INTERFACE SQLITE_HAS_CODEC)
target_link_libraries(quorate_sqlcipher INTERFACE ${SQLCIPHER_ARCHIVE} OpenSSL::Crypto Threads::Threads ${CMAKE_DL_LIBS})
if(UNIX AND NOT APPLE)
    target_link_options(quorate_sqlcipher INTERFACE -Wl,--exclude-libs,libsqlcipher.a)
endif()
