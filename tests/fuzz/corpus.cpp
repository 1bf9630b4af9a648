#include "corpus.hpp"

#include <netcdf.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "data/dataset/calendar.hpp"
#include "data/dataset/dataset_file.hpp"
#include "data/features/scaling.hpp"
#include "data/formats/mod13a2_writer.hpp"
#include "data/formats/oco_lite_writer.hpp"
#include "data/formats/raster_writer.hpp"
#include "data/formats/troposif_writer.hpp"
#include "data/formats/vnp13a2_writer.hpp"
#include "data/geography/sinusoidal.hpp"
#include "data/tables/table_files.hpp"
#include "data/tables/table_pair.hpp"
#include "input.hpp"
#include "nn/checkpoint.hpp"
#include "nn/model_spec.hpp"
#include "pipeline/maps/footprints_file.hpp"
#include "pipeline/maps/uncertainty.hpp"
#include "pipeline/train/history.hpp"
#include "pipeline/train/run_audit.hpp"
#include "pipeline/train/run_config.hpp"
#include "pipeline/train/split_file.hpp"
#include "simulated_tables.hpp"

namespace unetsr::fuzz {
namespace {

namespace fs = std::filesystem;

// The folder of one target.
class Folder {
 public:
  Folder(const fs::path& all, const std::string& target) : path_(all / target) { fs::create_directories(path_); }
  fs::path operator/(const std::string& name) const { return path_ / name; }
  // Texts, numbered.
  void texts(std::initializer_list<std::string> texts) const {
    int number = 0;
    for (const std::string& text : texts)
      std::ofstream(path_ / ("text-" + std::to_string(++number)), std::ios::binary) << text;
  }

