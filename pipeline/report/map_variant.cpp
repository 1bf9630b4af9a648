#include "pipeline/report/map_variant.hpp"

namespace unetsr::pipeline::report {

std::string MapVariant::name() const {
  return method + (denoised ? ", denoised bands" : "") + (corrected ? ", corrected by soundings" : "");
}

}  // namespace unetsr::pipeline::report
