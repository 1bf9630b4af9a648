#pragma once
#include <string>
#include <vector>

#include "pipeline/report/evaluate_report.hpp"

namespace unetsr::pipeline::report {

// Which area a pool's intervals hold for: the whole scene where all folds are there.
std::string area_of_intervals(const Pool&);
// The entries that have intervals that are too narrow.
std::vector<std::string> entries_too_narrow(const Pool&);
// A sentence that names them; empty where there are none.
std::string too_narrow_in_words(const Pool&);

}  // namespace unetsr::pipeline::report
