#include "pipeline/prepare/prepare_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/dataset/calendar.hpp"
#include "pipeline/console/text_table.hpp"

namespace unetsr::pipeline {

void print_counts(const SoundingCounts& c, const Output& output) {
  TextTable table({"soundings", ""});
  table.add({"read", fmt::to_string(c.screens.read)});
  for (const auto& [screen, count] : c.screens.lines()) table.add({"removed: " + screen, fmt::to_string(count)});
  int64_t other_days = 0;
  for (const auto& [day, count] : c.other_days) other_days += count;
  table.add({"on days of no window", fmt::to_string(other_days)});
  if (c.duplicates) table.add({"duplicates of others", fmt::to_string(c.duplicates)});
  table.add({"outside the region", fmt::to_string(c.placement.outside)});
  if (c.placement.over_pole) table.add({"over a pole (refused)", fmt::to_string(c.placement.over_pole)});
  if (c.placement.off_map) table.add({"without a place on the map", fmt::to_string(c.placement.off_map)});
  table.add({"used", fmt::to_string(c.placement.placed)});
  output.line("\n" + table.text());
  if (!c.other_days.empty()) output.line("on days of no window: " + days_in_words(c.other_days));
}

std::string days_in_words(const std::map<int, int64_t>& days) {
  constexpr size_t most = 12;
  std::string text;
  size_t told = 0;
  int64_t rest = 0;
  for (const auto& [day, count] : days) {
    if (told++ < most)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", data::to_string(data::date_of(day)), count);
    else
      rest += count;
  }
  if (told > most)
    text += fmt::format(", {} days more up to {} {}", told - most, data::to_string(data::date_of(days.rbegin()->first)),
                        rest);
  return text;
}

void print_contents(const data::Dataset& dataset, const Output& output) {
  const data::Dataset coarse = dataset.coarse();
  output.line(fmt::format("fine grid {} x {} cells of {:.6g} x {:.6g}, coarse grid {} x {} ({})", dataset.grid.rows,
                          dataset.grid.columns, std::abs(dataset.grid.y_step), dataset.grid.x_step, coarse.grid.rows,
                          coarse.grid.columns, dataset.grid.crs.substr(0, 60)));
  std::vector<std::string> header = {"share of cells with a value"};
  for (const std::string& window : dataset.windows) header.push_back(window);
  for (const char* column : {"least", "greatest", "unit"}) header.push_back(column);
  TextTable table(header);
  const auto add = [&](const data::Layer& layer, const std::string& name) {
    std::vector<std::string> row = {name};
    const size_t cells = layer.values.size() / dataset.windows.size();
    for (size_t w = 0; w < dataset.windows.size(); ++w) {
      const auto first = layer.values.begin() + std::ptrdiff_t(w * cells);
      const auto present = std::count_if(first, first + std::ptrdiff_t(cells), [](float v) { return !std::isnan(v); });
      row.push_back(fmt::format("{:.1f} %", 100.0 * double(present) / double(cells)));
    }
    float least = std::numeric_limits<float>::infinity(), greatest = -least;
    for (const float v : layer.values)
      if (!std::isnan(v)) least = std::min(least, v), greatest = std::max(greatest, v);
    const bool any = least <= greatest;
    row.push_back(any ? fmt::format("{:.4g}", least) : "");
    row.push_back(any ? fmt::format("{:.4g}", greatest) : "");
    row.push_back(layer.units);
    table.add(row);
  };
  add(coarse.layer(data::coarse_layer), "sif (coarse)");
  for (const data::Layer& layer : dataset.layers)
    if (!layer.name.ends_with("_count") && !layer.name.ends_with("_error")) add(layer, layer.name);
  output.line("\n" + table.text());
}

void warn_of_empty_windows(const data::Dataset& dataset, const Output& output) {
  const data::Dataset coarse = dataset.coarse();
  const std::vector<float>& sif = coarse.layer(data::coarse_layer).values;
  const size_t cells = sif.size() / dataset.windows.size();
  for (size_t w = 0; w < dataset.windows.size(); ++w) {
    const auto first = sif.begin() + std::ptrdiff_t(w * cells);
    if (std::all_of(first, first + std::ptrdiff_t(cells), [](float v) { return std::isnan(v); }))
      output.warning(fmt::format("{}: no coarse cell has SIF: all of its soundings were removed, or none given",
                                 dataset.windows[w]));
  }
}

}  // namespace unetsr::pipeline
