#include "data/formats/eos_structure.hpp"

#include <cmath>
#include <cstdio>

namespace unetsr::data {
namespace {

// What follows "key=" in its line; empty where no line has the key.
std::string value_of(const std::string& text, const std::string& key) {
  for (size_t at = text.find(key + "="); at != std::string::npos; at = text.find(key + "=", at + 1)) {
    if (at > 0 && text[at - 1] != '\n' && text[at - 1] != '\t' && text[at - 1] != ' ') continue;
    const size_t begin = at + key.size() + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  }
  return "";
}

// The block between GROUP=GRID_n and its end that has the grid's name.
std::string block_of(const std::string& structure, const std::string& grid_name) {
  const size_t name = structure.find("GridName=\"" + grid_name + "\"");
  if (name == std::string::npos) return "";
  return structure.substr(name, structure.find("END_GROUP=GRID_", name) - name);
}

bool pair_of(const std::string& text, double& first, double& second) {
  return std::sscanf(text.c_str(), "(%lf,%lf)", &first, &second) == 2 && std::isfinite(first) && std::isfinite(second);
}

}  // namespace

std::optional<EosGrid> eos_grid(const std::string& structure, const std::string& grid_name) {
  const std::string block = block_of(structure, grid_name);
  EosGrid grid;
  grid.projection = value_of(block, "Projection");
  const bool whole = std::sscanf(value_of(block, "XDim").c_str(), "%9d", &grid.columns) == 1 &&
                     std::sscanf(value_of(block, "YDim").c_str(), "%9d", &grid.rows) == 1 &&
                     pair_of(value_of(block, "UpperLeftPointMtrs"), grid.left, grid.top) &&
                     pair_of(value_of(block, "LowerRightMtrs"), grid.right, grid.bottom) &&
                     std::sscanf(value_of(block, "ProjParams").c_str(), "(%lf", &grid.radius) == 1;
  if (!whole || grid.rows < 1 || grid.columns < 1) return std::nullopt;
  return grid;
}

}  // namespace unetsr::data
