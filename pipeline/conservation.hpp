#pragma once
#include <span>
#include <string>

#include "data/dataset_file.hpp"

namespace unetsr::pipeline {

// Corrects maps so that they give measurements of the dataset back.
//   footprints  means over the footprints of soundings, within their errors (data/footprint_conservation.hpp)
//   blocks      means over coarse cells, exactly (data/block_conservation.hpp)
class Conserver {
 public:
  // Throws UsageError: another kind, a dataset of tables, soundings asked for and none there. The file has to outlive
  // this.
  Conserver(const std::string& kind, const data::DatasetFile&);

  const std::string& kind() const { return kind_; }
  // Corrects the map (rows x columns) of a window, where soundings lack what clouds hid (data/cloud_shielding.hpp; 0
  // for a map of what was seen). Returns by which parameters and what came of it, in words. Throws Interrupted.
  std::string correct(int window, double cloud_shielding, std::span<float> map);

 private:
  std::string correct_footprints(int window, double cloud_shielding, std::span<float> map);
  std::string correct_blocks(int window, std::span<float> map) const;

  std::string kind_;
  const data::DatasetFile& file_;
  data::Dataset granules_;  // footprints: the grid and the soundings
};

}  // namespace unetsr::pipeline
