#include "pipeline/console/option_range.hpp"

#include <fmt/format.h>

#include "kernels/error.hpp"

namespace unetsr::pipeline {

void require_in_range(const std::string& option, double value, const OptionRange& range) {
  const bool inside = (range.above ? value > range.least : value >= range.least) && value <= range.most;
  if (!inside)
    throw UsageError(fmt::format("--{} {:.10g}: take a number {} {:.10g}{} {:.10g}", option, value,
                                 range.above ? "above" : "from", range.least, range.above ? ", at most" : " to",
                                 range.most));
}

}  // namespace unetsr::pipeline
