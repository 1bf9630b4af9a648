#pragma once
#include <string>

namespace unetsr::pipeline {

// Bytes of a size such as 800MB, 2GB or 1.5 GB (powers of 1000; a number alone is bytes). Throws UsageError naming the
// option where it is none, or below 1 MB.
double memory_size(const std::string& option, const std::string& text);

}  // namespace unetsr::pipeline
