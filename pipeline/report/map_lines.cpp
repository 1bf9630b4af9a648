#include "pipeline/report/map_lines.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "data/geography/coastlines.hpp"
#include "kernels/error.hpp"

namespace unetsr::pipeline::report {
namespace {

constexpr int units = 10;  // a cell

// A path that keeps to whole units and skips what is too small to be seen.
class Path {
 public:
  explicit Path(int smallest_step) : smallest_step_(smallest_step) {}

  void line(std::span<const std::pair<double, double>> points) {
    move(points.front());
    for (size_t i = 1; i < points.size(); ++i) step(points[i], i + 1 == points.size());
  }
  const std::string& text() const { return text_; }

 private:
  static long rounded(double value) { return std::lround(value); }
  void move(const std::pair<double, double>& p) {
    x_ = rounded(p.first), y_ = rounded(p.second);
    text_ += fmt::format("M{} {}", x_, y_);
  }
  void step(const std::pair<double, double>& p, bool last) {
    const long x = rounded(p.first), y = rounded(p.second);
    if ((x == x_ && y == y_) || (!last && std::hypot(x - x_, y - y_) < smallest_step_)) return;
    text_ += fmt::format("l{} {}", x - x_, y - y_);
    x_ = x, y_ = y;
  }

  int smallest_step_;
  std::string text_;
  long x_ = 0, y_ = 0;
};

Html path_element(const std::string& text, const std::string& id) {
  return element("path", {{"id", id}, {"class", "map-line"}, {"d", text}}, Html{});
}

std::string path_of(const std::vector<data::MapLine>& lines, data::LineKind kind, const DrawnFrame& drawn) {
  const MapEdges edges = drawn.picture().edges();
  // A thousand points across a picture are as many as one sees.
  Path path(std::max(units / 2, int(drawn.width() / 1000)));
  std::vector<std::pair<double, double>> points;
  for (const data::MapLine& line : lines) {
    if (line.kind != kind && !(kind == data::LineKind::coast && line.kind == data::LineKind::lake)) continue;
    points.clear();
    for (size_t i = 0; i < line.x.size(); ++i)
      points.push_back({(line.x[i] - edges.west) / (edges.east - edges.west) * drawn.width(),
                        (edges.north - line.y[i]) / (edges.north - edges.south) * drawn.height()});
    path.line(points);
  }
  return path.text();
}

}  // namespace

double DrawnFrame::width() const {
  return double(units) * factor * picture().columns;
}

double DrawnFrame::height() const {
  return double(units) * factor * picture().rows;
}

Html coast_paths(const DrawnFrame& drawn, const std::string& id) {
  if (!drawn.frame.grid) return {};
  const std::vector<data::MapLine> lines = data::coastlines_on(*drawn.frame.grid);
  Html paths;
  for (const auto& [kind, name] : {std::pair{data::LineKind::coast, "coast"},
                                   {data::LineKind::country, "country"},
                                   {data::LineKind::state, "state"}})
    if (const std::string path = path_of(lines, kind, drawn); !path.empty())
      paths += path_element(path, id + "-" + name);
  return paths;
}

Html outline_path(std::span<const uint8_t> chosen, const DrawnFrame& drawn, const std::string& id) {
  const int rows = drawn.frame.rows, columns = drawn.frame.columns;
  if (chosen.size() != size_t(rows) * size_t(columns))
    throw ShapeError(fmt::format("outline on {} x {} cells of {} values", rows, columns, chosen.size()));
  // Where rows run to the north, the blocks of a picture that reaches beyond the raster do so there.
  const int above = drawn.frame.south_first() ? drawn.picture().rows * drawn.factor - rows : 0;
  const auto is = [&](int down, int column) {
    if (down < 0 || down >= rows || column < 0 || column >= columns) return false;
    const int row = drawn.frame.south_first() ? rows - 1 - down : down;
    return chosen[size_t(row) * size_t(columns) + size_t(column)] != 0;
  };
  std::string path;
  // Straight pieces as long as the edge goes on.
  for (int down = 0; down <= rows; ++down)
    for (int column = 0, first = 0; column <= columns; ++column) {
      const auto edge = [&](int c) { return is(down - 1, c) != is(down, c); };
      if (edge(column) && !edge(column - 1)) first = column;
      if (!edge(column) && edge(column - 1))
        path += fmt::format("M{} {}h{}", units * first, units * (down + above), units * (column - first));
    }
  for (int column = 0; column <= columns; ++column)
    for (int down = 0, first = 0; down <= rows; ++down) {
      const auto edge = [&](int d) { return is(d, column - 1) != is(d, column); };
      if (edge(down) && !edge(down - 1)) first = down;
      if (!edge(down) && edge(down - 1))
        path += fmt::format("M{} {}v{}", units * column, units * (first + above), units * (down - first));
    }
  return path_element(path, id);
}

}  // namespace unetsr::pipeline::report
