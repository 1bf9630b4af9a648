#include "pipeline/prepare/prepare_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "data/footprints/footprint.hpp"
#include "data/formats/sounding_name.hpp"
#include "kernels/error.hpp"
#include "pipeline/console/grid_text.hpp"
#include "pipeline/console/interrupt.hpp"
#include "pipeline/console/progress.hpp"
#include "pipeline/console/size_text.hpp"
#include "pipeline/console/text_table.hpp"
#include "pipeline/inputs/isolated_readers.hpp"

namespace unetsr::pipeline {
namespace {

namespace fs = std::filesystem;

struct Soundings {
  std::map<int, int64_t> days;   // days since 1970-01-01, and how many soundings their files hold
  int64_t all = 0, on_days = 0;  // on_days: of windows
};

Soundings count(const GranuleInputs& inputs, const std::vector<data::Window>& windows, const Output& output) {
  const std::vector<fs::path>& files = inputs.soundings;
  Soundings found;
  Stage stage(output, "count soundings");
  double done = 0;
  for (const fs::path& file : files) {
    stop_if_interrupted();
    stage.reached(done++ / double(files.size()));
    const data::SoundingName name = data::sounding_name(file);
    const int64_t all = isolated::count_soundings(file, inputs.source);
    found.all += all;
    const bool one_day = name.dated() && name.kind != data::SoundingName::Kind::part;
    for (const auto& [day, soundings] :
         one_day ? std::map<int, int64_t>{{name.day, all}} : isolated::sounding_days(file, inputs.source)) {
      found.days[day] += soundings;
      if (!data::windows_of(windows, day).empty()) found.on_days += soundings;
    }
  }
  return found;
}

// "2019-05-27 to 2019-05-29, 2019-06-02"
std::string ranges(const std::vector<int>& days) {
  std::string text;
  for (size_t i = 0; i < days.size();) {
    size_t end = i + 1;
    while (end < days.size() && days[end] == days[end - 1] + 1) ++end;
    text += (text.empty() ? "" : ", ") + data::to_string(data::date_of(days[i]));
    if (end - i > 1) text += " to " + data::to_string(data::date_of(days[end - 1]));
    i = end;
  }
  return text.empty() ? "none" : text;
}

void print_windows(const data::GranuleSet& set, const std::map<int, int64_t>& days, const Output& output) {
  std::set<std::string> tiles;
  for (const auto& files : set.files)
    for (const fs::path& file : files) tiles.insert(data::granule_name(file).tile);
  TextTable table({"window", "to", "granules", "tiles missing", "days with soundings", "without"});
  std::string gaps;
  std::map<int, int64_t> other_days = days;
  for (size_t w = 0; w < set.windows.size(); ++w) {
    std::set<std::string> lacking = tiles;
    for (const fs::path& file : set.files[w]) lacking.erase(data::granule_name(file).tile);
    const int first = data::day_number(set.windows[w].first);
    std::vector<int> without;
    int own = 0;
    for (int day = first; day < first + set.windows[w].days; ++day) {
      other_days.erase(day);
      days.contains(day) ? void(++own) : without.push_back(day);
    }
    const std::string window = data::to_string(set.windows[w].first);
    table.add({window, data::to_string(data::date_of(first + set.windows[w].days - 1)),
               fmt::to_string(set.files[w].size()), fmt::to_string(lacking.size()), fmt::to_string(own),
               fmt::to_string(without.size())});
    if (!lacking.empty()) gaps += fmt::format("window {}: no granule of {}\n", window, fmt::join(lacking, ", "));
    if (!without.empty()) gaps += fmt::format("window {}: no soundings on {}\n", window, ranges(without));
  }
  output.line("\n" + table.text(output.width()) + gaps);
  std::vector<int> unused;
  for (const auto& [day, soundings] : other_days) unused.push_back(day);
  if (!unused.empty()) output.line("soundings on days of no window: " + ranges(unused));
}

// Of the soundings of one file, those whose centre lies on the grid.
double share_on_map(const fs::path& file, const data::SoundingSource& source, const data::Grid& grid) {
  const data::FootprintPlacer placer(grid);
  const data::Soundings places = isolated::sounding_places(file, source);
  int64_t inside = 0;
  for (size_t i = 0; i < places.longitude.size(); ++i) {
    double x = 0, y = 0;
    inside += placer.centre(places, i, x, y) && x >= 0 && y >= 0 && x <= grid.columns && y <= grid.rows;
  }
  return places.longitude.empty() ? 0 : double(inside) / double(places.longitude.size());
}

// Measured on a simulated scene of two windows with 32 days and 305,128 soundings, on 1200 x 2400 cells (14.0 s of
// processor time, 800 MB) and on 480 x 908 of them (5.8 s, 197 MB; 43 MB written).
struct Cost {
  static constexpr double granule = 0.6, cell = 1.3e-6;      // seconds: of 1200 x 1200 pixels; of a window's cell
  static constexpr double sounding = 1.5e-6, on_map = 1e-5;  // seconds
  static constexpr double sounding_disk = 110;               // bytes
  static constexpr double layer_share = 0.45;                // of a layer's bytes, deflated
};

void print_estimates(const GranuleInputs& inputs, const data::Dataset& dataset, const Soundings& soundings,
                     const LayerCounts& counts, const PrepareMemory& memory, const Output& output) {
  const double cells = double(dataset.grid.cells()) * double(dataset.windows.size());
  const double coarse = cells / dataset.coarse_factor / dataset.coarse_factor;
  const fs::path& sample = inputs.soundings[inputs.soundings.size() / 2];
  const double share = share_on_map(sample, inputs.source, dataset.grid), on_map = share * double(soundings.on_days);
  const double layers = double(counts.indices + 4 + 3 + counts.auxiliary);  // four denoised, three of SIF
  const double disk = Cost::layer_share * 4 * (cells * layers + coarse * 9) + Cost::sounding_disk * on_map;
  const double seconds = Cost::granule * double(inputs.indices.size()) + Cost::cell * cells +
                         Cost::sounding * double(soundings.all) + Cost::on_map * on_map;
  const data::Grid grid = data::coarsened(dataset.grid, dataset.coarse_factor);
  output.line("fine grid:   " + grid_text(dataset.grid));
  output.line("coarse grid: " + grid_text(grid));
  output.line("region:      " + extent_text(dataset.grid, dataset.region));
  output.line(fmt::format("soundings:   {} in {} files, {} of them on days of windows", soundings.all,
                          inputs.soundings.size(), soundings.on_days));
  output.line(fmt::format("on the grid: about {:.0f} of these ({:.3g} % of those in {} are)", on_map, 100 * share,
                          sample.filename().string()));
  output.line(
      fmt::format("memory:      about {} of {}", size_text(memory.needed + memory.sorting), size_text(memory.bound)));
  output.line(fmt::format("disk:        about {}, and while it is made {} of scratch files", size_text(disk),
                          size_text(layer_scratch(dataset, counts) + sounding_scratch * on_map)));
  output.line(fmt::format("time:        about {} on one processor, from the times of a simulated scene",
                          format_duration(seconds)));
  output.detail(
      fmt::format("             {:.3g} s a granule, {:.3g} us a cell and window, {:.3g} us a sounding, {:.3g} "
                  "us more for one on the grid",
                  Cost::granule, 1e6 * Cost::cell, 1e6 * Cost::sounding, 1e6 * Cost::on_map));
}

}  // namespace

void print_plan(const GranuleInputs& inputs, const data::GranuleSet& set, const data::Dataset& dataset,
                const LayerCounts& counts, const PrepareMemory& memory, const Output& output) {
  output.line(fmt::format("{} granules of {} version {}", inputs.indices.size(), set.product, set.version));
  const Soundings soundings = count(inputs, set.windows, output);
  print_windows(set, soundings.days, output);
  if (soundings.on_days == 0) throw Error("no file of soundings has a day of a window; see the table above");
  print_estimates(inputs, dataset, soundings, counts, memory, output);
  output.line("--dry-run: nothing was written");
}

}  // namespace unetsr::pipeline
