#include "data/formats/file_software.hpp"

#include <gdal_priv.h>

#include <array>
#include <fstream>

#include "data/crs/gdal.hpp"
#include "data/dataset/hdf5_file.hpp"
#include "data/formats/hdf4.hpp"
#include "kernels/error.hpp"

namespace unetsr::data {
namespace {

namespace fs = std::filesystem;

std::string first_bytes(const fs::path& file) {
  std::array<char, 8> bytes = {};
  std::ifstream in(file, std::ios::binary);
  in.read(bytes.data(), std::streamsize(bytes.size()));
  return {bytes.data(), size_t(in.gcount())};
}

constexpr const char* download_again = "download it again";

std::string attribute(const Hdf5File& file, const char* name) {
  return H5Aexists(file.id(), name) > 0 ? file.read_text(file.id(), "/", name) : "";
}

std::string software_of_hdf5(const fs::path& path) {
  const Hdf5File file = Hdf5File::open(path, download_again);
  if (const std::string format = attribute(file, "format"); !format.empty()) return format;
  if (const std::string source = attribute(file, "source"); !source.empty())
    return source == "simulated" ? simulation_software : source;
  if (H5Lexists(file.id(), "format", H5P_DEFAULT) <= 0) return "";
  const std::vector<std::string> format = file.read_texts("/format");
  return format.empty() ? "" : format.front();
}

std::string software_of_tiff(const fs::path& path) {
  start_gdal();
  const QuietGdal quiet;
  const std::array<const char*, 2> drivers = {"GTiff", nullptr};
  const GDALDatasetUniquePtr dataset(GDALDataset::Open(path.c_str(), GDAL_OF_RASTER, drivers.data()));
  const char* software = dataset ? dataset->GetMetadataItem("TIFFTAG_SOFTWARE") : nullptr;
  return software ? software : "";
}

}  // namespace

std::string software_of_file(const fs::path& file) {
  const std::string begin = first_bytes(file);
  if (begin == "\x89HDF\r\n\x1a\n") return software_of_hdf5(file);
  if (begin.starts_with("II") || begin.starts_with("MM")) return software_of_tiff(file);
  // The product has no place for it: a time of production that no granule of the product has.
  const bool hdf4 = begin.starts_with("\x0e\x03\x13\x01");
  return hdf4 && file.filename().string().ends_with(".2020001000000.hdf") ? simulation_software : "";
}

std::optional<std::string> simulated_world(const fs::path& file) {
  if (software_of_file(file) != simulation_software) return std::nullopt;
  if (first_bytes(file).starts_with("\x0e\x03\x13\x01")) return hdf4_text_attribute(file, world_attribute);
  return attribute(Hdf5File::open(file, download_again), world_attribute);
}

}  // namespace unetsr::data
