#pragma once
#include <string>
#include <vector>

namespace unetsr::pipeline {

// Some windows of a dataset. At most one of `labels` and the dates; all windows without either.
struct WindowChoice {
  std::string labels = {};           // separated by commas
  std::string start = {}, end = {};  // YYYY-MM-DD: windows that begin on these days or between them
};

// Their numbers, in the order of the dataset. Throws UsageError: a label that the dataset does not have, no date,
// labels that are no dates, no window in the span.
std::vector<int> chosen_windows(const std::vector<std::string>& labels, const WindowChoice&);

}  // namespace unetsr::pipeline
