#include "pipeline/predict/predict.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/train/supervision.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <optional>

#include "data/formats/raster_writer.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/grid_text.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/shell_text.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/maps/uncertainty.hpp"
#include "pipeline/predict/map_companions.hpp"
#include "pipeline/predict/map_filling.hpp"
#include "pipeline/predict/measured_writer.hpp"
#include "pipeline/predict/predict_memory.hpp"
#include "pipeline/predict/shared_blocks.hpp"
#include "pipeline/processes/processes.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/transfer.hpp"

namespace unetsr::pipeline {
namespace {

// The command without the folders of this machine: the map may be passed on.
std::string command_of(const PredictOptions& o, const FinishedRun& run) {
  std::string words = "unetsr predict " + o.dataset.filename().string();
  if (o.model.empty()) words += " " + run.name;
  words += " " + o.out.filename().string();
  if (!o.model.empty()) words += " --model " + o.model;
  if (o.conserve) words += " --conserve " + to_string(*o.conserve);
  return words + (o.fill ? " --fill" : "");
}

data::RasterDescription describe(const PredictOptions& o, const data::Dataset& dataset, const FinishedRun& run,
                                 const std::vector<int>& windows) {
  data::RasterDescription d;
  d.grid = dataset.grid, d.window_days = dataset.window_days;
  for (const int window : windows) d.windows.push_back(dataset.windows[size_t(window)]);
  d.with_error = run.uncertainty.has_value();
  d.with_filled = o.fill;
  d.name = "sif";
  d.long_name = data::long_sif_name(dataset.sif);
  d.units = data::sif_units;
  d.standard_name = "toa_outgoing_radiance_per_unit_wavelength_due_to_solar_induced_fluorescence";
  d.cell_methods = "area: mean time: mean";
  d.title = "Sun-induced chlorophyll fluorescence, sharpened by a neural network";
  if (dataset.provenance.simulated)
    d.title += "; of " + data::simulated_scene(dataset.provenance.world) + ", not of measurements";
  d.summary =
      (dataset.sif.kind == data::SifKind::daily ? "Daily mean SIF of each cell under a clear sky"
                                                : "SIF of each cell under a clear sky at the time of the overpass") +
      std::string(", mean of the window, which a network estimates from vegetation indices") +
      std::string(d.with_error ? "; with its standard deviation" : "");
  d.keywords = "sun-induced chlorophyll fluorescence, SIF, vegetation, downscaling, TROPOMI, MODIS";
  d.source = "unetsr " + version();
  d.created = now_utc();
  d.history = d.created + " " + command_of(o, run);
  d.metadata = {{"model", run.options.model},
                {"run", o.model.empty() ? run.name : "shipped model " + o.model},
                {"dataset", o.dataset.filename().string()},
                {"dataset_identity", dataset.identity},
                {"features", fmt::format("{}", fmt::join(run.mapper.features, ","))},
                {"sif_kind", to_string(dataset.sif.kind)},
                {"window_days", std::to_string(dataset.window_days)},
                {"sif_wavelength_nm", fmt::to_string(dataset.sif.wavelength)},
                {"software_version", version()}};
  d.creation_options = o.creation_options;
  return d;
}

// What came of the correction of windows that are corrected together.
struct Correction {
  std::string windows;
  std::vector<std::string> lines;
};

struct Written {
  double share = 0;  // of the cells, that have a value
  std::vector<Correction> corrections;
};

std::string in_words(const std::vector<Correction>& corrections) {
  std::string words;
  for (const Correction& c : corrections)
    words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", c.windows, fmt::join(c.lines, "; "));
  return words;
}

// How the map was made, in a sentence.
std::string lineage_of(const PredictOptions& o, const data::Dataset& dataset, const FinishedRun& run,
                       Conservation conserve, const std::vector<Correction>& corrections) {
  std::string text = fmt::format("{}: network {} on the features {}; dataset {} with SHA-256 {}", command_of(o, run),
                                 run.options.model, fmt::join(run.mapper.features, ", "), o.dataset.filename().string(),
                                 dataset.identity);
  if (!corrections.empty()) text += fmt::format("; correction by {}: {}", to_string(conserve), in_words(corrections));
  return text;
}

// The windows that have to be mapped: those asked for, and those that are corrected together with them.
std::vector<data::WindowRange> ranges_of(const std::vector<int>& windows, const std::optional<Conserver>& conserver) {
  std::vector<data::WindowRange> ranges;
  for (const int window : windows) {
    const data::WindowRange range = conserver ? conserver->together(window) : data::WindowRange{window, 1};
    if (ranges.empty() || ranges.back().first != range.first) ranges.push_back(range);
  }
  return ranges;
}

std::vector<int> all_windows(const data::Dataset& header) {
  std::vector<int> windows(header.windows.size());
  std::iota(windows.begin(), windows.end(), 0);
  return windows;
}

// Maps windows one after the other, in blocks, and writes each as a band; with `filling` when all are mapped.
class MapWriting {
 public:
  MapWriting(const data::DatasetFile& file, const FinishedRun& run, data::RasterWriter& writer, int block_side,
             data::ArrayStore store, MapFilling* filling)
      : file_(file),
        run_(run),
        writer_(writer),
        filling_(filling),
        grid_(file.description().grid),
        block_side_(block_side),
        store_(std::move(store)) {}

