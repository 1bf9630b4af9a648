#include "pipeline/reproduce/reproduce.hpp"

#include "pipeline/console/interrupt.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void reproduce_command(int argc, const char* const* argv) {
  pipeline::ReproduceOptions o;
  Options options(
      "reproduce", "reproduce [OPTIONS] TABLES_DIR OUT_DIR",
      "Repeat the paper on its own tables, audit its scores, and score the same networks by the honest protocol. "
      "Writes OUT_DIR/metrics.json and OUT_DIR/report.html. After an interruption the same call continues.",
      "  unetsr reproduce tables out --quick\n"
      "  unetsr reproduce tables out --seeds 5\n");
  options.argument("tables", "TABLES_DIR", o.tables_directory,
                   "directory of the paper's tables, *3.5x7km*.csv and *7x14km*.csv");
  options.argument("out-directory", "OUT_DIR", o.out_directory, "created if it does not exist");
  options.add("seeds", o.seeds, "number of trainings of each network", pipeline::seed_count_range);
  options.add("epochs", o.epochs, "number of epochs of the paper's protocol (default: 500, as in the paper)", {1, 1e6});
  options.flag("quick", o.quick, "one seed and few epochs: a test that all works; its scores are of no use");
  options.add_compute(o.compute);
  options.flag("overwrite", o.overwrite, "replace the report and metrics in OUT_DIR");
  options.parse(argc, argv);
  pipeline::catch_interrupts();
  pipeline::reproduce(o, options.output());
}

}  // namespace unetsr::tools
