#include "data/formats/vnp13a2_writer.hpp"

#include <fmt/format.h>

#include <array>

#include "data/dataset/hdf5_file.hpp"
#include "data/formats/file_software.hpp"
#include "data/geography/sinusoidal.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

const std::string grid_name = "VIIRS_Grid_16Day_VI_1km", failure = "cannot be written";

struct DataSet {
  const char *name, *units;
  hid_t type;
  std::array<double, 2> valid;
  std::vector<double> fills;
  double scale;  // 0: none stated
  const void* values;
};

const char* type_name(hid_t type) {
  return type == H5T_NATIVE_INT8     ? "H5T_NATIVE_SCHAR"
         : type == H5T_NATIVE_UINT16 ? "H5T_NATIVE_USHORT"
                                     : "H5T_NATIVE_SHORT";
}

// StructMetadata.0, from which HDF-EOS readers learn the grid.
std::string structure(const Grid& grid, const std::vector<DataSet>& sets) {
  const double left = grid.x_origin - grid.x_step / 2, top = grid.y_origin - grid.y_step / 2;
  std::string text = fmt::format(
      "GROUP=SwathStructure\nEND_GROUP=SwathStructure\nGROUP=GridStructure\n\tGROUP=GRID_1\n"
      "\t\tGridName=\"{}\"\n\t\tXDim={}\n\t\tYDim={}\n\t\tUpperLeftPointMtrs=({:.6f},{:.6f})\n"
      "\t\tLowerRightMtrs=({:.6f},{:.6f})\n\t\tProjection=HE5_GCTP_SNSOID\n"
      "\t\tProjParams=({:.6f},0,0,0,0,0,0,0,0,0,0,0,0)\n\t\tSphereCode=-1\n"
      "\t\tGROUP=Dimension\n\t\tEND_GROUP=Dimension\n\t\tGROUP=DataField\n",
      grid_name, grid.columns, grid.rows, left, top, left + grid.columns * grid.x_step, top + grid.rows * grid.y_step,
      modis_radius);
  for (size_t i = 0; i < sets.size(); ++i)
    text += fmt::format(
        "\t\t\tOBJECT=DataField_{0}\n\t\t\t\tDataFieldName=\"1 km 16 days {1}\"\n\t\t\t\tDataType={2}\n"
        "\t\t\t\tDimList=(\"YDim\",\"XDim\")\n\t\t\t\tMaxdimList=(\"YDim\",\"XDim\")\n\t\t\tEND_OBJECT=DataField_{0}\n",
        i + 1, sets[i].name, type_name(sets[i].type));
  return text +
         "\t\tEND_GROUP=DataField\n\t\tGROUP=MergedFields\n\t\tEND_GROUP=MergedFields\n\tEND_GROUP=GRID_1\n"
         "END_GROUP=GridStructure\nGROUP=PointStructure\nEND_GROUP=PointStructure\nGROUP=ZaStructure\n"
         "END_GROUP=ZaStructure\nEND\n";
}

void write_structure(const Hdf5File& file, std::string text) {
  constexpr size_t length = 32000;  // of real files
  const std::string place = "/HDFEOS INFORMATION/StructMetadata.0";
  text.resize(length, '\0');
  const Hdf5Handle group = file.create_group("HDFEOS INFORMATION");
  const Hdf5Handle type = file.owned(H5Tcopy(H5T_C_S1), H5Tclose, place, failure);
  H5Tset_size(type, length);
  file.write_array(group, place, type, type, {}, {}, text.data());
}

void write_data_set(const Hdf5File& file, hid_t group, const Grid& grid, const DataSet& set) {
  const std::string name = "1 km 16 days " + std::string(set.name),
                    place = "/HDFEOS/GRIDS/" + grid_name + "/Data Fields/" + name;
  const hsize_t rows = hsize_t(grid.rows), columns = hsize_t(grid.columns);
  const Hdf5Handle array =
      file.write_array(group, place, set.type, set.type, {rows, columns}, {1, columns}, set.values);
  file.write_text(array, place, "long_name", name);
  file.write_text(array, place, "units", set.units);
  file.write_values(array, place, "valid_range", set.type, H5T_NATIVE_DOUBLE, 2, set.valid.data());
  file.write_values(array, place, "_FillValue", set.type, H5T_NATIVE_DOUBLE, set.fills.size(), set.fills.data());
  if (set.scale == 0) return;
  file.write_numbers(array, place, "scale_factor", {set.scale});
  file.write_numbers(array, place, "add_offset", {0});
}

