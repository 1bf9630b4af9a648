#include "pipeline/prepare/prepare_granules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/missing.hpp"
#include "data/features/denoising.hpp"
#include "data/formats/auxiliary.hpp"
#include "data/formats/file_software.hpp"
#include "data/geography/map_extent.hpp"
#include "data/geography/region.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/option_range.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/shell_text.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/inputs/isolated_readers.hpp"
#include "pipeline/prepare/auxiliary_files.hpp"
#include "pipeline/prepare/granule_inputs.hpp"
#include "pipeline/prepare/granule_mosaic.hpp"
#include "pipeline/prepare/grid_memory.hpp"
#include "pipeline/prepare/prepare_messages.hpp"
#include "pipeline/prepare/prepare_plan.hpp"
#include "pipeline/prepare/sounding_stream.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

using data::missing;
const std::vector<std::string> footprint_bands = {"ndvi", "evi", "red", "nir", "blue", "mir"};

data::PixelScreens pixel_screens(const GranuleOptions& o) {
  data::PixelScreens screens{{}, o.max_usefulness};
  if (o.reliability == std::vector<std::string>{"any"}) {
    screens.any = true;
    return screens;
  }
  for (const std::string& rank : o.reliability) {
    if (rank.size() != 1 || rank[0] < '0' || rank[0] > '3')
      throw UsageError("--reliability " + rank +
                       ": ranks are 0 good, 1 marginal, 2 snow or ice, 3 cloudy, or any alone");
    screens.reliability.push_back(rank[0] - '0');
  }
  return screens;
}

data::Screens screens_of(const GranuleOptions& o) {
  return {o.max_cloud_fraction, o.max_vza, o.max_sza, o.max_sif_error};
}

void check(const GranuleOptions& o) {
  if (o.out.empty()) throw UsageError("OUT.h5 is missing: the dataset to write");
  require_in_range("coarse-factor", o.coarse_factor, coarse_factor_range);
  require_in_range("resolution", o.resolution, resolution_range);
  if (!o.bbox.empty() && !o.region.empty()) throw UsageError("--bbox and --region exclude each other");
  if (!o.bbox.empty()) data::parse_bbox(o.bbox);
  if (!o.region.empty() && !fs::exists(o.region)) throw Error("--region " + o.region.string() + ": no such file");
  refuse_input_as_output(o.out, o.inputs);
  refuse_input_as_output(o.out, {o.region});
}

std::string command_of(const GranuleOptions& o) {
  std::string command = "unetsr prepare";
  for (const fs::path& input : o.inputs) command += " " + shell_text(input.string());
  command += " " + shell_text(o.out.string());
  if (!o.bbox.empty()) command += " --bbox " + shell_text(o.bbox);
  if (!o.region.empty()) command += " --region " + shell_text(o.region.string());
  if (!o.crs.empty()) command += " --crs " + shell_text(o.crs);
  if (o.resolution) command += fmt::format(" --resolution {}", *o.resolution);
  command += fmt::format(
      " --coarse-factor {} --gridding {} --max-cloud-fraction {} --max-vza {} --max-sza {}"
      " --max-sif-error {} --reliability {} --max-usefulness {}",
      o.coarse_factor, to_string(o.gridding), o.max_cloud_fraction, o.max_vza, o.max_sza, o.max_sif_error,
      fmt::join(o.reliability, ","), o.max_usefulness);
  for (const std::string& aux : o.aux) command += " --aux " + shell_text(aux);
  if (o.allow_vrt) command += " --allow-vrt";
  return command;
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
  data::DenoisedBands bands;
  {
    Stage stage(output, "denoise bands");
    bands = data::denoise_bands(dataset, [&](double share) {
      stop_if_interrupted();
      stage.reached(share);
    });
  }
  print_noise(bands, output);
  for (data::Layer& layer : bands.layers) dataset.add(std::move(layer));
}

bool all_missing(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float v) { return std::isnan(v); });
}

void clip(std::vector<data::Layer>& layers, const data::Mask& inside) {
  for (data::Layer& layer : layers)
    for (size_t i = 0; i < layer.values.size(); ++i)
      if (!inside[i % inside.size()]) layer.values[i] = missing;
}

// The grid that the options ask for, around the granules.
void lay_grid(const GranuleOptions& o, const GranuleMosaic& mosaic, data::Dataset& dataset) {
  const GranuleMosaic::Extent extent = mosaic.extent();
  data::RegionOptions region{{}, o.region, o.crs, o.resolution.value_or(0), o.coarse_factor};
  if (!o.bbox.empty()) region.bbox = data::parse_bbox(o.bbox);
  if (o.bbox.empty() && o.region.empty()) data::refuse_grids_across_the_cut(extent.each);
  dataset.grid = isolated::region_grid(region, extent.lattice, extent.all);
  dataset.coarse_factor = o.coarse_factor;
  refuse_beyond_memory(dataset, o.aux.size());
}

