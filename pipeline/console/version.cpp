#include "pipeline/console/version.hpp"

#include <ctime>

namespace unetsr::pipeline {

std::string version() {
  return UNETSR_VERSION;
}

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

}  // namespace unetsr::pipeline
