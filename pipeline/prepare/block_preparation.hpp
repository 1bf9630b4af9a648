#pragma once
#include <functional>
#include <string>
#include <vector>

#include "data/dataset/dataset_writer.hpp"
#include "data/features/denoising.hpp"
#include "data/footprints/gridding.hpp"
#include "pipeline/prepare/layer_summary.hpp"
#include "pipeline/prepare/scratch_layers.hpp"
#include "pipeline/prepare/sounding_bins.hpp"
#include "pipeline/prepare/stored_dataset.hpp"
#include "pipeline/processes/turns.hpp"

namespace unetsr::pipeline {

// The bands whose means over the footprints are gridded on the coarse cells.
inline const std::vector<std::string> footprint_bands = {"ndvi", "evi", "red", "nir", "blue", "mir", "swir3"};

// The red, near infrared, ... of laid, for data/features/denoising.hpp; the laid outlive it.
data::BandSource band_source(const ScratchLayers&, const data::Grid&, size_t windows);

// What a dataset of granules is made of; all outlive its preparation.
struct Ingredients {
  const data::Dataset& description;  // grid, windows, region, coarse factor
  data::GriddingMethod gridding;
  const ScratchLayers &bands, &auxiliary;
  const data::BandDenoising& denoising;
  const SoundingBins& soundings;                   // bin = window x blocks + block
  const StoredDataset* stored = nullptr;           // that windows or days are added to; null: none
  std::vector<uint8_t> keeps_gridded = {};         // by window: 1 where its gridded soundings are those that are stored
  std::vector<std::string> sounding_columns = {};  // optional ones
};

// Lays, denoises and grids a dataset of granules block by block. Processes make blocks in turn, the first one writes.
class BlockPreparation {
 public:
  explicit BlockPreparation(const Ingredients&);

  // Layers of both grids without values, in the order of the file, and the soundings.
  const data::Dataset& description() const { return description_; }
  data::SoundingTable soundings() const;

  // The first process: writes all blocks, then the soundings, window by window. `reached` is given the share that is
  // done.
  void write(data::DatasetWriter&, Turns&, const std::function<void(double share)>& reached);
  // Another process: makes its blocks.
  void make_own(Turns&);

  // After write(): of the layers of the description.
  const std::vector<LayerSummary>& fine() const { return fine_; }
  const std::vector<LayerSummary>& coarse() const { return coarse_; }

 private:
  struct Gridded {
    std::vector<data::Layer> fine, coarse;
  };
  struct Made;
  template <class Emit>
  void make_block(int64_t block, const Emit&) const;
  void write_block(data::DatasetWriter&, int64_t block, const Made&);
  void add_laid(const ScratchLayers&, int window, int64_t block, std::vector<data::Layer>&) const;
  Gridded grid(int window, int64_t block) const;
  Gridded stored(int window, int64_t block) const;
  data::Part around(const std::vector<data::Part>& footprints, const data::Part& block) const;
  void write_soundings(data::DatasetWriter&) const;

  Ingredients from_;
  data::Dataset description_;
  data::FileBlocks blocks_;
  data::Mask coarse_region_;
  std::vector<LayerSummary> fine_, coarse_;
};

}  // namespace unetsr::pipeline
