#include "pipeline/prepare/block_preparation.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "data/dataset/dated_windows.hpp"
#include "data/dataset/missing.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/inputs/archives.hpp"

namespace unetsr::pipeline {
namespace {

using data::Layer, data::Part;

std::vector<Layer> sif_layers(const data::SifQuantity& sif, const std::string& name, const std::string& what) {
  return {{name, data::sif_units, sif_name(sif) + ", " + what, {}},
          {name + "_error", data::sif_units, "1 sigma of " + name, {}},
          {name + "_count", "1", "number of soundings in " + name, {}}};
}

const std::string fine_cells = "fine cells", coarse_cells = "coarse cells";

// A part of an image (rows x `columns`) whose first cell is `origin`'s.
std::vector<float> cut(const std::vector<float>& image, const Part& origin, const Part& part) {
  std::vector<float> values;
  values.reserve(size_t(part.rows) * size_t(part.columns));
  for (int row = 0; row < part.rows; ++row) {
    const auto first =
        image.begin() + std::ptrdiff_t(row + part.row - origin.row) * origin.columns + (part.column - origin.column);
    values.insert(values.end(), first, first + part.columns);
  }
  return values;
}

void add_image(std::vector<Layer>& layers, std::vector<Layer> heads, const data::WindowGridder::Image& image,
               const Part& origin, const Part& part) {
  const std::vector<float>* images[] = {&image.mean, &image.error, &image.count};
  for (size_t i = 0; i < heads.size(); ++i) {
    heads[i].values = cut(*images[i], origin, part);
    layers.push_back(std::move(heads[i]));
  }
}

Part coarsened(const Part& part, int factor) {
  return {part.row / factor, part.column / factor, (part.rows + factor - 1) / factor,
          (part.columns + factor - 1) / factor};
}

void clip(std::vector<Layer>& layers, const data::Mask& region, int columns, const Part& part) {
  if (region.empty()) return;
  for (Layer& layer : layers)
    for (int row = 0; row < part.rows; ++row)
      for (int column = 0; column < part.columns; ++column)
        if (!region[size_t(row + part.row) * size_t(columns) + size_t(column + part.column)])
          layer.values[size_t(row) * size_t(part.columns) + size_t(column)] = data::missing;
}

void summarise(const std::vector<Layer>& layers, int window, std::vector<LayerSummary>& summaries) {
  parallel_for(int64_t(layers.size()), [&](int64_t i) { summaries[size_t(i)].add(window, layers[size_t(i)].values); });
}

}  // namespace

data::BandSource band_source(const ScratchLayers& laid, const data::Grid& grid, size_t windows) {
  data::BandSource source{laid.blocks(), grid.rows, grid.columns, int(windows), {}, {}};
  if (!laid.has("red") || !laid.has("nir")) return source;
  std::vector<size_t> layers;
  for (const std::string& name : data::bands_to_denoise)
    if (laid.has(name)) source.names.push_back(name), layers.push_back(laid.index_of(name));
  source.read = [&laid, layers](size_t band, int window, const Part& part, float* values) {
    laid.read(layers[band], window, part, values);
  };
  return source;
}

BlockPreparation::BlockPreparation(const Ingredients& from)
    : from_(from),
      description_(from.description),
      blocks_(from.bands.blocks()),
      coarse_region_(from.description.coarse_region()) {
  data::Dataset& d = description_;
  d.layers = from.bands.layers();
  for (size_t b = 0; b < from.denoising.noise().size(); ++b) {
    const Layer& band = from.bands.layers()[from.bands.index_of(from.denoising.source().names[b])];
    d.layers.push_back({band.name + data::denoised_suffix, band.units, band.long_name + ", denoised", {}});
  }
  for (const Layer& layer : sif_layers(d.sif, data::target_layer, fine_cells)) d.layers.push_back(layer);
  for (const Layer& layer : from.auxiliary.layers()) d.layers.push_back(layer);
  d.coarse_layers = sif_layers(d.sif, data::coarse_layer, coarse_cells);
  for (const std::string& name : footprint_bands)
    if (from.bands.has(name))
      d.coarse_layers.push_back(
          {name, "1", from.bands.layers()[from.bands.index_of(name)].long_name + ", mean over footprints", {}});
  for (size_t i = 0; i < d.layers.size(); ++i) fine_.emplace_back(d.windows.size());
  for (size_t i = 0; i < d.coarse_layers.size(); ++i) coarse_.emplace_back(d.windows.size());
}

data::SoundingTable BlockPreparation::soundings() const {
  data::SoundingTable table{0, from_.sounding_columns};
  const int64_t bins = blocks_.count() * int64_t(description_.windows.size());
  for (int64_t bin = 0; bin < bins; ++bin) table.count += from_.soundings.first_in(bin);
  return table;
}

// All layers of a block in one window.
struct BlockPreparation::Made {
  int window = 0;
  std::vector<Layer> fine, coarse;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(window, fine, coarse);
  }
};

