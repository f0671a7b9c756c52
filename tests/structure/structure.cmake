# The checks of the tree itself. SPDX-License-Identifier: BSD-2-Clause
add_test(NAME structure
  COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/structure/check_structure.py
          ${CMAKE_SOURCE_DIR})
add_test(NAME structure_catches_planted_faults
  COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/structure/check_structure.py
          --self-test)
find_program(GIT git)
if(GIT)
  add_test(NAME revision
    COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/structure/revision_test.py
            ${CMAKE_SOURCE_DIR})
endif()
add_test(NAME npm_ci
  COMMAND python3 ${CMAKE_CURRENT_SOURCE_DIR}/structure/npm_ci_test.py
          ${CMAKE_SOURCE_DIR})
add_test(NAME lint
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/structure/lint.sh)
set_tests_properties(lint PROPERTIES TIMEOUT 120)
set_tests_properties(structure structure_catches_planted_faults lint
  PROPERTIES LABELS structure)
