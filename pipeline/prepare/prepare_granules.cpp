#include "pipeline/prepare/prepare_granules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/dataset/dataset_file.hpp"
#include "data/features/denoising.hpp"
#include "data/formats/auxiliary.hpp"
#include "data/geography/region.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/prepare/granule_mosaic.hpp"
#include "pipeline/prepare/sounding_stream.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
const std::vector<std::string> footprint_bands = {"ndvi", "evi", "red", "nir", "blue", "mir"};

struct Inputs {
  std::vector<fs::path> soundings, granules;
};

bool is_netcdf(const fs::path& file) {
  return file.extension() == ".nc" || file.extension() == ".nc4";
}

Inputs inputs_of(const std::vector<fs::path>& given) {
  Inputs inputs;
  const auto take = [&](const fs::path& file, bool asked) {
    if (is_netcdf(file))
      inputs.soundings.push_back(file);
    else if (file.extension() == ".hdf")
      inputs.granules.push_back(file);
    else if (asked)
      throw UsageError(file.string() + ": neither soundings (*.nc) nor an index granule (*.hdf)");
  };
  for (const fs::path& path : given) {
    if (!fs::exists(path)) throw Error(path.string() + ": no such file");
    if (!fs::is_directory(path)) {
      take(path, true);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(path)) take(entry.path(), false);
  }
  if (inputs.granules.empty()) throw UsageError("no index granules (*.hdf) among the inputs: they make the windows");
  if (inputs.soundings.empty()) throw UsageError("no soundings (*.nc) among the inputs");
  std::sort(inputs.soundings.begin(), inputs.soundings.end());
  std::sort(inputs.granules.begin(), inputs.granules.end());
  return inputs;
}

data::PixelScreens pixel_screens(const GranuleOptions& o) {
  data::PixelScreens screens{{}, o.max_usefulness};
  for (const std::string& rank : o.reliability) {
    if (rank.size() != 1 || rank[0] < '0' || rank[0] > '3')
      throw UsageError("--reliability " + rank + ": ranks are 0 good, 1 marginal, 2 snow or ice, 3 cloudy");
    screens.reliability.push_back(rank[0] - '0');
  }
  return screens;
}

data::Screens screens_of(const GranuleOptions& o) {
  return {o.max_cloud_fraction, o.max_vza, o.max_sza, o.max_sif_error};
}

void check(const GranuleOptions& o) {
  if (o.out.empty()) throw UsageError("OUT.h5 is missing: the dataset to write");
  if (o.coarse_factor < 1 || o.coarse_factor > 100) throw UsageError("--coarse-factor must be from 1 to 100");
  if (o.resolution && *o.resolution <= 0) throw UsageError("--resolution must be above 0");
  if (!o.bbox.empty() && !o.region.empty()) throw UsageError("--bbox and --region exclude each other");
  for (const fs::path& input : o.inputs)
    if (fs::exists(o.out) && fs::exists(input) && fs::equivalent(o.out, input))
      throw UsageError(o.out.string() + " is one of the inputs; give another file to write");
}

std::string command_of(const GranuleOptions& o) {
  std::string command = "unetsr prepare";
  for (const fs::path& input : o.inputs) command += " " + input.string();
  command += " " + o.out.string();
  if (!o.bbox.empty()) command += " --bbox " + o.bbox;
  if (!o.region.empty()) command += " --region " + o.region.string();
  if (!o.crs.empty()) command += " --crs '" + o.crs + "'";
  if (o.resolution) command += fmt::format(" --resolution {}", *o.resolution);
  command += fmt::format(
      " --coarse-factor {} --gridding {} --max-cloud-fraction {} --max-vza {} --max-sza {}"
      " --max-sif-error {} --reliability {} --max-usefulness {}",
      o.coarse_factor, to_string(o.gridding), o.max_cloud_fraction, o.max_vza, o.max_sza, o.max_sif_error,
      fmt::join(o.reliability, ","), o.max_usefulness);
  for (const std::string& aux : o.aux) command += " --aux " + aux;
  return command;
}

void print_counts(const SoundingCounts& c, const Output& output) {
  TextTable table({"soundings", ""});
  table.add({"read", fmt::to_string(c.screens.read)});
  for (const auto& [screen, count] : c.screens.lines()) table.add({"removed: " + screen, fmt::to_string(count)});
  table.add({"on days of no window", fmt::to_string(c.other_days)});
  table.add({"outside the region", fmt::to_string(c.placement.outside)});
  if (c.placement.over_pole) table.add({"over a pole (refused)", fmt::to_string(c.placement.over_pole)});
  if (c.placement.off_map) table.add({"without a place on the map", fmt::to_string(c.placement.off_map)});
  table.add({"used", fmt::to_string(c.placement.placed)});
  output.line("\n" + table.text());
}

