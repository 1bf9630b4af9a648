#include "pipeline/plot/plot.hpp"

#include <cairo-script.h>
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <memory>
#include <numbers>

#include "data/dataset/missing.hpp"
#include "pipeline/plot/canvas.hpp"
#include "pipeline/plot/graticule.hpp"
#include "pipeline/plot/map_figure.hpp"
#include "pipeline/plot/map_panel.hpp"
#include "pipeline/plot/map_view.hpp"
#include "pipeline/plot/palette.hpp"
#include "pipeline/plot/picture_file.hpp"
#include "pipeline/plot/scale_bar.hpp"
#include "thrown.hpp"

using namespace unetsr;
using namespace unetsr::pipeline::picture;
using data::Grid, pipeline::Colour;

namespace {

// 4 x 4 cells of one degree in the open Atlantic, where no coast is drawn: 30 to 26 degrees west, 40 to 44 north. The
// value of a cell is 10 x (its row from the north) + its column from the west.
MapLayer square_layer(bool south_first) {
  MapLayer layer;
  layer.title = "Square", layer.subtitle = "2019-05-25", layer.quantity = Quantity::sif, layer.name = "SIF",
  layer.units = "mW m-2 sr-1 nm-1";
  layer.grid = {4, 4, -29.5, 1, south_first ? 40.5 : 43.5, south_first ? 1.0 : -1.0, "EPSG:4326"};
  for (int row = 0; row < 4; ++row)
    for (int column = 0; column < 4; ++column)
      layer.values.push_back(float(10 * (south_first ? 3 - row : row) + column));
  return layer;
}

// A picture of pixels that a drawing makes on white.
class Pixels {
 public:
  template <class Draw>
  Pixels(int width, int height, const Draw& draw)
      : surface_(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height), cairo_surface_destroy) {
    const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> context(cairo_create(surface_.get()), cairo_destroy);
    cairo_set_source_rgb(context.get(), 1, 1, 1);
    cairo_paint(context.get());
    draw(Canvas(context.get()));
    cairo_surface_flush(surface_.get());
  }
  Colour at(int x, int y) const {
    const auto* row = cairo_image_surface_get_data(surface_.get()) + y * cairo_image_surface_get_stride(surface_.get());
    const uint32_t pixel = reinterpret_cast<const uint32_t*>(row)[x];
    return {uint8_t(pixel >> 16), uint8_t(pixel >> 8), uint8_t(pixel)};
  }

 private:
  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface_;
};

Pixels panel_of(const MapLayer& layer, const MapView& view, const Box& box, const Scale& scale, int side) {
  return {side, side, [&](const Canvas& canvas) {
            draw_panel(canvas, box, view, on_pixels(layer, view.pixels(int(box.width))), scale,
                       {.em = 10, .latitudes = false, .longitudes = false, .scale_bar = false});
          }};
}

bool grey(Colour c) {
  return c.red == c.green && c.green == c.blue && c.red > 140 && c.red < 240;
}

// What a drawing writes, as cairo's script of it has it.
cairo_status_t append(void* text, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

std::string script_of(const MapFigure& figure) {
  std::string script;
  cairo_device_t* device = cairo_script_create_for_stream(append, &script);
  cairo_surface_t* surface =
      cairo_script_surface_create(device, CAIRO_CONTENT_COLOR, figure.size().width, figure.size().height);
  cairo_t* context = cairo_create(surface);
  figure.draw(Canvas(context));
  cairo_destroy(context);
  cairo_surface_destroy(surface);
  cairo_device_finish(device);
  cairo_device_destroy(device);
  return script;
}

}  // namespace

TEST_CASE("a cell has its value's colour at its place, north up, whichever way its rows run") {
  for (const bool south_first : {false, true}) {
    CAPTURE(south_first);
    const MapLayer layer = square_layer(south_first);
    const MapView view(std::array{layer.grid}, std::nullopt, "EPSG:4326");
    const Scale scale{Palette::viridis, 0, 33};
    const Pixels pixels = panel_of(layer, view, {20, 30, 200, 200}, scale, 240);
    for (int row = 0; row < 4; ++row)
      for (int column = 0; column < 4; ++column) {
        const Colour wanted = pipeline::colour_at(pipeline::ColourMap::sequential, (10 * row + column) / 33.0);
        // A cell is 50 pixels wide; the meridians and parallels lie on its edges.
        CHECK(pixels.at(20 + 50 * column + 25, 30 + 50 * row + 25) == wanted);
        CHECK(pixels.at(20 + 50 * column + 6, 30 + 50 * row + 44) == wanted);
      }
    CHECK(pixels.at(10, 100) == Colour{255, 255, 255});
  }
}

