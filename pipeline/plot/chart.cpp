#include "pipeline/plot/chart.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/report/numbers.hpp"

namespace unetsr::pipeline::picture {
namespace {

constexpr Colour axis = {60, 60, 60}, grid = {225, 225, 225};

struct Axis {
  double low = 0, high = 1;
  std::vector<double> ticks;
  std::vector<std::string> labels;

  double share(double value) const { return (value - low) / (high - low); }
};

void keep_whole(Axis& axis) {
  std::erase_if(axis.ticks, [](double tick) { return std::abs(tick - std::round(tick)) > 1e-6; });
  axis.labels = report::tick_labels(axis.ticks);
}

Axis axis_for(double low, double high, int count, bool widen) {
  if (!(high > low)) high = low + std::max(1e-6, std::abs(low) / 10);
  Axis a{low, high, report::round_ticks(low, high, count), {}};
  if (widen && a.ticks.size() > 1) {
    const double step = a.ticks[1] - a.ticks[0];
    a.low = std::floor(low / step + 1e-6) * step, a.high = std::ceil(high / step - 1e-6) * step;
    a.ticks = report::round_ticks(a.low, a.high, count);
  }
  a.labels = report::tick_labels(a.ticks);
  return a;
}

Box inner(const Box& box, double em) {
  const double left = 4.6 * em, top = 1.9 * em, bottom = 3.1 * em, right = 0.8 * em;
  return {box.x + left, box.y + top, box.width - left - right, box.height - top - bottom};
}

}  // namespace

void draw_chart(const Canvas& canvas, const Box& box, double em, const Chart& chart) {
  double west = INFINITY, east = -INFINITY, low = chart.y_from_zero ? 0 : INFINITY, high = -INFINITY;
  for (const ChartLine& line : chart.lines)
    for (const Point& p : line.points) {
      west = std::min(west, p.x), east = std::max(east, p.x);
      low = std::min(low, p.y), high = std::max(high, p.y);
    }
  const Box area = inner(box, em);
  Axis x = axis_for(west, east, 6, false);
  if (chart.whole_x) keep_whole(x);
  const Axis y = axis_for(low, high, std::clamp(int(area.height / (1.7 * em)), 3, 6), true);
  const auto at = [&](Point p) {
    return Point{area.x + x.share(p.x) * area.width, area.bottom() - y.share(p.y) * area.height};
  };
  const double thin = std::max(1.0, em / 18);
  for (size_t i = 0; i < y.ticks.size(); ++i) {
    const double level = at({x.low, y.ticks[i]}).y;
    canvas.line(std::array<Point, 2>{{{area.x, level}, {area.right(), level}}}, {thin, grid});
    canvas.text({area.x - 0.4 * em, level}, y.labels[i], {.size = 0.85 * em, .across = 1, .down = 0.5});
  }
  for (size_t i = 0; i < x.ticks.size(); ++i) {
    const double place = at({x.ticks[i], y.low}).x;
    canvas.line(std::array<Point, 2>{{{place, area.bottom()}, {place, area.bottom() + 0.3 * em}}}, {thin, axis});
    canvas.text({place, area.bottom() + 0.4 * em}, x.labels[i], {.size = 0.85 * em, .across = 0.5});
  }
  canvas.line(std::array<Point, 2>{{{area.x, area.bottom()}, {area.right(), area.bottom()}}}, {thin, axis});
  for (const ChartLine& line : chart.lines) {
    std::vector<Point> points;
    for (const Point& p : line.points) points.push_back(at(p));
    canvas.line(points, {0.12 * em, line.colour});
    if (!line.name.empty())
      canvas.text({points.back().x, points.back().y - 0.15 * em}, escaped(line.name),
                  {.size = 0.85 * em, .colour = line.colour, .across = 1, .down = 1, .outlined = true});
  }
  canvas.text({box.x, box.y}, escaped(chart.title), {.size = em, .bold = true});
  canvas.text({area.x + area.width / 2, area.bottom() + 1.6 * em}, chart.x_label, {.size = 0.9 * em, .across = 0.5});
  canvas.text({box.x, area.y + area.height / 2}, chart.y_label, {.size = 0.9 * em, .across = 0.5, .upright = false});
}

}  // namespace unetsr::pipeline::picture
