#pragma once

// Texts that the build puts into the program, so that each page stands alone: the files of report/assets/, and
// Leaflet (BSD 2-clause) and Chart.js (Expat) from the system's packages.
namespace unetsr::pipeline::report::assets {

extern const char* const page_css;
extern const char* const map_viewer_js;
extern const char* const tables_css;
extern const char* const tables_js;
extern const char* const charts_css;
extern const char* const charts_js;
extern const char* const chart_js;
extern const char* const leaflet_css;
extern const char* const leaflet_js;

}  // namespace unetsr::pipeline::report::assets
