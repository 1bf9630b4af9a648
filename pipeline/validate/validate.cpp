#include "pipeline/validate/validate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "data/dataset/dated_windows.hpp"
#include "data/formats/flex_l2_reader.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/atomic_file.hpp"
#include "pipeline/console/compute.hpp"
#include "pipeline/console/folder_entries.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/memory.hpp"
#include "pipeline/console/output_lock.hpp"
#include "pipeline/console/outputs.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/evaluate/compared_maps.hpp"
#include "pipeline/inputs/isolated_readers.hpp"
#include "pipeline/report/provenance.hpp"
#include "pipeline/train/finished_run.hpp"
#include "pipeline/validate/flex_footprints.hpp"
#include "pipeline/validate/validation_maps.hpp"
#include "pipeline/validate/validation_scores.hpp"
#include "pipeline/validate/validation_tables.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr int8_t last_mode = 4;  // of those that OCO has

void require_modes(const std::vector<std::string>& modes) {
  std::vector<std::string> known;
  for (int8_t mode = 0; mode <= last_mode; ++mode) known.push_back(data::oco_mode_name(mode));
  for (const std::string& mode : modes)
    if (std::find(known.begin(), known.end(), mode) == known.end())
      throw UsageError(fmt::format("--modes {}: take some of {}", mode, fmt::join(known, ", ")));
}

struct Inputs {
  std::vector<fs::path> maps, soundings;
};

bool is_netcdf_name(const fs::path& file) {
  return file.extension() == ".nc" || file.extension() == ".nc4";
}

// Folders hold SIF Lite files, or are a product of FLEX.
void add_folder(const fs::path& folder, Inputs& inputs) {
  std::vector<fs::path> files;
  const bool flex = data::is_flex_folder(folder);  // one of its files has the spectra
  for (const fs::path& file : entries_like(folder, ""))
    if (is_netcdf_name(file) && (!flex || isolated::is_flex_l2(file))) files.push_back(file);
  if (files.empty())
    throw UsageError(folder.string() + ": has no SIF Lite file (oco2_LtSIF_*.nc4), and is no product of FLEX");
  std::sort(files.begin(), files.end());
  inputs.soundings.insert(inputs.soundings.end(), files.begin(), files.end());
}

Inputs sorted_inputs(const std::vector<fs::path>& given, const Output& output) {
  Inputs inputs;
  for (const fs::path& file : given) {
    if (!fs::exists(file)) throw Error(file.string() + ": no such file");
    if (fs::is_directory(file))
      add_folder(file, inputs);
    else if (is_netcdf_name(file) && (isolated::is_oco_lite(file) || isolated::is_flex_l2(file)))
      inputs.soundings.push_back(file);
    else
      inputs.maps.push_back(file);
  }
  if (inputs.maps.empty()) throw UsageError("give at least one MAP of unetsr predict before the OCO_FILES");
  if (inputs.soundings.empty())
    throw UsageError("give at least one file of OCO-2 or OCO-3 SIF Lite, a folder of them, or a product of FLEX");
  data::OcoLiteChoice choice = data::choose_newest_builds(inputs.soundings);
  for (const std::string& line : choice.omitted) output.line(line);
  inputs.soundings = std::move(choice.files);
  return inputs;
}

// "2019-05-25 to 2019-06-25"
std::string days_of(const std::vector<data::Window>& windows) {
  int first = data::day_number(windows.front().first), last = first;
  for (const data::Window& window : windows) {
    first = std::min(first, data::day_number(window.first));
    last = std::max(last, data::day_number(window.first) + window.days - 1);
  }
  return data::to_string(data::date_of(first)) + " to " + data::to_string(data::date_of(last));
}

// Of what all maps show. A map that does not state it is of the kind asked for.
data::SifKind kind_of(const std::vector<OwnMap>& maps, const std::optional<data::SifKind>& asked) {
  std::optional<data::SifKind> kind = asked;
  std::string source = "--sif";
  for (const OwnMap& map : maps) {
    if (map.sif_kind.empty()) continue;
    const data::SifKind own = parse<data::SifKind>(map.sif_kind);
    if (kind && own != *kind)
      throw UsageError(fmt::format("{} shows {} SIF, {} is {}: compare maps of one kind at a time", map.name,
                                   to_string(own), source, to_string(*kind)));
    if (!kind) kind = own, source = map.name;
  }
  return kind.value_or(data::SifKind::instantaneous);
}

void print_screens(const ValidationCounts& counts, const ValidationScreens& screens, const Output& output) {
  TextTable table({"footprints", "number"});
  for (const auto& [name, count] : counts.lines(screens)) table.add({name, std::to_string(count)});
  output.line(table.text(output.width()));
}

