#include "pipeline/prepare/prepare_granules.hpp"

#include <fmt/format.h>
#include <cereal/types/optional.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "data/dataset/dataset_file.hpp"
#include "data/dataset/dataset_writer.hpp"
#include "data/dataset/dated_windows.hpp"
#include "data/features/denoising.hpp"
#include "data/formats/auxiliary.hpp"
#include "data/formats/file_software.hpp"
#include "data/formats/granule_reader.hpp"
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
#include "pipeline/inputs/archives.hpp"
#include "pipeline/inputs/isolated_readers.hpp"
#include "pipeline/prepare/auxiliary_files.hpp"
#include "pipeline/prepare/block_preparation.hpp"
#include "pipeline/prepare/granule_inputs.hpp"
#include "pipeline/prepare/granule_mosaic.hpp"
#include "pipeline/prepare/merged_provenance.hpp"
#include "pipeline/prepare/prepare_memory.hpp"
#include "pipeline/prepare/prepare_messages.hpp"
#include "pipeline/prepare/prepare_plan.hpp"
#include "pipeline/prepare/sounding_files.hpp"
#include "pipeline/prepare/sounding_stream.hpp"
#include "pipeline/prepare/soundings_format.hpp"
#include "pipeline/prepare/stored_dataset.hpp"
#include "pipeline/prepare/windows_in.hpp"
#include "pipeline/processes/turns.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

bool of_any_reliability(const GranuleOptions& o) {
  return o.reliability == std::vector<std::string>{"any"};
}

data::PixelScreens pixel_screens(const GranuleOptions& o, data::Sensor sensor) {
  data::PixelScreens screens{{}, o.max_usefulness, of_any_reliability(o)};
  if (screens.any) return screens;
  for (const std::string& rank : o.reliability) {
    if (rank.size() != 1 || rank[0] < '0' || rank[0] > '0' + data::worst_measured_rank(sensor))
      throw UsageError("--reliability " + rank +
                       (sensor == data::Sensor::modis
                            ? ": ranks are 0 good, 1 marginal, 2 snow or ice, 3 cloudy, or any alone"
                            : ": ranks of VIIRS are 0 excellent to 6 poor, 7 cloud shadow, 8 snow or ice, 9 cloud, or "
                              "any alone; 10 and 11 are no measurements"));
    screens.reliability.push_back(rank[0] - '0');
  }
  return screens;
}

std::set<data::Sensor> sensors_of(const std::vector<fs::path>& granules) {
  std::set<data::Sensor> sensors;
  for (const fs::path& file : granules) sensors.insert(data::sensor_of(file));
  return sensors;
}

// The granules of which a dataset was made.
std::vector<fs::path> granules_of(const data::Provenance& provenance) {
  std::vector<fs::path> granules;
  for (const auto& input : provenance.inputs)
    if (data::is_granule_name(input.path)) granules.emplace_back(input.path);
  return granules;
}

// Ranks that were not given are those of the sensor; of two sensors, each has its own.
GranuleOptions with_reliability(GranuleOptions o, const std::set<data::Sensor>& sensors) {
  if (sensors.size() > 1 && !o.reliability.empty() && !of_any_reliability(o))
    throw UsageError(
        "--reliability: the ranks of MODIS and VIIRS differ; leave it out with --mix-sensors, or take any");
  if (sensors.size() == 1 && o.reliability.empty())
    for (const int rank : data::default_ranks(*sensors.begin())) o.reliability.push_back(std::to_string(rank));
  return o;
}

data::Screens screens_of(const GranuleOptions& o) {
  return {o.max_cloud_fraction, o.max_vza, o.max_sza, o.max_sif_error};
}

data::SoundingSource source_of(const GranuleOptions& o) {
  if (o.fit_window != 743 && o.fit_window != 735)
    throw UsageError(fmt::format("--fit-window {}: TROPOSIF has 743 and 735", o.fit_window));
  data::SoundingSource source{{o.sif, o.fit_window == 743 ? 0 : o.fit_window}, {}};
  if (!o.soundings_format.empty()) source.own = read_soundings_format(o.soundings_format);
  return source;
}

