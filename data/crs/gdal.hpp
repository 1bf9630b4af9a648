#pragma once
#include <string>

// GDAL, started once; for sources that include its headers.
namespace unetsr::data {

// Registers the drivers; may be called any number of times.
void start_gdal();

// Keeps GDAL from printing in this scope; errors are thrown instead.
class QuietGdal {
 public:
  QuietGdal();
  QuietGdal(const QuietGdal&) = delete;
  QuietGdal& operator=(const QuietGdal&) = delete;
  ~QuietGdal();

  // The last error message of GDAL, in one line.
  static std::string complaint();
};

}  // namespace unetsr::data
