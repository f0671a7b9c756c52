# Debian 12 packages; cmake/packages.txt lists what installs them.
# SPDX-License-Identifier: BSD-2-Clause
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(absl REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
if(NOT TARGET SQLite3::SQLite3)
  add_library(SQLite3::SQLite3 ALIAS SQLite::SQLite3)
endif()

# knotestat_pkg(NAME MODULE): imports a pkg-config module as NAME::NAME.
function(knotestat_pkg name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  add_library(${name}::${name} ALIAS PkgConfig::${name})
endfunction()
knotestat_pkg(hwloc hwloc)
knotestat_pkg(libdw libdw)
knotestat_pkg(httplib cpp-httplib)
