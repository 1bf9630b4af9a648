#include <fmt/format.h>

#include <cmath>

#include "kernels/error.hpp"
#include "pipeline/report/chart_element.hpp"
#include "pipeline/report/png.hpp"

namespace unetsr::pipeline::report {
namespace {

constexpr int bins = 90;

struct Histogram {
  std::vector<int64_t> counts = std::vector<int64_t>(size_t(bins) * bins, 0);
  int64_t most = 1, pairs = 0;
};

Histogram histogram_of(const DensityPlot& plot) {
  Histogram h;
  const auto bin = [&](float value) {
    return int(std::floor((double(value) - plot.range.low) / (plot.range.high - plot.range.low) * bins));
  };
  for (size_t i = 0; i < plot.x.size(); ++i) {
    if (!std::isfinite(plot.x[i]) || !std::isfinite(plot.y[i])) continue;
    ++h.pairs;
    const int column = bin(plot.x[i]), row = bins - 1 - bin(plot.y[i]);
    if (column < 0 || column >= bins || row < 0 || row >= bins) continue;
    h.most = std::max(h.most, ++h.counts[size_t(row) * bins + size_t(column)]);
  }
  return h;
}

Image picture_of(const Histogram& h) {
  Image image(bins, bins, palette_of(ColourMap::sequential));
  for (size_t i = 0; i < h.counts.size(); ++i)
    if (h.counts[i] > 0)
      // Not from the very start of the map, which a dark page would swallow.
      image.pixels[i] =
          ColourScale().palette_index(0.15 + 0.85 * std::log(double(h.counts[i])) / std::log(double(h.most) + 1));
  return image;
}

}  // namespace

Html density_plot(const DensityPlot& plot) {
  if (plot.x.size() != plot.y.size())
    throw ShapeError(
        fmt::format("{}: {} actual values but {} predicted ones", plot.title, plot.x.size(), plot.y.size()));
  const Histogram histogram = histogram_of(plot);
  const std::string counted = with_thousands(histogram.pairs) + " " + plot.counted;
  const nlohmann::ordered_json description = {{"kind", "density"},
                                              {"counted", counted},
                                              {"x", chart_axis({.label = plot.x_label, .range = plot.range})},
                                              {"y", chart_axis({.label = plot.y_label, .range = plot.range})},
                                              {"diagonal", "perfect agreement"}};
  const std::string text =
      fmt::format("{}: how many of {} have which {} (to the right) and {} (upwards), both from {} to {}", plot.title,
                  counted, plot.x_label, plot.y_label, fixed(plot.range.low, 2), fixed(plot.range.high, 2));
  const Html picture =
      element("img", {{"class", "density-picture"}, {"alt", text}, {"src", png_data_uri(picture_of(histogram))}});
  return chart_element({plot.title, counted, "square", description, picture, {}});
}

}  // namespace unetsr::pipeline::report