  Written write(const std::vector<int>& windows, std::optional<Conserver>& conserver, const Output& output) {
    const std::vector<int> to_map = filling_ ? all_windows(file_.description()) : windows;
    const std::vector<data::WindowRange> ranges = ranges_of(to_map, conserver);
    std::vector<int> mapped;
    for (const data::WindowRange& range : ranges)
      for (int k = 0; k < range.count; ++k) mapped.push_back(range.first + k);
    blocks_.emplace(file_, run_.mapper, blocks_from_north(grid_, block_side_), std::move(mapped));
    Progress progress(output, "predict", long(blocks_->count()));
    progress.update(0);
    progress_ = &progress;
    for (const data::WindowRange& range : ranges)
      conserver ? write_corrected(range, to_map, *conserver, output) : write_blocks();
    if (filling_) write_filled(windows, output);
    if (conserver)
      writer_.add_metadata("conservation",
                           fmt::format("{}; {}", to_string(conserver->kind()), in_words(written_.corrections)));
    const Stage stage(output, "complete the file");
    if (!writer_.finish([] { return !interrupted(); })) stop_if_interrupted();
    written_.share = double(present_) / double(int64_t(windows.size()) * grid_.cells());
    return std::move(written_);
  }

 private:
  // One window, the next of those that are mapped.
  void map(const std::function<void(const data::Part&, const std::vector<float>&)>& take) {
    for (size_t i = 0; i < blocks_->of_a_window(); ++i) {
      stop_if_interrupted();
      const SharedBlocks::Made made = blocks_->next();
      take(made.block, made.sif);
      progress_->update(++blocks_done_);
    }
  }

  // The maps of a range after one another.
  data::StoredArray<float> whole_maps(const data::WindowRange& range) {
    const size_t cells = size_t(grid_.cells());
    data::StoredArray<float> maps(store_);
    maps.assign_zeros(size_t(range.count) * cells);
    for (int k = 0; k < range.count; ++k) {
      map([&](const data::Part& block, const std::vector<float>& sif) {
        paste(sif, block, grid_.columns, maps.span().subspan(size_t(k) * cells, cells));
      });
      maps.release(size_t(k) * cells, cells);
    }
    run_.network->release_memory();
    return maps;
  }

  void write_blocks() {
    map([&](const data::Part& part, const std::vector<float>& sif) { write_part(part, sif, {}); });
    ++band_;
  }

  void write_corrected(const data::WindowRange& range, const std::vector<int>& windows, Conserver& conserver,
                       const Output& output) {
    data::StoredArray<float> maps = whole_maps(range);
    const std::vector<std::string>& labels = file_.description().windows;
    const std::string first = labels[size_t(range.first)], last = labels[size_t(range.first + range.count - 1)];
    written_.corrections.push_back({range.count == 1 ? "window " + first : "windows " + first + " to " + last, {}});
    const Conserver::StoredOutcome outcome = corrected(range, conserver, maps, output);
    const data::StoredArray<float>& left = outcome.error_left;
    written_.corrections.back().lines = outcome.lines;
    const size_t cells = size_t(grid_.cells());
    for (const int window : windows) {
      if (window < range.first || window >= range.first + range.count) continue;
      const size_t own = size_t(window - range.first) * cells;
      write_part(whole(grid_), maps.span().subspan(own, cells),
                 left.size() == 0 ? std::span<const float>() : left.span().subspan(own, cells));
      maps.release(own, cells), left.release(own, cells);
      ++band_;
    }
  }

