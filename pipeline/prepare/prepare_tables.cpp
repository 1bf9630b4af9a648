#include "pipeline/prepare/prepare_tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/dataset/dataset_file.hpp"
#include "data/scores/correlation.hpp"
#include "data/tables/table_pair.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/grid_text.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/shell_text.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/console/version.hpp"
#include "pipeline/prepare/prepare_messages.hpp"

namespace unetsr::pipeline {
namespace {

std::vector<data::TablePair> pairs_of(const TableOptions& options) {
  if (options.fine.empty()) throw UsageError("--fine FILE... is missing: the tables of the fine cells");
  if (options.coarse.empty()) throw UsageError("--coarse FILE... is missing: the tables of the coarse cells");
  if (options.out.empty()) throw UsageError("OUT.h5 is missing: the dataset to write");
  if (options.fine.size() != options.coarse.size())
    throw UsageError(
        fmt::format("--fine has {} tables and --coarse {}; give one of each for every window, in the same order",
                    options.fine.size(), options.coarse.size()));
  std::vector<data::TablePair> pairs;
  for (size_t i = 0; i < options.fine.size(); ++i) pairs.push_back({options.fine[i], options.coarse[i]});
  for (const auto& files : {options.fine, options.coarse}) refuse_input_as_output(options.out, files);
  return pairs;
}

std::string command_of(const TableOptions& options) {
  std::string command = "unetsr prepare --fine";
  for (const auto& file : options.fine) command += " " + shell_text(file.string());
  command += " --coarse";
  for (const auto& file : options.coarse) command += " " + shell_text(file.string());
  return command + " " + shell_text(options.out.string());
}

// One row a layer: how many values are missing in each window, and how many are beyond the product's valid range.
std::string missing_text(const data::Dataset& dataset, const std::vector<data::LayerReport>& reports, size_t width) {
  std::vector<std::string> header = {"cells without a value"};
  for (const std::string& window : dataset.windows) header.push_back(window);
  header.push_back("outside valid range");
  TextTable table(header);
  for (const std::string& layer : dataset.layer_names()) {
    std::vector<std::string> row = {layer};
    int64_t outside = 0;
    for (const data::LayerReport& r : reports) {
      if (r.layer != layer) continue;
      row.push_back(fmt::to_string(r.empty));
      outside += r.outside_valid_range;
    }
    row.push_back(outside ? fmt::to_string(outside) : "");
    table.add(row);
  }
  return table.text(width);
}

std::string correlation_text(const data::Dataset& dataset, const std::vector<std::string>& bands, size_t width) {
  std::vector<std::string> header = {"correlation (r) with SIF"};
  for (const std::string& window : dataset.windows) header.push_back(window);
  header.push_back("pooled");
  TextTable table(header);
  for (const data::BandCorrelation& band : data::correlations_with_target(dataset, bands)) {
    std::vector<std::string> row = {band.name};
    for (const double r : band.per_window) row.push_back(fmt::format("{:.3f}", r));
    row.push_back(fmt::format("{:.3f}", band.pooled));
    table.add(row);
  }
  return table.text(width);
}

void print_report(const data::Dataset& dataset, const std::vector<data::LayerReport>& reports, const Output& output) {
  output.line("grid:   " + grid_text(dataset.grid));
  output.line("region: " + extent_text(dataset.grid, {}));
  for (const data::LayerReport& r : reports)
    if (r.layer == data::target_layer)
      output.line(fmt::format("window {}: the tables have {} of {} cells; {} have SIF at 740 nm", r.window,
                              r.present + r.empty, dataset.grid.cells(), r.present));
  output.line("\n" + missing_text(dataset, reports, output.width()));

  std::vector<std::string> bands = {data::coarse_layer};
  for (const bool coarse : {false, true})
    for (const std::string& band : data::auxiliary_bands(dataset, coarse)) bands.push_back(band);
  output.line(correlation_text(dataset, bands, output.width()));
  output.line(fmt::format("bands with the largest correlation: {}",
                          fmt::join(data::most_correlated(dataset, data::auxiliary_bands(dataset), 5), ", ")));
}

}  // namespace

void prepare_tables(const TableOptions& options, const Output& output) {
  const std::vector<data::TablePair> pairs = pairs_of(options);
  refuse_to_overwrite(options.out, options.overwrite);
  const OutputLock lock = OutputLock::of_file(options.out);
  std::vector<data::LayerReport> reports;
  data::Dataset dataset;
  {
    const Stage stage(output, "read tables");
    dataset = data::dataset_from_tables(pairs, &reports);
  }
  stop_if_interrupted();
  dataset.provenance.command = command_of(options);
  dataset.provenance.version = version();
  dataset.provenance.created = now_utc();
  write_atomically(options.out, [&](const auto& file) { data::write_dataset(file, dataset); });
  print_report(dataset, reports, output);
  output.line("wrote " + file_with_size(options.out));
  output.next({train_command_for(options.out)});
}

}  // namespace unetsr::pipeline