// Files that hold no day of the range are not read.
void omit_other_days(GranuleInputs& inputs, const data::GranuleSet& granules, const DayRange& days) {
  const bool had_soundings = !inputs.soundings.empty();
  std::erase_if(inputs.indices, [&](const fs::path& file) {
    return std::none_of(granules.files.begin(), granules.files.end(),
                        [&](const auto& files) { return std::find(files.begin(), files.end(), file) != files.end(); });
  });
  std::erase_if(inputs.soundings, [&](const fs::path& file) {
    const data::SoundingName name = data::sounding_name(file);
    return name.dated() && (std::floor(name.last / 86400) < days.first || std::floor(name.first / 86400) > days.last);
  });
  if (had_soundings && inputs.soundings.empty())
    throw UsageError("no file of soundings has a day between --start and --end");
}

// The paths of files to read, between processes.
struct FoundFiles {
  std::vector<std::string> soundings, indices;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(soundings, indices);
  }
};

// As the first process finds them: folders may change meanwhile.
GranuleInputs inputs_of_all(const GranuleOptions& o, Turns& turns, const Output& output) {
  GranuleInputs inputs;
  const auto make = [&](int64_t, const auto& emit) {
    const GranuleInputs found = granule_inputs(o.inputs, !o.append.empty(), output);
    FoundFiles files;
    for (const fs::path& file : found.soundings) files.soundings.push_back(file.string());
    for (const fs::path& file : found.indices) files.indices.push_back(file.string());
    emit(std::move(files));
  };
  turns.for_all<FoundFiles>(1, make, [&](int64_t, const FoundFiles& files) {
    inputs.soundings.assign(files.soundings.begin(), files.soundings.end());
    inputs.indices.assign(files.indices.begin(), files.indices.end());
  });
  return inputs;
}

void check(const GranuleOptions& o) {
  if (o.out.empty()) throw UsageError("OUT.h5 is missing: the dataset to write");
  require_in_range("coarse-factor", o.coarse_factor, coarse_factor_range);
  require_in_range("resolution", o.resolution, resolution_range);
  if (!o.bbox.empty() && !o.region.empty()) throw UsageError("--bbox and --region exclude each other");
  if (!o.append.empty() && o.mix_sensors)
    throw UsageError("--mix-sensors does not serve with --append: scales are fitted to all granules at once");
  if (!o.bbox.empty()) data::parse_bbox(o.bbox);
  if (!o.region.empty() && !fs::exists(o.region)) throw Error("--region " + o.region.string() + ": no such file");
  refuse_input_as_output(o.out, o.inputs);
  refuse_input_as_output(o.out, {o.region});
  if (o.append.empty()) return;
  if (o.dry_run) throw UsageError("--dry-run does not serve with --append: leave one of them out");
  if (!o.bbox.empty() || !o.region.empty() || !o.crs.empty() || o.resolution)
    throw UsageError("--append takes the grid of " + o.append.string() +
                     ": give no --bbox, --region, --crs or --resolution");
}

// What all windows of a dataset share.
std::string settings_of(const GranuleOptions& o) {
  std::string settings = fmt::format(
      "--coarse-factor {} --gridding {} --max-cloud-fraction {} --max-vza {} --max-sza {}"
      " --max-sif-error {}{} --max-usefulness {}",
      o.coarse_factor, to_string(o.gridding), o.max_cloud_fraction, o.max_vza, o.max_sza, o.max_sif_error,
      o.reliability.empty() ? "" : fmt::format(" --reliability {}", fmt::join(o.reliability, ",")), o.max_usefulness);
  if (o.windows) settings += " --windows " + to_string(*o.windows);
  if (o.mix_sensors) settings += " --mix-sensors";
  if (o.sif != data::SifKind::instantaneous) settings += " --sif " + to_string(o.sif);
  if (o.fit_window != 743) settings += fmt::format(" --fit-window {}", o.fit_window);
  if (!o.soundings_format.empty()) settings += " --soundings-format " + shell_text(o.soundings_format.string());
  for (const std::string& aux : o.aux) settings += " --aux " + shell_text(aux);
  return settings;
}

