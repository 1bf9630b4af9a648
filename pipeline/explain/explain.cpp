#include "pipeline/explain/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>

#include "data/dataset/dataset_file.hpp"
#include "data/formats/raster_writer.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/array_memory.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/csv_text.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/explain/explain_memory.hpp"
#include "pipeline/explain/held_out_maps.hpp"
#include "pipeline/explain/integrated_gradients.hpp"
#include "pipeline/explain/permutation_importance.hpp"
#include "pipeline/report/explain_report.hpp"
#include "pipeline/report/picture_scale.hpp"
#include "pipeline/report/provenance.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/train/supervision.hpp"

namespace unetsr::pipeline {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

constexpr const char* units = "mW m-2 sr-1 nm-1";

struct Files {
  std::filesystem::path table, json, attributions, page;
};

Files files_of(const ExplainOptions& o) {
  const bool netcdf = o.format == data::RasterFormat::netcdf;
  return {o.out_directory / "importance.csv", o.out_directory / "importance.json",
          o.out_directory / (netcdf ? "attributions.nc" : "attributions.tif"), o.out_directory / "report.html"};
}

std::string table_of(const report::ExplainReport& r) {
  std::string text = "feature,channels,rmse_rise,rmse_rise_sd,r2_fall,r2_fall_sd,mean_absolute_attribution\n";
  for (const report::FeatureImportance& f : r.importance)
    text += fmt::format("{},{},{:.6g},{:.6g},{:.6g},{:.6g},{}\n", csv_cell(f.feature),
                        csv_cell(fmt::format("{}", fmt::join(f.channels, " "))), f.rmse_rise, f.rmse_rise_sd, f.r2_fall,
                        f.r2_fall_sd, std::isnan(f.attribution) ? "" : fmt::format("{:.6g}", f.attribution));
  return text;
}

std::string json_of(const report::ExplainReport& r) {
  Json json = {{"software", "unetsr " + r.provenance.version},
               {"dataset", r.dataset},
               {"run", r.run},
               {"model", r.model},
               {"scored_against", to_string(r.scored_against)},
               {"held_out", r.held_out},
               {"windows", r.windows},
               {"cells", r.metrics.cells},
               {"rmse", r.metrics.rmse},
               {"r2", r.metrics.r2},
               {"permutation", {{"draws", r.draws}, {"seed", r.seed}, {"block_cells", r.block_cells}}},
               {"integrated_gradients",
                {{"steps", r.steps},
                 {"cells", r.explained_cells},
                 {"change", r.change},
                 {"attributed", r.attributed},
                 {"gap", r.gap}}}};
  for (const report::FeatureImportance& f : r.importance) {
    Json row = {{"feature", f.feature},           {"channels", f.channels}, {"rmse_rise", f.rmse_rise},
                {"rmse_rise_sd", f.rmse_rise_sd}, {"r2_fall", f.r2_fall},   {"r2_fall_sd", f.r2_fall_sd}};
    if (!std::isnan(f.attribution)) row["mean_absolute_attribution"] = f.attribution;
    json["features"].push_back(std::move(row));
  }
  return json.dump(2) + "\n";
}

data::RasterDescription describe(const ExplainOptions& o, const report::ExplainReport& r, const data::Grid& grid) {
  data::RasterDescription d;
  d.grid = grid;
  for (const std::string& window : r.windows)
    for (const std::string& channel : r.channels)
      d.windows.push_back(r.windows.size() == 1 ? channel : window + " " + channel);
  d.name = "attribution";
  d.long_name = "integrated gradients of the sum of the SIF of the held-out cells";
  d.units = units;
  d.title = "The contribution of each input channel to the SIF that a neural network predicts";
  d.source = "unetsr " + version();
  d.created = now_utc();
  d.history = fmt::format("{} unetsr explain {} {} {}", d.created, o.dataset.filename().string(), r.run,
                          o.out_directory.filename().string());
  d.metadata = {{"model", r.model},
                {"run", r.run},
                {"dataset", o.dataset.filename().string()},
                {"held_out", r.held_out},
                {"windows", fmt::format("{}", fmt::join(r.windows, ","))},
                {"software_version", version()}};
  return d;
}

// What a report shows of attributions, which come row by row.
class AttributionPictures {
 public:
  AttributionPictures(const data::Grid& grid, report::ExplainReport& report)
      : scale_(grid, report.windows.size()), columns_(grid.columns), image_(size_t(grid.cells())), report_(report) {
    report.grid = scale_.grid();
  }

  void add(const data::Part& part, std::span<const float> values) {
    paste(values, part, columns_, image_);
    pasted_ += values.size();
    if (pasted_ < image_.size()) return;
    scale_.append(image_, report_.attributions);
    pasted_ = 0;
  }