  Conserver::StoredOutcome corrected(const data::WindowRange& range, Conserver& conserver,
                                     data::StoredArray<float>& maps, const Output& output) {
    Stage stage(output, "correct " + written_.corrections.back().windows);
    return conserver.correct(range, {run_.mapper.uses_coarse_sif(), run_.cloud_shielding, run_.footprints}, maps,
                             store_, [&](double share) { stage.reached(share); });
  }

  void fill_gaps(const Output& output) {
    Stage stage(output, "fill gaps");
    filling_->fill([&](double share) { stage.reached(share); });
  }

  void write_filled(const std::vector<int>& windows, const Output& output) {
    fill_gaps(output);
    const data::Part part = whole(grid_);
    for (size_t band = 0; band < windows.size(); ++band) {
      const std::vector<float> sif = filling_->sif(windows[band]);
      writer_.write(int(band), part, sif);
      count_present(sif);
      if (run_.uncertainty) writer_.write_error(int(band), part, filling_->deviation(windows[band]));
      writer_.write_filled(int(band), part, filling_->flags(windows[band]));
    }
    writer_.add_metadata("filling", fmt::format("{}", fmt::join(filling_->lines(), "; ")));
  }

  // `left`: as Conserver::Outcome has it.
  void write_part(const data::Part& part, std::span<const float> sif, std::span<const float> left) {
    if (filling_) return filling_->keep(band_, part, sif, left);
    writer_.write(band_, part, sif);
    count_present(sif);
    if (run_.uncertainty) writer_.write_error(band_, part, deviations(*run_.uncertainty, sif, left));
  }

  void count_present(std::span<const float> sif) {
    present_ += std::count_if(sif.begin(), sif.end(), [](float v) { return !std::isnan(v); });
  }

