# SPDX-License-Identifier: GPL-3.0-or-later
find_path(FFTW_INCLUDE_DIR fftw3.h REQUIRED)
find_library(FFTW_LIBRARY NAMES fftw3 fftw3-3 REQUIRED)
add_library(quorate_fftw INTERFACE)
target_include_directories(quorate_fftw INTERFACE ${FFTW_INCLUDE_DIR})
target_link_libraries(quorate_fftw INTERFACE ${FFTW_LIBRARY})
