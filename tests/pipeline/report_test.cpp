#include <doctest/doctest.h>
#include <png.h>

#include <cmath>
#include <set>

#include "kernels/error.hpp"
#include "page_checks.hpp"
#include "pipeline/report/ablate_report.hpp"
#include "pipeline/report/chart.hpp"
#include "pipeline/report/evaluate_sections.hpp"
#include "pipeline/report/map.hpp"
#include "pipeline/report/page.hpp"
#include "pipeline/report/png.hpp"
#include "pipeline/report/sections.hpp"
#include "report_data.hpp"

using namespace unetsr;
using namespace unetsr::pipeline;
using namespace unetsr::pipeline::report;

using test::check_stands_alone, test::contains, test::count, test::row;

TEST_CASE("text is escaped, and only backticks mean something") {
  CHECK(escape("a<b> & \"c\" 'd'").text == "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
  CHECK(prose("use `a<b` now").text == "use <code>a&lt;b</code> now");
  CHECK(element("a", {{"title", "\"<&"}}, escape("x")).text == "<a title=\"&quot;&lt;&amp;\">x</a>");
  CHECK(px(3.04) == "3");
  CHECK(px(-0.01) == "0");
  CHECK(px(2.25001) == "2.3");
}

TEST_CASE("numbers read as they should") {
  const std::vector<double> values = {1, 2, 3, 4};
  CHECK(mean(values) == 2.5);
  CHECK(standard_deviation(values) == doctest::Approx(1.2909944487));
  CHECK(mean_and_spread(std::vector<double>{0.9, 0.92}, 3) == "0.910 ± 0.014");
  CHECK(mean_and_spread(std::vector<double>{0.9}, 3) == "0.900");
  CHECK(mean_and_spread({}, 3) == "–");
  CHECK(fixed(-1.26, 1) == "−1.3");
  CHECK(fixed(-0.001, 2) == "0.00");
  CHECK(fixed(NAN, 2) == "–");
  CHECK(percent(0.9961) == "99.6 %");
  CHECK(with_thousands(1941537) == "1,941,537");
  CHECK(with_thousands(-999) == "−999");
  CHECK(duration(4.25) == "4.2 s");
  CHECK(duration(185) == "3 min 05 s");
  CHECK(duration(4320) == "1 h 12 min");
}

TEST_CASE("ticks land on round numbers") {
  CHECK(tick_labels(round_ticks(0.13, 0.97, 5)) == std::vector<std::string>{"0.2", "0.4", "0.6", "0.8"});
  CHECK(tick_labels(round_ticks(-7, 12, 4)) == std::vector<std::string>{"−5", "0", "5", "10"});
  CHECK(tick_labels(round_ticks(0, 500, 5)) == std::vector<std::string>{"0", "100", "200", "300", "400", "500"});
  CHECK(tick_labels(logarithmic_ticks(0.0003, 2), true) == std::vector<std::string>{"0.001", "0.01", "0.1", "1"});
  CHECK(tick_labels(logarithmic_ticks(0.04, 0.6), true) == std::vector<std::string>{"0.05", "0.1", "0.2", "0.5"});
}

TEST_CASE("quantiles leave out what is missing") {
  std::vector<float> values = {test::nan};
  for (int i = 100; i >= 0; --i) values.push_back(float(i));
  const std::span<const float> layers[] = {values};
  const Range range = quantile_range(layers, 0.05, 0.9);
  CHECK(range.low == 5);
  CHECK(range.high == 90);
}

TEST_CASE("colours at the ends, in the middle, and of what is missing") {
  CHECK(colour_at(ColourMap::sequential, 0) == Colour{68, 1, 84});
  CHECK(colour_at(ColourMap::sequential, 0.5) == Colour{33, 145, 140});
  CHECK(colour_at(ColourMap::sequential, 7) == Colour{253, 231, 37});
  CHECK(colour_at(ColourMap::diverging, 0.5) == Colour{247, 247, 247});
  CHECK(colour_at(ColourMap::diverging, 0) == Colour{5, 48, 97});
  CHECK(colour_at(ColourMap::sequential, NAN).alpha == 0);
  CHECK(wants_dark_text({253, 231, 37}));
  CHECK_FALSE(wants_dark_text({68, 1, 84}));
}

TEST_CASE("base64 as in RFC 4648") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  CHECK(base64("\xff\xfe\xfd") == "//79");
}

TEST_CASE("a picture survives its PNG") {
  Image image(3, 2, {{0, 0, 0, 0}, {40, 255, 7}, {1, 2, 3}});
  image.pixels = {1, 2, 1, 2, 0, 1};
  const std::string bytes = encode_png(image);
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  REQUIRE(png_image_begin_read_from_memory(&header, bytes.data(), bytes.size()));
  CHECK(header.width == 3);
  CHECK(header.height == 2);
  header.format = PNG_FORMAT_RGBA;
  std::vector<Colour> pixels(6);
  static_assert(sizeof(Colour) == 4);
  REQUIRE(png_image_finish_read(&header, nullptr, pixels.data(), 0, nullptr));
  for (size_t i = 0; i < 6; ++i)
    if (i != 4) CHECK(pixels[i] == image.palette[image.pixels[i]]);
  CHECK(pixels[4].alpha == 0);
  image.palette.resize(257);
  CHECK_THROWS_AS(encode_png(image), Error);
}