 private:
  fs::path path_;
};

void tables(const Folder& folder) {
  const fs::path all = fuzz::folder() / "tables";
  fs::create_directories(all);
  data::write_simulated_tables(all, {.rows = 4, .columns = 5});
  for (const auto& entry : fs::directory_iterator(all))
    fs::copy_file(entry.path(), folder / entry.path().filename(), fs::copy_options::overwrite_existing);
  folder.texts({"\xef\xbb\xbflongitude,latitude\r\n1,2\r\n", "\"longitude\",\"a \"\"quoted\"\" name\"\n1,\"2\"\n"});
}

pipeline::ResolvedOptions options(pipeline::Supervision supervision) {
  pipeline::ResolvedOptions o;
  o.dataset = "scene.h5", o.run_directory = "run", o.model = "unet:widths=8-16,bottleneck=16";
  o.members = 2, o.supervision = supervision, o.features = {"sif", "ndvi", "nirv"}, o.first_guess = "sif";
  o.buffer = 8, o.epochs = 40, o.batch = 16, o.patch = 24, o.learning_rate = 2e-3;
  if (supervision == pipeline::Supervision::wald) o.wald_factor = 4;
  if (supervision == pipeline::Supervision::truth) o.truth = "truth_{window}.tif";
  return o;
}

void configurations(const Folder& toml, const Folder& run) {
  toml.texts(
      {"flag = true\nnumber = 40\nseed = 7\nreal = 1.5e-3 # a comment\ntext = \"a\\u00e9\"\nlist = [\"a\", 'b']\n",
       "text = \"\"\"\nlong\n\"\"\"\nreal = 2\n", "[table]\nnumber = 1\n", "a.b.c = { d = [1, [2]] }\n",
       "list = [\n  \"a\",\n]\nnumber = 0x10\nreal = inf\n"});
  using pipeline::Supervision;
  run.texts({to_toml(options(Supervision::footprints)), to_toml(options(Supervision::wald)),
             to_toml(options(Supervision::truth))});
}

void options_of_commands(const fs::path& all) {
  Folder(all, "model_spec")
      .texts({"unet", "unet:widths=16-32-64,bottleneck=128,convs=3,kernel=5,upsampling=bilinear,output=softplus",
              "sifnet:inputs=6", "sifnet-small", "paper-cnn:patch=40", "unet-pointwise:widths=4",
              "unet-dense:gates=yes,season=yes"});
  Folder(all, "bbox").texts({"-101,43.7,-93,49.8", "178,-18.6,-178,-16.2", "-180,-90,180,90", "0,0,1e-3,1e-3"});
  Folder(all, "auxiliary")
      .texts({"elevation=dem.tif@average", "lst=lst_{window}.tif:1", "lai=f.hdf:Lai_500m:2@nearest",
              "c=a.nc:v@mode?valid=0:100&scale=0.1&offset=-5&nodata=255,254&classes=yes",
              "x=HDF4_SDS:UNKNOWN:\"f.hdf\":3"});
}

void regions(const Folder& folder) {
  const std::string ring = "[[-95,45],[-94,45],[-94,46],[-95,46],[-95,45]]";
  const std::string polygon = "{\"type\":\"Polygon\",\"coordinates\":[" + ring + "]}";
  const auto feature = [](const std::string& geometry) {
    return "{\"type\":\"Feature\",\"properties\":{\"a\":1},\"geometry\":" + geometry + "}";
  };
  folder.texts({"{\"type\":\"FeatureCollection\",\"features\":[" + feature(polygon) + "]}",
                feature("{\"type\":\"MultiPolygon\",\"coordinates\":[[" + ring + "],[" + ring + "]]}"),
                feature("{\"type\":\"GeometryCollection\",\"geometries\":[" + polygon + "]}")});
}

// JSON of a run.
void runs(const fs::path& all) {
  const Folder history(all, "history"), audit(all, "audit"), uncertainty(all, "uncertainty"), split(all, "split"),
      footprints(all, "footprints"), scaling(all, "scaling");
  pipeline::History lines(history / "history", 0);
  lines.add({1, 0.5, 1e-3, 2.25, pipeline::Scores{0.4, 0.2, 0.3, -0.01, 1200}, 130});
  lines.add({2, 0.25, 5e-4, 2.5, {}, 131});
  pipeline::RunAudit found;
  found.overlap = {0, 0, 120};
  found.separation = pipeline::Separation{1, 1, 3, 4, 2};
  found.lengths = pipeline::CorrelationLengths{3.5, 2};
  write_audit(audit / "audit", found, options(pipeline::Supervision::footprints));
  pipeline::write_uncertainty(uncertainty / "uncertainty", {{0.01, 0.1, 0.2, 3}, {0.005, 0.05, 0.1, 2}, 0.5});
  pipeline::write_footprints(footprints / "footprints",
                             {1.4, {{100, 200, {1.5, -0.5}, {0.1, 0.2}}, {9000, 9100, {-1, 2}, {0.3, 0.1}}}});
  data::Dataset dataset;
  dataset.grid = {8, 16, 10, 0.01, 50, -0.01, "EPSG:4326"};
  dataset.windows = {"2019-05-25", "2019-06-10"};
  pipeline::write_split(split / "columns", {"0123",
                                            dataset.grid,
                                            dataset.windows,
                                            data::columns_split(dataset.shape(), 0, 4, {.buffer = 1}),
                                            {"00ff"},
                                            true});
  pipeline::write_split(split / "crops", dataset, data::random_crops_split(dataset.shape(), 1, 4, 10));
  const data::Scaling fitted = {data::ScalingKind::z_score, true, {"sif", "ndvi"}, {1, 0.5, 1.5, 0.25}, {1, 2, 1, 2}};
  scaling.texts({to_json(fitted).dump()});
}

data::Soundings soundings() {
  data::Soundings s;
  for (int i = 0; i < 12; ++i) {
    const double x = 10.1 + 0.1 * i, y = 49.9 - 0.05 * i;
    s.sif.push_back(float(0.2 * i)), s.error.push_back(0.4f), s.longitude.push_back(x), s.latitude.push_back(y);
    s.longitudes.push_back({x - 0.04, x + 0.04, x + 0.04, x - 0.04});
    s.latitudes.push_back({y - 0.02, y - 0.02, y + 0.02, y + 0.02});
    s.time.push_back(data::day_number({2019, 5, 25}) * 86400.0 + 60 * i);
    s.sza.push_back(30), s.vza.push_back(20), s.cloud_fraction.push_back(0.1f);
  }
  return s;
}

void datasets(const Folder& folder) {
  data::Dataset d;
  d.grid = {8, 12, 10.05, 0.1, 49.95, -0.1, "EPSG:4326"};
  d.windows = {"2019-05-25", "2019-06-10"};
  const auto ramp = [](int64_t count) {
    std::vector<float> values;
    for (int64_t i = 0; i < count; ++i) values.push_back(float(i % 17) / 17);
    return values;
  };
  d.add({"ndvi", "1", "index", ramp(d.shape().size())});
  write_dataset(folder / "fine.h5", d);
  d.coarse_factor = 4;
  d.coarse_layers.push_back({"sif", "mW m-2 sr-1 nm-1", "SIF", ramp(2 * 2 * 3)});
  d.soundings = soundings();
  d.soundings.orbit.assign(d.soundings.size(), 8577);
  d.provenance = {
      {{"a.nc", "00ff", 12}}, "unetsr prepare", "0.1.0", "2019-06-10T00:00:00Z", true, "savanna", "", "TROPOSIF"};
  write_dataset(folder / "granules.h5", d);
}

void checkpoints(const Folder& folder) {
  nn::Checkpoint c;
  c.software = "0.1.0", c.model = to_string(nn::model_spec("sifnet-small", 3)), c.metadata = "{\"features\":[\"sif\"]}";
  c.epoch = 3, c.step = 120;
  for (int i = 0; i < 300; ++i) c.parameters.push_back(0.01f * float(i));
  c.m = c.v = c.parameters;
  c.save(folder / "checkpoint.h5");
}

void granules(const Folder& folder) {
  for (const int side : {20, 7}) {
    data::Grid grid = data::modis_tile_grid(11, 4);
    grid.rows = side, grid.columns = side + 3;
    data::Mod13a2Pixels pixels(size_t(grid.cells()));
    for (size_t i = 0; i < pixels.size(); ++i) {
      pixels.ndvi[i] = int16_t(i * 37), pixels.red[i] = int16_t(-i), pixels.composite_day[i] = int16_t(i % 400);
      pixels.quality[i] = uint16_t(i * 331), pixels.reliability[i] = int8_t(i % 6 - 1);
    }
    data::write_mod13a2(folder / ("granule-" + std::to_string(side)), grid, pixels);
  }
}

void viirs_granules(const Folder& folder) {
  for (const int side : {20, 7}) {
    data::Grid grid = data::modis_tile_grid(11, 4);
    grid.rows = side, grid.columns = side + 3;
    data::Vnp13a2Pixels pixels(size_t(grid.cells()));
    for (size_t i = 0; i < pixels.size(); ++i) {
      pixels.ndvi[i] = int16_t(i % 5 == 0 ? -15000 : int(i) * 37), pixels.swir3[i] = int16_t(i);
      pixels.composite_day[i] = int16_t(i % 400), pixels.quality[i] = uint16_t(i * 331);
      pixels.reliability[i] = int8_t(int(i % 17) - 4);
    }
    data::write_vj113a2(folder / ("granule-" + std::to_string(side)), grid, {2027, 1, 9}, 11, 4, pixels, "ideal");
  }
}

void troposif(const Folder& folder) {
  data::TroposifSoundings all;
  all.soundings = soundings();
  const size_t n = all.size();
  all.sif_735.assign(n, 1), all.error_735.assign(n, 1), all.radiance_743.assign(n, 50);
  all.reflectance.resize(n), all.day_length_factor.assign(n, 0.4f);
  all.solar_azimuth.assign(n, 10), all.view_azimuth.assign(n, 20), all.land_cover.assign(n, 12);
  data::TroposifWriter writer(folder / "troposif.nc", {2019, 5, 25});
  writer.append(all);
  writer.close();
}

void check(int status) {
  if (status != NC_NOERR) broken(nc_strerror(status));
}

// Flat names, corners first.
void caltech(const Folder& folder) {
  const data::Soundings s = soundings();
  int file = 0, n = 0, corners = 0, id = 0;
  check(nc_create((folder / "caltech.nc").c_str(), NC_NETCDF4 | NC_CLOBBER, &file));
  check(nc_def_dim(file, "n_elem", s.size(), &n));
  check(nc_def_dim(file, "corner", 4, &corners));
  const auto put = [&](const char* name, const std::vector<double>& values) {
    const std::array<int, 2> dimensions = {corners, n};
    const bool flat = values.size() == s.size();
    check(nc_def_var(file, name, NC_DOUBLE, flat ? 1 : 2, dimensions.data() + (flat ? 1 : 0), &id));
    check(nc_put_var_double(file, id, values.data()));
  };
  const auto floats = [](const std::vector<float>& values) {
    return std::vector<double>(values.begin(), values.end());
  };
  const auto bounds = [](const std::vector<std::array<double, 4>>& values) {
    std::vector<double> list;
    for (size_t k = 0; k < 4; ++k)
      for (const auto& one : values) list.push_back(one[k]);
    return list;
  };
  put("sif", floats(s.sif)), put("sif_err", floats(s.error)), put("lat", s.latitude), put("lon", s.longitude);
  put("lat_bnds", bounds(s.latitudes)), put("lon_bnds", bounds(s.longitudes)), put("TIME", s.time);
  put("sza", floats(s.sza)), put("vza", floats(s.vza)), put("cloud_fraction", floats(s.cloud_fraction));
  check(nc_close(file));
}

void oco_lite(const Folder& folder) {
  data::OcoFootprints all;
  all.sensor = "OCO-2", all.footprints = soundings();
  const size_t n = all.size();
  all.footprints.pixel.assign(n, 4), all.orbit.assign(n, 26345);
  all.daily_sif.assign(n, 0.4f), all.daily_factor.assign(n, 0.4f);
  all.sif_757.assign(n, 0.7f), all.sif_771.assign(n, 0.4f);
  all.sigma_757.assign(n, 0.3f), all.sigma_771.assign(n, 0.3f);
  all.quality.assign(n, 0), all.cloud.assign(n, 0), all.mode.assign(n, 1), all.igbp.assign(n, 12);
  data::write_oco_lite(folder / "oco.nc4", all, "ideal");
}

// All groups in one file, 2 x 3 pixels, five channels.
void flex_l2(const Folder& folder) {
  int file = 0, y = 0, x = 0, channel = 0, id = 0, group = 0;
  check(nc_create((folder / "flex.nc").c_str(), NC_NETCDF4 | NC_CLOBBER, &file));
  check(nc_def_dim(file, "number_of_northing_pixels", 2, &y));
  check(nc_def_dim(file, "number_of_easting_pixels", 3, &x));
  check(nc_def_dim(file, "number_of_channels", 5, &channel));
  const auto put = [&](const char* name, const std::vector<int>& dimensions, const std::vector<double>& values) {
    check(nc_def_var(group, name, NC_DOUBLE, int(dimensions.size()), dimensions.data(), &id));
    check(nc_put_var_double(group, id, values.data()));
  };
  check(nc_def_grp(file, "L2_Fluorescence", &group));
  put("sif_emission_spectrum", {y, x, channel}, std::vector<double>(30, 0.5));
  put("sif_emission_spectrum_uncertainty", {y, x, channel}, std::vector<double>(30, 0.1));
  put("sif_wavelength_grid", {channel}, {720, 730, 740, 750, 760});
  check(nc_def_grp(file, "L2_Quality", &group));
  put("quality_flags_sif", {y, x}, {0, 1, 0, 0, 16, 0});
  put("pixel_classification", {y, x}, {0, 0, 8, 0, 0, 64});
  check(nc_def_grp(file, "Ancillary_Information", &group));
  put("latitude", {y, x}, {41.1, 41.1, 41.1, 41.0973, 41.0973, -999});
  put("longitude", {y, x}, {22, 22.0036, 22.0072, 22, 22.0036, -999});
  put("sun_zenith_angle", {y, x, channel}, std::vector<double>(30, 35));
  put("viewing_zenith_angle", {y, x, channel}, std::vector<double>(30, 4));
  check(nc_close(file));
}

void soundings_formats(const Folder& folder) {
  folder.texts(
      {"product = \"mine\"\nsif = \"a/sif\"\nerror = \"0.4\"\nlatitude = \"lat\"\nlongitude = \"lon\"\n"
       "latitude_corners = \"lats\"\nlongitude_corners = \"lons\"\ntime = \"t\"\nsun_zenith_angle = \"sza\"\n"
       "viewing_zenith_angle = \"0\"\ncloud_fraction = \"cloud\"\nkind = \"daily\"\nwavelength = 757\n"
       "time_units = \"days since 2000-01-01\"\nsif_units = \"mW/m2/sr/nm\"\nmissing = [\"-999\"]\n"
       "screens = [\"flag=0,1\", \"land=80:100\"]\n",
       "product = \"mine\"\nscreens = [\"=1\"]\n"});
}

void rasters(const Folder& folder) {
  data::RasterDescription map;
  map.grid = {6, 8, 10.25, 0.5, 49.75, -0.5, "EPSG:4326"};
  map.windows = {"2019-05-25", "2019-06-10"}, map.name = "sif", map.long_name = "SIF", map.units = "1";
  for (const auto& [name, format] :
       {std::pair{"map.nc", data::RasterFormat::netcdf}, {"map.tif", data::RasterFormat::geotiff}}) {
    const auto writer = data::make_raster_writer(format, folder / name, map);
    for (int w = 0; w < 2; ++w) writer->write(w, whole(map.grid), std::vector<float>(48, float(w) + 0.5f));
    writer->finish([] { return true; });
  }
}

}  // namespace

void make_corpus(const fs::path& all) {
  tables({all, "table"});
  configurations({all, "toml"}, {all, "run_config"});
  options_of_commands(all);
  regions({all, "region"});
  runs(all);
  datasets({all, "dataset"});
  checkpoints({all, "checkpoint"});
  granules({all, "mod13a2"});
  viirs_granules({all, "vnp13a2"});
  troposif({all, "soundings"});
  caltech({all, "soundings"});
  oco_lite({all, "soundings"}), oco_lite({all, "oco_lite"});
  flex_l2({all, "flex_l2"});
  soundings_formats({all, "soundings_format"});
  rasters({all, "raster"});
}

}  // namespace unetsr::fuzz
