#include "data/geography/gdal.hpp"

#include <cpl_error.h>
#include <gdal.h>

#include <algorithm>

namespace unetsr::data {

void start_gdal() {
  // Its errors are thrown: nothing is printed, by PROJ neither.
  [[maybe_unused]] static const bool registered = (CPLSetErrorHandler(CPLQuietErrorHandler), GDALAllRegister(), true);
}

QuietGdal::QuietGdal() {
  CPLPushErrorHandler(CPLQuietErrorHandler);
  CPLErrorReset();
}

QuietGdal::~QuietGdal() {
  CPLPopErrorHandler();
}

std::string QuietGdal::complaint() {
  std::string text = CPLGetLastErrorMsg();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text.empty() ? "GDAL does not say why" : text;
}

}  // namespace unetsr::data