TEST_CASE("values lie in the palette of their scale, and what is missing at its start") {
  const ColourScale scale{ColourMap::diverging, -2, 2};
  const std::vector<Colour> palette = palette_of(scale.map);
  CHECK(palette.size() == 256);
  CHECK(palette[0].alpha == 0);
  CHECK(scale.palette_index(NAN) == 0);
  CHECK(scale.palette_index(-9) == 1);
  CHECK(scale.palette_index(0) == 128);
  CHECK(scale.palette_index(2) == 255);
  for (const double value : {-2.0, 0.0, 2.0}) CHECK(palette[scale.palette_index(value)] == scale.colour(value));
}

TEST_CASE("maps are drawn north up") {
  const ColourScale scale{ColourMap::sequential, 0, 1};
  const std::vector<float> south_first = {0, 0.25f, test::nan, 1};  // rows: south (0, 0.25), north (missing, 1)
  Image image(2, 2, palette_of(scale.map));
  image.at(0, 1) = scale.palette_index(1);
  image.at(1, 0) = scale.palette_index(0);
  image.at(1, 1) = scale.palette_index(0.25);
  data::Grid grid{2, 2, -100, 1, 40, 1};
  CHECK(contains(map_panel("m", south_first, {2, 2, grid}, scale).text, png_data_uri(image)));

  grid.y_step = -1;
  std::swap(image.at(0, 0), image.at(1, 0));
  std::swap(image.at(0, 1), image.at(1, 1));
  const Html north_first = map_panel("m", south_first, {2, 2, grid}, scale);
  CHECK(contains(north_first.text, png_data_uri(image)));
  CHECK(contains(north_first.text, "100°W"));
  CHECK(contains(north_first.text, "40.0°N"));
  CHECK_THROWS_AS(map_panel("m", std::vector<float>(3), {2, 2, grid}, scale), ShapeError);
}

TEST_CASE("thinned maps hold means of what is there, and stay in their place") {
  const MapFrame frame{2, 3, data::Grid{2, 3, 10, 1, 50, -2}};
  const std::vector<float> thin = thinned(std::vector<float>{1, 2, 5, 3, test::nan, test::nan}, frame, 2);
  CHECK(thin == std::vector<float>{2, 5});
  CHECK(std::isnan(thinned(std::vector<float>(6, test::nan), frame, 2)[1]));
  const MapEdges edges = frame.thinned(2).edges();
  CHECK(edges.west == 9.5);
  CHECK(edges.east == 13.5);  // the last block reaches beyond the grid
  CHECK(edges.north == 51);
  CHECK(edges.south == 47);
}

TEST_CASE("a map viewer holds each raster once, and says what it is") {
  const std::vector<float> a = {0, 1, 2, 3}, b = {3, 2, test::nan, 0};
  const MapViewer viewer{
      "v", {2, 2, {}}, {"May </script>"}, {{{ColourMap::sequential, 0, 3}, "SIF"}}, {{"A", 0, 0, a}, {"B", 0, 0, b}},
      "A", "B"};
  const std::string text = map_viewer(viewer).text;
  for (const auto& values : {a, b}) CHECK(count(text, picture_of(values, viewer.frame, viewer.scales[0].colours)) == 1);
  CHECK(count(text, "id=\"v-0\"") == 1);
  CHECK(contains(text, "{\"name\":\"B\",\"window\":0,\"scale\":0,\"image\":\"v-1\"}"));
  CHECK(count(text, "</script>") == 1);
  CHECK_FALSE(contains(text, "To keep this page small"));
}

