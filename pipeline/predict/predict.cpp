#include "pipeline/predict/predict.hpp"
#include "pipeline/train/supervision.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include "data/formats/raster_writer.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/maps/conservation.hpp"
#include "pipeline/maps/mapper.hpp"
#include "pipeline/train/finished_run.hpp"

namespace unetsr::pipeline {
namespace {

// The grid in blocks, from north to south as they are written.
std::vector<data::Part> blocks_from_north(const data::Grid& grid, int side) {
  std::vector<data::Part> blocks = blocks_of(grid.rows, grid.columns, side);
  if (grid.y_step > 0)
    for (data::Part& block : blocks) block.row = grid.rows - block.row - block.rows;
  return blocks;
}

data::RasterDescription describe(const PredictOptions& o, const data::Dataset& dataset, const FinishedRun& run,
                                 const std::vector<int>& windows) {
  data::RasterDescription d;
  d.grid = dataset.grid;
  for (const int window : windows) d.windows.push_back(dataset.windows[size_t(window)]);
  d.with_error = run.uncertainty.has_value();
  d.name = "sif";
  d.long_name = "sun-induced chlorophyll fluorescence";
  d.units = "mW m-2 sr-1 nm-1";
  d.title = "Sun-induced chlorophyll fluorescence, sharpened by a neural network";
  d.source = "unetsr " + version();
  d.history = fmt::format("{} unetsr predict {} {} {}{}", now_utc(), o.dataset.string(), o.run_directory.string(),
                          o.out.string(), o.conserve ? " --conserve " + to_string(*o.conserve) : "");
  d.metadata = {{"model", run.options.model},
                {"run", std::filesystem::absolute(run.directory).lexically_normal().string()},
                {"dataset", std::filesystem::absolute(o.dataset).lexically_normal().string()},
                {"features", fmt::format("{}", fmt::join(run.mapper.features, ","))},
                {"software_version", version()}};
  d.creation_options = o.creation_options;
  return d;
}

struct Written {
  double share = 0;                      // of the cells, that have a value
  std::vector<std::string> corrections;  // of each window, in words
};

void write(data::RasterWriter& writer, int band, const data::Part& part, std::span<const float> sif,
           std::span<const float> left, const std::optional<data::ConservedUncertainty>& uncertainty) {
  writer.write(band, part, sif);
  if (!uncertainty) return;
  std::vector<float> sigma(sif.begin(), sif.end());
  for (size_t i = 0; i < sigma.size(); ++i)
    sigma[i] = float(uncertainty->sigma(double(sif[i]), left.empty() ? 1 : double(left[i])));
  writer.write_error(band, part, sigma);
}

// Maps windows one after the other, in blocks.
class WindowMapper {
 public:
  WindowMapper(const data::DatasetFile& dataset, const Mapper& mapper, const std::vector<data::Part>& blocks,
               Progress& progress)
      : dataset_(dataset), mapper_(mapper), blocks_(blocks), progress_(progress) {}

  void map(int window, const std::function<void(const data::Part&, const std::vector<float>&)>& take) {
    for (const data::Part& block : blocks_) {
      stop_if_interrupted();
      take(block, mapper_.map(dataset_, window, block));
      progress_.update(++done_);
    }
  }
  std::vector<float> whole(int window) {
    const data::Grid& grid = dataset_.description().grid;
    std::vector<float> whole(size_t(grid.cells()));
    map(window,
        [&](const data::Part& block, const std::vector<float>& sif) { paste(sif, block, grid.columns, whole); });
    return whole;
  }