class Validation {
 public:
  Validation(const ValidateOptions& options, const Output& output)
      : o_(options), output_(output), inputs_(sorted_inputs(options.inputs, output)) {
    for (const fs::path& file : inputs_.maps) maps_.push_back(open_own_map(file));
    screens_ = o_.screens;
    screens_.kind = kind_of(maps_, o_.sif);
  }

  const Inputs& inputs() const { return inputs_; }

  report::ValidateReport run(const std::vector<data::AuxiliaryBand>& compared) {
    read_soundings();
    make_rows(compared);
    std::vector<float> truth = truth_means();
    std::vector<float> sounding_counts = counts_of_soundings();
    drop_unmapped(truth, sounding_counts);
    print_screens(counts_, screens_, output_);
    std::vector<ValidationStrata> strata = strata_of(soundings_, windows());
    if (!sounding_counts.empty())
      if (auto family = by_soundings(sounding_counts)) strata.push_back(std::move(*family));
    report_.kind = to_string(screens_.kind);
    report_.windows = windows();
    report_.screens = counts_.lines(screens_);
    report_.provenance = provenance();
    in_stage(output_, "compute scores",
             [&] { score_footprints(std::move(rows_), soundings_, strata, maps_.front().grid, truth, report_); });
    return std::move(report_);
  }

 private:
  const std::vector<std::string>& windows() const { return maps_.front().windows; }
  int window_days() const { return maps_.front().window_days; }

  void read_soundings() {
    const data::FootprintPlacer placer(maps_.front().grid);
    const std::vector<data::Window> dated = data::dated_windows(windows(), window_days());
    Progress progress(output_, "files of footprints", long(inputs_.soundings.size()));
    std::optional<std::pair<fs::path, std::string>> first;  // file of OCO, and its version
    for (size_t i = 0; i < inputs_.soundings.size(); ++i) {
      stop_if_interrupted();
      progress.update(long(i), fmt::format("{} kept", soundings_.size()));
      const fs::path& file = inputs_.soundings[i];
      const bool flex = isolated::is_flex_l2(file);
      const data::OcoFootprints oco = flex ? flex_footprints(file) : isolated::read_oco_lite(file);
      if (!flex && !first) first = {file, oco.version};
      if (!flex) data::require_same_retrieval(first->first, first->second, file, oco.version);
      const std::string sensor = oco.sensor + " " + oco.version;
      if (std::find(report_.sensors.begin(), report_.sensors.end(), sensor) == report_.sensors.end())
        report_.sensors.push_back(sensor);
      select(oco, screens_, placer, dated, soundings_, counts_);
    }
    progress.update(long(inputs_.soundings.size()), fmt::format("{} kept", soundings_.size()));
    refuse_empty(dated);
  }

  void refuse_empty(const std::vector<data::Window>& dated) const {
    const std::string map = inputs_.maps.front().string();
    if (counts_.off_grid == counts_.read)
      throw Error(fmt::format("{}: none of the {} footprints lies on it; give files of its region", map, counts_.read));
    if (counts_.off_grid + counts_.other_days == counts_.read)
      throw Error(
          fmt::format("{}: no footprint on it is of its windows, {}; give files of these days", map, days_of(dated)));
    if (soundings_.size() > 0) return;
    print_screens(counts_, screens_, output_);
    throw Error(map + ": no footprint on it passes the screens, see the counts above");
  }

  void make_rows(const std::vector<data::AuxiliaryBand>& compared) {
    {
      Stage stage(output_, "average the maps over the footprints");
      for (const OwnMap& map : maps_) rows_.push_back(validated(map, soundings_, windows()));
    }
    for (const data::AuxiliaryBand& map : compared)
      rows_.push_back(validated(map, soundings_, windows(), window_days(), output_));
    if (o_.dataset.empty()) return;
    const data::DatasetFile file(o_.dataset);
    refuse_beyond_memory(file, o_.dataset, copies_to_score);
    if (file.description().sif.kind != screens_.kind)
      throw UsageError(fmt::format("{} is of {}, the maps show {} SIF: these do not go together", o_.dataset.string(),
                                   data::sif_name(file.description().sif), to_string(screens_.kind)));
    dataset_ = in_stage(output_, "read " + file_with_size(o_.dataset), [&] { return file.read_all(); });
    SoundingsAsMeasured measured;
    if (!o_.run.empty()) {
      const FinishedRun run = open_run(o_.run);
      measured = {run.cloud_shielding, run.footprints};
    }
    Stage stage(output_, "make the baselines' maps");
    Steps steps([&](double share) { stage.reached(share); });
    for (MapOnFootprints& row :
         validated_baselines(*dataset_, o_.baselines, measured, soundings_, windows(), o_.out_directory, steps))
      rows_.push_back(std::move(row));
  }