TEST_CASE("missing cells are hatched in grey, and nothing is drawn where the grid has no cell") {
  MapLayer layer = square_layer(false);
  layer.values[5] = data::missing;  // row 1, column 1
  const Grid wide{1, 1, -28, 8, 42, 4, "EPSG:4326"};
  const MapView view(std::array{layer.grid, wide}, std::nullopt, "EPSG:4326");
  const Pixels pixels = panel_of(layer, view, {0, 0, 400, 200}, {Palette::viridis, 0, 33}, 400);
  // From 32 to 24 degrees west: 50 pixels a degree, the layer from 100 to 300.
  int light = 0, dark = 0;
  for (int x = 155; x < 195; ++x) {
    const Colour c = pixels.at(x, 75);
    CHECK(grey(c));
    (c.red > 200 ? light : dark) += 1;
  }
  CHECK(light > 10);
  CHECK(dark > 5);
  CHECK_FALSE(grey(pixels.at(125, 75)));
  CHECK(pixels.at(75, 75) == Colour{255, 255, 255});
  CHECK(pixels.at(325, 75) == Colour{255, 255, 255});
}

TEST_CASE("where cells are smaller than pixels a pixel is their mean") {
  MapLayer layer;
  layer.quantity = Quantity::sif;
  layer.grid = {80, 80, -29.975, 0.05, 43.975, -0.05, "EPSG:4326"};
  for (int row = 0; row < 80; ++row)
    for (int column = 0; column < 80; ++column) layer.values.push_back(float((row + column) % 2));
  const MapView view(std::array{layer.grid}, std::nullopt, "EPSG:4326");
  const Shown shown = on_pixels(layer, view.pixels(40));
  for (const float v : shown.values) CHECK(v == doctest::Approx(0.5));
  layer.quantity = Quantity::role;
  for (const float v : on_pixels(layer, view.pixels(40)).values) CHECK((v == 0 || v == 1));
}

TEST_CASE("without --crs the map is equal-area around its middle: distances follow the sphere's formula") {
  const Grid grid{10, 10, -9.5, 1, 50.5, -1, "EPSG:4326"};  // 10 W to 0, 41 to 51 N
  const MapView view(std::array{grid}, std::nullopt, "");
  CHECK(test::contains(view.projection_name(), "Lambert azimuthal equal-area projection, centre 46° N 5° W"));
  const Box box{0, 0, 1000, 1000 * view.aspect()};
  const auto at = [&](double longitude, double latitude) {
    return view.places(std::array{longitude}, std::array{latitude}, box)[0];
  };
  const Point centre = at(-5, 46), north = at(-5, 49), east = at(-2, 46);
  const double metre = box.width / view.width_in_metres();
  const auto chord = [&](double degrees) { return 2 * 6371e3 * std::sin(degrees * std::numbers::pi / 360) * metre; };
  CHECK(north.x == doctest::Approx(centre.x).epsilon(1e-6));
  CHECK(centre.y - north.y == doctest::Approx(chord(3)).epsilon(0.005));
  CHECK(east.x - centre.x == doctest::Approx(chord(3) * std::cos(46 * std::numbers::pi / 180)).epsilon(0.005));
  CHECK(centre.x == doctest::Approx(500).epsilon(0.01));
}

TEST_CASE("the picture of the whole Earth is Equal Earth's; one over the date line is in one piece") {
  const Grid earth{180, 360, -179.5, 1, 89.5, -1, "EPSG:4326"};
  const MapView whole(std::array{earth}, std::nullopt, "");
  CHECK(whole.projection_name() == "Equal Earth projection");
  CHECK(whole.aspect() == doctest::Approx(0.4867).epsilon(0.01));  // Savric et al. 2019
  MapLayer ones;
  ones.grid = earth, ones.values.assign(size_t(earth.cells()), 1);
  CHECK(on_pixels(ones, whole.pixels(60)).values[15 * 60 + 30] == 1);
  const MapView pacific({}, data::BoundingBox{178, -20, -178, -16}, "");
  CHECK(pacific.bounds().east - pacific.bounds().west == doctest::Approx(4));
  const MapView sheets(
      std::array{Grid{4, 2, 178.5, 1, -16.5, -1, "EPSG:4326"}, Grid{4, 2, -179.5, 1, -16.5, -1, "EPSG:4326"}},
      std::nullopt, "");
  CHECK(sheets.bounds().east - sheets.bounds().west == doctest::Approx(4));
}