 private:
  const data::DatasetFile& dataset_;
  const Mapper& mapper_;
  const std::vector<data::Part>& blocks_;
  Progress& progress_;
  long done_ = 0;
};

// The windows that have to be mapped: those asked for, and those that are corrected together with them.
std::vector<data::WindowRange> ranges_of(const std::vector<int>& windows, const std::optional<Conserver>& conserver) {
  std::vector<data::WindowRange> ranges;
  for (const int window : windows) {
    const data::WindowRange range = conserver ? conserver->together(window) : data::WindowRange{window, 1};
    if (ranges.empty() || ranges.back().first != range.first) ranges.push_back(range);
  }
  return ranges;
}

Written write_maps(const data::DatasetFile& dataset, const Mapper& mapper, const std::vector<int>& windows, int side,
                   const FinishedRun& run, std::optional<Conserver>& conserver, data::RasterWriter& writer,
                   const Output& output) {
  const data::Dataset& there = dataset.description();
  const data::Grid& grid = there.grid;
  const std::vector<data::WindowRange> ranges = ranges_of(windows, conserver);
  long images = 0;
  for (const data::WindowRange& range : ranges) images += range.count;
  const std::vector<data::Part> blocks = blocks_from_north(grid, side);
  Progress progress(output, "predict", images * long(blocks.size()));
  progress.update(0);
  WindowMapper window_mapper(dataset, mapper, blocks, progress);
  Written written;
  int64_t present = 0;
  int band = 0;
  const auto write_part = [&](const data::Part& part, std::span<const float> sif, std::span<const float> left = {}) {
    write(writer, band, part, sif, left, run.uncertainty);
    present += std::count_if(sif.begin(), sif.end(), [](float v) { return !std::isnan(v); });
  };
  for (const data::WindowRange& range : ranges) {
    if (!conserver) {
      window_mapper.map(range.first,
                        [&](const data::Part& part, const std::vector<float>& sif) { write_part(part, sif); });
      ++band;
      continue;
    }
    std::vector<float> maps;
    for (int window = range.first; window < range.first + range.count; ++window) {
      const std::vector<float> one = window_mapper.whole(window);
      maps.insert(maps.end(), one.begin(), one.end());
    }
    const Conserver::Outcome outcome = conserver->correct(range, {mapper.uses_coarse_sif(), run.cloud_shielding}, maps);
    const std::string first = there.windows[size_t(range.first)],
                      last = there.windows[size_t(range.first + range.count - 1)];
    written.corrections.push_back((range.count == 1 ? first : first + " to " + last) + ": " + outcome.words);
    const size_t cells = size_t(grid.cells());
    for (const int window : windows) {
      if (window < range.first || window >= range.first + range.count) continue;
      const size_t own = size_t(window - range.first) * cells;
      write_part({0, 0, grid.rows, grid.columns}, std::span(maps).subspan(own, cells),
                 outcome.left.empty() ? std::span<const float>() : std::span(outcome.left).subspan(own, cells));
      ++band;
    }
  }
  if (conserver)
    writer.add_metadata("conservation",
                        fmt::format("{}; {}", to_string(conserver->kind()), fmt::join(written.corrections, "; ")));
  if (!writer.finish([] { return !interrupted(); })) stop_if_interrupted();
  written.share = double(present) / double(int64_t(windows.size()) * grid.cells());
  return written;
}

// What a run's maps are corrected by where the user says nothing: its own teachers, where the dataset has them.
Conservation conservation_of(const std::optional<Conservation>& asked, const FinishedRun& run,
                             const data::DatasetFile& dataset, const Output& output) {
  const Conservation own = own_conservation(run.options);
  if (asked || own == Conservation::none) return asked.value_or(own);
  if (dataset.read_soundings().size() > 0) return own;
  output.line("the dataset keeps no soundings: the map is not corrected by any");
  return Conservation::none;
}

void require_features(const Mapper& mapper, const data::DatasetFile& dataset, const std::filesystem::path& file) {
  try {
    mapper.require_features(dataset);
  } catch (const UsageError& e) {
    throw UsageError(file.string() + ": " + e.what());
  }
}

}  // namespace

void predict(const PredictOptions& o, const Output& output) {
  if (o.block < 1) throw UsageError("--block must be at least 1 cell");
  const data::RasterFormat format = o.format ? *o.format : data::raster_format_of(o.out);
  refuse_to_overwrite(o.out, o.overwrite);
  const nn::Execution execution = start_computing(resolve(o.compute));
  const data::DatasetFile dataset(o.dataset);
  const FinishedRun run = open_honest_run(o.run_directory, execution);
  const Mapper& mapper = run.mapper;
  require_features(mapper, dataset, o.dataset);
  const data::Dataset& there = dataset.description();
  const std::vector<int> windows = windows_asked_for(there.windows, o.window);
  std::optional<Conserver> conserver;
  const Conservation conserve = conservation_of(o.conserve, run, dataset, output);
  if (conserve != Conservation::none) conserver.emplace(conserve, dataset);
  Written written;
  write_atomically(o.out, [&](const std::filesystem::path& file) {
    const auto writer = data::make_raster_writer(format, file, describe(o, there, run, windows));
    written = write_maps(dataset, mapper, windows, o.block, run, conserver, *writer, output);
  });
  for (const std::string& correction : written.corrections)
    output.line(fmt::format("{} {}", to_string(conserve), correction));
  output.line(fmt::format("wrote {}: {} of {} x {} cells, {:.1f} % of them with SIF", o.out.string(),
                          windows.size() == 1 ? "1 window" : fmt::format("{} windows", windows.size()), there.grid.rows,
                          there.grid.columns, 100 * written.share));
}

}  // namespace unetsr::pipeline
