#pragma once
#include <doctest/doctest.h>
#include <netcdf.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace unetsr::test {

// A FLEX L2 product of our own in the layout of its specification: a folder with one NetCDF file a group.
struct FlexProduct {
  size_t rows = 4, columns = 5, channels = 111;
  double south = 41, west = 22;  // degrees, of the centre of the last row and first column
  bool bits = true;              // quality_flags_sif and pixel_classification, of newer processors; else quality_flags
  bool channels_first = false;   // the order of the dimensions
  double first_wavelength = 670;
  std::string folder = "FLX_L2__FLXSYN_20270712T075954_20270712T080002_20270713T210006_34TFM_100_064_01";
  std::string grid_name = "sif_wavelength_grid";

  double latitude(size_t row) const { return south + 0.0027 * double(rows - 1 - row); }
  double longitude(size_t column) const { return west + 0.0036 * double(column); }
  // At 740 nm.
  double sif(size_t row, size_t column) const { return 0.5 + 0.1 * double(row) + 0.01 * double(column); }

  std::filesystem::path spectra(const std::filesystem::path& parent) const {
    return parent / folder / "fluorescence.nc";
  }

  // `flags`: of the pixels, by rows; `classes`: pixel_classification. Missing ones are 0.
  void write(const std::filesystem::path& parent, std::vector<short> flags = {},
             std::vector<short> classes = {}) const {
    std::filesystem::create_directories(parent / folder);
    flags.resize(rows * columns, 0), classes.resize(rows * columns, 0);
    write_spectra(parent);
    File quality(parent / folder / "quality.nc", "L2_Quality", *this);
    quality.put(bits ? "quality_flags_sif" : "quality_flags", flags);
    if (bits) quality.put("pixel_classification", classes);
    File places(parent / folder / "ancillary_info.nc", "Ancillary_Information", *this);
    std::vector<double> latitudes, longitudes;
    for (size_t i = 0; i < rows * columns; ++i)
      latitudes.push_back(latitude(i / columns)), longitudes.push_back(longitude(i % columns));
    places.put("latitude", latitudes), places.put("longitude", longitudes);
    places.put_layers("sun_zenith_angle", 4, [](size_t, size_t layer) { return 30 + double(layer); });
    places.put_layers("viewing_zenith_angle", 4, [](size_t, size_t layer) { return 5 + double(layer); });
  }

 private:
  class File {
   public:
    File(const std::filesystem::path& path, const char* group, const FlexProduct& product) : product_(product) {
      REQUIRE(nc_create(path.c_str(), NC_NETCDF4 | NC_CLOBBER, &file_) == NC_NOERR);
      REQUIRE(nc_def_grp(file_, group, &group_) == NC_NOERR);
      REQUIRE(nc_def_dim(group_, "number_of_northing_pixels", product.rows, &y_) == NC_NOERR);
      REQUIRE(nc_def_dim(group_, "number_of_easting_pixels", product.columns, &x_) == NC_NOERR);
    }
    ~File() { nc_close(file_); }
    File(const File&) = delete;

    void put(const char* name, const std::vector<double>& values) {
      REQUIRE(nc_put_var_double(group_, define(name, NC_DOUBLE, {y_, x_}), values.data()) == NC_NOERR);
    }
    void put(const char* name, const std::vector<short>& values) {
      REQUIRE(nc_put_var_short(group_, define(name, NC_SHORT, {y_, x_}), values.data()) == NC_NOERR);
    }
    // value(pixel, layer)
    template <class Value>
    int put_layers(const char* name, size_t layers, const Value& value) {
      int dimension = 0;
      const std::string of_layers = "number_of_" + std::to_string(layers);
      if (nc_inq_dimid(group_, of_layers.c_str(), &dimension) != NC_NOERR)
        REQUIRE(nc_def_dim(group_, of_layers.c_str(), layers, &dimension) == NC_NOERR);
      const size_t pixels = product_.rows * product_.columns;
      std::vector<double> values(pixels * layers);
      for (size_t i = 0; i < pixels; ++i)
        for (size_t layer = 0; layer < layers; ++layer)
          values[product_.channels_first ? layer * pixels + i : i * layers + layer] = value(i, layer);
      const int id = define(name, NC_DOUBLE,
                            product_.channels_first ? std::vector{dimension, y_, x_} : std::vector{y_, x_, dimension});
      REQUIRE(nc_put_var_double(group_, id, values.data()) == NC_NOERR);
      return id;
    }
    void put_axis(const char* name, const std::vector<double>& values) {
      int dimension = 0;
      REQUIRE(nc_def_dim(group_, name, values.size(), &dimension) == NC_NOERR);
      REQUIRE(nc_put_var_double(group_, define(name, NC_DOUBLE, {dimension}), values.data()) == NC_NOERR);
    }
    void text(int variable, const char* name, const std::string& value) const {
      REQUIRE(nc_put_att_text(group_, variable, name, value.size(), value.c_str()) == NC_NOERR);
    }

   private:
    int define(const char* name, nc_type type, const std::vector<int>& dimensions) const {
      int id = 0;
      REQUIRE(nc_def_var(group_, name, type, int(dimensions.size()), dimensions.data(), &id) == NC_NOERR);
      return id;
    }

    const FlexProduct& product_;
    int file_ = 0, group_ = 0, y_ = 0, x_ = 0;
  };

  // A spectrum that falls by 1 % a nm from 740 nm on both sides.
  void write_spectra(const std::filesystem::path& parent) const {
    File spectra_file(spectra(parent), "L2_Fluorescence", *this);
    std::vector<double> wavelengths;
    for (size_t c = 0; c < channels; ++c) wavelengths.push_back(first_wavelength + double(c));
    const auto value = [&](size_t i, size_t c) {
      return sif(i / columns, i % columns) * (1 - 0.01 * std::abs(wavelengths[c] - 740));
    };
    const int id = spectra_file.put_layers("sif_emission_spectrum", channels, value);
    spectra_file.text(id, "units", "mW.m-2.sr-1.nm-1");
    spectra_file.put_layers("sif_emission_spectrum_uncertainty", channels,
                            [](size_t, size_t c) { return 0.1 + 0.001 * double(c); });
    spectra_file.put_axis(grid_name.c_str(), wavelengths);
  }
};

}  // namespace unetsr::test
