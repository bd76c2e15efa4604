# SPDX-License-Identifier: GPL-3.0-or-later
# Which layer may link what. A bad link stops the configure (quorate_check_layers, called last).


# layer -> layers it may link
set(QUORATE_MAY_LINK_proto "proto;payload_proto")
set(QUORATE_MAY_LINK_core "core;payload_proto")
set(QUORATE_MAY_LINK_payload_proto "")
set(QUORATE_MAY_LINK_learning "core;learning")
set(QUORATE_MAY_LINK_collateral_client "core;collateral_client")
set(QUORATE_MAY_LINK_enclave_client "core;proto;enclave_client")
set(QUORATE_MAY_LINK_services "learning;core;proto;services;enclave_client;collateral_client")
set(QUORATE_MAY_LINK_ui "core;ui")
set(QUORATE_MAY_LINK_app "ui;enclave_client;collateral_client;core;services;learning;app")

# layer -> regular expression of outside targets it must not link
set(QUORATE_MUST_NOT_core "Qt6::|gRPC|torch|CURL")
set(QUORATE_MUST_NOT_learning "Qt6::|gRPC")
set(QUORATE_MUST_NOT_collateral_client "Qt6::|gRPC|torch")
set(QUORATE_MUST_NOT_enclave_client "Qt6::|torch")
set(QUORATE_MUST_NOT_services "Qt6::")
set(QUORATE_MUST_NOT_ui "gRPC|torch|protobuf")
set(QUORATE_MUST_NOT_app "torch")

# quorate_in_layer(TARGET LAYER): every target of ours says where it belongs.
function(quorate_in_layer target layer)
    set_property(GLOBAL APPEND PROPERTY QUORATE_TARGETS ${target})
    set_property(TARGET ${target} PROPERTY QUORATE_LAYER ${layer})
    target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
    if(NOT layer MATCHES "proto$")
        target_link_libraries(${target} PRIVATE quorate_warnings)
    endif()
endfunction()

function(quorate_check_layers)
    get_property(targets GLOBAL PROPERTY QUORATE_TARGETS)
    foreach(target IN LISTS targets)
        get_property(layer TARGET ${target} PROPERTY QUORATE_LAYER)
        get_target_property(links ${target} LINK_LIBRARIES)
        foreach(link IN LISTS links)
            if(TARGET ${link})
                get_property(linked_layer TARGET ${link} PROPERTY QUORATE_LAYER)
                if(linked_layer AND NOT linked_layer IN_LIST QUORATE_MAY_LINK_${layer})
                    message(FATAL_ERROR "Layer rule: ${target} (${layer}) links ${link} (${linked_layer}); "
                            "${layer} may link: ${QUORATE_MAY_LINK_${layer}}")
                endif()
            endif()
            if(QUORATE_MUST_NOT_${layer} AND link MATCHES "${QUORATE_MUST_NOT_${layer}}")
                message(FATAL_ERROR "Layer rule: ${target} (${layer}) links ${link}, which ${layer} must not see")
            endif()
        endforeach()
    endforeach()
endfunction()