void add_images(std::vector<data::Layer>& layers, const std::string& name, const std::string& what,
                const std::vector<data::WindowGridder>& gridders, bool fine) {
  data::Layer mean{name, "mW m-2 sr-1 nm-1", "SIF at 740 nm, " + what, {}};
  data::Layer error{name + "_error", "mW m-2 sr-1 nm-1", "1 sigma of " + name, {}};
  data::Layer count{name + "_count", "1", "number of soundings in " + name, {}};
  for (const data::WindowGridder& gridder : gridders) {
    const auto image = fine ? gridder.fine() : gridder.coarse();
    mean.values.insert(mean.values.end(), image.mean.begin(), image.mean.end());
    error.values.insert(error.values.end(), image.error.begin(), image.error.end());
    count.values.insert(count.values.end(), image.count.begin(), image.count.end());
  }
  for (data::Layer* layer : {&mean, &error, &count}) layers.push_back(std::move(*layer));
}

void add_denoised_bands(data::Dataset& dataset, const Output& output) {
  data::DenoisedBands bands = data::denoise_bands(dataset);
  if (bands.layers.empty()) {
    output.line("bands are not denoised: too few pixels, or no red and near infrared");
    return;
  }
  std::string noise;
  for (size_t b = 0; b < bands.layers.size(); ++b) {
    noise += fmt::format("{}{} {:.1f} %", b ? ", " : "", bands.layers[b].name, 100 * bands.noise[b]);
    dataset.add(std::move(bands.layers[b]));
  }
  output.line("noise removed from single pixels: " + noise);
}

void clip(std::vector<data::Layer>& layers, const data::Mask& inside) {
  for (data::Layer& layer : layers)
    for (size_t i = 0; i < layer.values.size(); ++i)
      if (!inside[i % inside.size()]) layer.values[i] = missing;
}

// A coarse cell is inside where one of its fine cells is.
data::Mask coarse_cells_inside(const data::Mask& fine, const data::Grid& grid, int factor) {
  const data::Grid coarse = data::coarsened(grid, factor);
  data::Mask mask(size_t(coarse.cells()), 0);
  for (int i = 0; i < grid.rows; ++i)
    for (int j = 0; j < grid.columns; ++j)
      mask[size_t(i / factor) * size_t(coarse.columns) + size_t(j / factor)] |=
          fine[size_t(i) * size_t(grid.columns) + size_t(j)];
  return mask;
}

void print_contents(const data::Dataset& dataset, const Output& output) {
  const data::Dataset coarse = dataset.coarse();
  output.line(fmt::format("fine grid {} x {} cells of {:.6g} x {:.6g}, coarse grid {} x {} ({})", dataset.grid.rows,
                          dataset.grid.columns, std::abs(dataset.grid.y_step), dataset.grid.x_step, coarse.grid.rows,
                          coarse.grid.columns, dataset.grid.crs.substr(0, 60)));
  std::vector<std::string> header = {"share of cells with a value"};
  for (const std::string& window : dataset.windows) header.push_back(window);
  TextTable table(header);
  const auto add = [&](const data::Layer& layer, const std::string& name) {
    std::vector<std::string> row = {name};
    const size_t cells = layer.values.size() / dataset.windows.size();
    for (size_t w = 0; w < dataset.windows.size(); ++w) {
      const auto first = layer.values.begin() + std::ptrdiff_t(w * cells);
      const auto present = std::count_if(first, first + std::ptrdiff_t(cells), [](float v) { return !std::isnan(v); });
      row.push_back(fmt::format("{:.1f} %", 100.0 * double(present) / double(cells)));
    }
    table.add(row);
  };
  add(coarse.layer(data::coarse_layer), "sif (coarse)");
  for (const data::Layer& layer : dataset.layers)
    if (!layer.name.ends_with("_count") && !layer.name.ends_with("_error")) add(layer, layer.name);
  output.line("\n" + table.text());
}

}  // namespace

