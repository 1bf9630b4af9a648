#pragma once
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/sif_quantity.hpp"

// What the variables of a dataset's file are, in the words of the CF conventions (1.12).
namespace unetsr::data {

struct CfAttributes {
  std::vector<std::pair<std::string, std::string>> texts;
  std::vector<float> flag_values;  // with flag_meanings among the texts
};

// Beside units and long_name. `granules`: of a dataset of granules, where ranks and bit fields are those of pixels and
// no means.
CfAttributes layer_attributes(const std::string& layer, bool granules);

// Of a column of the soundings, with units and long_name.
CfAttributes column_attributes(const std::string& column, const SifQuantity&);

}  // namespace unetsr::data