 private:
  PictureScale scale_;
  int columns_;
  std::vector<float> image_;  // of one channel and window
  size_t pasted_ = 0;
  report::ExplainReport& report_;
};

// Writes the attributions as they are made.
Attributions write_attributions(const std::filesystem::path& file, const ExplainOptions& o, const FinishedRun& run,
                                const HeldOutMaps& h, const data::ArrayStore& store, report::ExplainReport& r,
                                const Output& output) {
  Attributions attributions;
  write_atomically(file, [&](const std::filesystem::path& temporary) {
    const auto writer = data::make_raster_writer(o.format, temporary, describe(o, r, h.grid));
    AttributionPictures pictures(h.grid, r);
    attributions = integrated_gradients(
        *run.network, h, o.steps, o.block, store,
        [&](int window, size_t channel, const data::Part& part, std::span<const float> values) {
          const auto place = std::find(h.windows.begin(), h.windows.end(), window) - h.windows.begin();
          writer->write(int(size_t(place) * r.channels.size() + channel), part, values);
          pictures.add(part, values);
        },
        output);
    if (!writer->finish([] { return !interrupted(); })) stop_if_interrupted();
  });
  return attributions;
}

report::RunProvenance provenance_of(const ExplainOptions& o, const data::Provenance& dataset) {
  report::RunProvenance provenance = run_provenance(dataset, resolve(o.compute));
  provenance.options = {{"dataset", o.dataset.string()},
                        {"run", o.run_directory.string()},
                        {"draws", std::to_string(o.draws)},
                        {"steps", std::to_string(o.steps)}};
  if (!o.truth.empty()) provenance.options.push_back({"truth", o.truth});
  if (!o.window.empty()) provenance.options.push_back({"window", o.window});
  provenance.seeds = {o.seed};
  return provenance;
}

void add_attributions(const Attributions& a, report::ExplainReport& r) {
  r.explained_cells = a.cells;
  r.change = a.change, r.attributed = a.attributed, r.gap = a.gap;
  for (report::FeatureImportance& f : r.importance) {
    const auto channel = std::find(a.channels.begin(), a.channels.end(), f.feature);
    if (channel != a.channels.end()) f.attribution = a.mean_absolute[size_t(channel - a.channels.begin())];
  }
}

void print_scores(const report::ExplainReport& r, const Output& output) {
  output.line(fmt::format("{}: RMSE {:.4f} mW m-2 sr-1 nm-1, R2 {:.3f} on {}", r.run, r.metrics.rmse, r.metrics.r2,
                          r.held_out));
  TextTable table({"permuted input", "RMSE rises by", "sd of draws", "R2 falls by"});
  for (const report::FeatureImportance& f : r.importance)
    table.add({f.feature, fmt::format("{:.4f}", f.rmse_rise), fmt::format("{:.4f}", f.rmse_rise_sd),
               fmt::format("{:.4f}", f.r2_fall)});
  output.line("\nimportance (RMSE in mW m-2 sr-1 nm-1)\n" + table.text(output.width()));
  output.line(fmt::format("integrated gradients: {} cells; they sum to the map's change within {:.2g} %",
                          r.explained_cells, 100 * r.gap));
}

}  // namespace

void explain(const ExplainOptions& o, const Output& output) {
  require_in_range("draws", o.draws, draw_range);
  require_in_range("steps", o.steps, step_range);
  require_in_range("block", o.block, block_range);
  const Files files = files_of(o);
  std::vector<std::filesystem::path> inputs = files_of_pattern(o.truth);
  inputs.insert(inputs.end(), {o.dataset, o.run_directory});
  refuse_input_as_output(o.out_directory, inputs);
  refuse_outputs({files.table, files.json, files.attributions, files.page}, inputs, o.overwrite);
  const OutputLock lock = OutputLock::of_folder(o.out_directory);
  const nn::Execution execution = start_computing(resolve(o.compute));
  const FinishedRun run = open_honest_run(o.run_directory, execution);
  const data::DatasetFile dataset(o.dataset);
  const ScoredSplit split = scored_split(run, dataset.description(), o.dataset.string(), false);
  require_held_out(run, split, dataset, o.truth, o.window);
  const data::ArrayStore store =
      place_arrays(memory_to_explain(dataset, run, split, o.truth, o.draws, o.block), o.memory,
                   "explaining " + o.dataset.string(), "scratch files", files.page, output);
  const HeldOutMaps held_out = held_out_maps(run, split, dataset, o.truth, o.window, store);

  report::ExplainReport r;
  r.dataset = o.dataset.filename().string();
  r.run = run.name;
  r.model = run.options.model;
  r.held_out = held_out.held_out;
  r.scored_against = held_out.scored_against;
  r.draws = o.draws, r.seed = o.seed, r.steps = o.steps;
  for (const int window : held_out.windows) r.windows.push_back(held_out.labels[size_t(window)]);
  r.channels = attributed_channels(held_out.mapper);
  r.provenance = provenance_of(o, dataset.description().provenance);
  Clock::time_point start = Clock::now();
  PermutationImportance permuted = permutation_importance(held_out, o.draws, o.seed, output);
  r.metrics = permuted.unpermuted;
  r.block_cells = permuted.block_cells;
  r.importance = std::move(permuted.features);
  r.provenance.stages.push_back({"permutation importance", seconds_since(start)});
  start = Clock::now();
  add_attributions(write_attributions(files.attributions, o, run, held_out, store, r, output), r);
  r.provenance.stages.push_back({"integrated gradients", seconds_since(start)});
  print_scores(r, output);
  write_text_atomically(files.table, table_of(r));
  write_text_atomically(files.json, json_of(r));
  write_text_atomically(files.page, report::explain_page(r));
  output.line(
      fmt::format("wrote {}, {} and {}", files.table.string(), files.json.string(), files.attributions.string()));
  output.line("wrote " + files.page.string() + "; open it in a browser");
}

}  // namespace unetsr::pipeline
