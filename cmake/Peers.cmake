# Peers: well-known libraries in the strategy slot, each in its own folder
# knote/strategies/peer_NAME, built where its library is.
# SPDX-License-Identifier: BSD-2-Clause

# knotestat_peer(NAME [PKG_CONFIG_MODULE])
function(knotestat_peer name)
  if(ARGN)
    pkg_check_modules(peer_${name} IMPORTED_TARGET ${ARGN})
    if(NOT peer_${name}_FOUND)
      message(STATUS "peer ${name} is not built: no ${ARGN}")
      return()
    endif()
    target_link_libraries(knote_objects PUBLIC PkgConfig::peer_${name})
  endif()
  target_sources(knote_objects PRIVATE
    ${CMAKE_SOURCE_DIR}/knote/strategies/peer_${name}/peer_${name}.cc)
endfunction()

knotestat_peer(pthread_rwlock)
knotestat_peer(urcu_memb liburcu-memb)
