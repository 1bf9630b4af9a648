#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/baselines/granule_windows.hpp"
#include "data/correction/map_error.hpp"
#include "data/dataset/mask.hpp"
#include "pipeline/evaluate/map_baselines.hpp"
#include "pipeline/maps/map_store.hpp"
#include "pipeline/report/map_variant.hpp"

namespace unetsr::pipeline {

// A baseline, of the bands as they are or of the denoised ones.
struct BaselineOfBands {
  MapBaseline baseline;
  bool denoised = false;

  report::MapVariant variant(bool corrected = false) const { return {baseline.name, denoised, corrected}; }
};

// What baselines are made from, as it is and with denoised bands (data/baselines/baseline_bands.hpp).
class BaselineSource {
 public:
  // `methods`: only these baselines; empty: all.
  BaselineSource(data::GranuleWindows, bool with_soundings, const std::vector<std::string>& methods = {});

  // All that the granules have bands for, each beside the same of denoised bands where it has such.
  const std::vector<BaselineOfBands>& baselines() const { return baselines_; }
  // The coarse layers of all windows.
  const data::Dataset& coarse(bool denoised = false) const { return denoised ? denoised_ : granules_.coarse; }
  int windows() const { return int(granules_.coarse.windows.size()); }
  const data::Grid& grid() const { return granules_.coarse.grid; }
  // Other coarse SIF, and its error, of all windows.
  void set_coarse_sif(const std::vector<float>& sif, const std::vector<float>& error);

  struct Window {
    data::Dataset granules, denoised;
  };
  Window read(int window) const;

 private:
  data::GranuleWindows granules_;
  data::Dataset denoised_;
  std::vector<BaselineOfBands> baselines_;
};

// The soundings of a window under the sky that maps show, and which of them to fit to.
struct SoundingsToFit {
  std::shared_ptr<const data::SoundingCells> cells;  // perhaps with others
  std::vector<uint8_t> training;
};
// None: the window has none.
using ReadSoundingsToFit = std::function<std::optional<SoundingsToFit>(int window)>;

struct BaselineMap {
  BaselineOfBands baseline;
  std::shared_ptr<MapStore> maps;
};

// Makes maps of baselines, window by window, each fitted to these coarse cells, or to soundings; those that can be
// fitted. `read` may be empty where none is fitted to soundings. Maps are kept in scratch files in a folder.
std::vector<BaselineMap> make_baselines(const BaselineSource&, std::span<const BaselineOfBands>,
                                        const data::Mask& training, const ReadSoundingsToFit& read,
                                        const std::filesystem::path& folder, const data::ShareReached& reached);

}  // namespace unetsr::pipeline
