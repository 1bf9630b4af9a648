#include "pipeline/simulate/simulate.hpp"

#include <fmt/format.h>

#include "data/scene/world.hpp"
#include "pipeline/console/interrupt.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {
namespace {

std::string list_of_worlds() {
  std::string list;
  for (const data::World& world : data::worlds()) list += fmt::format("  {:<12} {}\n", world.name, world.text);
  return list;
}

}  // namespace

void simulate_command(int argc, const char* const* argv) {
  pipeline::SimulateOptions o;
  Options options(
      "simulate", "simulate [OPTIONS] OUT_DIR",
      "Simulate a scene, whose true SIF is known, in the files of the real products: TROPOMI soundings of each day "
      "(OUT_DIR/troposif), footprints of OCO-2 (OUT_DIR/oco2), granules of MODIS (OUT_DIR/mod13a2) or VIIRS "
      "(OUT_DIR/vj113a2), maps of the true SIF at 1 km (OUT_DIR/truth), and a description (OUT_DIR/scene.json). Memory does "
      "not grow with area, windows or days.",
      "  unetsr simulate scene --small --windows 2\n"
      "  unetsr simulate scene --world geolocation --windows 6 --seed 7\n"
      "  unetsr simulate year --bbox=-104,35,-82,53 --start 2019-01-01 --windows 23\n"
      "  unetsr simulate load --region globe --windows 1 --days 2\n\n"
      "Worlds:\n" +
          list_of_worlds());
  options.argument("out-directory", "OUT_DIR", o.out_directory, "created if it does not exist");
  options.add("world", o.world, "what the scene contains; see the list below");
  options.add(
      "region", o.region,
      "minnesota (-101..-93 E, 43.7..49.8 N), savanna (22..28 E, 3..8.5 N), or globe (soundings alone) (default: "
      "the world's)");
  options.add(
      "bbox", o.bbox,
      "simulate this box, with the world's land, instead of a region: W,S,E,N in degrees; granules of all MODIS "
      "tiles that it touches");
  options.add("start", o.start,
              "the first window is the compositing period of MOD13A2 that holds this day, YYYY-MM-DD (default: "
              "2019-05-25)");
  options.add("sensor", o.sensors,
              "whose indices: modis (MOD13A2, every 16 days), viirs (VJ113A2, composites of 16 days every 8 days), or "
              "both");
  options.add("windows", o.windows, "number of windows of 16 days, 1 to 460; 23 are a year", {1, 460});
  options.add("days", o.days, "number of days with soundings in each window, 1 to 16 (default: 16; globe: 1)", {1, 16});
  options.flag("small", o.small, "simulate only 192 x 192 km in the middle of the region; takes seconds");
  options.add("seed", o.seed, "seed for land and weather");
  options.add("threads", o.threads, pipeline::thread_help, pipeline::thread_range);
  options.flag("overwrite", o.overwrite, "replace the simulated scene in OUT_DIR");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::simulate(o, options.output());
}

}  // namespace unetsr::tools