void lay_bands(const GranuleMosaic& mosaic, data::Dataset& dataset, const Output& output) {
  {
    Stage stage(output, "read index granules");
    for (size_t w = 0; w < dataset.windows.size(); ++w)
      mosaic.lay(w, dataset.grid, dataset.windows.size(), dataset.layers, output,
                 [&](double share) { stage.reached((double(w) + share) / double(dataset.windows.size())); });
  }
  if (!dataset.has("ndvi") || all_missing(dataset.values("ndvi")))
    throw Error("the grid holds no index: the granules lie elsewhere, or their pixels were all screened");
}

std::vector<data::WindowGridder> gridders_of(const GranuleOptions& o, const data::Dataset& dataset) {
  const size_t cells = size_t(dataset.grid.cells());
  std::vector<data::WindowGridder> gridders;
  for (size_t w = 0; w < dataset.windows.size(); ++w) {
    std::vector<data::FineBand> bands;
    for (const std::string& band : footprint_bands)
      if (dataset.has(band)) bands.push_back({band, dataset.values(band).subspan(w * cells, cells)});
    gridders.emplace_back(dataset.grid, o.coarse_factor, o.gridding, std::move(bands));
  }
  return gridders;
}

// `first`: the index of the first file among the inputs of the dataset's provenance.
SoundingCounts read_soundings(const std::vector<fs::path>& files, size_t first, SoundingStream stream,
                              const Output& output) {
  Progress progress(output, "soundings", long(files.size()));
  progress.update(0);
  for (size_t i = 0; i < files.size(); ++i) {
    const auto start = std::chrono::steady_clock::now();
    stream.read(files[i], int32_t(first + i));
    output.detail(fmt::format("read {}: {:.1f} s", file_with_size(files[i]), seconds_since(start)));
    progress.update(long(i + 1), fmt::format("{} used", stream.counts.placement.placed));
  }
  return stream.counts;
}

// The bands' means over the footprints of each coarse cell.
void add_coarse_bands(const std::vector<data::WindowGridder>& gridders, data::Dataset& dataset) {
  for (const std::string& name : footprint_bands) {
    if (!dataset.has(name)) continue;
    data::Layer layer{name, "1", dataset.layer(name).long_name + ", mean over footprints", {}};
    for (const data::WindowGridder& gridder : gridders) {
      const std::vector<float> values = gridder.coarse_band(name);
      layer.values.insert(layer.values.end(), values.begin(), values.end());
    }
    dataset.coarse_layers.push_back(std::move(layer));
  }
}

void grid_soundings(const GranuleOptions& o, const data::GranuleSet& granules, const GranuleInputs& inputs,
                    data::Dataset& dataset, const Output& output) {
  std::vector<data::WindowGridder> gridders = gridders_of(o, dataset);
  const SoundingCounts counts = read_soundings(inputs.soundings, inputs.indices.size(),
                                               {granules.windows, screens_of(o), gridders, dataset.soundings}, output);
  print_counts(counts, output);
  if (counts.placement.placed == 0)
    throw Error("no sounding of the windows' days in the region passes the screens; the table above has the counts");
  add_images(dataset.coarse_layers, data::coarse_layer, "coarse cells", gridders, false);
  add_coarse_bands(gridders, dataset);
  add_images(dataset.layers, data::target_layer, "fine cells", gridders, true);
}

// The cells in the polygons of --region or in the box of --bbox; empty without them.
data::Mask cells_of_region(const GranuleOptions& o, const data::Grid& grid) {
  if (!o.region.empty()) return isolated::inside_polygons(o.region, grid);
  return o.bbox.empty() ? data::Mask{} : data::inside_box(data::parse_bbox(o.bbox), grid);
}

void clip_to_region(const GranuleOptions& o, data::Dataset& dataset) {
  if (dataset.region.empty()) return;
  clip(dataset.layers, dataset.region);
  clip(dataset.coarse_layers, dataset.coarse_region());
  const std::string cells = fmt::format(
      "{} {} cells, ", o.region.empty() ? "--bbox " + o.bbox + ": holds" : o.region.string() + ": its polygons hold",
      std::count(dataset.region.begin(), dataset.region.end(), 1));
  if (all_missing(dataset.values("ndvi")))
    throw Error(cells + "none of them with an index: the granules lie elsewhere, or their pixels were all screened");
  if (all_missing(dataset.coarse().layer(data::coarse_layer).values))
    throw Error(cells + "none of them with SIF: the soundings lie elsewhere, or were all screened");
}