void BlockPreparation::write(data::DatasetWriter& writer, Turns& turns,
                             const std::function<void(double share)>& reached) {
  const double windows = double(description_.windows.size()), blocks = double(blocks_.count());
  turns.for_first<Made>(
      blocks_.count(), [&](int64_t block, const auto& emit) { make_block(block, emit); },
      [&](int64_t block, const Made& made) {
        write_block(writer, block, made);
        reached((double(block) + double(made.window + 1) / windows) / blocks);
      });
  write_soundings(writer);
}

void BlockPreparation::make_own(Turns& turns) {
  turns.for_first<Made>(
      blocks_.count(), [&](int64_t block, const auto& emit) { make_block(block, emit); }, [](int64_t, const Made&) {});
}

template <class Emit>
void BlockPreparation::make_block(int64_t block, const Emit& emit) const {
  const data::Dataset& d = description_;
  const Part part = blocks_.part(block);
  const data::BandDenoising::Block denoised(from_.denoising, block);
  for (int w = 0; w < int(d.windows.size()); ++w) {
    stop_if_interrupted();
    Made made;
    made.window = w;
    add_laid(from_.bands, w, block, made.fine);
    if (!from_.denoising.noise().empty())
      for (std::vector<float>& band : denoised.window(w))
        made.fine.push_back({d.layers[made.fine.size()].name, "", "", std::move(band)});
    const bool keep = from_.stored && from_.keeps_gridded[size_t(w)];
    Gridded gridded = keep ? stored(w, block) : grid(w, block);
    for (Layer& layer : gridded.fine) made.fine.push_back(std::move(layer));
    add_laid(from_.auxiliary, w, block, made.fine);
    made.coarse = std::move(gridded.coarse);
    clip(made.fine, d.region, d.grid.columns, part);
    clip(made.coarse, coarse_region_, data::coarsened(d.grid, d.coarse_factor).columns,
         coarsened(part, d.coarse_factor));
    emit(std::move(made));
  }
}

void BlockPreparation::write_block(data::DatasetWriter& writer, int64_t block, const Made& made) {
  summarise(made.fine, made.window, fine_);
  summarise(made.coarse, made.window, coarse_);
  writer.write_block(made.window, blocks_.part(block), made.fine, made.coarse);
}

void BlockPreparation::add_laid(const ScratchLayers& laid, int window, int64_t block,
                                std::vector<Layer>& layers) const {
  for (size_t i = 0; i < laid.layers().size(); ++i)
    layers.push_back({laid.layers()[i].name, "", "", laid.read(i, window, block)});
}

// The cells of the block and of all footprints, from a coarse cell to a coarse cell. The whole grid where it is one
// block.
Part BlockPreparation::around(const std::vector<Part>& footprints, const Part& block) const {
  const data::Grid& grid = description_.grid;
  if (blocks_.count() == 1) return whole(grid);
  int top = block.row, left = block.column, bottom = top + block.rows, right = left + block.columns;
  for (const Part& cells : footprints) {
    top = std::min(top, cells.row), bottom = std::max(bottom, cells.row + cells.rows);
    left = std::min(left, cells.column), right = std::max(right, cells.column + cells.columns);
  }
  const int f = description_.coarse_factor;
  top = top / f * f, left = left / f * f;
  bottom = std::min((bottom + f - 1) / f * f, grid.rows), right = std::min((right + f - 1) / f * f, grid.columns);
  return {top, left, bottom - top, right - left};
}