std::string command_of(const GranuleOptions& o) {
  std::string command = "unetsr prepare";
  for (const fs::path& input : o.inputs) command += " " + shell_text(input.string());
  command += " " + shell_text(o.out.string());
  if (!o.bbox.empty()) command += " --bbox " + shell_text(o.bbox);
  if (!o.region.empty()) command += " --region " + shell_text(o.region.string());
  if (!o.crs.empty()) command += " --crs " + shell_text(o.crs);
  if (o.resolution) command += fmt::format(" --resolution {}", *o.resolution);
  if (!o.append.empty()) command += " --append " + shell_text(o.append.string());
  command += " " + settings_of(o);
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

// The numbers of windows among the dataset's.
std::vector<size_t> places_of(const std::vector<std::string>& windows, const data::Dataset& dataset) {
  std::vector<size_t> places;
  for (const std::string& window : windows)
    places.push_back(
        size_t(std::find(dataset.windows.begin(), dataset.windows.end(), window) - dataset.windows.begin()));
  return places;
}

// `windows`: those of the mosaic.
void lay_bands(const GranuleMosaic& mosaic, const std::vector<std::string>& windows, const data::Dataset& dataset,
               ScratchLayers& laid, Turns& turns, const Output& output) {
  {
    Stage stage(output, "read index granules");
    const GridPlaces places(mosaic.extent().lattice.crs, dataset.grid, laid.blocks());
    mosaic.lay(places_of(windows, dataset), places, laid, turns, output, [&](double share) { stage.reached(share); });
  }
  if (laid.empty("ndvi"))
    throw Error("the grid holds no index: the granules lie elsewhere, or their pixels were all screened");
}

data::BandDenoising fit_denoising(const data::BandSource& source, const Output& output) {
  Stage stage(output, "fit denoising");
  return data::BandDenoising(source, [&](double share) {
    stop_if_interrupted();
    stage.reached(share);
  });
}

constexpr double twice = 600;  // seconds between two entries of one sounding, at most

// From when on the files after each one have soundings, seconds since 1970-01-01.
std::vector<double> first_times_after(const std::vector<fs::path>& files) {
  std::vector<double> times(files.size(), std::numeric_limits<double>::infinity());
  for (size_t i = files.size(); i-- > 1;) {
    const data::SoundingName name = data::sounding_name(files[i]);
    times[i - 1] = std::min(times[i], name.dated() ? name.first : -std::numeric_limits<double>::infinity());
  }
  return times;
}

// `numbers`: of the files, among the inputs of the dataset's provenance.
void read_soundings(const std::vector<fs::path>& files, const std::vector<int32_t>& numbers, SoundingStream& stream,
                    Turns& turns, const Output& output) {
  const std::vector<double> later = first_times_after(files);
  std::vector<SoundingStream::File> all;
  for (size_t i = 0; i < files.size(); ++i) all.push_back({files[i], numbers[i], later[i] - twice});
  Progress progress(output, "soundings", long(files.size()));
  progress.update(0);
  stream.read(all, turns, [&](size_t file, double seconds) {
    output.detail(fmt::format("read {}: {:.1f} s", file_with_size(files[file]), seconds));
    progress.update(long(file + 1), fmt::format("{} used", stream.counts.placement.placed));
  });
}

// When the soundings of files were measured, as far as their names state it.
SoundingStream::TimeRange times_of(const std::vector<fs::path>& files) {
  constexpr double any = std::numeric_limits<double>::infinity();
  SoundingStream::TimeRange range{any, -any};
  for (const fs::path& file : files) {
    const data::SoundingName name = data::sounding_name(file);
    range.first = std::min(range.first, name.dated() ? name.first - twice : -any);
    range.last = std::max(range.last, name.dated() ? name.last + twice : any);
  }
  return range;
}

void bin_stored(const StoredDataset& stored, const MergedProvenance& provenance, const data::Dataset& dataset,
                const data::FileBlocks& blocks, const SoundingStream::TimeRange& near, SoundingStream& stream,
                Turns& turns, const Output& output) {
  Stage stage(output, "read stored soundings");
  data::Mask windows;
  for (size_t w = 0; w < dataset.windows.size(); ++w) windows.push_back(stored.window(int(w)) >= 0);
  const auto read = [&](size_t window, int64_t block) {
    data::Soundings soundings = stored.soundings(int(window), blocks.part(block));
    provenance.renumber(soundings);
    return soundings;
  };
  stream.add_stored(windows, read, near, turns, [&](double share) { stage.reached(share); });
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

// Of the windows that are new.
void lay_auxiliary(const std::vector<data::AuxiliaryBand>& bands, const data::Dataset& dataset,
                   const std::vector<std::string>& windows, ScratchLayers& laid, Turns& turns, const Output& output) {
  data::Dataset own;
  own.grid = dataset.grid, own.windows = windows, own.window_days = dataset.window_days;
  const size_t cells = size_t(dataset.grid.cells());
  const std::vector<size_t> places = places_of(windows, dataset);
  const auto make = [&](int64_t band, const auto& emit) {
    const Stage stage(output, "read auxiliary band " + bands[size_t(band)].name);
    emit(isolated::auxiliary_layer(bands[size_t(band)], own));
  };
  const auto take = [&](int64_t, const data::AuxiliaryLayer& made) {
    for (const std::string& line : made.lines) output.line("auxiliary band " + line);
    const size_t layer = laid.layer(made.layer.name, made.layer.units, made.layer.long_name);
    for (size_t w = 0; w < windows.size(); ++w)
      laid.write(layer, int(places[w]), dataset.grid, std::span(made.layer.values).subspan(w * cells, cells));
  };
  turns.for_all<data::AuxiliaryLayer>(int64_t(bands.size()), make, take);
}

// An input, and the world of the simulated scene that it is of.
struct Checked {
  data::Provenance::InputFile file;
  std::optional<std::string> world;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(file.path, file.sha256, file.bytes, world);
  }
};

// Scores of a mixture of scenes, or of worlds, would be of no world at all.
void take_world(const std::string& world, const fs::path& file, fs::path& first, data::Provenance& provenance) {
  if (provenance.simulated && world != provenance.world)
    throw UsageError(fmt::format("{} is of {}, {} of {}; give the files of one scene", first.string(),
                                 data::simulated_scene(provenance.world), file.string(), data::simulated_scene(world)));
  if (!provenance.simulated) first = file;
  provenance.simulated = true, provenance.world = world;
}

// Indices, then soundings: the soundings' column `file` counts them so. Then auxiliary files and the region.
data::Provenance provenance_of(const GranuleOptions& o, const GranuleInputs& inputs,
                               const std::vector<fs::path>& auxiliary, Turns& turns, const Output& output) {
  std::vector<fs::path> all = inputs.indices;
  for (const auto& files : {inputs.soundings, auxiliary}) all.insert(all.end(), files.begin(), files.end());
  if (fs::is_regular_file(o.region)) all.push_back(o.region);
  const int64_t read = int64_t(inputs.indices.size() + inputs.soundings.size());
  data::Provenance provenance;
  fs::path simulated;
  Stage stage(output, "compute checksums of the inputs");
  const auto make = [&](int64_t number, const auto& emit) {
    stop_if_interrupted();
    const fs::path& file = all[size_t(number)];
    Checked checked{data::input_file(file), {}};
    if (number < read) checked.world = isolated::simulated_world(file);
    emit(std::move(checked));
  };
  const auto take = [&](int64_t number, const Checked& checked) {
    provenance.inputs.push_back(checked.file);
    if (checked.world) take_world(*checked.world, all[size_t(number)], simulated, provenance);
    stage.reached(double(provenance.inputs.size()) / double(all.size()));
  };
  turns.for_all<Checked>(int64_t(all.size()), make, take);
  if (provenance.simulated)
    output.warning("the inputs are files of " + data::simulated_scene(provenance.world) + ", not measurements");
  provenance.command = command_of(o), provenance.settings = settings_of(o);
  provenance.soundings = inputs.soundings_product;
  provenance.version = version();
  provenance.created = now_utc();
  return provenance;
}

// The first process writes what all make.
void write(const GranuleOptions& o, BlockPreparation& preparation, const data::Provenance& provenance, Turns& turns,
           const Output& output) {
  if (!processes().is_first()) return preparation.make_own(turns);
  Stage stage(output, "denoise, grid and write " + o.out.string());
  write_atomically(o.out, [&](const auto& file) {
    data::DatasetWriter writer(file, preparation.description(), preparation.soundings());
    preparation.write(writer, turns, [&](double share) { stage.reached(share); });
    refuse_empty_region(o, preparation);
    writer.finish(provenance);
  });
}

// What a dataset that is added to prescribes.
void take_from(const data::DatasetFile& base, const GranuleOptions& o, const GranuleInputs& inputs,
               data::Dataset& dataset) {
  const data::Dataset& stored = base.description();
  const std::string name = o.append.string();
  if (stored.coarse_factor == 0) throw UsageError(name + " was prepared from tables: nothing can be added");
  if (stored.provenance.settings != settings_of(o))
    throw UsageError(name + " was prepared with " + stored.provenance.settings + ", not with " + settings_of(o) +
                     "; give the same options");
  for (const auto& input : stored.provenance.inputs) {
    if (inputs.indices.empty() || !data::is_granule_name(input.path)) continue;
    const data::GranuleName old = data::granule_name(input.path), added = data::granule_name(inputs.indices.front());
    if (old.product != added.product || old.version != added.version)
      throw UsageError(name + " is made of " + old.product + " version " + old.version + ", not of " + added.product +
                       " version " + added.version + "; prepare a dataset of each");
    break;
  }
  if (!dataset.windows.empty() && dataset.window_days != stored.window_days)
    throw UsageError(fmt::format("{} has windows of {} days, the granules make windows of {}; give the same --windows",
                                 name, stored.window_days, dataset.window_days));
  dataset.window_days = stored.window_days;
  const std::string &product = stored.provenance.soundings, &added = inputs.soundings_product;
  if (!product.empty() && !added.empty() && product != added)
    throw UsageError(name + " has soundings of " + product + ", " + inputs.soundings.front().string() + " is of " +
                     added + ": their SIF differs; prepare a dataset of each");
  if (inputs.soundings.empty())
    dataset.sif = stored.sif;
  else
    data::require_same_sif(name, stored.sif, inputs.soundings.front().string(), dataset.sif);
  dataset.grid = stored.grid, dataset.coarse_factor = stored.coarse_factor, dataset.region = base.read_region();
  dataset.windows = windows_of_both(stored.windows, dataset.windows, name);
}

// Everything of one call of prepare_granules that its steps share.
struct Preparation {
  const GranuleOptions& o;
  const Output& output;
  GranuleInputs inputs;
  data::GranuleSet granules;
  std::vector<std::string> new_windows;
  data::Dataset dataset;  // without values
  std::optional<data::DatasetFile> base;
  std::optional<StoredDataset> stored;

  void make(const GranuleMosaic&, const std::vector<data::AuxiliaryBand>&, const std::vector<fs::path>& auxiliary_files,
            const PrepareMemory&, Turns&);
};

void Preparation::make(const GranuleMosaic& mosaic, const std::vector<data::AuxiliaryBand>& auxiliary,
                       const std::vector<fs::path>& auxiliary_files, const PrepareMemory& memory, Turns& turns) {
  const size_t windows = dataset.windows.size();
  const data::FileBlocks blocks = data::fine_blocks(dataset.grid, dataset.coarse_factor);
  data::ScratchFile layers(o.out), sorted(o.out);
  ScratchLayers bands(layers, blocks, windows), others(layers, blocks, windows);
  SoundingBins bins(sorted, blocks.count() * int64_t(windows), size_t(memory.sorting));
  if (stored) stored->lay_bands(bands), stored->lay_auxiliary(others);
  if (!new_windows.empty()) lay_bands(mosaic, new_windows, dataset, bands, turns, output);
  const data::BandSource source = band_source(bands, dataset.grid, windows);
  const data::BandDenoising denoising = fit_denoising(source, output);
  print_noise(denoising, output);
  const MergedProvenance provenance(base ? base->description().provenance : data::Provenance{}, o.append.string(),
                                    provenance_of(o, inputs, auxiliary_files, turns, output), base.has_value());
  const std::vector<data::Window> dates = data::dated_windows(dataset.windows, dataset.window_days);
  SoundingStream stream(dates, day_range(o.start, o.end), screens_of(o), inputs.source, dataset.grid, o.gridding,
                        blocks, bins);
  if (stored) bin_stored(*stored, provenance, dataset, blocks, times_of(inputs.soundings), stream, turns, output);
  std::vector<int32_t> numbers;
  for (size_t i = 0; i < inputs.soundings.size(); ++i)
    numbers.push_back(provenance.of_added(int32_t(inputs.indices.size() + i)));
  read_soundings(inputs.soundings, numbers, stream, turns, output);
  bins.finish();
  print_counts(stream.counts, output);
  if (stream.counts.placement.placed == 0 && !inputs.soundings.empty())
    throw Error("no sounding of the windows' days in the region passes the screens; the table above has the counts");
  if (!new_windows.empty()) lay_auxiliary(auxiliary, dataset, new_windows, others, turns, output);
  std::vector<uint8_t> keeps_gridded;
  for (size_t w = 0; stored && w < windows; ++w)
    keeps_gridded.push_back(stored->window(int(w)) >= 0 && stream.placed_in(w) == 0);
  BlockPreparation preparation({dataset, o.gridding, bands, others, denoising, bins, stored ? &*stored : nullptr,
                                keeps_gridded, stream.known_columns()});
  write(o, preparation, provenance.merged(), turns, output);
  if (!processes().is_first()) return;
  warn_of_empty_windows(preparation, output);
  print_contents(preparation, output);
}

}  // namespace

