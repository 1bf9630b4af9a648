#include "pipeline/plot/map_figure.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "kernels/error.hpp"
#include "pipeline/plot/graticule.hpp"
#include "pipeline/plot/map_panel.hpp"

namespace unetsr::pipeline::picture {
namespace {

constexpr Colour grey = {95, 95, 95};
// Lengths in ems.
constexpr double margin = 0.8, gap = 0.9, title_height = 1.5, subtitle_height = 1.15, longest_bar = 30, bar_gap = 0.9,
                 footer_height = 1.9;

Palette palette_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::deviation:
      return Palette::browns;
    case Quantity::vegetation:
      return Palette::greens;
    case Quantity::count:
      return Palette::blues;
    default:
      return Palette::viridis;
  }
}

const std::vector<ColourClass> roles = {{"training", {158, 202, 225}},
                                        {"validation", {253, 174, 107}},
                                        {"test", {203, 24, 29}},
                                        {"buffer", {220, 220, 220}}};

std::string bar_label(const MapLayer& layer) {
  return escaped(layer.name) + (layer.units.empty() ? "" : " (" + units_markup(layer.units) + ")");
}

}  // namespace

std::vector<std::vector<MapLayer>> in_rows(std::vector<MapLayer> layers) {
  const size_t columns = layers.size() <= 4 ? layers.size() : layers.size() <= 6 || layers.size() == 9 ? 3 : 4;
  std::vector<std::vector<MapLayer>> rows;
  for (size_t i = 0; i < layers.size(); ++i) {
    if (i % columns == 0) rows.emplace_back();
    rows.back().push_back(std::move(layers[i]));
  }
  return rows;
}

MapFigure::MapFigure(std::vector<std::vector<MapLayer>> rows, const MapFigureOptions& options) : options_(options) {
  std::vector<data::Grid> grids;
  for (size_t i = 0; i < rows.size(); ++i) {
    columns_ = std::max(columns_, int(rows[i].size()));
    for (size_t j = 0; j < rows[i].size(); ++j) {
      grids.push_back(rows[i][j].grid);
      panels_.push_back({std::move(rows[i][j]), int(i), int(j), 0, {}, {}});
    }
  }
  view_.emplace(grids, options_.bbox, options_.crs);
  place_panels(int(rows.size()));
  for (Panel& panel : panels_) {
    panel.shown = on_pixels(panel.layer, view_->pixels(int(std::lround(panel.box.width * options_.resolution))));
    for (size_t i = 0; i < panel.shown.values.size(); ++i)
      missing_ = missing_ || (panel.shown.inside[i] && std::isnan(panel.shown.values[i]));
  }
  require_values();
  choose_scales();
  place_bars();
}

void MapFigure::require_values() const {
  for (const Panel& p : panels_)
    if (std::any_of(p.shown.values.begin(), p.shown.values.end(), [](float v) { return std::isfinite(v); })) return;
  throw UsageError(options_.bbox ? "--bbox: nothing in this area has a value" : "no cell of the inputs has a value");
}

void MapFigure::place_panels(int rows) {
  const double em = options_.em, left = 0.4 * em + Graticule::latitude_width(em);
  const double width = std::floor((options_.width - left - margin * em - (columns_ - 1) * gap * em) / columns_);
  if (width < 3 * em)
    throw UsageError(fmt::format("--width {}: is too narrow for {} maps side by side", options_.width, columns_));
  const double height = std::max(1.0, std::round(width * view_->aspect()));
  const bool subtitles =
      std::any_of(panels_.begin(), panels_.end(), [](const Panel& p) { return !p.layer.subtitle.empty(); });
  const double above = (title_height + (subtitles ? subtitle_height : 0)) * em;
  const double pitch = above + height + gap * em;
  for (Panel& p : panels_)
    p.box = {std::round(left + p.column * (width + gap * em)), std::round(margin * em + above + p.row * pitch), width,
             height};
  bars_top_ = margin * em + rows * pitch - gap * em + Graticule::longitude_height(em) + bar_gap * em;
}

void MapFigure::choose_scales() {
  for (size_t i = 0; i < panels_.size(); ++i) {
    const auto first = std::find_if(panels_.begin(), panels_.begin() + std::ptrdiff_t(i),
                                    [&](const Panel& p) { return share_a_scale(p.layer, panels_[i].layer); });
    if (first != panels_.begin() + std::ptrdiff_t(i)) {
      panels_[i].scale = first->scale;
      continue;
    }
    panels_[i].scale = bars_.size();
    std::vector<std::span<const float>> shown;
    for (const Panel& p : panels_)
      if (share_a_scale(p.layer, panels_[i].layer)) shown.push_back(p.shown.values);
    const report::Range all = report::quantile_range(shown, 0, 1);
    report::Range range = report::quantile_range(shown, 0.01, 0.99);
    if (panels_[i].layer.quantity == Quantity::count) range.low = 0;
    if (i == 0 && options_.range) range = *options_.range;
    Bar bar;
    bar.bar = {{palette_of(panels_[i].layer.quantity), range.low, range.high},
               bar_label(panels_[i].layer),
               all.low<range.low, all.high> range.high};
    if (panels_[i].layer.quantity == Quantity::role) bar.bar.scale.classes = roles;
    bars_.push_back(bar);
  }
}

