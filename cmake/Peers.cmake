# Peers: well-known libraries in the strategy slot, each in its own folder
# knote/strategies/peer_NAME, built where its library is. One that is not built
# is listed with the package that brings it (knote::MissingPeers).
# SPDX-License-Identifier: BSD-2-Clause

# knotestat_peer(NAME [PACKAGE DEBIAN_PACKAGE]
#                [MODULE PKG_CONFIG_MODULE] [TARGET CMAKE_TARGET]
#                [HEADER FILE [LIBRARY NAME]])
# MODULE, TARGET or HEADER says how to find and link it; with none of them it
# needs only libc and the C++ library.
function(knotestat_peer name)
  cmake_parse_arguments(ARG "" "PACKAGE;MODULE;TARGET;HEADER;LIBRARY" "" ${ARGN})
  set(found TRUE)
  if(ARG_MODULE)
    pkg_check_modules(peer_${name} QUIET IMPORTED_TARGET ${ARG_MODULE})
    set(found ${peer_${name}_FOUND})
    set(link PkgConfig::peer_${name})
  elseif(ARG_TARGET)
    if(NOT TARGET ${ARG_TARGET})
      set(found FALSE)
    endif()
    set(link ${ARG_TARGET})
  elseif(ARG_HEADER)
    find_path(peer_${name}_INCLUDE ${ARG_HEADER})
    mark_as_advanced(peer_${name}_INCLUDE)
    if(NOT peer_${name}_INCLUDE)
      set(found FALSE)
    endif()
    if(ARG_LIBRARY)
      find_library(peer_${name}_LIBRARY ${ARG_LIBRARY})
      mark_as_advanced(peer_${name}_LIBRARY)
      if(NOT peer_${name}_LIBRARY)
        set(found FALSE)
      endif()
      set(link ${peer_${name}_LIBRARY})
    endif()
  endif()
  if(NOT found)
    message(STATUS "peer ${name} is not built: needs ${ARG_PACKAGE}")
    set_property(GLOBAL APPEND_STRING PROPERTY knotestat_missing_peers
      "{\"peer_${name}\", \"${ARG_PACKAGE}\"},")
    return()
  endif()
  if(link)
    target_link_libraries(knote_objects PUBLIC ${link})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/knote/strategies/peer_${name}/*.cc
    ${CMAKE_SOURCE_DIR}/knote/strategies/peer_${name}/*.c)
  target_sources(knote_objects PRIVATE ${sources})
  # In the libraries' headers, which are not ours to change: ThreadSanitizer
  # warns of fences, which it does not see (no test runs peers under it), and
  # xenium calls a function of a null object that does not look at it, and
  # liburcu-bp takes 32 bytes into a page for aligned to 128.
  if(KNOTESTAT_SANITIZE MATCHES thread)
    set_source_files_properties(${sources} PROPERTIES COMPILE_OPTIONS -Wno-tsan)
  elseif(KNOTESTAT_SANITIZE MATCHES undefined)
    set_source_files_properties(${sources} PROPERTIES
      COMPILE_OPTIONS "-fno-sanitize=null;-fno-sanitize=alignment")
  endif()
endfunction()

knotestat_peer(absl_mutex PACKAGE libabsl-dev TARGET absl::synchronization)
knotestat_peer(boost_shared_mutex PACKAGE libboost-thread-dev
  HEADER boost/thread/shared_mutex.hpp LIBRARY boost_thread)
knotestat_peer(ck_brlock PACKAGE libck-dev MODULE ck)
knotestat_peer(ck_epoch PACKAGE libck-dev MODULE ck)
knotestat_peer(ck_pflock PACKAGE libck-dev MODULE ck)
knotestat_peer(ck_rwlock PACKAGE libck-dev MODULE ck)
knotestat_peer(libcds_hp PACKAGE libcds-dev
  HEADER cds/gc/hp.h LIBRARY cds)
knotestat_peer(libcds_urcu PACKAGE libcds-dev
  HEADER cds/urcu/general_instant.h LIBRARY cds)
knotestat_peer(pthread_rwlock)
knotestat_peer(pthread_rwlock_readers)
knotestat_peer(std_shared_mutex)
knotestat_peer(tbb_rw_mutex PACKAGE libtbb-dev MODULE tbb)
knotestat_peer(tbb_spin_rw_mutex PACKAGE libtbb-dev MODULE tbb)
knotestat_peer(urcu_bp PACKAGE liburcu-dev MODULE liburcu-bp)
knotestat_peer(urcu_mb PACKAGE liburcu-dev MODULE liburcu-mb)
knotestat_peer(urcu_memb PACKAGE liburcu-dev MODULE liburcu-memb)
knotestat_peer(urcu_qsbr PACKAGE liburcu-dev MODULE liburcu-qsbr)
knotestat_peer(xenium_epoch PACKAGE libxenium-dev
  HEADER xenium/reclamation/generic_epoch_based.hpp)
knotestat_peer(xenium_hazard_pointer PACKAGE libxenium-dev
  HEADER xenium/reclamation/hazard_pointer.hpp)

get_property(missing GLOBAL PROPERTY knotestat_missing_peers)
set_source_files_properties(${CMAKE_SOURCE_DIR}/knote/world.cc PROPERTIES
  COMPILE_DEFINITIONS "KNOTESTAT_MISSING_PEERS=${missing}")