void add_auxiliary_band(const data::AuxiliaryBand& aux, data::Dataset& dataset, const Output& output) {
  data::AuxiliaryLayer made;
  {
    const Stage stage(output, "read auxiliary band " + aux.name);
    made = isolated::auxiliary_layer(aux, dataset);
  }
  for (const std::string& line : made.lines) output.line("auxiliary band " + line);
  dataset.add(std::move(made.layer));
}

// Whether files are of a simulated scene, and of which world. Scores of a mixture would be of no world at all.
void find_world(const GranuleInputs& inputs, data::Provenance& provenance) {
  fs::path first;
  for (const auto* files : {&inputs.soundings, &inputs.indices})
    for (const fs::path& file : *files) {
      const std::optional<std::string> world = isolated::simulated_world(file);
      if (!world) continue;
      if (provenance.simulated && *world != provenance.world)
        throw UsageError(fmt::format("{} is of {}, {} of {}; give the files of one scene", first.string(),
                                     data::simulated_scene(provenance.world), file.string(),
                                     data::simulated_scene(*world)));
      if (!provenance.simulated) first = file;
      provenance.simulated = true, provenance.world = *world;
    }
}

// Indices, then soundings: the soundings' column `file` counts them so. Then auxiliary files and the region.
data::Provenance provenance_of(const GranuleOptions& o, const GranuleInputs& inputs,
                               const std::vector<fs::path>& auxiliary, const Output& output) {
  std::vector<fs::path> all = inputs.indices;
  for (const auto& files : {inputs.soundings, auxiliary}) all.insert(all.end(), files.begin(), files.end());
  if (fs::is_regular_file(o.region)) all.push_back(o.region);
  data::Provenance provenance;
  Stage stage(output, "compute checksums of the inputs");
  for (const fs::path& file : all) {
    stop_if_interrupted();
    provenance.inputs.push_back(data::input_file(file));
    stage.reached(double(provenance.inputs.size()) / double(all.size()));
  }
  find_world(inputs, provenance);
  if (provenance.simulated)
    output.warning("the inputs are files of " + data::simulated_scene(provenance.world) + ", not measurements");
  provenance.command = command_of(o);
  provenance.version = version();
  provenance.created = now_utc();
  return provenance;
}

}  // namespace

void prepare_granules(const GranuleOptions& o, const Output& output) {
  check(o);
  refuse_to_overwrite(o.out, o.overwrite);
  std::optional<OutputLock> lock;
  if (!o.dry_run) lock.emplace(OutputLock::of_file(o.out));
  set_threads(o.threads);
  const std::vector<data::AuxiliaryBand> auxiliary = auxiliary_bands(o.aux, o.allow_vrt);
  const data::PixelScreens screens = pixel_screens(o);
  const GranuleInputs inputs = granule_inputs(o.inputs, output);
  const data::GranuleSet granules = data::group_granules(inputs.indices);
  data::Dataset dataset;
  for (const data::Window& window : granules.windows) dataset.windows.push_back(data::to_string(window.first));
  const std::vector<fs::path> files_of_auxiliary = auxiliary_files(auxiliary, dataset.windows);
  refuse_input_as_output(o.out, files_of_auxiliary);
  GranuleMosaic mosaic(granules, screens);
  mosaic.open(output);
  lay_grid(o, mosaic, dataset);
  dataset.region = cells_of_region(o, dataset.grid);
  if (o.dry_run) {
    print_plan(inputs, granules, dataset, auxiliary.size(), output);
    return;
  }
  lay_bands(mosaic, dataset, output);
  add_denoised_bands(dataset, output);
  grid_soundings(o, granules, inputs, dataset, output);
  for (const data::AuxiliaryBand& aux : auxiliary) add_auxiliary_band(aux, dataset, output);
  clip_to_region(o, dataset);
  warn_of_empty_windows(dataset, output);
  dataset.provenance = provenance_of(o, inputs, files_of_auxiliary, output);
  stop_if_interrupted();
  {
    const Stage stage(output, "write " + o.out.string());
    write_atomically(o.out, [&](const auto& file) { data::write_dataset(file, dataset); });
  }
  print_contents(dataset, output);
  suggest_map_crs(dataset, !o.bbox.empty() || !o.region.empty(), output);
  output.line("wrote " + file_with_size(o.out));
  output.next({train_command_for(o.out)});
}

}  // namespace unetsr::pipeline
