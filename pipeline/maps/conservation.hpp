#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "data/correction/footprint_conservation.hpp"
#include "data/correction/map_error.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/footprints/sounding_cells.hpp"
#include "kernels/enum_names.hpp"
#include "pipeline/console/array_memory.hpp"

namespace unetsr::pipeline {

// The model of a map's error, which has two correlation lengths: two and sixteen coarse cells.
data::MapErrorModel map_error_model(int coarse_factor, bool of_coarse_sif);

// Corrects maps (windows, rows, columns) by the chosen soundings (no choice: all), corrected for clouds, with the error
// that is estimated from them. `reached`: as in data/correction/map_error.hpp.
struct CorrectedBySoundings {
  data::MapError error;
  data::FootprintFit fit;
};
CorrectedBySoundings correct_by_soundings(
    data::StoredSpan<float> maps, const data::Grid&, const data::SoundingCells&, std::span<const uint8_t> chosen,
    const data::MapErrorModel&, const data::ShareReached& reached = [](double) {}, const data::ArrayStore& = {});

// What maps are corrected by, so that they agree with measurements of the dataset.
//   none        nothing
//   footprints  means over footprints, within the soundings' errors: data/correction/footprint_conservation.hpp
//   blocks      means over coarse cells, exactly: data/correction/block_conservation.hpp
enum class Conservation { none, footprints, blocks };

// "corrected by soundings", "uncorrected"
std::string conserved_in_words(Conservation);

// Bytes that a correction takes at most, the maps included. By soundings `held` is images of one window and a few
// vectors of the soundings; `stored` are maps of all windows and the cells of footprints.
ArrayMemory memory_of_correction(Conservation, size_t windows, int64_t cells, int64_t soundings);

// Corrects maps by one kind of conservation.
class Conserver {
 public:
  // Throws UsageError: a dataset of tables; a correction by soundings where the dataset has none. The file has to
  // outlive this.
  Conserver(Conservation kind, const data::DatasetFile&);

  Conservation kind() const { return kind_; }
  // The windows whose maps are corrected together with that of this one: by soundings all, for a part of the error is
  // shared by all.
  data::WindowRange together(int window) const;

  struct MapKind {
    bool of_coarse_sif = true;  // the coarse SIF is among the inputs of the maps
    // By which soundings are corrected for clouds (data/footprints/cloud_shielding.hpp); 0: maps are not of a clear
    // sky.
    double cloud_shielding = 0;
    data::FootprintEstimate footprints = {};  // of these soundings
  };
  struct Outcome {
    std::vector<std::string> lines;  // by which parameters, and with what result
    std::vector<float> error_left;   // as FootprintFit has it; of other corrections empty
  };
  // Corrects the maps (windows x rows x columns) of windows that belong together. `reached` is given the share that is
  // done. Throws Interrupted.
  Outcome correct(
      const data::WindowRange&, const MapKind&, std::span<float> maps,
      const data::ShareReached& reached = [](double) {});
  // The same with the maps, error_left and what is made of the soundings in a store.
  struct StoredOutcome {
    std::vector<std::string> lines;
    data::StoredArray<float> error_left;
  };
  StoredOutcome correct(const data::WindowRange&, const MapKind&, data::StoredArray<float>& maps,
                        const data::ArrayStore&, const data::ShareReached& reached);

 private:
  StoredOutcome correct_any(const data::WindowRange&, const MapKind&, data::StoredSpan<float> maps,
                            const data::ArrayStore&, const data::ShareReached& reached) const;
  StoredOutcome correct_footprints(const data::WindowRange&, const MapKind&, data::StoredSpan<float> maps,
                                   const data::ArrayStore&, const data::ShareReached& reached) const;
  std::vector<std::string> correct_blocks(int window, std::span<float> map) const;

  Conservation kind_;
  const data::DatasetFile& file_;
};

}  // namespace unetsr::pipeline

template <>
struct unetsr::EnumNames<unetsr::pipeline::Conservation> {
  using Conservation = unetsr::pipeline::Conservation;
  static constexpr const char* what = "conservation";
  static constexpr std::pair<Conservation, const char*> names[] = {
      {Conservation::none, "none"}, {Conservation::footprints, "footprints"}, {Conservation::blocks, "blocks"}};
};