  const data::DatasetFile& file_;
  const FinishedRun& run_;
  data::RasterWriter& writer_;
  MapFilling* filling_;
  data::Grid grid_;
  int block_side_;
  data::ArrayStore store_;
  std::optional<SharedBlocks> blocks_;
  Progress* progress_ = nullptr;
  long blocks_done_ = 0;
  int band_ = 0;
  int64_t present_ = 0;
  Written written_;
};

// What a run's maps are corrected by without --conserve: what the run learnt from, where the dataset has it.
Conservation conservation_of(const std::optional<Conservation>& asked, const FinishedRun& run,
                             const data::DatasetFile& dataset, const Output& output) {
  const Conservation own = own_conservation(run.options);
  if (asked || own == Conservation::none) return asked.value_or(own);
  if (dataset.soundings() > 0) return own;
  output.warning("the dataset has no soundings: the map is not corrected by them");
  return Conservation::none;
}

std::vector<StepMemory> steps_of(const PredictOptions& o, const FinishedRun& run, Conservation conserve,
                                 const data::DatasetFile& dataset) {
  const data::Dataset& header = dataset.description();
  const ArrayMemory correction =
      memory_of_correction(conserve, header.windows.size(), header.grid.cells(), dataset.soundings());
  std::vector<StepMemory> steps = {
      {fmt::format("--block {}", o.block), "take a smaller --block", {memory_of_block(run, header.grid, o.block), 0}},
      {"a run of another dataset", "prepare a smaller --bbox, or fewer windows", memory_to_fit(run, dataset)},
      {"--conserve " + to_string(conserve), "take --conserve none, or prepare a smaller --bbox", correction}};
  if (o.fill) {
    const ArrayMemory filling = memory_to_fill(header);  // which keeps the maps while they are corrected
    steps.push_back(
        {"--fill", "omit it, or prepare a smaller --bbox", {filling.held, filling.stored + correction.stored}});
  }
  return steps;
}

void print_map(const PredictOptions& o, const FinishedRun& run, const data::Dataset& header, size_t windows,
               double share, const Output& output) {
  output.line("map: " + grid_text(header.grid));
  output.line(fmt::format("map: {} of SIF in mW m-2 sr-1 nm-1{}{}; {:.1f} % of the grid's cells have a value",
                          windows == 1 ? "1 window" : fmt::format("{} windows", windows),
                          run.uncertainty ? ", each with its standard deviation" : "",
                          !o.fill           ? ""
                          : run.uncertainty ? " and flags of filled cells"
                                            : ", each with flags of filled cells",
                          100 * share));
  output.line("wrote " + file_with_size(o.out) + "; open it in QGIS, or describe it");
  output.next({"unetsr info " + shell_text(o.out.string())});
}

void require_features(const Mapper& mapper, const data::DatasetFile& dataset, const std::filesystem::path& file) {
  try {
    mapper.require_features(dataset);
  } catch (const UsageError& e) {
    throw UsageError(file.string() + ": " + e.what());
  }
}

}  // namespace

std::vector<data::Part> blocks_from_north(const data::Grid& grid, int side) {
  std::vector<data::Part> blocks = blocks_of(grid.rows, grid.columns, side);
  if (grid.y_step > 0)
    for (data::Part& block : blocks) block.row = grid.rows - block.row - block.rows;
  return blocks;
}

void predict(const PredictOptions& o, const Output& output) {
  require_in_range("block", o.block, block_range);
  const data::RasterFormat format = o.format ? *o.format : data::raster_format_of(o.out);
  std::vector<std::filesystem::path> inputs = {o.dataset};
  if (o.model.empty()) inputs.push_back(o.run_directory);
  refuse_input_as_output(o.out, inputs);
  refuse_to_overwrite(o.out, o.overwrite);
  const MapCompanions companions(o.out);
  companions.refuse(o.overwrite);
  const OutputLock lock = OutputLock::of_file(o.out);
  const nn::Execution execution = start_computing(resolve(o.compute));
  const data::DatasetFile dataset(o.dataset);
  FinishedRun run = o.model.empty() ? open_honest_run(o.run_directory, execution) : shipped_run(o.model, execution);
  require_features(run.mapper, dataset, o.dataset);
  const data::Dataset& header = dataset.description();
  data::require_same_sif(run.name, run.sif, o.dataset.string(), header.sif);
  const std::vector<int> windows = chosen_windows(header.windows, o.windows);
  const Conservation conserve = conservation_of(o.conserve, run, dataset, output);
  const PredictMemory memory = plan_memory(o, steps_of(o, run, conserve, dataset));
  run = fitted_to(std::move(run), dataset, output, memory.store);
  if (!processes().is_first()) {
    SharedBlocks(dataset, run.mapper, blocks_from_north(header.grid, o.block), {}).make_own();
    return;
  }
  std::optional<Conserver> conserver;
  if (conserve != Conservation::none) conserver.emplace(conserve, dataset);
  std::optional<MapFilling> filling;
  if (o.fill) filling.emplace(dataset, run, memory.store);
  const data::RasterDescription description = describe(o, header, run, windows);
  Written written;
  MapStatistics statistics;
  write_atomically(o.out, [&](const std::filesystem::path& file) {
    MeasuredWriter writer(data::make_raster_writer(format, file, description), windows.size());
    output.line(fmt::format("memory: about {} of {}; scratch files: {}", size_text(memory.needed),
                            size_text(memory.bound), memory.scratch > 0 ? size_text(memory.scratch) : "none"));
    written = MapWriting(dataset, run, writer, o.block, memory.store, filling ? &*filling : nullptr)
                  .write(windows, conserver, output);
    statistics = writer.statistics();
  });
  for (const Correction& correction : written.corrections) {
    output.line(fmt::format("correction by {}, {}:", conserve == Conservation::blocks ? "the coarse SIF" : "soundings",
                            correction.windows));
    for (const std::string& line : correction.lines) output.line("  " + line);
  }
  if (filling)
    for (const std::string& line : filling->lines()) output.line(line);
  if (o.map_only)
    companions.remove_item();
  else
    companions.write(format, description, statistics, lineage_of(o, header, run, conserve, written.corrections),
                     o.overwrite, output);
  print_map(o, run, header, windows.size(), written.share, output);
}

}  // namespace unetsr::pipeline
