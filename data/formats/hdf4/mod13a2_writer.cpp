#include "data/formats/mod13a2_writer.hpp"

#include <fcntl.h>
#include <mfhdf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "data/formats/file_software.hpp"
#include "data/geography/sinusoidal.hpp"
#include "kernels/error.hpp"
#include "kernels/system_error.hpp"

namespace unetsr::data {
namespace {

const std::string grid_name = "MODIS_Grid_16DAY_1km_VI";

struct DataSet {
  const char *name, *units;
  int32 type;
  std::array<double, 2> valid;
  double fill;
  double scale;  // stored over physical; 0: none stated
  const void* values;
};

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& what) {
  throw Error(path.string() + ": " + what + " cannot be written (HDF4: " + HEstring(hdf_err_code_t(HEvalue(1))) + ")");
}

// HDF4 identifiers, each closed with the function of its kind.
template <intn (*close_function)(int32)>
class Handle {
 public:
  explicit Handle(int32 id) : id_(id) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ != FAIL) close_function(id_);
  }
  operator int32() const { return id_; }
  bool valid() const { return id_ != FAIL; }
  // Closes now; false if that fails (a full disk shows up here).
  bool close() {
    const int32 id = id_;
    id_ = FAIL;
    return close_function(id) != FAIL;
  }

 private:
  int32 id_;
};

intn end_vgroups(int32 file) {
  return Vend(file);
}
intn detach(int32 group) {
  return Vdetach(group);
}

using SdFile = Handle<SDend>;
using SdDataSet = Handle<SDendaccess>;
using HdfFile = Handle<Hclose>;
using VgroupInterface = Handle<end_vgroups>;
using Vgroup = Handle<detach>;

std::string text_of_type(int32 type) {
  return type == DFNT_INT8 ? "DFNT_INT8" : type == DFNT_UINT16 ? "DFNT_UINT16" : "DFNT_INT16";
}

// StructMetadata.0, from which HDF-EOS readers learn the grid.
std::string structure(const Grid& grid, const std::vector<DataSet>& sets) {
  const double left = grid.x_origin - grid.x_step / 2, top = grid.y_origin - grid.y_step / 2;
  std::array<char, 800> head;
  std::snprintf(head.data(), head.size(),
                "GROUP=SwathStructure\nEND_GROUP=SwathStructure\nGROUP=GridStructure\n\tGROUP=GRID_1\n"
                "\t\tGridName=\"%s\"\n\t\tXDim=%d\n\t\tYDim=%d\n\t\tUpperLeftPointMtrs=(%.6f,%.6f)\n"
                "\t\tLowerRightMtrs=(%.6f,%.6f)\n\t\tProjection=GCTP_SNSOID\n"
                "\t\tProjParams=(%.6f,0,0,0,0,0,0,0,0,0,0,0,0)\n\t\tSphereCode=-1\n"
                "\t\tGROUP=Dimension\n\t\tEND_GROUP=Dimension\n\t\tGROUP=DataField\n",
                grid_name.c_str(), grid.columns, grid.rows, left, top, left + grid.columns * grid.x_step,
                top + grid.rows * grid.y_step, modis_radius);
  std::string text = head.data();
  for (size_t i = 0; i < sets.size(); ++i) {
    const std::string object = "DataField_" + std::to_string(i + 1);
    text += "\t\t\tOBJECT=" + object + "\n\t\t\t\tDataFieldName=\"1 km 16 days " + sets[i].name +
            "\"\n\t\t\t\tDataType=" + text_of_type(sets[i].type) +
            "\n\t\t\t\tDimList=(\"YDim\",\"XDim\")\n\t\t\tEND_OBJECT=" + object + "\n";
  }
  return text +
         "\t\tEND_GROUP=DataField\n\t\tGROUP=MergedFields\n\t\tEND_GROUP=MergedFields\n\tEND_GROUP=GRID_1\n"
         "END_GROUP=GridStructure\nGROUP=PointStructure\nEND_GROUP=PointStructure\nEND\n";
}

bool set_text(int32 id, const char* name, const std::string& text) {
  return SDsetattr(id, name, DFNT_CHAR8, int32(text.size()), text.c_str()) != FAIL;
}

