#include "pipeline/plot/scale_bar.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace unetsr::pipeline::picture {
namespace {

constexpr double largest = 6e6;  // m, of a map's width
constexpr double share = 0.3;    // of it, at most

}  // namespace

double round_length(double longest) {
  const double power = std::pow(10, std::floor(std::log10(longest) + 1e-9));
  for (const double factor : {5.0, 2.0})
    if (factor * power <= longest * (1 + 1e-9)) return factor * power;
  return power;
}

void draw_scale_bar(const Canvas& canvas, const Box& panel, const MapView& view, double em) {
  const double metres = view.width_in_metres();
  if (!(metres > 0 && metres < largest)) return;
  const double length = round_length(share * metres), width = length / metres * panel.width;
  const double left = panel.x + 0.9 * em, y = panel.bottom() - 0.9 * em, rise = 0.35 * em;
  const std::array<Point, 4> bar = {{{left, y - rise}, {left, y}, {left + width, y}, {left + width, y - rise}}};
  canvas.line(bar, {0.34 * em, {255, 255, 255, 225}});
  canvas.line(bar, {0.12 * em, {20, 20, 20}});
  const std::string text = length < 1000 ? fmt::format("{:g} m", length) : fmt::format("{:g} km", length / 1000);
  canvas.text({left + width / 2, y - 0.3 * em}, text, {.size = 0.85 * em, .across = 0.5, .down = 1, .outlined = true});
}

}  // namespace unetsr::pipeline::picture
