#include "pipeline/prepare/prepare_messages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "data/dataset/calendar.hpp"
#include "data/geography/grid_extent.hpp"
#include "data/geography/projection.hpp"
#include "data/geography/sinusoidal.hpp"
#include "pipeline/console/free_name.hpp"
#include "pipeline/console/grid_text.hpp"
#include "pipeline/console/layer_table.hpp"
#include "pipeline/console/shell_text.hpp"
#include "pipeline/console/text_table.hpp"

namespace unetsr::pipeline {

void print_counts(const SoundingCounts& c, const Output& output) {
  TextTable table({"soundings", "number", "share"});
  const auto add = [&](const std::string& what, int64_t count) {
    table.add({what, fmt::to_string(count),
               c.screens.read ? fmt::format("{:.1f} %", 100 * double(count) / double(c.screens.read)) : "-"});
  };
  add("read", c.screens.read);
  for (const auto& [screen, count] : c.screens.lines()) add("removed: " + screen, count);
  int64_t other_days = 0;
  for (const auto& [day, count] : c.other_days) other_days += count;
  add("removed: on days of no window", other_days);
  if (c.not_asked_for) add("removed: before --start or after --end", c.not_asked_for);
  if (c.duplicates) add("removed: in another file too", c.duplicates);
  add("removed: outside the grid", c.placement.outside);
  if (c.placement.over_pole) add("removed: footprint around a pole", c.placement.over_pole);
  if (c.placement.off_map) add("removed: no place on the map", c.placement.off_map);
  add("used", c.placement.placed);
  if (c.shared) add("of these in several windows", c.shared);
  output.line("\n" + table.text(output.width()));
  if (!c.other_days.empty()) output.line("soundings on days of no window: " + days_in_words(c.other_days));
}

std::string days_in_words(const std::map<int, int64_t>& days) {
  constexpr size_t most = 12;
  std::string text;
  size_t named = 0;
  int64_t rest = 0;
  for (const auto& [day, count] : days) {
    if (named++ < most)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", data::to_string(data::date_of(day)), count);
    else
      rest += count;
  }
  if (named > most)
    text += fmt::format(", {} days more up to {} {}", named - most,
                        data::to_string(data::date_of(days.rbegin()->first)), rest);
  return text;
}

void print_noise(const data::BandDenoising& denoising, const Output& output) {
  if (denoising.noise().empty()) {
    output.line("bands are not denoised: this takes red and near infrared, and 600 pixels in a window");
    return;
  }
  TextTable table({"denoised band", "estimated noise of a pixel (1 sigma), % of its value"});
  for (size_t b = 0; b < denoising.noise().size(); ++b)
    table.add({denoising.source().names[b] + data::denoised_suffix, fmt::format("{:.1f}", 100 * denoising.noise()[b])});
  output.line("\n" + table.text(output.width()));
}

void print_contents(const BlockPreparation& blocks, const Output& output) {
  const data::Dataset& d = blocks.description();
  output.line("fine grid:   " + grid_text(d.grid));
  output.line("coarse grid: " + grid_text(d.coarse_grid()));
  const data::Mask coarse_region = d.coarse_region();
  int64_t cells = d.grid.cells(), coarse_cells = d.coarse_grid().cells();
  if (!d.region.empty()) {
    cells = std::count(d.region.begin(), d.region.end(), 1);
    coarse_cells = std::count(coarse_region.begin(), coarse_region.end(), 1);
    output.line(fmt::format("region:      {} of the fine cells; the others are missing", cells));
  }
  std::vector<LayerRow> rows;
  for (size_t i = 0; i < d.coarse_layers.size(); ++i)
    if (const data::Layer& layer = d.coarse_layers[i]; is_shown(layer))
      rows.push_back(blocks.coarse()[i].row(layer.name + coarse_suffix, layer.units, coarse_cells));
  for (size_t i = 0; i < d.layers.size(); ++i)
    if (const data::Layer& layer = d.layers[i]; is_shown(layer))
      rows.push_back(blocks.fine()[i].row(layer.name, layer.units, cells));
  output.line("\n" + layer_table(rows, output.width()));
}

void warn_of_empty_windows(const BlockPreparation& blocks, const Output& output) {
  const data::Dataset& d = blocks.description();
  for (size_t i = 0; i < d.coarse_layers.size(); ++i) {
    if (d.coarse_layers[i].name != data::coarse_layer) continue;
    for (size_t w = 0; w < d.windows.size(); ++w)
      if (blocks.coarse()[i].present(int(w)) == 0)
        output.warning(
            fmt::format("window {}: no coarse cell has SIF; all soundings were removed, or none given", d.windows[w]));
  }
}

void suggest_map_crs(const data::Dataset& dataset, bool chosen, const Output& output) {
  if (!data::same_crs(dataset.grid.crs, data::modis_sinusoidal_crs)) return;
  const data::BoundingBox box = data::extent_in_degrees(dataset.grid, dataset.region);
  std::string options = fmt::format("--crs {} --resolution 1000", shell_text(data::map_crs_for(box)));
  if (!chosen) options += fmt::format(" --bbox={:.2f},{:.2f},{:.2f},{:.2f}", box.west, box.south, box.east, box.north);
  output.line(
      "the grid is MODIS's sinusoidal projection, which is sheared far from Greenwich;\nfor maps that are not, "
      "prepare with " +
      options);
}

std::string train_command_for(const std::filesystem::path& dataset) {
  return "unetsr train " + shell_text(dataset.string()) + " " +
         shell_text(free_name(std::filesystem::path("runs") / dataset.stem()).string());
}

}  // namespace unetsr::pipeline
