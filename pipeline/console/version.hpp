#pragma once
#include <string>

namespace unetsr::pipeline {

std::string version();  // of this program
std::string now_utc();  // ISO 8601

}  // namespace unetsr::pipeline