// Below the columns that it belongs to; side by side where bars would meet.
void MapFigure::place_bars() {
  const double em = options_.em, left = panels_.front().box.x;
  double right = left;
  for (const Panel& p : panels_) right = std::max(right, p.box.right());
  std::vector<std::pair<double, double>> spans(bars_.size(), {right, left});
  for (const Panel& p : panels_) {
    auto& [from, to] = spans[p.scale];
    from = std::min(from, p.box.x), to = std::max(to, p.box.right());
  }
  bool meet = false;
  for (size_t i = 1; i < spans.size(); ++i) meet = meet || spans[i].first < spans[i - 1].second;
  for (size_t i = 0; i < bars_.size(); ++i) {
    if (meet) {
      const double share = (right - left) / double(bars_.size());
      spans[i] = {left + double(i) * share, left + double(i + 1) * share - (i + 1 < bars_.size() ? gap * em : 0)};
    }
    const auto [from, to] = spans[i];
    bars_[i].width = std::min(to - from, longest_bar * em);
    bars_[i].x = (from + to - bars_[i].width) / 2;
  }
  footer_top_ = bars_top_ + colour_bar_height(em);
  height_ = footer_top_ + footer_height * em;
}

bool MapFigure::lowest(const Panel& panel) const {
  return std::none_of(panels_.begin(), panels_.end(),
                      [&](const Panel& p) { return p.column == panel.column && p.row > panel.row; });
}

void MapFigure::draw_title(const Canvas& canvas, const Panel& panel) const {
  const double em = options_.em;
  const auto line = [&](double y, const std::string& text, TextStyle style) {
    style.down = 1;
    canvas.fitted_text({panel.box.x, y}, escaped(text), style, panel.box.width);
  };
  const double bottom = panel.box.y - 0.25 * em;
  const bool subtitle = !panel.layer.subtitle.empty();
  if (subtitle) line(bottom, panel.layer.subtitle, {.size = 0.9 * em, .colour = grey});
  line(bottom - (subtitle ? subtitle_height * em : 0), panel.layer.title, {.size = 1.1 * em, .bold = true});
}

void MapFigure::draw_footer(const Canvas& canvas) const {
  const double em = options_.em, left = panels_.front().box.x, middle = footer_top_ + 0.9 * em;
  if (missing_) {
    const Box swatch{left, std::round(middle - 0.45 * em), std::round(1.6 * em), std::round(0.9 * em)};
    draw_missing_swatch(canvas, swatch, em);
    canvas.text({swatch.right() + 0.4 * em, middle}, "missing", {.size = 0.85 * em, .down = 0.5});
  }
  const double right = options_.width - margin * em, taken = missing_ ? left + 6.5 * em : left;
  canvas.fitted_text({right, middle}, escaped(view_->projection_name()),
                     {.size = 0.75 * em, .colour = grey, .across = 1, .down = 0.5}, right - taken);
}

void MapFigure::draw(const Canvas& canvas) const {
  const double em = options_.em;
  for (const Panel& p : panels_) {
    draw_title(canvas, p);
    draw_panel(canvas, p.box, *view_, p.shown, bars_[p.scale].bar.scale,
               {.em = em,
                .latitudes = p.column == 0,
                .longitudes = lowest(p),
                .scale_bar = p.row == 0 && p.column == 0,
                .resolution = options_.resolution});
  }
  for (const Bar& bar : bars_)
    if (bar.bar.scale.classes.empty())
      draw_colour_bar(canvas, {bar.x, bars_top_}, bar.width, em, bar.bar);
    else
      draw_classes(canvas, {bar.x, bars_top_}, bar.width, em, bar.bar.scale);
  draw_footer(canvas);
}

std::string MapFigure::description() const {
  std::vector<std::string> maps, colours;
  for (const Panel& p : panels_)
    maps.push_back(p.layer.title + (p.layer.subtitle.empty() ? "" : " (" + p.layer.subtitle + ")"));
  for (size_t i = 0; i < bars_.size(); ++i) {
    const auto panel = std::find_if(panels_.begin(), panels_.end(), [&](const Panel& p) { return p.scale == i; });
    const Scale& scale = bars_[i].bar.scale;
    if (scale.classes.empty())
      colours.push_back(fmt::format("{} from {:.3g} to {:.3g}{}", panel->layer.name, scale.low, scale.high,
                                    panel->layer.units.empty() ? "" : " " + panel->layer.units));
  }
  return fmt::format("{}: {}{}", maps.size() == 1 ? "Map" : "Maps", fmt::join(maps, ", "),
                     colours.empty() ? "" : fmt::format("; colours: {}", fmt::join(colours, ", ")));
}

}  // namespace unetsr::pipeline::picture
