#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/dataset/polygon_areas.hpp"
#include "data/dataset/resample.hpp"
#include "data/footprints/footprint.hpp"
#include "data/formats/area_resampling.hpp"
#include "data/geography/sinusoidal.hpp"
#include "data/regression/area_to_point.hpp"
#include "data/regression/linear_regression.hpp"
#include "data/regression/local_regression.hpp"
#include "data/regression/regression_trees.hpp"
#include "data/scores/power_spectrum.hpp"
#include "data/scores/ssim.hpp"
#include "kernels/error.hpp"
#include "kernels/lbp.hpp"
#include "kernels/random.hpp"

// Runs one function of the project on given arrays: unetsr_conformance METHOD FOLDER
//
// FOLDER/request.json holds the numbers and the shape (windows, rows, columns, channels); FOLDER/NAME.in the arrays,
// float32 (float64 where said so), in row-major order. Results are written as FOLDER/NAME.out.
namespace {

using namespace unetsr;
namespace fs = std::filesystem;

class Request {
 public:
  explicit Request(fs::path folder) : folder_(std::move(folder)) {
    std::ifstream(folder_ / "request.json") >> numbers_;
  }

  const fs::path& folder() const { return folder_; }

  template <class T>
  T get(const char* key) const {
    return numbers_.at(key).get<T>();
  }
  Shape shape() const {
    const auto sizes = get<std::vector<int>>("shape");
    return {sizes.at(0), sizes.at(1), sizes.at(2), sizes.at(3)};
  }
  template <class T = float>
  std::vector<T> array(const char* name) const {
    const fs::path path = folder_ / (std::string(name) + ".in");
    std::vector<T> values(fs::file_size(path) / sizeof(T));
    std::ifstream(path, std::ios::binary)
        .read(reinterpret_cast<char*>(values.data()), std::streamsize(values.size() * sizeof(T)));
    return values;
  }
  data::Mask mask(const char* name) const {
    const std::vector<float> values = array(name);
    return {values.begin(), values.end()};
  }
  template <class T>
  void write(const char* name, const std::vector<T>& values) const {
    std::ofstream file(folder_ / (std::string(name) + ".out"), std::ios::binary);
    file.write(reinterpret_cast<const char*>(values.data()), std::streamsize(values.size() * sizeof(T)));
    if (!file.flush()) throw Error(folder_.string() + ": cannot write " + name);
  }