void prepare_granules(const GranuleOptions& o, const Output& output) {
  check(o);
  refuse_to_overwrite(o.out, o.overwrite);
  set_threads(o.threads);
  const data::PixelScreens pixels = pixel_screens(o);
  std::vector<data::AuxiliaryBand> auxiliary;
  for (const std::string& aux : o.aux) auxiliary.push_back(data::parse_auxiliary(aux));
  const Inputs inputs = inputs_of(o.inputs);
  const data::GranuleSet granules = data::group_granules(inputs.granules);

  data::Dataset dataset;
  const GranuleMosaic mosaic(granules, pixels);
  data::Grid lattice;
  const data::Grid extent = mosaic.extent(lattice);
  data::RegionOptions region{{}, o.region, o.crs, o.resolution.value_or(0), o.coarse_factor};
  if (!o.bbox.empty()) region.bbox = data::parse_bbox(o.bbox);
  dataset.grid = data::region_grid(region, lattice, extent);
  dataset.coarse_factor = o.coarse_factor;
  for (const data::Window& window : granules.windows) dataset.windows.push_back(data::to_string(window.first));
  const data::Mask inside = o.region.empty() ? data::Mask() : data::inside_polygons(o.region, dataset.grid);

  for (size_t w = 0; w < granules.windows.size(); ++w)
    mosaic.lay(w, dataset.grid, granules.windows.size(), dataset.layers, output);
  if (!dataset.has("ndvi") ||
      std::all_of(dataset.values("ndvi").begin(), dataset.values("ndvi").end(), [](float v) { return std::isnan(v); }))
    throw Error("the region holds no index: the granules lie elsewhere, or their pixels were all screened");

  add_denoised_bands(dataset, output);

  const size_t cells = size_t(dataset.grid.cells());
  std::vector<data::WindowGridder> gridders;
  for (size_t w = 0; w < granules.windows.size(); ++w) {
    std::vector<std::span<const float>> bands;
    for (const std::string& band : footprint_bands)
      if (dataset.has(band)) bands.push_back(dataset.values(band).subspan(w * cells, cells));
    gridders.emplace_back(dataset.grid, o.coarse_factor, o.gridding, std::move(bands));
  }
  SoundingStream stream(granules.windows, screens_of(o), gridders, dataset.soundings);
  {
    Progress progress(output, "soundings", long(inputs.soundings.size()));
    progress.update(0);
    for (size_t i = 0; i < inputs.soundings.size(); ++i) {
      stream.read(inputs.soundings[i]);
      progress.update(long(i + 1), fmt::format("{} used", stream.counts.placement.placed));
    }
  }
  print_counts(stream.counts, output);
  if (stream.counts.placement.placed == 0)
    throw Error("no sounding is left in the region and the windows; see the table above for what removed them");

  size_t band = 0;
  std::vector<data::Layer> coarse_bands;
  for (const std::string& name : footprint_bands) {
    if (!dataset.has(name)) continue;
    data::Layer layer{name, "1", dataset.layer(name).long_name + ", mean over footprints", {}};
    for (const data::WindowGridder& gridder : gridders) {
      const std::vector<float> values = gridder.coarse_band(band);
      layer.values.insert(layer.values.end(), values.begin(), values.end());
    }
    coarse_bands.push_back(std::move(layer));
    ++band;
  }
  add_images(dataset.coarse_layers, data::coarse_layer, "coarse cells", gridders, false);
  for (data::Layer& layer : coarse_bands) dataset.coarse_layers.push_back(std::move(layer));
  add_images(dataset.layers, data::target_layer, "fine cells", gridders, true);
  gridders.clear();
  for (const data::AuxiliaryBand& aux : auxiliary) dataset.add(data::auxiliary_layer(aux, dataset));
  if (!inside.empty()) {
    clip(dataset.layers, inside);
    clip(dataset.coarse_layers, coarse_cells_inside(inside, dataset.grid, o.coarse_factor));
  }
  const data::Layer& sif = dataset.coarse_layers.front();
  const size_t coarse_cells = sif.values.size() / dataset.windows.size();
  for (size_t w = 0; w < dataset.windows.size(); ++w) {
    const auto first = sif.values.begin() + std::ptrdiff_t(w * coarse_cells);
    if (std::all_of(first, first + std::ptrdiff_t(coarse_cells), [](float v) { return std::isnan(v); }))
      output.warning(fmt::format("{}: no coarse cell has SIF: all of its soundings were removed, or none given",
                                 dataset.windows[w]));
  }

  for (const auto& files : {inputs.granules, inputs.soundings})
    for (const fs::path& file : files) dataset.provenance.inputs.push_back(data::input_file(file));
  dataset.provenance.command = command_of(o);
  dataset.provenance.version = version();
  dataset.provenance.created = now_utc();
  stop_if_interrupted();
  write_atomically(o.out, [&](const auto& file) { data::write_dataset(file, dataset); });
  print_contents(dataset, output);
  output.line("wrote " + o.out.string());
}

}  // namespace unetsr::pipeline
