# What the report's pages hold in themselves becomes strings of the program: it needs no file when it runs.
set(UNETSR_LEAFLET_DIR /usr/share/javascript/leaflet CACHE PATH "Folder of leaflet.min.js and leaflet.css")
set(page_css ${CMAKE_CURRENT_LIST_DIR}/page.css)
set(map_viewer_js ${CMAKE_CURRENT_LIST_DIR}/map_viewer.js)
set(sort_tables_js ${CMAKE_CURRENT_LIST_DIR}/sort_tables.js)
set(leaflet_css ${UNETSR_LEAFLET_DIR}/leaflet.css)
set(leaflet_js ${UNETSR_LEAFLET_DIR}/leaflet.min.js)
foreach(asset page_css map_viewer_js sort_tables_js leaflet_css leaflet_js)
  if(NOT EXISTS ${${asset}})
    message(FATAL_ERROR "${${asset}} is missing: apt-get install libjs-leaflet (tools/setup does), or say where it is "
                        "with -DUNETSR_LEAFLET_DIR=...")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${${asset}})
  file(READ ${${asset}} ${asset})
  string(REGEX REPLACE "/[/*]# sourceMappingURL=[^\n]*" "" ${asset} "${${asset}}")  # browsers would look for the file
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/assets.cpp.in report_assets.cpp @ONLY)
target_sources(unetsr_pipeline PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/report_assets.cpp)