TEST_CASE("colours reach over what all panels of a quantity show; others have their own") {
  MapLayer a = square_layer(false), b = square_layer(false), c = square_layer(false);
  for (float& v : b.values) v += 100;
  for (float& v : c.values) v /= 100;
  c.quantity = Quantity::deviation, c.name = "standard deviation";
  MapFigureOptions options;
  options.width = 800, options.em = 12;
  CHECK(test::contains(MapFigure({{a, b, c}}, options).description(),
                       "colours: SIF from 0 to 133 mW m-2 sr-1 nm-1, standard deviation from 0 to 0.33"));
  options.range = pipeline::report::Range{-1, 5};
  CHECK(test::contains(MapFigure({{a, b, c}}, options).description(), "SIF from -1 to 5 mW"));
  options.range.reset();
  options.bbox = data::BoundingBox{-29.9, 43.1, -28.1, 43.9};  // two cells
  CHECK(test::contains(MapFigure({{a}}, options).description(), "SIF from 0 to 1 mW"));
}

TEST_CASE("titles, windows, coordinates, units and the length of the scale bar are written") {
  MapFigureOptions options;
  options.width = 800, options.em = 12, options.crs = "EPSG:4326";
  MapLayer layer = square_layer(false);
  layer.values[3] = data::missing;
  const std::string script = script_of(MapFigure({{layer}}, options));
  for (const char* text :
       {"(Square)", "(2019-05-25)", "(29\\", "W)", "(42\\", "N)", "(50 km)", "missing", "(SIF \\(mW m)", "EPSG:4326"})
    CHECK_MESSAGE(test::contains(script, text), text);
  layer.values[3] = 3;
  CHECK_FALSE(test::contains(script_of(MapFigure({{layer}}, options)), "missing"));
}

TEST_CASE("the scale bar is as long as its number says") {
  const MapView view({}, data::BoundingBox{-32, 40, -24, 44}, "EPSG:4326");
  const Pixels pixels(800, 400, [&](const Canvas& canvas) { draw_scale_bar(canvas, {0, 0, 800, 400}, view, 20); });
  // 8 degrees at 42 north are 661 km, of which the bar takes 100 km.
  int dark = 0;
  for (int x = 0; x < 800; ++x) dark += pixels.at(x, 382).red < 60;
  CHECK(dark == doctest::Approx(800 * 100 / 661.0).epsilon(0.03));
}

TEST_CASE("coordinates, lengths and units in words") {
  CHECK(longitude_text(-92.5) == "92.5°\u2009W");
  CHECK(longitude_text(181) == "179°\u2009W");
  CHECK(longitude_text(0) == "0°");
  CHECK(latitude_text(45) == "45°\u2009N");
  CHECK(latitude_text(-7.25) == "7.25°\u2009S");
  CHECK(round_length(99) == 50);
  CHECK(round_length(250) == 200);
  CHECK(round_length(1000) == 1000);
  CHECK(units_markup("mW m-2 sr-1 nm-1") == "mW m<sup>\u22122</sup> sr<sup>\u22121</sup> nm<sup>\u22121</sup>");
  CHECK(units_markup("a < b") == "a &lt; b");
}

TEST_CASE("each palette runs one way, from light to dark or from dark to light") {
  for (const Palette palette : {Palette::viridis, Palette::browns, Palette::greens, Palette::blues}) {
    const auto light = [&](double p) {
      const Colour c = colour_at(palette, p);
      return 0.2126 * c.red + 0.7152 * c.green + 0.0722 * c.blue;
    };
    const double sign = light(1) > light(0) ? 1 : -1;
    for (int i = 1; i <= 50; ++i) CHECK(sign * (light(i / 50.0) - light((i - 1) / 50.0)) > 0);
    CHECK(colour_at(palette, data::missing).alpha == 0);
    CHECK(colour_at(palette, 7) == colour_at(palette, 1));
  }
}

TEST_CASE("the same drawing has the same bytes, and a picture that is too large is an error") {
  const MapFigure figure({{square_layer(false)}}, {});
  for (const PictureFormat format : {PictureFormat::png, PictureFormat::svg}) {
    const auto make = [&](PictureSize size) {
      return encode_picture(format, size, "a <b>", [&](cairo_t* context) { figure.draw(Canvas(context)); });
    };
    const std::string bytes = make({400, 300});
    // SVG counts its parts through the whole process: tests/tools/plot_test.cpp compares files of two.
    if (format == PictureFormat::png) CHECK((bytes == make({400, 300})));
    CHECK(bytes.find(format == PictureFormat::svg ? "<title>a &lt;b&gt;</title>" : "a <b>") != std::string::npos);
  }
  CHECK_THROWS_WITH_AS(encode_picture(PictureFormat::png, {40000, 40000}, "", [](cairo_t*) {}),
                       doctest::Contains("take a smaller --width"), Error);
  CHECK_THROWS_WITH_AS(picture_format_of("a.jpg"), doctest::Contains("a.jpg: the last argument is the picture"),
                       UsageError);
}