void prepare_granules(const GranuleOptions& asked, const Output& output) {
  check(asked);
  refuse_to_overwrite(asked.out, asked.overwrite);
  std::optional<OutputLock> lock;
  if (!asked.dry_run) lock.emplace(OutputLock::of_file(asked.out));
  set_threads(asked.threads);
  const std::vector<data::AuxiliaryBand> auxiliary = auxiliary_bands(asked.aux, asked.allow_vrt);
  const DayRange days = day_range(asked.start, asked.end);
  const data::SoundingSource source = source_of(asked);
  Turns turns(asked.out);
  GranuleInputs inputs = inputs_of_all(asked, turns, output);
  data::GranuleSet granules;
  if (!inputs.indices.empty())
    granules = windows_in(data::group_granules(inputs.indices, {asked.windows, asked.mix_sensors}), days);
  const std::set<data::Sensor> sensors = sensors_of(
      inputs.indices.empty() ? granules_of(data::DatasetFile(asked.append).description().provenance) : inputs.indices);
  const GranuleOptions o = with_reliability(asked, sensors);
  std::map<data::Sensor, data::PixelScreens> screens;
  size_t data_sets = 0;
  for (const data::Sensor sensor : sensors) {
    screens.emplace(sensor, pixel_screens(o, sensor));
    data_sets = std::max(data_sets, data::granule_data_sets(sensor));
  }
  Preparation p{o, output, std::move(inputs), std::move(granules), {}, {}, {}, {}};
  omit_other_days(p.inputs, p.granules, days);
  p.inputs.source = source;
  if (!p.inputs.soundings.empty()) {
    const data::SoundingContents soundings = contents_of_soundings(p.inputs, turns, output);
    p.dataset.sif = soundings.sif, p.inputs.soundings_product = soundings.product;
  }
  for (const data::Window& window : p.granules.windows) p.new_windows.push_back(data::to_string(window.first));
  data::Dataset& dataset = p.dataset;
  dataset.windows = p.new_windows;
  if (!p.granules.windows.empty()) dataset.window_days = p.granules.windows.front().days;
  const std::vector<fs::path> files_of_auxiliary = auxiliary_files(auxiliary, p.new_windows);
  refuse_input_as_output(o.out, files_of_auxiliary);
  if (!o.append.empty()) {
    p.base.emplace(o.append);
    take_from(*p.base, o, p.inputs, dataset);
    p.stored.emplace(*p.base, dataset.windows);
  }
  GranuleMosaic mosaic(p.granules, screens);
  if (!p.new_windows.empty()) mosaic.open(turns, output);
  if (!p.base) {
    lay_grid(o, mosaic, dataset);
    dataset.region = cells_of_region(o, dataset.grid);
  }
  const LayerCounts layers = {data_sets, auxiliary.size()};
  const PrepareMemory memory =
      plan_memory(dataset, mosaic.largest(), layers, o.memory.empty() ? 0 : memory_size("memory", o.memory));
  if (o.dry_run) {
    print_plan(p.inputs, p.granules, dataset, layers, memory, output);
    return;
  }
  output.line(fmt::format("memory: about {} of {}; disk for scratch files: up to {} and {} for each million soundings",
                          size_text(memory.needed + memory.sorting), size_text(memory.bound),
                          size_text(processes().size() * layer_scratch(dataset, layers)),
                          size_text(processes().size() * sounding_scratch * 1e6)));
  p.make(mosaic, auxiliary, files_of_auxiliary, memory, turns);
  if (!processes().is_first()) return;
  suggest_map_crs(dataset, !o.bbox.empty() || !o.region.empty(), output);
  output.line("wrote " + file_with_size(o.out));
  output.next({train_command_for(o.out)});
}

}  // namespace unetsr::pipeline