// Attributes that have the type of the data.
template <class T>
bool set_typed(int32 id, const DataSet& set) {
  const std::array<T, 2> valid = {T(set.valid[0]), T(set.valid[1])};
  const T fill = T(set.fill);
  return SDsetattr(id, "valid_range", set.type, 2, valid.data()) != FAIL &&
         SDsetattr(id, "_FillValue", set.type, 1, &fill) != FAIL;
}

bool set_attributes(int32 id, const DataSet& set) {
  return set_text(id, "long_name", "1 km 16 days " + std::string(set.name)) && set_text(id, "units", set.units) &&
         (set.type == DFNT_INT8     ? set_typed<int8_t>(id, set)
          : set.type == DFNT_UINT16 ? set_typed<uint16_t>(id, set)
                                    : set_typed<int16_t>(id, set)) &&
         (set.scale == 0 || SDsetcal(id, set.scale, 0, 0, 0, DFNT_FLOAT32) != FAIL);
}

// The library writes the path that it is given into the file. Stretched to one length and blanked afterwards, it leaves
// equal granules equal bytes.
std::string stretched(const std::filesystem::path& path) {
  constexpr size_t length = 240;
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  const std::string name = path.filename().string(), text = folder + "/" + name;
  return text.size() < length ? folder + std::string(length - text.size() + 1, '/') + name : text;
}

void blank(const std::string& text, std::string& content) {
  for (size_t at = 0; (at = content.find(text, at)) != std::string::npos; at += text.size())
    content.replace(at, text.size(), text.size(), '/');
}

[[noreturn]] void fail_of_system(const std::filesystem::path& path) {
  throw Error(path.string() + ": cannot be written: " + system_message(errno));
}

// Where the library writes: it crashes where a disk is full.
class FileInMemory {
 public:
  explicit FileInMemory(const std::filesystem::path& wanted)
      : wanted_(wanted), id_(memfd_create("granule", MFD_CLOEXEC)) {
    if (id_ < 0) fail_of_system(wanted_);
  }
  ~FileInMemory() { close(id_); }
  FileInMemory(const FileInMemory&) = delete;
  FileInMemory& operator=(const FileInMemory&) = delete;

  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(id_); }
  std::string content() const {
    const off_t size = lseek(id_, 0, SEEK_END);
    std::string bytes(size_t(std::max<off_t>(size, 0)), '\0');
    if (size < 0 || pread(id_, bytes.data(), bytes.size(), 0) != ssize_t(bytes.size())) fail_of_system(wanted_);
    return bytes;
  }

 private:
  std::filesystem::path wanted_;
  int id_;
};

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  const int id = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (id < 0) fail_of_system(path);
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t written = write(id, bytes.data() + done, bytes.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int error = errno;
      close(id);
      errno = error;
      fail_of_system(path);
    }
    done += size_t(written);
  }
  if (close(id) != 0) fail_of_system(path);
}

// Returns the data set's reference, by which the group of fields finds it.
int32 write_data_set(const std::filesystem::path& path, int32 file, const Grid& grid, const DataSet& set) {
  std::array<int32, 2> extent = {grid.rows, grid.columns}, start = {0, 0};
  SdDataSet id(SDcreate(file, ("1 km 16 days " + std::string(set.name)).c_str(), set.type, 2, extent.data()));
  HDF_CHUNK_DEF chunk = {};
  chunk.comp.chunk_lengths[0] = 1, chunk.comp.chunk_lengths[1] = grid.columns;
  chunk.comp.comp_type = COMP_CODE_DEFLATE;
  chunk.comp.cinfo.deflate.level = 6;
  const bool written = id.valid() && SDsetdimname(SDgetdimid(id, 0), ("YDim:" + grid_name).c_str()) != FAIL &&
                       SDsetdimname(SDgetdimid(id, 1), ("XDim:" + grid_name).c_str()) != FAIL &&
                       SDsetchunk(id, chunk, HDF_CHUNK | HDF_COMP) != FAIL && set_attributes(id, set) &&
                       SDwritedata(id, start.data(), nullptr, extent.data(), const_cast<void*>(set.values)) != FAIL;
  const int32 reference = written ? SDidtoref(id) : FAIL;
  if (reference == FAIL || !id.close()) fail(path, set.name);
  return reference;
}

