#include "pipeline/report/chart_element.hpp"

#include <fmt/format.h>

#include <cmath>

namespace unetsr::pipeline::report {

using Json = nlohmann::ordered_json;

Json chart_number(double value) {
  if (!std::isfinite(value)) return nullptr;
  return std::stod(fmt::format("{:.5g}", value));
}

Json chart_axis(const Axis& axis) {
  Json json = {{"label", axis.label}};
  if (axis.logarithmic) json["logarithmic"] = true;
  if (axis.reversed) json["reversed"] = true;
  if (axis.range) json["range"] = {chart_number(axis.range->low), chart_number(axis.range->high)};
  if (!axis.categories.empty()) json["categories"] = axis.categories;
  return json;
}

Html chart_element(ChartElement chart) {
  chart.description["title"] = chart.title;
  Html heading = escape(chart.title);
  if (!chart.subtitle.empty()) heading += element("small", {}, escape(" " + chart.subtitle));
  Html content = element("div", {{"class", "panel-title"}}, heading);
  content += element("div", {{"class", "chart-box"}, {"hidden", ""}},
                     element("canvas", {{"role", "img"}, {"aria-label", chart.title}}, Html{}));
  content += chart.picture + json_script(chart.description.dump());
  if (!chart.numbers.rows.empty())
    content += element("details", {{"class", "chart-numbers"}, {"open", ""}},
                       element("summary", {}, escape("Numbers: " + chart.title)) + table(chart.numbers));
  return element("div", {{"class", "chart " + chart.style_class}}, content);
}

Html chart_group(const Html& charts) {
  return element("div", {{"class", "chart-group"}}, element("div", {{"class", "panels"}}, charts));
}

std::string palette_colour(size_t index) {
  static const char* const colours[] = {"blue", "vermillion", "green", "purple", "orange", "sky", "olive", "brown"};
  return colours[index % std::size(colours)];
}

std::string series_colour(const std::string& model) {
  static const std::vector<std::pair<std::string, std::string>> own = {
      {"unet", "blue"},       {"paper-cnn", "vermillion"}, {"sifnet", "green"},    {"sifnet-small", "purple"},
      {"coarse", "grey"},     {"linear", "grey"},          {"linear-5x5", "grey"}, {"linear-7x7", "grey"},
      {"unet-table1", "sky"}, {"unet-text", "orange"},     {"target", "ink"}};
  for (const auto& [name, colour] : own)
    if (name == model) return colour;
  return "sky";
}

}  // namespace unetsr::pipeline::report
