#include "pipeline/prepare/prepare_granules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "data/dataset/dataset_writer.hpp"
#include "data/features/denoising.hpp"
#include "data/formats/auxiliary.hpp"
#include "data/formats/file_software.hpp"
#include "data/formats/sounding_name.hpp"
#include "data/geography/map_extent.hpp"
#include "data/geography/region.hpp"
#include "kernels/error.hpp"
#include "kernels/parallel.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/memory_size.hpp"
#include "pipeline/console/option_range.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/shell_text.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/inputs/isolated_readers.hpp"
#include "pipeline/prepare/auxiliary_files.hpp"
#include "pipeline/prepare/block_preparation.hpp"
#include "pipeline/prepare/day_range.hpp"
#include "pipeline/prepare/granule_inputs.hpp"
#include "pipeline/prepare/granule_mosaic.hpp"
#include "pipeline/prepare/prepare_memory.hpp"
#include "pipeline/prepare/prepare_messages.hpp"
#include "pipeline/prepare/prepare_plan.hpp"
#include "pipeline/prepare/scratch_file.hpp"
#include "pipeline/prepare/sounding_stream.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

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

// Files that hold no day of the range are not read.
void omit_other_days(GranuleInputs& inputs, const data::GranuleSet& granules, const DayRange& days) {
  std::erase_if(inputs.indices, [&](const fs::path& file) {
    return std::none_of(granules.files.begin(), granules.files.end(),
                        [&](const auto& files) { return std::find(files.begin(), files.end(), file) != files.end(); });
  });
  std::erase_if(inputs.soundings, [&](const fs::path& file) {
    const data::SoundingName name = data::sounding_name(file);
    return name.dated() && (std::floor(name.last / 86400) < days.first || std::floor(name.first / 86400) > days.last);
  });
  if (inputs.soundings.empty()) throw UsageError("no file of soundings has a day between --start and --end");
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
  if (!o.start.empty()) command += " --start " + o.start;
  if (!o.end.empty()) command += " --end " + o.end;
  return command;
}

// The grid that the options ask for, around the granules.
void lay_grid(const GranuleOptions& o, const GranuleMosaic& mosaic, data::Dataset& dataset) {
  const GranuleMosaic::Extent extent = mosaic.extent();
  data::RegionOptions region{{}, o.region, o.crs, o.resolution.value_or(0), o.coarse_factor};
  if (!o.bbox.empty()) region.bbox = data::parse_bbox(o.bbox);
  if (o.bbox.empty() && o.region.empty()) data::refuse_grids_across_the_cut(extent.each);
  dataset.grid = isolated::region_grid(region, extent.lattice, extent.all);
  dataset.coarse_factor = o.coarse_factor;
}

void lay_bands(const GranuleMosaic& mosaic, const data::Dataset& dataset, LayerTiles& tiles, const Output& output) {
  {
    Stage stage(output, "read index granules");
    const GridPlaces places(mosaic.extent().lattice.crs, dataset.grid, tiles.blocks());
    for (size_t w = 0; w < dataset.windows.size(); ++w)
      mosaic.lay(w, places, tiles, output,
                 [&](double share) { stage.reached((double(w) + share) / double(dataset.windows.size())); });
  }
  if (tiles.empty("ndvi"))
    throw Error("the grid holds no index: the granules lie elsewhere, or their pixels were all screened");
}

data::BandDenoising fit_denoising(const data::BandSource& source, const Output& output) {
  Stage stage(output, "fit denoising");
  return data::BandDenoising(source, [&](double share) {
    stop_if_interrupted();
    stage.reached(share);
  });
}

// From when on the files after each one have soundings, seconds since 1970-01-01.
std::vector<double> first_times_after(const std::vector<fs::path>& files) {
  std::vector<double> times(files.size(), std::numeric_limits<double>::infinity());
  for (size_t i = files.size(); i-- > 1;) {
    const data::SoundingName name = data::sounding_name(files[i]);
    times[i - 1] = std::min(times[i], name.dated() ? name.first : -std::numeric_limits<double>::infinity());
  }
  return times;
}

// `first`: the index of the first file among the inputs of the dataset's provenance.
void read_soundings(const std::vector<fs::path>& files, size_t first, SoundingStream& stream, const Output& output) {
  constexpr double twice = 600;  // seconds between two entries of one sounding, at most
  const std::vector<double> later = first_times_after(files);
  Progress progress(output, "soundings", long(files.size()));
  progress.update(0);
  for (size_t i = 0; i < files.size(); ++i) {
    const auto start = std::chrono::steady_clock::now();
    stream.read(files[i], int32_t(first + i), later[i] - twice);
    output.detail(fmt::format("read {}: {:.1f} s", file_with_size(files[i]), seconds_since(start)));
    progress.update(long(i + 1), fmt::format("{} used", stream.counts.placement.placed));
  }
}

// The soundings in bins; the optional columns that they have.
std::vector<std::string> bin_soundings(const GranuleOptions& o, const data::GranuleSet& granules,
                                       const GranuleInputs& inputs, const data::Dataset& dataset,
                                       const data::FileBlocks& blocks, SoundingBins& bins, const Output& output) {
  SoundingStream stream(granules.windows, day_range(o.start, o.end), screens_of(o), dataset.grid, o.gridding, blocks,
                        bins);
  read_soundings(inputs.soundings, inputs.indices.size(), stream, output);
  bins.finish();
  print_counts(stream.counts, output);
  if (stream.counts.placement.placed == 0)
    throw Error("no sounding of the windows' days in the region passes the screens; the table above has the counts");
  return stream.known_columns();
}

