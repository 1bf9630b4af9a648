#include "pipeline/console/interrupt.hpp"
#include "pipeline/demo/demo.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void demo_command(int argc, const char* const* argv) {
  pipeline::DemoOptions o;
  Options options("demo", "demo [OPTIONS] OUT_DIR",
                  "Run the whole chain on a simulated scene: granules, dataset, training, map, evaluation, comparison "
                  "with footprints of OCO-2. Writes OUT_DIR/scene, scene.h5, runs, map.tif, report and validation; "
                  "takes several minutes.",
                  "  unetsr demo out\n");
  options.argument("out-directory", "OUT_DIR", o.out_directory, "created if it does not exist");
  options.add("seed", o.seed, "seed for the scene and the trainings");
  options.add_compute(o.compute);
  options.flag("overwrite", o.overwrite, "replace the results of an earlier demo in OUT_DIR");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::demo(o, options.output());
}

}  // namespace unetsr::tools
