#include "data/geography/gshhg_file.hpp"

#include <fmt/format.h>
#include <netcdf.h>
#include <netcdf_mem.h>

#include <cmath>
#include <string>

#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

// Levels of the file: 1 to 4 land, lakes, islands in lakes and ponds on these, 6 where the ice of Antarctica leaves the
// ground, which is no coast.
constexpr int land = 1, pond = 4;
// Of borders: of countries, of states, and those on the sea, which are not drawn.
constexpr int country = 1, state = 2;

class Bytes {
 public:
  explicit Bytes(std::string_view bytes) {
    // The library takes the bytes as its own to change, and changes nothing in a file that it only reads.
    check(nc_open_mem("GSHHG", NC_NOWRITE, bytes.size(), const_cast<char*>(bytes.data()), &file_), "the file");
  }
  Bytes(const Bytes&) = delete;
  ~Bytes() { nc_close(file_); }

  template <class T>
  std::vector<T> all(const char* name) const {
    int id = 0, dimension = 0;
    size_t size = 0;
    check(nc_inq_varid(file_, name, &id), name);
    check(nc_inq_vardimid(file_, id, &dimension), name);
    check(nc_inq_dimlen(file_, dimension, &size), name);
    std::vector<T> values(size);
    check(read(id, values.data()), name);
    return values;
  }
  int number(const char* name) const { return all<int>(name).at(0); }

 private:
  int read(int id, int* values) const { return nc_get_var_int(file_, id, values); }
  int read(int id, double* values) const { return nc_get_var_double(file_, id, values); }
  // The file declares them signed.
  int read(int id, unsigned short* values) const {
    return nc_get_var_short(file_, id, reinterpret_cast<short*>(values));
  }
  static void check(int status, const char* what) {
    if (status != NC_NOERR) throw Error(fmt::format("GSHHG: {}: {}", what, nc_strerror(status)));
  }

  int file_ = 0;
};

bool overlap(double first, double last, double from, double to) {
  return first <= to && from <= last;
}

}  // namespace

GshhgFile GshhgFile::of_shorelines(std::string_view bytes) {
  GshhgFile shores = of_any(bytes);
  const Bytes file(bytes);
  const auto info = file.all<int>("Embedded_npts_levels_exit_entry_for_a_segment");
  const auto polygon = file.all<int>("Id_of_GSHHS_ID");
  const auto area = file.all<double>("The_km_squared_area_of_polygons");
  for (size_t i = 0; i < info.size(); ++i) {
    Segment& s = shores.segments_.at(i);
    const int level = info[i] >> 6 & 7;
    s.count = info[i] >> 9;
    s.kind = level == land ? LineKind::coast : LineKind::lake;
    s.drawn = level >= land && level <= pond;
    s.area = std::abs(area.at(size_t(polygon[i])));  // broad rivers have a negative one
  }
  return shores;
}

GshhgFile GshhgFile::of_borders(std::string_view bytes) {
  GshhgFile borders = of_any(bytes);
  const Bytes file(bytes);
  const auto points = file.all<int>("N_points_for_a_segment"), level = file.all<int>("Hierarchial_level_of_a_segment");
  for (size_t i = 0; i < points.size(); ++i) {
    Segment& s = borders.segments_.at(i);
    s.count = points[i];
    s.kind = level[i] == country ? LineKind::country : LineKind::state;
    s.drawn = level[i] == country || level[i] == state;
  }
  return borders;
}

// What both kinds of file hold.
GshhgFile GshhgFile::of_any(std::string_view bytes) {
  const Bytes file(bytes);
  GshhgFile g;
  g.side_ = file.number("Bin_size_in_minutes") / 60.0;
  g.across_ = file.number("N_bins_in_360_longitude_range");
  g.first_segment_ = file.all<int>("Id_of_first_segment_in_a_bin");
  g.segments_in_ = file.all<int>("N_segments_in_a_bin");
  for (const int first : file.all<int>("Id_of_first_point_in_a_segment")) g.segments_.push_back({.first = first});
  g.x_ = file.all<unsigned short>("Relative_longitude_from_SW_corner_of_bin");
  g.y_ = file.all<unsigned short>("Relative_latitude_from_SW_corner_of_bin");
  return g;
}

MapLine GshhgFile::line(const Segment& segment, double west, double south) const {
  constexpr double steps = 65535;
  MapLine line{segment.kind, segment.area, {}, {}};
  for (int i = segment.first; i < segment.first + segment.count; ++i) {
    line.x.push_back(west + side_ * x_[size_t(i)] / steps);
    line.y.push_back(south + side_ * y_[size_t(i)] / steps);
  }
  return line;
}

void GshhgFile::add_lines(const BoundingBox& box, std::vector<MapLine>& lines) const {
  const double east = box.east < box.west ? box.east + 360 : box.east;
  for (size_t square = 0; square < segments_in_.size(); ++square) {
    const double turned = side_ * double(int(square) % across_), west = turned < 180 ? turned : turned - 360,
                 south = 90 - side_ * double(int(square) / across_ + 1);
    if (!overlap(south, south + side_, box.south, box.north)) continue;
    if (!overlap(west, west + side_, box.west, east) && !overlap(west + 360, west + 360 + side_, box.west, east))
      continue;
    const int first = first_segment_[square];
    for (int i = first; i < first + segments_in_[square]; ++i)
      if (const Segment& segment = segments_[size_t(i)]; segment.drawn && segment.count > 1)
        lines.push_back(line(segment, west, south));
  }
}

}  // namespace unetsr::data