// The cells in the polygons of --region or in the box of --bbox; empty without them.
data::Mask cells_of_region(const GranuleOptions& o, const data::Grid& grid) {
  if (!o.region.empty()) return isolated::inside_polygons(o.region, grid);
  return o.bbox.empty() ? data::Mask{} : data::inside_box(data::parse_bbox(o.bbox), grid);
}

bool all_missing(const std::vector<data::Layer>& layers, const std::vector<LayerSummary>& summaries,
                 const std::string& name) {
  for (size_t i = 0; i < layers.size(); ++i)
    if (layers[i].name == name) return summaries[i].empty();
  return true;
}

void refuse_empty_region(const GranuleOptions& o, const BlockPreparation& blocks) {
  const data::Dataset& d = blocks.description();
  if (d.region.empty()) return;
  const std::string cells = fmt::format(
      "{} {} cells, ", o.region.empty() ? "--bbox " + o.bbox + ": holds" : o.region.string() + ": its polygons hold",
      std::count(d.region.begin(), d.region.end(), 1));
  if (all_missing(d.layers, blocks.fine(), "ndvi"))
    throw Error(cells + "none of them with an index: the granules lie elsewhere, or their pixels were all screened");
  if (all_missing(d.coarse_layers, blocks.coarse(), data::coarse_layer))
    throw Error(cells + "none of them with SIF: the soundings lie elsewhere, or were all screened");
}

void lay_auxiliary_band(const data::AuxiliaryBand& aux, const data::Dataset& dataset, LayerTiles& tiles,
                        const Output& output) {
  data::AuxiliaryLayer made;
  {
    const Stage stage(output, "read auxiliary band " + aux.name);
    made = isolated::auxiliary_layer(aux, dataset);
  }
  for (const std::string& line : made.lines) output.line("auxiliary band " + line);
  const size_t layer = tiles.layer(made.layer.name, made.layer.units, made.layer.long_name);
  tiles.write(layer, dataset.grid, made.layer.values);
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

void write(const GranuleOptions& o, BlockPreparation& preparation, const data::Provenance& provenance,
           const Output& output) {
  Stage stage(output, "denoise, grid and write " + o.out.string());
  write_atomically(o.out, [&](const auto& file) {
    data::DatasetWriter writer(file, preparation.description(), preparation.soundings());
    preparation.write(writer, [&](double share) {
      stop_if_interrupted();
      stage.reached(share);
    });
    refuse_empty_region(o, preparation);
    writer.finish(provenance);
  });
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
  const DayRange days = day_range(o.start, o.end);
  GranuleInputs inputs = granule_inputs(o.inputs, output);
  const data::GranuleSet granules = windows_in(data::group_granules(inputs.indices), days);
  omit_other_days(inputs, granules, days);
  data::Dataset dataset;
  for (const data::Window& window : granules.windows) dataset.windows.push_back(data::to_string(window.first));
  const std::vector<fs::path> files_of_auxiliary = auxiliary_files(auxiliary, dataset.windows);
  refuse_input_as_output(o.out, files_of_auxiliary);
  GranuleMosaic mosaic(granules, screens);
  mosaic.open(output);
  lay_grid(o, mosaic, dataset);
  dataset.region = cells_of_region(o, dataset.grid);
  const PrepareMemory memory =
      plan_memory(dataset, mosaic.largest(), auxiliary.size(), o.memory.empty() ? 0 : memory_size("memory", o.memory));
  if (o.dry_run) {
    print_plan(inputs, granules, dataset, auxiliary.size(), memory, output);
    return;
  }
  output.line(fmt::format("memory: about {} of {}; disk for scratch files: up to {} and {} for each million soundings",
                          size_text(memory.needed + memory.sorting), size_text(memory.bound),
                          size_text(layer_scratch(dataset, auxiliary.size())), size_text(sounding_scratch * 1e6)));
  const data::FileBlocks blocks = data::fine_blocks(dataset.grid, dataset.coarse_factor);
  ScratchFile layers(o.out), sorted(o.out);
  LayerTiles bands(layers, blocks, dataset.windows.size()), others(layers, blocks, dataset.windows.size());
  SoundingBins bins(sorted, blocks.count() * int64_t(dataset.windows.size()), size_t(memory.sorting));
  lay_bands(mosaic, dataset, bands, output);
  const data::BandSource source = band_source(bands, dataset.grid, dataset.windows.size());
  const data::BandDenoising denoising = fit_denoising(source, output);
  print_noise(denoising, output);
  const std::vector<std::string> columns = bin_soundings(o, granules, inputs, dataset, blocks, bins, output);
  for (const data::AuxiliaryBand& aux : auxiliary) lay_auxiliary_band(aux, dataset, others, output);
  dataset.provenance = provenance_of(o, inputs, files_of_auxiliary, output);
  BlockPreparation preparation({dataset, o.gridding, bands, others, denoising, bins, columns});
  write(o, preparation, dataset.provenance, output);
  warn_of_empty_windows(preparation, output);
  print_contents(preparation, output);
  suggest_map_crs(dataset, !o.bbox.empty() || !o.region.empty(), output);
  output.line("wrote " + file_with_size(o.out));
  output.next({train_command_for(o.out)});
}

}  // namespace unetsr::pipeline
