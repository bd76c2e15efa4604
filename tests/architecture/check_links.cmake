# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DLAYERS_FILE=... -DWORK=... -P check_links.cmake: a forbidden link stops the configure, an allowed one does not.
function(try_link from to expected)
    execute_process(COMMAND ${CMAKE_COMMAND} -G "${GENERATOR}" -S ${CMAKE_CURRENT_LIST_DIR}/bad_link -B ${WORK} -DFROM=${from} -DTO=${to}
                            -DLAYERS_FILE=${LAYERS_FILE}
                    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
    string(REGEX REPLACE "[ \n]+" " " output "${output}")
    if(expected STREQUAL "allowed" AND NOT result EQUAL 0)
        message(SEND_ERROR "${from} -> ${to} should configure, but: ${output}")
    elseif(expected STREQUAL "forbidden" AND (result EQUAL 0 OR NOT output MATCHES "Layer rule: from \\(${from}\\) links"))
        message(SEND_ERROR "${from} -> ${to} should stop the configure by the layer rule, but: ${output}")
    endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
try_link(ui core allowed)
try_link(services learning allowed)
try_link(app ui allowed)
try_link(core ui forbidden)
try_link(core learning forbidden)
try_link(learning services forbidden)
try_link(ui enclave_client forbidden)
try_link(enclave_client learning forbidden)
try_link(core Qt6::Core forbidden)
try_link(ui gRPC::grpc++ forbidden)
try_link(services Qt6::Widgets forbidden)
try_link(app quorate_torch forbidden)
