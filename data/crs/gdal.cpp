#include "data/crs/gdal.hpp"

#include <cpl_error.h>
#include <gdal.h>

#include "kernels/excerpt.hpp"

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
  const std::string text = excerpt(CPLGetLastErrorMsg(), 250);
  return text.empty() ? "GDAL gives no reason" : text;
}

}  // namespace unetsr::data
