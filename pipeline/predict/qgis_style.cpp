#include "pipeline/predict/qgis_style.hpp"

#include <fmt/format.h>

#include <cmath>

#include "pipeline/console/version.hpp"
#include "pipeline/maps/colour_map.hpp"

namespace unetsr::pipeline {
namespace {

constexpr int colours = 11;

std::string items(double low, double high, const std::string& units) {
  std::string text;
  for (int i = 0; i < colours; ++i) {
    const double share = double(i) / (colours - 1), value = low + share * (high - low);
    const Colour c = colour_at(ColourMap::sequential, share);
    text += fmt::format(
        "          <item value=\"{0:.4g}\" label=\"{0:.4g}{1}\" color=\"#{2:02x}{3:02x}{4:02x}\" "
        "alpha=\"255\"/>\n",
        value, i + 1 < colours ? "" : " " + units, c.red, c.green, c.blue);
  }
  return text;
}

}  // namespace

std::string qgis_style(const BandStatistics& statistics, const std::string& units) {
  double low = statistics.quantile(0.02), high = statistics.quantile(0.98);
  if (std::isnan(low)) low = 0, high = 1;
  if (low == high) high = low + 1;
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!-- Written by unetsr {0} -->\n"
      "<qgis version=\"3.22\" styleCategories=\"Symbology\">\n"
      "  <pipe>\n"
      "    <rasterrenderer type=\"singlebandpseudocolor\" band=\"1\" opacity=\"1\" alphaBand=\"-1\" "
      "classificationMin=\"{1:.4g}\" classificationMax=\"{2:.4g}\" nodataColor=\"\">\n"
      "      <rastershader>\n"
      "        <colorrampshader colorRampType=\"INTERPOLATED\" classificationMode=\"1\" clip=\"0\" "
      "minimumValue=\"{1:.4g}\" maximumValue=\"{2:.4g}\" labelPrecision=\"4\">\n"
      "{3}"
      "        </colorrampshader>\n"
      "      </rastershader>\n"
      "    </rasterrenderer>\n"
      "  </pipe>\n"
      "</qgis>\n",
      version(), low, high, items(low, high, units));
}

}  // namespace unetsr::pipeline