  std::vector<float> truth_means() const {
    if (o_.truth.empty()) return {};
    return validated(data::parse_compared_map(o_.truth, "--truth"), soundings_, windows(), window_days(), output_).mean;
  }

  std::vector<float> counts_of_soundings() const {
    const std::string layer = "sif_fine_count";
    if (!dataset_ || !dataset_->has(layer)) return {};
    return layer_means(dataset_->values(layer), *dataset_, soundings_, windows());
  }

  // Footprints without a value of each map, and of the truth.
  void drop_unmapped(std::vector<float>& truth, std::vector<float>& sounding_counts) {
    std::vector<uint8_t> keep = on_all_maps(rows_);
    for (size_t i = 0; i < truth.size(); ++i) keep[i] = keep[i] && !std::isnan(truth[i]);
    counts_.no_map = std::count(keep.begin(), keep.end(), 0);
    for (MapOnFootprints& row : rows_) keep_marked(row.mean, keep), keep_marked(row.deviation, keep);
    keep_marked(truth, keep), keep_marked(sounding_counts, keep);
    soundings_.keep_only(keep);
    counts_.negative = std::count_if(soundings_.sif.begin(), soundings_.sif.end(), [](float v) { return v < 0; });
  }

  report::RunProvenance provenance() const {
    data::Provenance of_inputs;
    for (const auto* files : {&inputs_.maps, &inputs_.soundings})
      for (const fs::path& file : *files) of_inputs.inputs.push_back(data::input_file(file));
    for (const fs::path& file : inputs_.soundings)
      if (const auto world = isolated::simulated_world(file)) of_inputs.simulated = true, of_inputs.world = *world;
    ComputeOptions compute;
    compute.threads = o_.threads;
    report::RunProvenance provenance = run_provenance(of_inputs, resolve(compute));
    provenance.options = {{"sif", to_string(screens_.kind)}};
    for (const std::string& other : o_.compare) provenance.options.push_back({"compare", other});
    if (!o_.dataset.empty()) provenance.options.push_back({"dataset", o_.dataset.string()});
    if (!o_.truth.empty()) provenance.options.push_back({"truth", o_.truth});
    return provenance;
  }

  const ValidateOptions& o_;
  const Output& output_;
  ValidationScreens screens_;
  Inputs inputs_;
  std::vector<OwnMap> maps_;
  std::optional<data::Dataset> dataset_;
  ValidationSoundings soundings_;
  ValidationCounts counts_;
  std::vector<MapOnFootprints> rows_;
  report::ValidateReport report_;
};

std::vector<fs::path> all_inputs(const ValidateOptions& o, const Inputs& inputs,
                                 const std::vector<data::AuxiliaryBand>& compared) {
  std::vector<fs::path> all = o.inputs;
  all.insert(all.end(), inputs.soundings.begin(), inputs.soundings.end());
  for (const fs::path& file : files_of_compared(compared)) all.push_back(file);
  all.push_back(o.dataset), all.push_back(o.run);
  return all;
}

}  // namespace

report::ValidateReport validate(const ValidateOptions& options, const Output& output) {
  require_modes(options.screens.modes);
  ComputeOptions compute;
  compute.threads = options.threads;
  start_computing(resolve(compute));
  const fs::path metrics = options.out_directory / "metrics.json", table = options.out_directory / "metrics.csv",
                 page = options.out_directory / "report.html";
  const std::vector<data::AuxiliaryBand> compared = compared_maps(options.compare);
  if (fs::is_regular_file(options.out_directory))
    throw UsageError("OUT_DIR is missing: " + options.out_directory.string() + ", which stands last, is a file");
  Validation validation(options, output);
  const std::vector<fs::path> inputs = all_inputs(options, validation.inputs(), compared);
  refuse_input_as_output(options.out_directory, inputs);
  refuse_outputs({metrics, table, page}, inputs, options.overwrite);
  const OutputLock lock = OutputLock::of_folder(options.out_directory);
  const report::ValidateReport report = validation.run(compared);
  print_validation(report, output);
  write_text_atomically(metrics, validation_json(report));
  write_text_atomically(table, validation_csv(report));
  write_text_atomically(page, report::validate_page(report));
  output.line("wrote " + page.string() + "; open it in a browser");
  return report;
}

}  // namespace unetsr::pipeline