void write_metadata(const Hdf5File& file, Date first, int h, int v, const std::string& world) {
  const auto write = [&](const char* name, const std::string& text) { file.write_text(file.id(), "/", name, text); };
  write("ShortName", "VJ113A2"), write("VersionID", "002");
  write("RangeBeginningDate", to_string(first));
  write("RangeEndingDate", to_string(date_of(day_number(first) + Window::composite_days - 1)));
  write("HORIZONTALTILENUMBER", fmt::format("{:02}", h)), write("VERTICALTILENUMBER", fmt::format("{:02}", v));
  write("source", "simulated"), write(world_attribute, world);
}

std::vector<DataSet> data_sets_of(const Vnp13a2Pixels& p) {
  using Fill = Vnp13a2Fill;
  const hid_t i16 = H5T_NATIVE_INT16;
  const std::vector<double> index_fills = {Fill::water_index, Fill::index};
  std::vector<DataSet> sets;
  for (const auto& [name, values] : {std::pair{"NDVI", &p.ndvi}, std::pair{"EVI", &p.evi}, std::pair{"EVI2", &p.evi2}})
    sets.push_back({name, name, i16, {-10000, 10000}, index_fills, 1e-4, values->data()});
  sets.push_back({"VI Quality", "bit field", H5T_NATIVE_UINT16, {0, 65534}, {Fill::quality}, 0, p.quality.data()});
  for (const auto& [name, values] : {std::pair{"red reflectance", &p.red}, std::pair{"NIR reflectance", &p.nir},
                                     std::pair{"blue reflectance", &p.blue}, std::pair{"green reflectance", &p.green},
                                     std::pair{"SWIR1 reflectance", &p.swir1}, std::pair{"SWIR2 reflectance", &p.swir2},
                                     std::pair{"SWIR3 reflectance", &p.swir3}})
    sets.push_back({name, "reflectance", i16, {0, 10000}, {Fill::reflectance}, 1e-4, values->data()});
  sets.push_back({"view zenith angle", "degrees", i16, {0, 18000}, {Fill::angle}, 0.01, p.view_zenith.data()});
  sets.push_back({"sun zenith angle", "degrees", i16, {0, 18000}, {Fill::angle}, 0.01, p.sun_zenith.data()});
  sets.push_back(
      {"relative azimuth angle", "degrees", i16, {-18000, 18000}, {Fill::angle}, 0.01, p.relative_azimuth.data()});
  sets.push_back(
      {"composite day of the year", "Julian day of the year ", i16, {1, 366}, {Fill::day}, 0, p.composite_day.data()});
  sets.push_back(
      {"pixel reliability", "rank", H5T_NATIVE_INT8, {0, 11}, {Fill::water_rank, Fill::rank}, 0, p.reliability.data()});
  return sets;
}

}  // namespace

Vnp13a2Pixels::Vnp13a2Pixels(size_t count)
    : ndvi(count, Vnp13a2Fill::index),
      evi(count, Vnp13a2Fill::index),
      evi2(count, Vnp13a2Fill::index),
      red(count, Vnp13a2Fill::reflectance),
      nir(count, Vnp13a2Fill::reflectance),
      blue(count, Vnp13a2Fill::reflectance),
      green(count, Vnp13a2Fill::reflectance),
      swir1(count, Vnp13a2Fill::reflectance),
      swir2(count, Vnp13a2Fill::reflectance),
      swir3(count, Vnp13a2Fill::reflectance),
      view_zenith(count, Vnp13a2Fill::angle),
      sun_zenith(count, Vnp13a2Fill::angle),
      relative_azimuth(count, Vnp13a2Fill::angle),
      composite_day(count, Vnp13a2Fill::day),
      quality(count, Vnp13a2Fill::quality),
      reliability(count, Vnp13a2Fill::rank) {}

std::string vj113a2_name(Date first, int h, int v) {
  return fmt::format("VJ113A2.A{:04}{:03}.h{:02}v{:02}.002.2020001000000.h5", first.year, day_of_year(first), h, v);
}

void write_vj113a2(const std::filesystem::path& path, const Grid& grid, Date first, int h, int v,
                   const Vnp13a2Pixels& p, const std::string& world) {
  if (p.size() != size_t(grid.cells()))
    throw ShapeError(
        fmt::format("a granule of {} x {} pixels does not take {} values", grid.rows, grid.columns, p.size()));
  const std::vector<DataSet> sets = data_sets_of(p);
  Hdf5File file = Hdf5File::create(path);
  for (const std::string group : {"HDFEOS", "HDFEOS/GRIDS"}) file.create_group(group);
  file.create_group("HDFEOS/GRIDS/" + grid_name);
  {
    const Hdf5Handle fields = file.create_group("HDFEOS/GRIDS/" + grid_name + "/Data Fields");
    for (const DataSet& set : sets) write_data_set(file, fields, grid, set);
  }
  write_structure(file, structure(grid, sets));
  write_metadata(file, first, h, v, world);
  file.close();
}

}  // namespace unetsr::data
