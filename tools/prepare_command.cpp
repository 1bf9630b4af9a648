#include "pipeline/prepare.hpp"

#include "kernels/error.hpp"
#include "pipeline/interrupt.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {
namespace {

using Files = std::vector<std::filesystem::path>;

// In "--fine A B --coarse C D OUT.h5" the last list has swallowed OUT.h5: the one file too many that is no table.
void take_output_from(Files& longer, const Files& shorter, std::filesystem::path& out) {
  if (longer.size() != shorter.size() + 1 || CLI::detail::to_lower(longer.back().extension()) == ".csv") return;
  out = longer.back();
  longer.pop_back();
}

}  // namespace

void prepare_command(int argc, const char* const* argv) {
  pipeline::PrepareOptions o;
  Files out;
  Options options(
      "prepare", "prepare [OPTIONS] --fine FINE.csv... --coarse COARSE.csv... OUT.h5",
      "Make a dataset of the paper's tables: averages of TROPOMI SIF and MODIS MOD13A2 over fine cells\n"
      "(3.5 x 7 km) and over coarse ones (7 x 14 km) around the same centres, one pair of tables a window.",
      "  unetsr prepare --fine fine_may.csv fine_june.csv --coarse coarse_may.csv coarse_june.csv scene.h5\n"
      "  unetsr prepare --fine *3.5x7km*.csv --coarse *7x14km*.csv --overwrite scene.h5\n");
  options.files("fine", o.fine, "tables of the fine cells, one a window");
  options.files("coarse", o.coarse, "tables of the coarse cells, in the same order");
  options.arguments("OUT.h5", out, "dataset to write (HDF5)");
  options.key("out", o.out);
  options.flag("overwrite", o.overwrite, "replace OUT.h5");
  options.parse(argc, argv);
  if (out.size() > 1) throw UsageError("one file to write, please, not " + out[0].string() + " and " + out[1].string());
  if (!out.empty()) {
    o.out = out[0];
  } else {
    take_output_from(o.coarse, o.fine, o.out);
    take_output_from(o.fine, o.coarse, o.out);
  }
  pipeline::catch_interrupts();
  pipeline::prepare(o, options.output());
}

}  // namespace unetsr::tools
