#include "pipeline/plot/graticule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace unetsr::pipeline::picture {
namespace {

constexpr int points_a_line = 181;

// Degrees between lines that cross an edge, of which a line's number takes a part.
double step_for(double range, double edge, double number) {
  const double most = std::clamp(edge / number, 2.0, 6.0);
  constexpr std::array steps = {0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0};
  for (const double step : steps)
    if (range / step <= most) return step;
  return 60;
}

std::vector<double> multiples(double step, double low, double high) {
  std::vector<double> values;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) values.push_back(k * step + 0.0);
  return values;
}

std::vector<double> evenly(double low, double high) {
  std::vector<double> values;
  for (int i = 0; i < points_a_line; ++i) values.push_back(std::lerp(low, high, i / (points_a_line - 1.0)));
  return values;
}

// Where a line of points crosses x = `at`: its y. With `horizontal`, where it crosses y = `at`: its x.
std::optional<double> crossing(const std::vector<Point>& line, double at, bool horizontal) {
  for (size_t i = 1; i < line.size(); ++i) {
    const auto [a, b, c, d] = horizontal ? std::array{line[i - 1].y, line[i].y, line[i - 1].x, line[i].x}
                                         : std::array{line[i - 1].x, line[i].x, line[i - 1].y, line[i].y};
    if (a != b && std::min(a, b) <= at && at <= std::max(a, b)) return c + (at - a) / (b - a) * (d - c);
  }
  return std::nullopt;
}

// Where it begins; NaN where it has no place on the map.
double first_height(const std::vector<Point>& line) {
  const auto first = std::find_if(line.begin(), line.end(), [](const Point& p) { return std::isfinite(p.y); });
  return first == line.end() ? NAN : first->y;
}

// Parts of a line between points that have no place on the map.
std::vector<std::vector<Point>> whole_parts(const std::vector<Point>& line) {
  std::vector<std::vector<Point>> parts(1);
  for (const Point& p : line)
    if (std::isfinite(p.x) && std::isfinite(p.y))
      parts.back().push_back(p);
    else if (!parts.back().empty())
      parts.emplace_back();
  return parts;
}

std::string degrees(double value, const char* positive, const char* negative) {
  const double size = std::round(std::abs(value) * 1000) / 1000;
  return fmt::format("{:g}°{}", size, value == 0 || size == 180 ? "" : value > 0 ? positive : negative);
}

}  // namespace

std::string longitude_text(double value) {
  return degrees(std::remainder(value, 360), "\u2009E", "\u2009W");
}

std::string latitude_text(double value) {
  return degrees(value, "\u2009N", "\u2009S");
}

Graticule::Graticule(const MapView& view, const Box& panel, double em) : panel_(panel), em_(em) {
  // Beyond the bounds, since corners of a panel may be.
  const data::BoundingBox& b = view.bounds();
  const double more_x = 0.3 * (b.east - b.west), more_y = 0.3 * (b.north - b.south);
  const double south = std::max(-90.0, b.south - more_y), north = std::min(90.0, b.north + more_y);
  const bool around = b.east - b.west > 330;
  const double west = around ? b.west : b.west - more_x, east = around ? b.east : b.east + more_x;
  const auto add = [&](const std::vector<Point>& line) {
    for (auto& part : whole_parts(line)) lines_.push_back(std::move(part));
  };
  for (const double longitude : multiples(step_for(b.east - b.west, panel.width, 5 * em), west, east)) {
    const auto line = view.places(std::vector<double>(points_a_line, longitude), evenly(south, north), panel);
    if (const auto x = crossing(line, panel.bottom(), true); x && *x >= panel.x && *x <= panel.right())
      longitudes_.push_back({*x, longitude_text(longitude)});
    add(line);
  }
  for (const double latitude : multiples(step_for(b.north - b.south, panel.height, 3.5 * em), south, north)) {
    const auto line = view.places(evenly(west, east), std::vector<double>(points_a_line, latitude), panel);
    // On maps of the whole Earth it begins at the map's edge, inside the panel.
    if (const double y = crossing(line, panel.x, false).value_or(first_height(line));
        y >= panel.y && y <= panel.bottom())
      latitudes_.push_back({y, latitude_text(latitude)});
    add(line);
  }
}

void Graticule::draw_lines(const Canvas& canvas) const {
  for (const auto& line : lines_) canvas.line(line, {std::max(0.7, em_ / 20), {170, 170, 170, 140}});
}

void Graticule::draw_latitudes(const Canvas& canvas) const {
  for (const Label& label : latitudes_)
    canvas.text({panel_.x - 0.35 * em_, label.at}, label.text, {.size = 0.85 * em_, .across = 1, .down = 0.5});
}

void Graticule::draw_longitudes(const Canvas& canvas) const {
  double taken = -1e9;
  for (const Label& label : longitudes_) {
    const TextStyle style{.size = 0.85 * em_, .across = 0.5};
    const double width = canvas.text_size(label.text, style).x;
    const double at = std::clamp(label.at, panel_.x + width / 4, panel_.right() - width / 4);
    if (at - width / 2 < taken) continue;
    canvas.text({at, panel_.bottom() + 0.25 * em_}, label.text, style);
    taken = at + width / 2 + em_ / 2;
  }
}

}  // namespace unetsr::pipeline::picture
