#include "pipeline/predict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "data/formats/raster_writer.hpp"
#include "kernels/error.hpp"
#include "kernels/exact.hpp"
#include "pipeline/atomic_file.hpp"
#include "pipeline/conservation.hpp"
#include "pipeline/finished_run.hpp"
#include "pipeline/interrupt.hpp"
#include "pipeline/mapper.hpp"
#include "pipeline/provenance.hpp"

namespace unetsr::pipeline {
namespace {

// The grid in blocks, from north to south as they are written.
std::vector<Part> blocks_of(const data::Grid& grid, int side) {
  std::vector<Part> blocks;
  for (int row = 0; row < grid.rows; row += side)
    for (int column = 0; column < grid.columns; column += side) {
      const int rows = std::min(side, grid.rows - row);
      blocks.push_back(
          {grid.y_step > 0 ? grid.rows - row - rows : row, column, rows, std::min(side, grid.columns - column)});
    }
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
                          o.out.string(), o.conserve == "none" ? "" : " --conserve " + o.conserve);
  d.metadata = {{"model", run.options.model},
                {"run", std::filesystem::absolute(run.directory).lexically_normal().string()},
                {"dataset", std::filesystem::absolute(o.dataset).lexically_normal().string()},
                {"features", fmt::format("{}", fmt::join(run.features, ","))},
                {"software_version", version()}};
  d.creation_options = o.creation_options;
  return d;
}

struct Written {
  double share = 0;                      // of the cells, that have a value
  std::vector<std::string> corrections;  // of each window, in words
};

void write(data::RasterWriter& writer, int band, const Part& part, std::span<const float> sif,
           const std::optional<data::MapUncertainty>& uncertainty) {
  writer.write(band, part.row, part.column, part.rows, part.columns, sif);
  if (!uncertainty) return;
  std::vector<float> sigma(sif.begin(), sif.end());
  for (float& v : sigma) v = float(uncertainty->sigma(double(v)));
  writer.write_error(band, part.row, part.column, part.rows, part.columns, sigma);
}

Written write_maps(const data::DatasetFile& dataset, const Mapper& mapper, const std::vector<int>& windows, int side,
                   const FinishedRun& run, std::optional<Conserver>& conserver, data::RasterWriter& writer,
                   const Output& output) {
  const data::Dataset& there = dataset.description();
  const std::vector<Part> blocks = blocks_of(there.grid, side);
  Progress progress(output, "predict", long(windows.size() * blocks.size()));
  progress.update(0);
  Written written;
  int64_t present = 0;
  long done = 0;
  for (size_t band = 0; band < windows.size(); ++band) {
    std::vector<float> whole(conserver ? size_t(there.grid.cells()) : 0);
    for (const Part& block : blocks) {
      stop_if_interrupted();
      const std::vector<float> sif = mapper.map(dataset, windows[band], block);
      if (conserver)
        paste(sif, block, there.grid.columns, whole);
      else
        write(writer, int(band), block, sif, run.uncertainty);
      present += std::count_if(sif.begin(), sif.end(), [](float v) { return !std::isnan(v); });
      progress.update(++done);
    }
    if (!conserver) continue;
    written.corrections.push_back(there.windows[size_t(windows[band])] + ": " +
                                  conserver->correct(windows[band], run.cloud_shielding, whole));
    write(writer, int(band), {0, 0, there.grid.rows, there.grid.columns}, whole, run.uncertainty);
  }
  if (conserver)
    writer.add_metadata("conservation", fmt::format("{}; {}", conserver->kind(), fmt::join(written.corrections, "; ")));
  if (!writer.finish([] { return !interrupted(); })) stop_if_interrupted();
  written.share = double(present) / double(int64_t(windows.size()) * there.grid.cells());
  return written;
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
  const data::RasterFormat format = o.format.empty() ? data::raster_format_of(o.out) : data::raster_format(o.format);
  refuse_to_overwrite(o.out, o.overwrite);
  const nn::Execution execution = start_computing(o.compute);
  const data::DatasetFile dataset(o.dataset);
  const FinishedRun run = open_honest_run(o.run_directory, execution);
  const Mapper mapper = mapper_of(run);
  require_features(mapper, dataset, o.dataset);
  const data::Dataset& there = dataset.description();
  const std::vector<int> windows = windows_asked_for(there.windows, o.window);
  std::optional<Conserver> conserver;
  if (o.conserve != "none") conserver.emplace(o.conserve, dataset);
  set_exact(run.options.exact);
  Written written;
  write_atomically(o.out, [&](const std::filesystem::path& file) {
    const auto writer = data::make_raster_writer(format, file, describe(o, there, run, windows));
    written = write_maps(dataset, mapper, windows, o.block, run, conserver, *writer, output);
  });
  for (const std::string& correction : written.corrections) output.line(fmt::format("{} {}", o.conserve, correction));
  output.line(fmt::format("wrote {}: {} of {} x {} cells, {:.1f} % of them with SIF", o.out.string(),
                          windows.size() == 1 ? "1 window" : fmt::format("{} windows", windows.size()), there.grid.rows,
                          there.grid.columns, 100 * written.share));
}

}  // namespace unetsr::pipeline