TEST_CASE("a map viewer averages rasters that are too large for a page") {
  std::vector<float> values;
  Random random(1, 1);
  for (int i = 0; i < 200 * 200; ++i) values.push_back(float(random.uniform()));
  const MapViewer viewer{
      "v", {200, 200, {}}, {"w"}, {{{ColourMap::sequential, 0, 1}, "SIF"}}, {{"A", 0, 0, values}}, "A", "A"};
  CHECK(map_viewer(viewer).text.size() > 40'000);
  const std::string small = map_viewer(viewer, 20'000).text;
  CHECK(small.size() < 30'000);
  CHECK(contains(small, "means over 2 × 2 cells"));
  CHECK(contains(small, "\"columns\":100,\"rows\":100"));
}

TEST_CASE("a line chart carries its values, whiskers and gaps, and as a table too") {
  LineChart chart{"t<", {.label = "x"}, {.label = "y", .logarithmic = true, .range = Range{0.01, 1}}, {}};
  chart.series.push_back({"s", "blue", {0, 5, 6}, {0.125, 1.0 / 3, NAN}, SeriesShape::joined_dots});
  chart.series.push_back({"off", "grey", {5}, {-2}, SeriesShape::line, 2, false, {Range{-3, -1}}});
  const std::string text = line_chart(chart).text;
  CHECK(contains(text, "\"y\":{\"label\":\"y\",\"logarithmic\":true,\"range\":[0.01,1.0]}"));
  CHECK(contains(text,
                 "{\"name\":\"s\",\"colour\":\"blue\",\"shape\":\"joined dots\",\"x\":[0.0,5.0,6.0],"
                 "\"y\":[0.125,0.33333,null]}"));
  CHECK(contains(text, "\"dashes\":2,\"off\":true,\"x\":[5.0],\"y\":[-2.0],\"whiskers\":[[-3.0,-1.0]]}"));
  CHECK(contains(text, "aria-label=\"t&lt;\""));
  CHECK(contains(text, "\"title\":\"t\\u003c\""));
  CHECK(contains(text, ">0</th><td class=\"number\">0.125</td><td class=\"number\">–</td>"));
  CHECK(contains(text, ">5</th><td class=\"number\">0.3333</td><td class=\"number\">−2</td>"));
  chart.series[0].y.pop_back();
  CHECK_THROWS_AS(line_chart(chart), ShapeError);
}

TEST_CASE("the table of a long chart has about twenty rows, the first and the last among them") {
  LineChart chart{"t", {.label = "x"}, {.label = "y"}, {{"s", "blue", {}, {}}}};
  for (int i = 1; i <= 500; ++i) chart.series[0].x.push_back(i), chart.series[0].y.push_back(2 * i);
  const std::string text = line_chart(chart).text;
  CHECK(count(text, "<tr") == 21);
  CHECK(contains(text, ">1</th><td class=\"number\">2</td>"));
  CHECK(contains(text, ">500</th><td class=\"number\">1000</td>"));
}

TEST_CASE("a chart of categories names them in its table") {
  LineChart chart{"t", {.label = "x", .categories = {"May", "June"}}, {.label = "y"}, {}};
  chart.series.push_back({"s", "blue", {0, 1}, {3, 4}, SeriesShape::bars});
  CHECK(contains(line_chart(chart).text, "June</th><td class=\"number\">4</td>"));
}

TEST_CASE("bars carry their values and intervals, and what is missing") {
  const BarChart chart{"t",       "axis",         2, {{"a<", "blue", 0.5, Range{0.4, 0.6}}, {"b", "grey", NAN}}, 0.7,
                       "ceiling", "95 % interval"};
  const std::string text = bar_chart(chart).text;
  CHECK(contains(text, "{\"name\":\"a\\u003c\",\"colour\":\"blue\",\"value\":0.5,\"whisker\":[0.4,0.6]}"));
  CHECK(contains(text, "{\"name\":\"b\",\"colour\":\"grey\",\"value\":null}"));
  CHECK(contains(text, "\"reference\":{\"value\":0.7,\"name\":\"ceiling\"}"));
  CHECK(contains(text, "a&lt;</th><td class=\"number\">0.50</td><td class=\"number\">0.40 to 0.60</td>"));
  CHECK(contains(text, ">b</th><td class=\"number\">–</td><td class=\"number\">–</td>"));
}

TEST_CASE("columns say which values are better, and cells what they are sorted by") {
  const Table t{"t", false, {{"a", false}, {"b", true, Better::near_1}}, {{{escape("x"), Cell(escape("1 h"), 3600)}}}};
  const std::string text = table(t).text;
  CHECK(contains(text, "<th scope=\"col\" class=\"words\">a</th>"));
  CHECK(contains(text, "<th scope=\"col\" class=\"number\" data-better=\"1\">b</th>"));
  CHECK(contains(text, "<td class=\"number\" data-value=\"3600\">1 h</td>"));
}

TEST_CASE("a heat map shows every number, and a dash for what is missing") {
  const HeatMap map{"c", {"a", "b<"}, {1, -0.254, NAN, 1}, {ColourMap::diverging, -1, 1}};
  const std::string text = heat_map(map).text;
  CHECK(count(text, ">1.00</td>") == 2);
  CHECK(count(text, ">−0.25</td>") == 1);
  CHECK(count(text, "<td>–</td>") == 1);
  CHECK(count(text, "background:#67001f;color:#fff") == 2);
  CHECK(contains(text, "b&lt;"));
  CHECK_THROWS_AS(heat_map({"c", {"a"}, {1, 2}, {}}), ShapeError);
}

TEST_CASE("a density plot counts prediction upwards and actual to the right") {
  Image image(90, 90, palette_of(ColourMap::sequential));
  // Twice at actual 0.99, predicted 0.01; once at 0.5, 0.75.
  image.at(89, 89) = ColourScale().palette_index(0.15 + 0.85 * std::log(2.0) / std::log(3.0));
  image.at(22, 45) = ColourScale().palette_index(0.15);
  const std::vector<float> actual = {0.999f, 0.5f, 0.999f, test::nan, 5}, predicted = {0.001f, 0.751f, 0.001f, 0.5f, 5};
  const std::string text = density_plot({"t", "x", "y", actual, predicted, {0, 1}}).text;
  CHECK(contains(text, png_data_uri(image)));
  CHECK(contains(text, " 4 cells"));
  CHECK_THROWS_AS(density_plot({"t", "x", "y", actual, std::span(predicted).first(2), {0, 1}}), ShapeError);
}

TEST_CASE("a row of maps has one scale for what is SIF, and another for errors") {
  const WindowMaps window{"w", {0, 1, 2, 3}, {1, 1, 2, 4}, {{"unet", {1, 2, 2, 2}}}};
  const MapFrame frame{2, 2, {}};
  const ColourScale sif{ColourMap::sequential, 0, 4}, error{ColourMap::diverging, -2, 2};
  const std::string text = window_map_row(window, frame).text;
  const std::vector<float> errors = {0, 1, 0, -2};
  CHECK(contains(text, map_panel("Coarse input", window.coarse, frame, sif).text));
  CHECK(contains(text, map_panel("Target", window.target, frame, sif).text));
  CHECK(contains(text, map_panel("U-Net", window.predictions[0].values, frame, sif).text));
  CHECK(contains(text, map_panel("U-Net − target", errors, frame, error).text));
}

TEST_CASE("a row of the wrong length is an error") {
  CHECK_THROWS_AS(table({"t", false, {{"a"}, {"b"}}, {{{escape("1")}}}}), Error);
}

TEST_CASE("the page of a full reproduction") {
  const std::string page = reproduce_page(test::full_reproduction());
  CHECK(contains(page, "over 4 draws, coarse SIF unchanged has R² 0.830 ± 0.016, linear regression 0.980 ± 0.000"));
  check_stands_alone(page);
  for (const char* section : {"meaning", "tables", "audit", "honest", "figures", "provenance"}) {
    CAPTURE(section);
    CHECK(count(page, "<section id=\"" + std::string(section) + "\">") == 1);
    CHECK(count(page, "href=\"#" + std::string(section) + "\"") == 1);
  }
  CHECK_FALSE(contains(page, "class=\"not-available\""));
  for (const char* number :
       {"0.9692",         "0.0711", "0.0956", "0.5300",     "0.2850",      "0.3731",           // the paper's
        "0.9890",         "0.0430", "0.0580", "0.5560",     "0.8324",      "0.9804",           // ours
        "99.62 ± 0.04 %", "1.0000", "0.9803", "0.9343",     "0.055",                           // audit
        "0.916",          "0.903",  "0.886",  "0.867",      "0.828",       "0.823",  "0.560",  // held-out columns
        "0.855",          "0.882",  "0.757",  "0.845",      "0.849",       "0.744",  "0.812",  // windows, ceilings
        "32,699",         "16,603", "16,586", "1 h 05 min", "cpu (avx512)"}) {
    CAPTURE(number);
    CHECK(contains(page, number));
  }
  CHECK(row(page, "Tables II and III", "U-Net") ==
        "U-Net|0.9692|0.9890± 0.0020|0.0711|0.0430± 0.0020|0.0956|0.0580± 0.0020|");
  CHECK(row(page, "Tables II and III", "Coarse SIF unchanged") ==
        "Coarse SIF unchanged|–|0.8324± 0.0013|–|0.1630± 0.0010|–|0.2180± 0.0010|");
  CHECK(row(page, "Scores pooled", "U-Net") == "U-Net|0.916± 0.004|0.155± 0.002|0.117± 0.001|");
  CHECK(row(page, "Scores pooled", "Linear regression, 5 × 5") == "Linear regression, 5 × 5|0.867|0.193|0.146|");
  CHECK(row(page, "Trained on 10 June", "Coarse SIF unchanged") == "Coarse SIF unchanged|0.845|0.180|0.140|");
  CHECK(contains(page, std::string(64, 'a')));
  CHECK(contains(page, "threads &lt;auto&gt;"));
  CHECK(contains(page, "2 &amp; more"));
  CHECK(contains(page, "0 training cells lie closer than 8 cells to a test cell, as required."));
  CHECK(contains(page, "lies above the ceiling (0.812)"));
  // Lead, summary, Table III, two of the audit, point, scatter, curves, sample.
  CHECK(count(page, "class=\"badge\"") == 9);
  // 2 windows x 4 maps, and twice 2 colour bars; scatter 2 + 2; LBP 2 x (3 + 3); sample 6 and 2 colour bars.
  CHECK(count(page, "data:image/png;base64,") == 2 * 4 + 4 + 4 + 12 + 8);
}

TEST_CASE("the page of a reproduction of which nothing was done says so") {
  const std::string page = reproduce_page({});
  check_stands_alone(page);
  for (const char* text :
       {"The paper&#39;s protocol was not run.", "The audit was not made.", "The honest protocol was not run.",
        "Correlations were not computed.", "No LBP maps were made.", "No training history was kept."}) {
    CAPTURE(text);
    CHECK(contains(page, text));
  }
  CHECK_FALSE(contains(page, "data:image/png"));
  CHECK_FALSE(contains(page, "<svg viewBox"));
}

TEST_CASE("a quick reproduction says that its scores are not those of a full run") {
  ReproduceReport report = test::full_reproduction();
  CHECK_FALSE(contains(reproduce_page(report), "Quick run"));
  report.quick = true;
  report.honest->training_cells_near_test = 17;
  report.honest->maps.clear();
  report.honest->windows.clear();
  report.honest->ceilings.clear();
  const std::string page = reproduce_page(report);
  check_stands_alone(page);
  CHECK(contains(page, "Quick run"));
  CHECK(contains(page, "17 training cells lie closer than 8 cells to a test cell. There should be none"));
  CHECK(contains(page, "No maps were made."));
  CHECK(contains(page, "The noise ceiling was not estimated."));
}

TEST_CASE("names of all sorts are harmless on a page") {
  ReproduceReport report = test::full_reproduction();
  const std::string evil = "<script>alert(\"1\")</script>";
  report.windows = {evil, "b"};
  report.paper_scores[0].name = evil;
  report.honest->columns[3].name = evil;
  report.honest->features = {evil};
  report.correlation->names[0] = evil;
  report.paper_curves[0].model = evil;
  report.provenance.command = evil;
  report.provenance.files[0].path = evil;
  report.provenance.stages[0].name = evil;
  const std::string page = reproduce_page(report);
  check_stands_alone(page);
  // Leaflet, the maps, Chart.js, the charts and the tables.
  CHECK(count(page, "<script>") == 5);
}

TEST_CASE("the page of an evaluation") {
  const std::string page = evaluate_page(test::full_evaluation());
  check_stands_alone(page);
  for (const char* section : {"scores", "limits", "maps", "scatter", "spectra", "windows", "strata", "importance",
                              "coverage", "runs", "splits", "curves", "provenance"}) {
    CAPTURE(section);
    CHECK(count(page, "<section id=\"" + std::string(section) + "\"") == 1);
  }
  CHECK_FALSE(contains(page, "class=\"not-available\""));
  for (const char* text : {"unet-fold0", "unet-fold1", "paper-run", "0.915", "0.823", "0.558", "1,941,537", "0.902",
                           "−0.003", "12 min 34 s", "0.812", "columns 43-86 of 173"}) {
    CAPTURE(text);
    CHECK(contains(page, text));
  }
  CHECK(row(page, "What each run is", "<code>unet-fold1</code>") ==
        "unet-fold1|U-Net|columns 43-86 of 173|0.915|0.155|1,941,537|60|1|12 min 34 s|0|8|sif, ndvi, evi, nir, lbp|");
  // The leaky run's row and curves alone.
  CHECK(count(page, "class=\"badge\"") == 2);
  // Fold 0: 2 x 97 x 43 test cells; its buffer is 8 columns.
  CHECK(contains(page, "8,342 test and 1,552 buffer cells"));
}

TEST_CASE("an evaluation has a section on filled gaps where they were scored") {
  EvaluateReport r = test::full_evaluation();
  CHECK(!contains(evaluate_page(r), "<section id=\"filled\""));
  r.runs[1].filled = {{filling_network, {0.9, 0.9, 0.1, 0.123, -0.011, 1, 2345}},
                      {"harmonic fit", {0.6, 0.6, 0.2, 0.345, 0.02, 1, 2345}}};
  const std::string page = evaluate_page(r);
  CHECK(count(page, "<section id=\"filled\"") == 1);
  for (const char* text : {"dense network", "0.123", "−0.011", "harmonic fit", "0.345", "2,345"}) {
    CAPTURE(text);
    CHECK(contains(page, text));
  }
}

TEST_CASE("the headline of an evaluation has intervals, spreads and the best of each column") {
  const std::string page = evaluate_page(test::full_evaluation());
  // R2, r2, RMSE, MAE, bias, slope, skill, detail; folds, seeds, cells.
  CHECK(row(page, "Test cells: columns, 2 of 4 folds", "U-Net, features sif,ndvi") ==
        "U-Net, features sif,ndviyour runsunet-fold0, unet-fold1|0.9140.901 to 0.927|0.916|0.1560.149 to "
        "0.163|0.117|−0.003−0.012 to 0.004|0.902|"
        "0.5170.480 to 0.550|0.610|2|1|15,868|");
  CHECK(contains(row(page, "Test cells: columns, 2 of 4 folds", "SIFnet"), "SIFnet|0.902 ± 0.004"));
  CHECK(row(page, "Test cells: columns, 2 of 4 folds", "Coarse SIF unchanged") ==
        "Coarse SIF unchangedbaseline|0.823|0.840|0.223|0.169|0.001|0.710|0.000|–|2|–|15,868|");
  CHECK(contains(page, "<strong>0.914</strong>"));
  CHECK_FALSE(contains(page, "<strong>0.823</strong>"));
  CHECK_FALSE(contains(page, "SSIM"));  // no map has it
  // 1 - 0.156 / 0.223
  CHECK(contains(page, "30.0 % less than Coarse SIF unchanged"));
  CHECK(contains(page, "Not all folds were run"));
  CHECK(contains(page, "At least 8 cells lie between training and test cells"));
  CHECK(row(page, "All scores by land cover", "U-Net, features sif,ndvi") == "U-Net, features sif,ndvi|0.310R² 0.700|");
  CHECK(row(page, "All scores by window", "SIFnet") == "SIFnet|–|–|");
  CHECK(row(page, "All scores by window", "Cells") == "Cells|15,868|15,868|");
  CHECK(contains(page, "windows of 12 × 12 cells. They hold for the held-out cells alone"));
}

TEST_CASE("an evaluation says whether two maps differ clearly") {
  EvaluateReport report = test::full_evaluation();
  const std::string page = evaluate_page(report);
  CHECK(row(page, "RMSE minus that of another map", "U-Net, features sif,ndvi") ==
        "U-Net, features sif,ndvi|−0.067−0.071 to −0.062: better|–|");
  CHECK(row(page, "RMSE minus that of another map", "SIFnet") ==
        "SIFnet|−0.067−0.071 to −0.062: better|0.010−0.001 to 0.021: no clear difference|");
}

TEST_CASE("an evaluation's map is of the whole region, and of all folds where they held out") {
  EvaluateReport report = test::full_evaluation();
  const std::string page = evaluate_page(report);
  const MapFrame frame{test::rows, test::columns, report.grid};
  const size_t cells = size_t(test::rows * test::columns);
  const auto window = [&](const std::vector<float>& values) { return std::span(values).first(cells); };
  std::vector<float> held_out(report.runs[0].prediction), difference(report.runs[0].map);
  for (size_t i = 0; i < held_out.size(); ++i) {
    if (std::isfinite(report.runs[1].prediction[i])) held_out[i] = report.runs[1].prediction[i];
    difference[i] -= report.target[i];
  }
  std::vector<std::span<const float>> sif, errors;
  for (const auto* map : {&report.runs[0].map, &report.runs[1].map, &held_out, &report.coarse_cells, &report.target})
    for (size_t w = 0; w < 2; ++w) sif.push_back(std::span(*map).subspan(w * cells, cells));
  for (size_t w = 0; w < 2; ++w) errors.push_back(std::span(difference).subspan(w * cells, cells));
  const ColourScale scale = shared_scale(sif);
  for (const auto* map : {&report.runs[0].map, &held_out, &report.coarse_cells, &report.target})
    CHECK(contains(page, picture_of(window(*map), frame, scale)));
  CHECK(contains(page, picture_of(window(difference), frame, error_scale(errors))));
  const std::string name = "U-Net, features sif,ndvi", run = name + ", run unet-fold0";
  for (const std::string& layer :
       {"Sharpened SIF: " + run, "Standard deviation: " + run, "Difference from target: " + run,
        "Sharpened SIF: " + name + ", run unet-fold1", "Sharpened SIF: " + name + ", held-out cells of 2 runs"}) {
    CAPTURE(layer);
    CHECK(contains(page, "\"name\":\"" + layer + "\""));
  }
  CHECK(contains(page, "\"left\":\"Coarse SIF, cell by cell\",\"right\":\"Sharpened SIF: " + run + "\""));
  report.scored_against = ScoredAgainst::truth;
  CHECK(contains(evaluate_page(report), "\"name\":\"Truth\""));
  report.runs[0].map.clear(), report.runs[1].map.clear();
  CHECK_FALSE(contains(evaluate_page(report), "class=\"map-viewer\""));
}

TEST_CASE("the map stands before the scores, and scores of coarser cells are drawn as large as these") {
  EvaluateReport report = test::full_evaluation();
  const std::string page = evaluate_page(report);
  CHECK(page.find("<section id=\"maps\"") < page.find("<nav"));
  CHECK(page.find("<nav") < page.find("<section id=\"scores\""));
  // Two runs of a scored grid of 1 x 2 cells, on maps of 2 x 4.
  report.windows = {"w"};
  report.grid = {1, 2, 0, 2, 0, 2};
  report.map_grid = {2, 4, -0.5, 1, -0.5, 1};
  report.target = {1, 2}, report.coarse = report.target;
  report.coarse_cells = {1, 1, 2, 2, 1, 1, 2, 2};
  report.runs.resize(1);
  EvaluatedRun& run = report.runs[0];
  run.map = {0, 1, 2, 3, 4, 5, 6, 7}, run.deviation.clear();
  run.prediction = {test::nan, 5};
  run.split = data::Split{"", 1, 1, 2, {data::Role::train, data::Role::test}};
  report.pools[0].entries[0].runs = {run.name};
  const std::vector<float> difference = {test::nan, test::nan, 3, 3, test::nan, test::nan, 3, 3};
  const std::span<const float> rasters[] = {difference};
  const std::string coarser = evaluate_page(report);
  CHECK(contains(coarser, picture_of(difference, {2, 4, report.map_grid}, error_scale(rasters))));
  CHECK(contains(coarser, "\"name\":\"Difference from coarse SIF: U-Net"));
  CHECK_FALSE(contains(coarser, "\"name\":\"Target\""));  // which is the coarse SIF
  const std::span<const float> sif[] = {run.map, report.coarse_cells};
  report.coarse_cells[0] = 1.5f;
  CHECK(contains(evaluate_page(report), picture_of(report.coarse_cells, {2, 4, report.map_grid}, shared_scale(sif))));
  // Around the second coarse cell, in tenths of a cell.
  CHECK(contains(coarser, "id=\"map-outline-0\" class=\"map-line\" d=\"M20 0h20M20 20h20M20 0v20M40 0v20\""));
}

TEST_CASE("the headline says how good the map is, and whether chance explains it") {
  EvaluateReport report = test::full_evaluation();
  const std::string page = evaluate_page(report);
  CHECK(contains(page,
                 "The best of 2 sharpened maps of SIF at 740 nm (cells of 0.046°, U-Net, features sif,ndvi) differs "
                 "by 0.156"));
  EvaluateReport one = report;  // network, corrected and not
  one.pools[0].entries[1].variant = {one.pools[0].entries[0].variant.method, false, true};
  CHECK(contains(evaluate_page(one), "This sharpened map of SIF"));
  CHECK(contains(page,
                 "from 15,868 held-out cells of the gridded SIF. That is 0.067 less than the best baseline (Coarse "
                 "SIF unchanged); the 95 % interval of the difference, −0.071 to −0.062, does not contain 0."));
  CHECK(contains(page, "Noise lets a perfect map reach about 0.812"));
  const data::Metrics& best = report.pools[0].entries[0].metrics;
  CHECK(contains(page, "Noise alone gives a perfect map about " +
                           fixed(best.rmse * std::sqrt((1 - *report.noise_ceiling_r2) / (1 - best.r2)), 3)));
  CHECK_FALSE(contains(page, "simulated scene, not measurements"));
  CHECK(contains(page, "90.0 %"));  // of the truth in intervals of 90 %
  data::Estimate& difference = report.pools[0].entries[0].less_best_baseline;
  difference = {-0.067, data::Interval{-0.15, 0.01}};
  CHECK(contains(evaluate_page(report), "; this may be chance"));
  difference.interval.reset();
  CHECK(contains(evaluate_page(report), "too few blocks of cells"));
  difference.value = 0.056;
  CHECK(contains(evaluate_page(report), "That is 0.056 more than the best baseline"));
  report.scored_against = ScoredAgainst::soundings;
  CHECK(contains(evaluate_page(report), "15,868 held-out soundings"));
  CHECK(contains(evaluate_page(report), "own noise, which is most of them"));
  CHECK(contains(evaluate_page(report), "noise of the soundings"));
  report.provenance.simulated = true;
  CHECK(contains(evaluate_page(report), "simulated scene, not measurements"));
  report.provenance.world = "savanna";
  CHECK(contains(evaluate_page(report), "simulated scene of the world savanna, not measurements"));
}

TEST_CASE("soundings are compared with maps made without them, the map that they corrected with nothing") {
  EvaluateReport report = test::full_evaluation();
  report.scored_against = ScoredAgainst::soundings;
  report.runs[0].measured = {1, 2, 3}, report.runs[0].remeasured = {1.5f, 2.5f, 2.5f};
  report.runs[1].measured = {4}, report.runs[1].remeasured = {3.5f};
  const std::string page = evaluate_page(report);
  check_stands_alone(page);
  CHECK(contains(page, "\"name\":\"Gridded soundings\""));
  CHECK_FALSE(contains(page, "Difference from"));
  CHECK(contains(page, "corrected by all soundings"));
  CHECK(contains(
      page, scatter_panels({{"U-Net, features sif,ndvi", {1, 2, 3, 4}, {1.5f, 2.5f, 2.5f, 3.5f}}}, "soundings").text));
}

TEST_CASE("of many lines the best network, the best baseline and the coarse SIF are shown at first") {
  const Pool pool = condensed(test::evaluation_of_many().pools[0]);
  std::vector<std::string> shown;
  std::set<std::pair<std::string, int>> styles;
  for (size_t i = 0; i < pool.entries.size(); ++i) {
    const Series series = entry_series(pool, i);
    styles.insert({series.colour, series.dashes});
    if (series.shown) shown.push_back(pool.entries[i].name);
  }
  CHECK(shown == std::vector<std::string>{"unet-pointwise", "coarse", pool.best_baseline});
  CHECK(styles.size() == pool.entries.size());
}

TEST_CASE("charts and tables show of each baseline its best map, and the coarse SIF unchanged") {
  const Pool all = test::evaluation_of_many().pools[0], pool = condensed(all);
  std::vector<std::string> baselines;
  for (const PooledEntry& e : pool.entries)
    if (e.baseline) baselines.push_back(e.name);
  CHECK(baselines == std::vector<std::string>{"coarse", "coarse, corrected by soundings",
                                              "bilinear, corrected by soundings", "bicubic, corrected by soundings",
                                              "nirv, denoised bands, corrected by soundings",
                                              "linear-residual, denoised bands, corrected by soundings",
                                              "gwr-residual, denoised bands, corrected by soundings",
                                              "trees-residual, denoised bands, corrected by soundings",
                                              "atprk, denoised bands, corrected by soundings"});
  REQUIRE(pool.spectra->lines.size() == pool.entries.size() + 1);
  for (size_t i = 0; i < pool.entries.size(); ++i) {
    CHECK(pool.spectra->lines[i + 1].name == pool.entries[i].name);
    const double share = pool.strata[0].metrics.at(i).rmse / pool.strata[0].metrics[0].rmse;
    CHECK(share == doctest::Approx(pool.entries[i].metrics.rmse / pool.entries[0].metrics.rmse));
  }
}

TEST_CASE("a table has one row a baseline, and columns for what its map is made of and corrected by") {
  const std::string page = evaluate_page(test::evaluation_of_many());
  check_stands_alone(page);
  CHECK(row(page, "RMSE of the baselines", "Linear regression + kriged residual (ATPRK)") ==
        "Linear regression + kriged residual (ATPRK)|0.190|0.186|0.164|0.160|");
  CHECK(row(page, "RMSE of the baselines", "Bicubic") == "Bicubic|0.215|–|0.189|–|");
  CHECK(contains(page, "<strong>0.160</strong>"));
  CHECK(contains(page, "Corrected: by the same soundings"));
  CHECK(contains(page, "All scores of every baseline"));
  CHECK(contains(page,
                 "That is 0.040 less than the best uncorrected baseline (Linear regression + kriged residual (ATPRK)); "
                 "the 95 % interval of the difference, −0.048 to −0.032, does not contain 0. That is 0.010 less than "
                 "the best baseline that the same soundings corrected (Linear regression + kriged residual (ATPRK), "
                 "denoised bands, corrected by soundings); the 95 % interval"));
  const std::string without = evaluate_page(test::full_evaluation());
  CHECK_FALSE(contains(without, "RMSE of the baselines"));
  CHECK_FALSE(contains(without, "All scores of every baseline"));
}

TEST_CASE("the page says what each step brings, and whether clearly") {
  const std::string page = evaluate_page(test::evaluation_of_many());
  CHECK(row(page, "RMSE of the second map minus that of the first", "Correction, of the best uncorrected baseline") ==
        "Correction, of the best uncorrected baseline|Linear regression + kriged residual (ATPRK)|Linear regression + "
        "kriged residual (ATPRK), corrected by soundings|−0.026−0.030 to −0.022: better|");
  CHECK(contains(
      row(page, "RMSE of the second map minus that of the first", "Footprints instead of coarse cells, of a network"),
      "no clear difference"));
  CHECK_FALSE(contains(evaluate_page(test::full_evaluation()), "RMSE of the second map"));
}

TEST_CASE("residuals are observed minus predicted, of the test cells alone") {
  EvaluateReport report;
  report.target = {1, 2, 3, 4, test::nan};
  const EntryMap map{"m", {0.5f, 1.5f, 2.5f, test::nan, 1}, {}, {}};
  const std::string text = residuals_part(report, {map}).text;
  CHECK(contains(text, "m: mean 0.500, standard deviation 0.000"));
  report.scored_against = ScoredAgainst::soundings;
  CHECK(residuals_part(report, {map}).empty());
}

TEST_CASE("mean SIF by window is of the cells that target, coarse SIF and map hold") {
  EvaluateReport report;
  report.windows = {"May", "June"};
  report.grid = {1, 2, 0, 1, 0, 1};
  report.target = {1, 2, 3, 4}, report.coarse = {5, 6, 7, test::nan};
  const EntryMap map{"m", {9, test::nan, 8, 8}, {}, {}};
  const std::string text = windows_section(report, {map}).text;
  CHECK(contains(text, "May</th><td class=\"number\">1</td><td class=\"number\">5</td><td class=\"number\">9</td>"));
  CHECK(contains(text, "June</th><td class=\"number\">3</td><td class=\"number\">7</td><td class=\"number\">8</td>"));
  report.windows = {"May"};
  CHECK(contains(windows_section(report, {map}).text, "There is one window only, May"));
}

TEST_CASE("the page of an ablation") {
  const std::string page = ablate_page(test::ablation());
  check_stands_alone(page);
  CHECK(row(page, "RMSE and differences are in", "without ndvi*") ==
        "without ndvi*|0.03100.0240 to 0.0400: worse|0.1860|0.8790|1,941,537|1|3|unet|sif, ndvi, lbp|");
  CHECK(
      row(page, "RMSE and differences are in", "with &lt;red&gt;") ==
      "with &lt;red&gt;|0.0010−0.0020 to 0.0040: no clear difference|0.1560|0.9090|1,941,537|1|3|unet|sif, ndvi, lbp|");
  CHECK(contains(page, "Largest rise of the RMSE</div><div class=\"key-value\">without ndvi*<"));
  CHECK(count(page, "class=\"badge\"") == 0);
  AblateReport leaky = test::ablation();
  leaky.leaky = true;
  CHECK(count(ablate_page(leaky), "class=\"badge\"") == 6);
  CHECK(contains(ablate_page({}), "No variations were evaluated."));
}

TEST_CASE("an overlap of training and test cells is a warning") {
  EvaluateReport report = test::full_evaluation();
  CHECK_FALSE(contains(evaluate_page(report), "There should be none"));
  report.runs[1].shared_cells = 17;
  CHECK(contains(evaluate_page(report), "unet-fold1: 17 cells are both trained and tested on. There should be none"));
}

TEST_CASE("receptive fields beyond the buffer and correlation lengths are described in words") {
  EvaluateReport report = test::full_evaluation();
  CHECK_FALSE(contains(evaluate_page(report), "receptive field is wider than the buffer"));
  report.runs[0].shared_inputs = 5102;
  report.runs[2].shared_inputs = 9;  // of the paper's protocol: other words are for that
  report.runs[0].lengths = pipeline::CorrelationLengths{5.25, 9.04};
  const std::string page = evaluate_page(report);
  CHECK(contains(page, "In 1 of 3 runs the receptive field is wider than the buffer"));
  CHECK(contains(page, "of training cells, 5,102 of them at most"));
  CHECK(contains(
      page,
      "correlation length of the SIF is about 5.2 cells of the training grid, that of a linear regression&#39;s "
      "residual 9.0"));
}

TEST_CASE("the page of an evaluation of nothing says so") {
  const std::string page = evaluate_page({});
  check_stands_alone(page);
  CHECK(contains(page, "No runs were evaluated."));
  CHECK(contains(page, "No training history was found."));
}