// The groups by which HDF-EOS readers find a grid: GRID, and in it "Data Fields" and "Grid Attributes".
void write_groups(const std::filesystem::path& path, const std::filesystem::path& memory,
                  const std::vector<int32>& references) {
  HdfFile file(Hopen(memory.c_str(), DFACC_RDWR, 0));
  if (!file.valid()) fail(path, "its grid");
  VgroupInterface groups(Vinitialize(file) == FAIL ? FAIL : int32(file));
  if (!groups.valid()) fail(path, "its grid");
  Vgroup grid(Vattach(file, -1, "w")), fields(Vattach(file, -1, "w")), attributes(Vattach(file, -1, "w"));
  bool good = grid.valid() && fields.valid() && attributes.valid() && Vsetname(grid, grid_name.c_str()) != FAIL &&
              Vsetclass(grid, "GRID") != FAIL && Vsetname(fields, "Data Fields") != FAIL &&
              Vsetclass(fields, "GRID Vgroup") != FAIL && Vsetname(attributes, "Grid Attributes") != FAIL &&
              Vsetclass(attributes, "GRID Vgroup") != FAIL && Vinsert(grid, fields) != FAIL &&
              Vinsert(grid, attributes) != FAIL;
  for (const int32 reference : references) good = good && Vaddtagref(fields, DFTAG_NDG, reference) != FAIL;
  good = attributes.close() && fields.close() && grid.close() && groups.close() && file.close() && good;
  if (!good) fail(path, "its grid");
}

}  // namespace

void write_mod13a2(const std::filesystem::path& path, const Grid& grid, const Mod13a2Pixels& p,
                   const std::string& world) {
  if (p.size() != size_t(grid.cells()))
    throw ShapeError("a granule of " + std::to_string(grid.rows) + " x " + std::to_string(grid.columns) +
                     " pixels does not take " + std::to_string(p.size()) + " values");
  using Fill = Mod13a2Fill;
  const int32 i16 = DFNT_INT16;
  const std::vector<DataSet> sets = {
      {"NDVI", "NDVI", i16, {-2000, 10000}, Fill::index, 10000, p.ndvi.data()},
      {"EVI", "EVI", i16, {-2000, 10000}, Fill::index, 10000, p.evi.data()},
      {"VI Quality", "bit field", DFNT_UINT16, {0, 65534}, Fill::quality, 0, p.quality.data()},
      {"red reflectance", "reflectance", i16, {0, 10000}, Fill::reflectance, 10000, p.red.data()},
      {"NIR reflectance", "reflectance", i16, {0, 10000}, Fill::reflectance, 10000, p.nir.data()},
      {"blue reflectance", "reflectance", i16, {0, 10000}, Fill::reflectance, 10000, p.blue.data()},
      {"MIR reflectance", "reflectance", i16, {0, 10000}, Fill::reflectance, 10000, p.mir.data()},
      {"view zenith angle", "degrees", i16, {0, 18000}, Fill::angle, 100, p.view_zenith.data()},
      {"sun zenith angle", "degrees", i16, {0, 18000}, Fill::angle, 100, p.sun_zenith.data()},
      {"relative azimuth angle", "degrees", i16, {-18000, 18000}, Fill::azimuth, 100, p.relative_azimuth.data()},
      {"composite day of the year", "Julian day of the year", i16, {1, 366}, Fill::day, 0, p.composite_day.data()},
      {"pixel reliability", "rank", DFNT_INT8, {0, 3}, Fill::reliability, 0, p.reliability.data()}};
  std::vector<int32> references;
  const FileInMemory memory(path);
  const std::string name = stretched(memory.path());
  SdFile file(SDstart(name.c_str(), DFACC_CREATE));
  if (!file.valid()) fail(path, "the file");
  for (const DataSet& set : sets) references.push_back(write_data_set(path, file, grid, set));
  if (!set_text(file, "HDFEOSVersion", "HDFEOS_V2.19") || !set_text(file, "StructMetadata.0", structure(grid, sets)) ||
      (!world.empty() && !set_text(file, world_attribute, world)) || !file.close())
    fail(path, "its structure");
  write_groups(path, memory.path(), references);
  std::string content = memory.content();
  blank(name, content);
  write_file(path, content);
}

}  // namespace unetsr::data
