#include "pipeline/plot/colour_bar.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/report/numbers.hpp"

namespace unetsr::pipeline::picture {
namespace {

constexpr Colour edge = {60, 60, 60};
constexpr int steps = 256;

double thickness(double em) {
  return 0.9 * em;
}

// The outline, with a triangle at each pointed end.
std::vector<Point> outline(const Box& box, double tip, const ColourBar& bar) {
  const double middle = box.y + box.height / 2;
  std::vector<Point> points = {{box.x, box.y}, {box.right(), box.y}};
  if (bar.more_above) points.push_back({box.right() + tip, middle});
  points.push_back({box.right(), box.bottom()});
  points.push_back({box.x, box.bottom()});
  if (bar.more_below) points.push_back({box.x - tip, middle});
  points.push_back(points.front());
  return points;
}

}  // namespace

double colour_bar_height(double em) {
  return thickness(em) + 3.2 * em;
}

void draw_colour_bar(const Canvas& canvas, Point at, double width, double em, const ColourBar& bar) {
  const double tip = 0.8 * em;
  const Box box{at.x + tip, at.y, width - 2 * tip, thickness(em)};
  Bitmap colours{steps, 1, {}};
  const auto value = [&](double position) { return std::lerp(bar.scale.low, bar.scale.high, position); };
  for (int i = 0; i < steps; ++i) colours.pixels.push_back(bar.scale.colour(value(i / (steps - 1.0))));
  const std::vector<Point> shape = outline(box, tip, bar);
  const double middle = box.y + box.height / 2;
  if (bar.more_below)
    canvas.fill(std::array<Point, 3>{{{box.x, box.y}, {box.x - tip, middle}, {box.x, box.bottom()}}},
                colours.pixels.front());
  if (bar.more_above)
    canvas.fill(std::array<Point, 3>{{{box.right(), box.y}, {box.right() + tip, middle}, {box.right(), box.bottom()}}},
                colours.pixels.back());
  canvas.bitmap(box, colours);
  canvas.line(shape, {std::max(1.0, em / 18), edge});
  const int wanted = std::clamp(int(box.width / (3.5 * em)), 2, 7);
  const std::vector<double> ticks = report::round_ticks(bar.scale.low, bar.scale.high, wanted);
  const std::vector<std::string> labels = report::tick_labels(ticks);
  for (size_t i = 0; i < ticks.size(); ++i) {
    const double x = box.x + (ticks[i] - bar.scale.low) / (bar.scale.high - bar.scale.low) * box.width;
    canvas.line(std::array<Point, 2>{{{x, box.bottom()}, {x, box.bottom() + 0.3 * em}}},
                {std::max(1.0, em / 18), edge});
    canvas.text({x, box.bottom() + 0.4 * em}, labels[i], {.size = 0.85 * em, .across = 0.5});
  }
  canvas.fitted_text({box.x + box.width / 2, box.bottom() + 1.7 * em}, bar.label, {.size = 0.95 * em, .across = 0.5},
                     width);
}

void draw_classes(const Canvas& canvas, Point at, double width, double em, const Scale& scale) {
  const TextStyle style{.size = 0.9 * em, .down = 0.5};
  const double gap = 0.4 * em, between = 1.1 * em, side = thickness(em);
  double whole = -between;
  for (const ColourClass& c : scale.classes) whole += side + gap + canvas.text_size(escaped(c.name), style).x + between;
  double x = at.x + (width - whole) / 2;
  for (const ColourClass& c : scale.classes) {
    canvas.fill(Box{x, at.y, side, side}, c.colour);
    canvas.frame({x, at.y, side, side}, {1, edge});
    canvas.text({x + side + gap, at.y + side / 2}, escaped(c.name), style);
    x += side + gap + canvas.text_size(escaped(c.name), style).x + between;
  }
}

}  // namespace unetsr::pipeline::picture