 private:
  fs::path folder_;
  nlohmann::json numbers_;
};

void lbp(const Request& request) {
  using kernels::LbpVariant;
  const std::map<std::string, LbpVariant> variants = {
      {"standard", LbpVariant::standard},
      {"rotation_invariant", LbpVariant::rotation_invariant},
      {"uniform", LbpVariant::uniform},
      {"rotation_invariant_uniform", LbpVariant::rotation_invariant_uniform}};
  const kernels::Lbp options{request.get<int>("points"), request.get<double>("radius"),
                             variants.at(request.get<std::string>("variant"))};
  const Shape shape = request.shape();
  const std::vector<float> image = request.array("image");
  std::vector<float> codes(image.size());
  Queue queue(Device::cpu);
  kernels::lbp(queue, options, {image.data(), shape}, {codes.data(), shape});
  request.write("codes", codes);
}

void block_mean(const Request& request) {
  request.write("means", data::block_mean(request.array("image"), request.shape(), request.get<int>("factor"),
                                          request.array("weights")));
}

// outlines: float64 (footprints, x and y, 4). Out: footprint, cell, overlap for each pair that shares an area.
void overlaps(const Request& request) {
  const std::vector<double> outlines = request.array<double>("outlines");
  std::vector<double> shared;
  std::vector<data::CellShare> shares;
  for (size_t i = 0; i < outlines.size() / 8; ++i) {
    data::Outline outline;
    std::copy_n(&outlines[8 * i], 4, outline.x.begin());
    std::copy_n(&outlines[8 * i + 4], 4, outline.y.begin());
    shares.clear();
    data::overlaps(outline, request.shape().h, request.shape().w, shares);
    for (const data::CellShare& share : shares)
      shared.insert(shared.end(), {double(i), double(share.cell), share.overlap});
  }
  request.write("shares", shared);
}

// The same for polygons of any shape; corners: float64 (polygons, x and y, corners).
void polygon_areas(const Request& request) {
  const std::vector<double> points = request.array<double>("points");
  const size_t corners = request.get<size_t>("corners");
  std::vector<double> shared;
  data::PolygonAreas areas;
  for (size_t i = 0; i < points.size() / (2 * corners); ++i) {
    const std::span<const double> x(&points[2 * corners * i], corners), y(x.data() + corners, corners);
    data::polygon_areas(x, y, request.shape().h, request.shape().w, areas);
    for (int r = 0; r < areas.rows; ++r)
      for (int c = 0; c < areas.columns; ++c)
        if (areas.share(r, c) > 0)
          shared.insert(shared.end(),
                        {double(i), double((areas.row + r) * request.shape().w + areas.column + c), areas.share(r, c)});
  }
  request.write("shares", shared);
}

// {rows, columns, x_origin, x_step, y_origin, y_step, "degrees" or "sinusoidal"}
data::Grid grid_of(const nlohmann::json& numbers) {
  return {numbers.at(0),
          numbers.at(1),
          numbers.at(2),
          numbers.at(3),
          numbers.at(4),
          numbers.at(5),
          numbers.at(6) == "sinusoidal" ? data::modis_sinusoidal_crs : "EPSG:4326"};
}

void resample_by_area(const Request& request) {
  const data::Raster raster{grid_of(request.get<nlohmann::json>("from")), request.array("image")};
  request.write("values",
                data::resample_by_area(raster, grid_of(request.get<nlohmann::json>("to")),
                                       request.get<bool>("mode") ? data::Resampling::mode : data::Resampling::average));
}

// shape: of the fine cells.
void area_to_point(const Request& request) {
  const std::vector<float> blocks = request.array("blocks");
  const int factor = request.get<int>("factor");
  const Shape coarse = data::block_shape(request.shape(), factor);
  request.write("cells", data::area_to_point(blocks, request.shape(), factor));
  request.write("range", std::vector<double>{data::deconvolve_variogram(blocks, coarse.h, coarse.w, factor).range});
}

void linear_regression(const Request& request) {
  const std::vector<float> channels = request.array("channels");
  const data::LinearRegression fit({channels.data(), request.shape()}, request.array("target"), {});
  request.write("coefficients", fit.coefficients());
}

// Out: the coefficients' images one after the other, K.
void local_regression(const Request& request) {
  const std::vector<float> channels = request.array("channels");
  const View<const float> view(channels.data(), request.shape());
  const data::Mask cells = request.mask("cells");
  const data::LocalRegression fit(view, request.array("target"), 0, cells, cells);
  std::vector<float> coefficients;
  for (const std::vector<float>& image : fit.coefficients())
    coefficients.insert(coefficients.end(), image.begin(), image.end());
  request.write("coefficients", coefficients);
  request.write("prediction", fit.predict(view, fit.coefficients()));
  request.write("neighbours", std::vector<double>{double(fit.neighbours())});
}

// Out, beside the prediction: how often each tree draws each cell (trees, cells).
void regression_trees(const Request& request) {
  const std::vector<float> channels = request.array("channels");
  const View<const float> view(channels.data(), request.shape());
  const auto seed = request.get<uint64_t>("seed");
  const data::RegressionTrees trees(view, request.array("target"), request.array("weights"), seed);
  request.write("prediction", trees.predict(view));
  const size_t cells = size_t(view.pixels()), count = request.get<size_t>("trees");
  std::vector<double> draws(count * cells, 0.0);
  for (size_t tree = 0; tree < count; ++tree) {
    Random random(seed, tree);
    for (size_t draw = 0; draw < cells; ++draw) draws[tree * cells + random.below(uint32_t(cells))] += 1;
  }
  request.write("draws", draws);
}

void ssim(const Request& request) {
  request.write("similarity", data::ssim(request.array("map"), request.array("target"), request.mask("cells"),
                                         request.shape(), request.get<double>("range")));
}

void power_spectrum(const Request& request) {
  const int tile = request.shape().h;
  const data::TileSpectrum spectrum(tile, {request.get<double>("width"), request.get<double>("height")});
  std::vector<double> a, b;
  spectrum.transform(request.array("a").data(), request.array("b").data(), tile, a, b);
  request.write("power_a", a);
  request.write("power_b", b);
  request.write("wavelengths", spectrum.wavelengths_km());
}

// A dataset of known values, as FOLDER/scene.nc.
void dataset(const Request& request) {
  data::Dataset d;
  d.grid = {300, 280, -9010000, 926.625433, 5200000, -926.625433, data::modis_sinusoidal_crs};
  d.windows = {"2019-05-25", "2019-06-10"};
  d.coarse_factor = 4;
  std::vector<float> ndvi;
  for (int w = 0; w < 2; ++w)
    for (int i = 0; i < d.grid.rows; ++i)
      for (int j = 0; j < d.grid.columns; ++j) ndvi.push_back(float((w + 1) * (i + j / 1000.0)));
  d.add({"ndvi", "1", "NDVI", ndvi});
  d.add({"reliability", "1", "rank", std::vector<float>(ndvi.size(), 1)});
  d.coarse_layers.push_back({"sif", "mW m-2 sr-1 nm-1", "SIF", std::vector<float>(size_t(2 * 75 * 70), 1)});
  data::Soundings& s = d.soundings;
  s.sif = s.error = s.sza = s.vza = s.cloud_fraction = {1}, s.longitude = {-110}, s.latitude = {46};
  s.longitudes = {{-110.1, -109.9, -109.9, -110.1}}, s.latitudes = {{45.9, 45.9, 46.1, 46.1}};
  s.time = {data::day_number({2019, 5, 25}) * 86400.0 + 43200};
  data::write_dataset(request.folder() / "scene.nc", d);
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, void (*)(const Request&)> methods = {{"area_to_point", area_to_point},
                                                                   {"block_mean", block_mean},
                                                                   {"dataset", dataset},
                                                                   {"lbp", lbp},
                                                                   {"linear_regression", linear_regression},
                                                                   {"local_regression", local_regression},
                                                                   {"overlaps", overlaps},
                                                                   {"polygon_areas", polygon_areas},
                                                                   {"power_spectrum", power_spectrum},
                                                                   {"regression_trees", regression_trees},
                                                                   {"resample_by_area", resample_by_area},
                                                                   {"ssim", ssim}};
  if (argc != 3 || !methods.contains(argv[1])) {
    std::cerr << "Usage: unetsr_conformance METHOD FOLDER, METHOD one of:";
    for (const auto& [name, function] : methods) std::cerr << " " << name;
    std::cerr << "\n";
    return 2;
  }
  try {
    methods.at(argv[1])(Request(argv[2]));
  } catch (const std::exception& error) {
    std::cerr << "unetsr_conformance: " << argv[1] << ": " << error.what() << "\n";
    return 1;
  }
}
