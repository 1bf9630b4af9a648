#pragma once
#include <string>

#include "data/dataset/dataset.hpp"

namespace unetsr::data {

// SHA-256 of what a dataset holds: grid, windows, layers and soundings, but not where they came from. Equal for
// datasets prepared twice of the same inputs; a value that differs in one bit makes another.
std::string identity_of(const Dataset&);

}  // namespace unetsr::data