BlockPreparation::Gridded BlockPreparation::grid(int window, int64_t block) const {
  const data::Dataset& d = description_;
  const SoundingBins::Binned own = from_.soundings.read(int64_t(window) * blocks_.count() + block);
  const Part part = blocks_.part(block), cells = around(own.cells, part);
  std::vector<std::vector<float>> values;
  std::vector<data::FineBand> bands;
  values.reserve(footprint_bands.size());
  for (const std::string& name : footprint_bands) {
    if (!from_.bands.has(name)) continue;
    std::vector<float>& image = values.emplace_back(size_t(cells.rows) * size_t(cells.columns));
    from_.bands.read(from_.bands.index_of(name), window, cells, image.data());
    bands.push_back({name, image});
  }
  data::WindowGridder gridder(part_of(d.grid, cells), d.coarse_factor, from_.gridding, bands);
  std::vector<size_t> all(own.soundings.size());
  std::iota(all.begin(), all.end(), size_t(0));
  data::WindowGridder::Counts counts;
  gridder.add(own.soundings, all, counts);
  Gridded gridded;
  const Part coarse = coarsened(part, d.coarse_factor), coarse_origin = coarsened(cells, d.coarse_factor);
  add_image(gridded.fine, sif_layers(d.sif, data::target_layer, fine_cells), gridder.fine(), cells, part);
  add_image(gridded.coarse, sif_layers(d.sif, data::coarse_layer, coarse_cells), gridder.coarse(), coarse_origin,
            coarse);
  for (const data::FineBand& band : bands)
    gridded.coarse.push_back({band.name, "", "", cut(gridder.coarse_band(band.name), coarse_origin, coarse)});
  return gridded;
}

BlockPreparation::Gridded BlockPreparation::stored(int window, int64_t block) const {
  const Part part = blocks_.part(block), coarse = coarsened(part, description_.coarse_factor);
  StoredDataset::Gridded own = from_.stored->gridded(window, part);
  Gridded gridded{std::move(own.fine), {}};
  for (const Layer& layer : description_.coarse_layers) {
    const auto found = std::find_if(own.coarse.begin(), own.coarse.end(),
                                    [&](const Layer& stored) { return stored.name == layer.name; });
    const size_t cells = size_t(coarse.rows) * size_t(coarse.columns);
    gridded.coarse.push_back(
        {layer.name, "", "",
         found == own.coarse.end() ? std::vector<float>(cells, data::missing) : std::move(found->values)});
  }
  return gridded;
}

void BlockPreparation::write_soundings(data::DatasetWriter& writer) const {
  const std::vector<data::Window> windows = data::dated_windows(description_.windows, description_.window_days);
  const bool windows_overlap = data::any_overlap(windows);
  for (int w = 0; w < int(description_.windows.size()); ++w)
    for (int64_t block = 0; block < blocks_.count(); ++block) {
      const SoundingBins::Binned binned = from_.soundings.read(int64_t(w) * blocks_.count() + block);
      data::Soundings own;
      Part cells;
      for (size_t i = 0; i < binned.first.size(); ++i) {
        if (!binned.first[i]) continue;
        const Part& next = binned.cells[i];
        if (own.size() == 0) cells = next;
        const int bottom = std::max(cells.row + cells.rows, next.row + next.rows),
                  right = std::max(cells.column + cells.columns, next.column + next.columns);
        cells.row = std::min(cells.row, next.row), cells.column = std::min(cells.column, next.column);
        cells.rows = bottom - cells.row, cells.columns = right - cells.column;
        own.append(binned.soundings, i);
      }
      if (windows_overlap) own.window.assign(own.size(), data::day_number(windows[size_t(w)].first));
      writer.append(w, cells, own);
    }
}

}  // namespace unetsr::pipeline
