#include "pipeline/info/info.hpp"

#include "kernels/error.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"

namespace unetsr::tools {

void info_command(int argc, const char* const* argv) {
  pipeline::InfoOptions o;
  std::filesystem::path subject;
  Options options(
      "info", "info [OPTIONS] FILE|MODEL|devices|models|formats",
      "Describe a dataset, a checkpoint, a run directory, a raster (as --aux of unetsr prepare reads it), a "
      "network, this machine's devices, the models that come with the program, or the formats that it reads and writes.",
      "  unetsr info scene.h5\n"
      "  unetsr info runs/first/best.h5 --json\n"
      "  unetsr info MCD15A2H.A2019145.h11v04.061.hdf\n"
      "  unetsr info unet --channels 6 --size 40\n"
      "  unetsr info unet:widths=32-64-128,bottleneck=256\n"
      "  unetsr info devices\n"
      "  unetsr info models\n"
      "  unetsr info formats\n");
  options.argument("subject", "FILE|MODEL", subject, "what to describe");
  options.add("channels", o.channels, "number of channels of a network's input", pipeline::channel_range);
  options.add("size", o.size, "side of a network's input in cells", pipeline::size_range);
  options.flag("json", o.json, "print JSON, for scripts");
  bool overwrite = false;
  options.flag("overwrite", overwrite, "replace the FILE of --log");
  options.parse(argc, argv);
  o.subject = subject.string();
  o.verbose = options.output().verbose();
  print(pipeline::info(o));
}

}  // namespace unetsr::tools
